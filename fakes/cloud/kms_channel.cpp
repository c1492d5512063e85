#include "fakes/cloud/kms_channel.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/cloud/aes.hpp"
#include "fakes/cloud/curve.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/small_body.hpp"
#include "fakes/cloud/wire_text.hpp"
#include "fakes/json_tree.hpp"

namespace fakes {
namespace {

using nlohmann::json;

constexpr std::size_t iv_bytes = 12;

const json& part_of(const json& object, const char* name) {
    static const json none;
    if (!object.is_object()) return none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

}  // namespace

std::string seal_compact(std::string_view head, std::string_view wrapped_key, std::string_view key, std::string_view iv,
                         std::string_view plaintext) {
    thread_local Aes aes;  // its ciphers are fetched once: a fetch costs more than a short seal
    const auto sealed = aes.gcm_seal(key, iv, head, plaintext);
    if (!sealed) return {};
    std::string out(head);
    ((out += '.') += wrapped_key) += '.';
    ((out += base64url_encode(iv)) += '.') += base64url_encode(sealed->ciphertext);
    return (out += '.') += base64url_encode(sealed->tag);
}

std::string seal_key_message(std::string_view key, std::string_view kid, std::string_view iv, std::string_view plaintext) {
    return seal_compact(base64url_encode(R"({"alg":"dir","enc":"A256GCM","kid":")" + std::string(kid) + R"("})"), {}, key, iv, plaintext);
}

std::optional<JweHeader> sealed_header(std::string_view compact) {
    const auto json = base64url_decode(compact.substr(0, compact.find('.')));
    return json ? jwe_header(*json) : std::nullopt;
}

KeyChannel::KeyChannel(std::shared_ptr<const Identity> identity, std::string host, const KeyServerKey& key, Dice dice)
    : identity_(std::move(identity)), cluster_("kms://" + std::move(host)), key_(key), dice_(dice),
      way_in_(JweAllow{{"RSA-OAEP"}, {"A256GCM"}}) {}

std::string KeyChannel::iv() {
    std::string out(iv_bytes, '\0');
    for (char& byte : out) byte = static_cast<char>(dice_.below(256));
    return out;
}

std::string KeyChannel::signed_reply(const json& reply) const {
    const std::string text = base64url_encode(json{{"alg", "RS256"}, {"kid", key_.kid}}.dump()) + "." +
                             base64url_encode(reply.dump(-1, ' ', false, json::error_handler_t::replace));
    return text + "." + base64url_encode(key_.key.sign(text));
}

std::string KeyChannel::refusal(int status, std::string_view reason, const json* request, std::string& broken) const {
    json reply{{"status", status}, {"reason", reason}};
    if (request != nullptr)
        if (const std::string id = text_in(*request, "requestId"); !id.empty()) reply["requestId"] = id;
    if (broken.empty()) broken = "key message refused: " + std::string(reason);
    return signed_reply(reply);
}

std::string KeyChannel::handshake(std::string_view sealed, Instant now, std::string& broken) {
    const auto plain = way_in_.open(sealed, JweKey::rsa(key_.key.pkey()));
    if (!plain) return refusal(400, "the message cannot be opened with this server's key", nullptr, broken);
    const json request = json_tree(*plain);
    const std::string uri = text_in(request, "uri");
    if (text_in(request, "method") != "create" || (uri != cluster_ + "/ecdhe" && uri != "/ecdhe"))
        return refusal(400, "only create /ecdhe comes under the server's RSA key", &request, broken);
    const json& credential = part_of(part_of(request, "client"), "credential");
    const Identity::Caller caller = identity_->bearer(text_in(credential, "bearer"));
    if (caller.kind == Identity::Caller::Kind::nobody || text_in(credential, "userId") != caller.id)
        return refusal(401, "the credential is nobody's", &request, broken);
    const json& jwk = part_of(request, "jwk");
    const auto x = base64url_decode(text_in(jwk, "x"));
    const auto y = base64url_decode(text_in(jwk, "y"));
    const CurveKey own = CurveKey::draw(dice_);
    const auto shared = text_in(jwk, "kty") == "EC" && text_in(jwk, "crv") == "P-256" && !jwk.contains("d") && x && y
                            ? own.agree(*x, *y)
                            : std::nullopt;
    if (!shared) return refusal(400, "jwk must be a public key of the curve P-256", &request, broken);

    std::erase_if(sessions_, [now](const auto& one) { return one.second.expires <= now; });
    const auto own_session = [&](const auto& one) { return one.second.user == caller.id; };
    if (static_cast<std::size_t>(std::ranges::count_if(sessions_, own_session)) >= cloud_limits::key_channels_per_user_max)
        return refusal(429, "too many ephemeral keys of one user", &request, broken);
    ++handshakes_;
    const std::string made = cluster_ + "/ecdhe/" + dice_.uuid();
    sessions_[made] = Session{hkdf_sha256(*shared), std::string(caller.id), now + cloud_limits::key_channel_life};
    json reply{{"status", 201},
               {"key",
                {{"uri", made},
                 {"jwk", {{"kty", "EC"}, {"crv", "P-256"}, {"x", base64url_encode(own.x())}, {"y", base64url_encode(own.y())}}},
                 {"userId", caller.id},
                 {"createDate", wire_text::write_time(now)},
                 {"expirationDate", wire_text::write_time(now + cloud_limits::key_channel_life)}}}};
    if (const std::string id = text_in(request, "requestId"); !id.empty()) reply["requestId"] = id;
    return signed_reply(reply);
}

std::string KeyChannel::handle(std::string_view sealed, Instant now, const Answer& answer, std::string& broken) {
    const auto header = sealed_header(sealed);
    if (!header) return refusal(400, "a message must be a compact JWE", nullptr, broken);
    if (header->alg != "dir") return handshake(sealed, now, broken);
    const auto session = sessions_.find(header->kid);
    if (session == sessions_.end() || session->second.expires <= now)
        return refusal(401, "the ephemeral key is not known, or no longer", nullptr, broken);
    const auto plain = reader_.open(sealed, JweKey::octets(session->second.key));
    if (!plain) return refusal(400, "the message cannot be opened with its ephemeral key", nullptr, broken);
    const json request = json_tree(*plain);
    const json& credential = part_of(part_of(request, "client"), "credential");
    const Identity::Caller caller = identity_->bearer(text_in(credential, "bearer"));
    json reply;
    if (caller.kind == Identity::Caller::Kind::nobody || caller.id != session->second.user ||
        text_in(credential, "userId") != caller.id) {
        reply = {{"status", 401}, {"reason", "the credential is not that of the handshake"}};
        if (const std::string id = text_in(request, "requestId"); !id.empty()) reply["requestId"] = id;
    } else {
        reply = answer(request, caller.id);
    }
    if (const std::string reason = text_in(reply, "reason"); !reason.empty() && broken.empty())
        broken = "key message refused: " + reason;
    return seal_key_message(session->second.key, session->first, iv(),
                            reply.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace fakes
