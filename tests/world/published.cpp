#include "tests/world/published.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "fakes/cloud/jwe_reader.hpp"

namespace {

using Json = nlohmann::json;

std::map<std::string, std::string> keys_of(const sim::Journal& journal) {
    std::map<std::string, std::string> out;
    for (const sim::Record& record : journal.records())
        if (const auto* access = std::get_if<sim::KeyAccess>(&record.what)) out[access->key_url] = access->k;
    return out;
}

bool looks_sealed(const std::string& text) { return std::count(text.begin(), text.end(), '.') == 4 && text.find("..") != std::string::npos; }

/// By JSON pointer.
Json opened(const Json& body, const std::string& k) {
    Json out = Json::object();
    fakes::JweReader reader;
    const std::optional<std::string> octets = fakes::base64url_decode(k);
    if (!octets) return out;
    const fakes::JweKey key = fakes::JweKey::octets(*octets);
    const Json flat = body.flatten();
    for (const auto& [pointer, value] : flat.items()) {
        if (!value.is_string() || !looks_sealed(value.get_ref<const std::string&>())) continue;
        if (const std::optional<std::string> plain = reader.open(value.get_ref<const std::string&>(), key)) out[pointer] = *plain;
    }
    return out;
}

}  // namespace

namespace cases {

void append_published(std::ostream& out, const sim::Scenario& scenario, sim::Provider provider, const sim::Journal& journal) {
    const std::map<std::string, std::string> keys = keys_of(journal);
    for (const sim::Record& record : journal.records()) {
        const auto* exchange = std::get_if<sim::Exchange>(&record.what);
        if (exchange == nullptr || exchange->from != "engine" || exchange->to != "cloud") continue;
        const Json body = Json::parse(exchange->request_body, nullptr, false);
        if (!body.is_object() || !body.contains("encryptionKeyUrl")) continue;
        const auto key = keys.find(body["encryptionKeyUrl"].get<std::string>());
        const std::string k = key == keys.end() ? std::string() : key->second;
        const Json line = {{"case", scenario.path + (provider == sim::Provider::google ? " [google]" : " [microsoft]")},
                           {"request", exchange->method + " " + exchange->target},
                           {"k", k},
                           {"body", body},
                           {"opened", opened(body, k)}};
        out << line.dump() << '\n';
    }
}

}  // namespace cases
