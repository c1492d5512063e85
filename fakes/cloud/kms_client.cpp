#include "fakes/cloud/kms_client.hpp"


#include "fakes/cloud/curve.hpp"
#include "fakes/cloud/json_reading.hpp"
#include "fakes/cloud/kms_channel.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

namespace dom = simdjson::dom;

std::string json_text(std::string_view text) {
    std::string out;
    wire_text::append_string(out, text);
    return out;
}

/// A certificate and a key cost more to read than all messages of a small world: the last ones read are kept.
std::optional<RsaKey> key_of(const std::string& jwk) {
    thread_local std::string known_text;
    thread_local std::optional<RsaKey> known;
    if (jwk != known_text) {
        known = RsaKey::from_key_server_jwk(jwk);
        known_text = jwk;
    }
    return known;
}

std::string_view next_part(std::string_view& rest) {
    const std::size_t dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    return part;
}

/// What a compact JWS says, when this key signed it with RS256.
std::optional<std::string> verified(std::string_view compact, const RsaKey& key) {
    std::string_view rest = compact;
    const std::string_view head = next_part(rest);
    const std::string_view payload = next_part(rest);
    if (rest.find('.') != std::string_view::npos) return std::nullopt;
    const auto header = base64url_decode(head);
    const auto text = base64url_decode(payload);
    const auto signature = base64url_decode(rest);
    dom::object words;
    if (!header || !text || !signature || kept_parser().parse(*header).get(words) != simdjson::SUCCESS ||
        text_of(words, "alg") != "RS256" || text_of(words, "kid") != key.kid())
        return std::nullopt;
    return key.verify(compact.substr(0, head.size() + 1 + payload.size()), *signature) ? text : std::nullopt;
}

std::vector<std::string> sealed_in(std::string_view body) {
    std::vector<std::string> out;
    dom::object root;
    dom::array messages;
    if (kept_parser().parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["kmsMessages"].get(messages) != simdjson::SUCCESS)
        return out;
    for (const dom::element one : messages) {
        std::string_view text;
        if (one.get(text) == simdjson::SUCCESS) out.emplace_back(text);
    }
    return out;
}

}  // namespace

KeyClient::KeyClient(KeyClientOptions options, Dice dice) : options_(std::move(options)), dice_(dice) {}

KeyClient::Step KeyClient::step(Instant now) const {
    if (!server_) return Step::details;
    return ephemeral_.empty() || now >= use_until_ ? Step::handshake : Step::ready;
}

std::string KeyClient::details_url() const { return options_.base + "/encryption/api/v1/kms/" + options_.user_id; }
std::string KeyClient::messages_url() const { return options_.base + "/encryption/api/v1/kms/messages"; }

std::string KeyClient::chance(std::size_t bytes) {
    std::string out(bytes, '\0');
    for (char& byte : out) byte = static_cast<char>(dice_.below(256));
    return out;
}

std::string KeyClient::client_part() const {
    return "\"client\":{\"clientId\":" + json_text(options_.client_id) + ",\"credential\":{\"userId\":" + json_text(options_.user_id) +
           ",\"bearer\":" + json_text(options_.token) + "}}";
}

