// published_items FOLDER: plays every scenario below FOLDER on every provider it names and writes, one JSON object a line,
// everything sealed that the engine published, with the key of the simulated key server and what our own reader opens.
// For readers that nobody here wrote; the keys are those of a world that ended with its case.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "fakes/cloud/jwe_reader.hpp"
#include "sim/wire/har.hpp"
#include "tests/world/cases.hpp"

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

bool write_case(const sim::Scenario& scenario, sim::Provider provider) {
    sim::WorldSettings settings;
    settings.transport = sim::Transport::direct;
    settings.seed = scenario.seed.value_or(1);
    if (scenario.recording) {
        const std::string path = scenario.path.substr(0, scenario.path.rfind('/') + 1) + *scenario.recording;
        sim::HarRead har = sim::read_har(cases::read(path).value_or(""), path);
        if (!har.recording) return false;
        if (har.recording->run) settings.seed = har.recording->run->seed;
        settings.replay = std::move(har.recording);
    }
    const sim::Played played = sim::play(scenario, provider, settings);
    const std::map<std::string, std::string> keys = keys_of(played.journal);
    for (const sim::Record& record : played.journal.records()) {
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
        std::puts(line.dump().c_str());
    }
    return played.complaints.empty();
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("published_items FOLDER\n", stderr);
        return 3;
    }
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(words[1]))
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    int broken = 0;
    for (const std::string& path : paths) {
        const sim::Loaded loaded = cases::load(path);
        if (!loaded.scenario) continue;  // a world for `serve` is no scenario
        for (const sim::Provider provider : loaded.scenario->providers) broken += write_case(*loaded.scenario, provider) ? 0 : 1;
    }
    return broken == 0 ? 0 : 4;
}
