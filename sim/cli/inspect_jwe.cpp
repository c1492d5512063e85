// Opens a compact JWE: {compact, key} -> {verdict, plaintext, text}. Makes one: {plaintext or text, key, iv?, header?}.
// key: a JWK object, or 43 characters base64url of 32 octets.
#include <openssl/rand.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/cloud/jwe_reader.hpp"
#include "sim/cli/inspect.hpp"
#include "sim/cli/json_members.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

/// A key that cannot open anything is a reason to reject, not a mistake in the line.
struct UnusableKey : InspectError {
    using InspectError::InspectError;
};

fakes::JweKey key_of(const Json& input) {
    const auto found = input.find("key");
    if (found == input.end()) throw InspectError("\"key\" is missing: a JWK, or base64url of the octets");
    if (found->is_object()) {
        if (auto key = fakes::JweKey::from_jwk(found->dump())) return *key;
        throw UnusableKey("\"key\" is no JWK of kty oct or RSA");
    }
    if (!found->is_string()) throw InspectError("\"key\" must be a JWK object or a base64url string");
    const auto octets = fakes::base64url_decode(found->get<std::string>());
    if (!octets) throw InspectError("\"key\" is no base64url (no padding, no white space)");
    return fakes::JweKey::octets(*octets);
}

bool is_utf8(const std::string& text) {
    return !Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore).empty() && Json::accept(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)) &&
           Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore) == Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string named(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

/// The reader tells nobody why (to a sender it must all look the same); here somebody asks who holds the key.
std::string why_rejected(const std::string& compact, const fakes::JweAllow& allow) {
    std::vector<std::string> parts(1);
    for (const char c : compact) {
        if (c == '.') parts.emplace_back();
        else parts.back().push_back(c);
    }
    if (parts.size() != 5) return "a compact JWE has five parts, this has " + std::to_string(parts.size());
    static constexpr const char* names[] = {"header", "encrypted key", "iv", "ciphertext", "tag"};
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!fakes::base64url_decode(parts[i])) return std::string("the ") + names[i] + " is no base64url (no padding, no white space)";
    const Json header = Json::parse(*fakes::base64url_decode(parts[0]), nullptr, false);
    if (!header.is_object()) return "the header is no JSON object";
    for (const auto& [name, allowed] : {std::pair{"alg", &allow.alg}, std::pair{"enc", &allow.enc}}) {
        if (!has_text(header, name)) return std::string("the header has no \"") + name + "\"";
        if (std::ranges::find(*allowed, header[name].get<std::string>()) == allowed->end())
            return std::string("\"") + name + "\" is " + header[name].dump() + ", allowed is " + named(*allowed);
    }
    if (header.contains("zip") || header.contains("crit")) return "the header asks for what is not supported (zip, crit)";
    return "header, key and sizes do not fit together, or the tag is not of this text and key";
}

Json open_one(const Json& input) {
    fakes::JweAllow allow;
    if (const auto given = input.find("allow"); given != input.end()) {
        allow.alg = texts_of(member(*given, "alg"), "alg");
        allow.enc = texts_of(member(*given, "enc"), "enc");
    }
    fakes::JweReader reader(allow);
    Json out;
    if (input.contains("id")) out["id"] = input["id"];
    std::optional<std::string> plain;
    try {
        plain = reader.open(text_member(input, "compact"), key_of(input));
    } catch (const UnusableKey& key) {
        out["verdict"] = "reject";
        out["why"] = key.what();
        return out;
    }
    out["verdict"] = plain ? "decrypt" : "reject";
    if (!plain) out["why"] = why_rejected(text_member(input, "compact"), allow);
    if (plain) {
        out["plaintext"] = fakes::base64url_encode(*plain);
        if (is_utf8(*plain)) out["text"] = *plain;
    }
    return out;
}

Json make_one(const Json& input) {
    std::string plain;
    if (input.contains("text")) plain = text_member(input, "text");
    else {
        const auto decoded = fakes::base64url_decode(text_member(input, "plaintext"));
        if (!decoded) throw InspectError("\"plaintext\" is no base64url; plain words go into \"text\"");
        plain = *decoded;
    }
    std::string iv(12, '\0');
    if (input.contains("iv")) {
        const auto decoded = fakes::base64url_decode(text_member(input, "iv"));
        if (!decoded || decoded->size() != 12) throw InspectError("\"iv\" must be base64url of 12 octets");
        iv = *decoded;
    } else if (RAND_bytes(reinterpret_cast<unsigned char*>(iv.data()), 12) != 1) {
        throw InspectError("the system gave no random octets for the iv");
    }
    std::string header = R"({"enc":"A256GCM","alg":"dir"})";
    if (input.contains("header")) header = input["header"].is_string() ? input["header"].get<std::string>() : input["header"].dump();
    std::string cek;
    if (input.contains("cek")) cek = fakes::base64url_decode(text_member(input, "cek")).value_or(std::string());
    const auto compact = fakes::jwe_make(header, key_of(input), cek, iv, plain);
    if (!compact) throw InspectError("header, key and sizes do not fit together: dir + A256GCM needs a key of 32 octets");
    Json out;
    if (input.contains("id")) out["id"] = input["id"];
    out["compact"] = *compact;
    return out;
}

}  // namespace

Json inspect_jwe(const Json& input) {
    if (input.contains("compact")) return open_one(input);
    if (input.contains("text") || input.contains("plaintext")) return make_one(input);
    throw InspectError("\"compact\" (to open) or \"text\" / \"plaintext\" (to make) is missing");
}

}  // namespace sim