bool KeyClient::take_details(std::string_view body) {
    dom::object root;
    if (kept_parser().parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return false;
    cluster_ = text_of(root, "kmsCluster");
    const std::string jwk = text_of(root, "rsaPublicKey");
    server_ = key_of(jwk);
    if (server_ && !server_->kid().starts_with(cluster_ + "/")) server_.reset();
    return server_.has_value();
}

std::string KeyClient::handshake_body() {
    const CurveKey own = CurveKey::draw(dice_);
    pending_scalar_ = own.scalar();
    pending_id_ = dice_.uuid();
    const std::string message = "{\"method\":\"create\",\"uri\":\"" + cluster_ + "/ecdhe\",\"requestId\":\"" + pending_id_ + "\"," +
                                client_part() + ",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + base64url_encode(own.x()) +
                                "\",\"y\":\"" + base64url_encode(own.y()) + "\"}}";
    const std::string head = base64url_encode(R"({"alg":"RSA-OAEP","enc":"A256GCM","kid":")" + server_->kid() + R"("})");
    const std::string content_key = chance(32);
    const std::string iv = chance(12);
    const std::string wrapped = server_->oaep(content_key, chance(20)).value_or("");
    return "{\"destination\":\"" + cluster_ + "\",\"kmsMessages\":[\"" +
           seal_compact(head, base64url_encode(wrapped), content_key, iv, message) + "\"]}";
}

bool KeyClient::take_handshake(std::string_view body, Instant now) {
    const std::vector<std::string> replies = sealed_in(body);
    const std::string scalar = std::move(pending_scalar_);
    pending_scalar_.clear();
    if (replies.size() != 1 || !server_ || scalar.empty()) return false;
    const auto text = verified(replies.front(), *server_);
    dom::object reply, key, jwk;
    std::int64_t status = 0;
    if (!text || kept_parser().parse(*text).get(reply) != simdjson::SUCCESS || reply["status"].get(status) != simdjson::SUCCESS ||
        status != 201 || text_of(reply, "requestId") != pending_id_ || reply["key"].get(key) != simdjson::SUCCESS ||
        key["jwk"].get(jwk) != simdjson::SUCCESS || text_of(jwk, "crv") != "P-256")
        return false;
    const auto x = base64url_decode(text_of(jwk, "x"));
    const auto y = base64url_decode(text_of(jwk, "y"));
    const auto shared = x && y ? CurveKey::of(scalar).agree(*x, *y) : std::nullopt;
    if (!shared) return false;
    ephemeral_ = hkdf_sha256(*shared);
    ephemeral_uri_ = text_of(key, "uri");
    use_until_ = now + cloud_limits::key_channel_life - cloud_limits::key_channel_margin;
    return true;
}

std::string KeyClient::messages_body(const std::vector<std::string>& messages) {
    std::string body = "{\"destination\":\"" + cluster_ + "\",\"kmsMessages\":[";
    for (const std::string& members : messages) {
        if (body.back() != '[') body += ',';
        body += '"';
        body += seal_key_message(ephemeral_, ephemeral_uri_, chance(12), "{" + members + "," + client_part() + "}");
        body += '"';
    }
    return body + "]}";
}

std::string KeyClient::retrieve_body(const std::vector<Retrieval>& keys) {
    std::vector<std::string> messages;
    for (const Retrieval& one : keys)
        messages.push_back("\"method\":\"retrieve\",\"uri\":" + json_text(one.url) + ",\"requestId\":" + json_text(one.name));
    return messages_body(messages);
}

std::optional<std::string> KeyClient::open(std::string_view sealed) {
    thread_local JweReader reader;  // its ciphers are fetched once
    return ephemeral_.empty() ? std::nullopt : reader.open(sealed, JweKey::octets(ephemeral_));
}

std::string KeyClient::open_first(std::string_view body) {
    const std::vector<std::string> sealed = sealed_in(body);
    std::optional<std::string> text = sealed.empty() ? std::nullopt : open(sealed.front());
    if (!text) forget(false);
    return text.value_or("");
}

std::optional<WireKey> KeyClient::open_key(std::string_view sealed) {
    const auto text = open(sealed);
    dom::object reply;
    if (!text || kept_parser().parse(*text).get(reply) != simdjson::SUCCESS) return std::nullopt;
    WireKey key;
    key.url = text_of(reply, "requestId");
    std::int64_t number = 0;
    if (reply["status"].get(number) == simdjson::SUCCESS && number > 0 && number < 1000) key.status = static_cast<int>(number);
    if (reply["errorCode"].get(number) == simdjson::SUCCESS) key.error_code = number;
    key.redirect = text_of(reply, "redirectUri");
    dom::object shown, jwk;
    if (reply["key"].get(shown) == simdjson::SUCCESS && shown["jwk"].get(jwk) == simdjson::SUCCESS) {
        key.jwk = simdjson::minify(jwk);
        if (key.url.empty()) key.url = text_of(shown, "uri");
    }
    return key;
}

std::optional<std::vector<WireKey>> KeyClient::take_keys(std::string_view body) {
    std::vector<WireKey> out;
    for (const std::string& sealed : sealed_in(body))
        if (auto key = open_key(sealed)) out.push_back(std::move(*key));
    if (!out.empty()) return out;
    forget(false);
    return std::nullopt;
}

void KeyClient::forget(bool details) {
    ephemeral_.clear();
    if (details) server_.reset();
}

}  // namespace fakes
