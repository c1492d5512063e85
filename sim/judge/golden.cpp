// Goldens: the encrypted list on the wire, byte for byte. Keys and IVs come from the seed, so it is reproducible; what
// differs is shown by item and member, next to what the device decrypted.
#include <nlohmann/json.hpp>

#include "sim/judge/claims.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;

/// One item per line in a JSON array, members as the cloud holds them.
std::string wire_text(const CloudList* list) {
    std::string out = "[\n";
    if (list != nullptr) {
        std::size_t left = list->items.size();
        for (const auto& [id, item] : list->items) out += item + (--left > 0 ? ",\n" : "\n");
    }
    return out + "]\n";
}

void differences(const Json& want, const Json& have, const std::string& path, std::vector<std::string>& out) {
    if (want == have || out.size() > 12) return;
    if (want.is_object() && have.is_object()) {
        for (const auto& [key, value] : want.items()) {
            if (!have.contains(key)) out.push_back(path + "." + key + "  missing");
            else differences(value, have[key], path + "." + key, out);
        }
        for (const auto& [key, value] : have.items())
            if (!want.contains(key)) out.push_back(path + "." + key + "  unexpected");
    } else if (want.is_array() && have.is_array() && want.size() == have.size()) {
        for (std::size_t i = 0; i < want.size(); ++i) differences(want[i], have[i], path + "[" + std::to_string(i) + "]", out);
    } else {
        const auto brief = [](const Json& value) {
            std::string text = value.dump();
            return text.size() > 90 ? text.substr(0, 87) + "..." : text;
        };
        out.push_back(path + "  golden " + brief(want) + ", wire " + brief(have));
    }
}

std::string beside(const std::string& scenario, const std::string& file) {
    const std::size_t slash = scenario.rfind('/');
    return slash == std::string::npos ? file : scenario.substr(0, slash + 1) + file;
}

/// "weekly.json" -> "weekly.microsoft.json": ids and bodies differ between providers, so each has a golden of its own.
std::string for_provider(const std::string& file, Provider provider) {
    const std::size_t dot = file.rfind('.');
    const std::string name = provider == Provider::google ? ".google" : ".microsoft";
    return dot == std::string::npos ? file + name : file.substr(0, dot) + name + file.substr(dot);
}

}  // namespace

Mismatch check_golden(const Trial& trial, const History& history, const ExpectList& claim, Instant when) {
    Mismatch out;
    const std::string key = claim.who.substr(claim.who.find(' ') + 1);
    const std::string wire = wire_text(history.lists(key).at(when));
    const std::string path = for_provider(beside(trial.scenario.path, *claim.golden), trial.provider);
    const std::optional<std::string> golden = trial.files.read ? trial.files.read(path) : std::nullopt;
    if (golden && *golden == wire) return out;
    if (trial.files.pending) trial.files.pending(path, wire);
    out.rule = "golden";
    out.person = key;
    if (!golden) {
        out.title = "there is no golden " + path;
        out.difference.push_back("write it with --update, look at it, and keep it beside the scenario");
        return out;
    }
    out.title = "the encrypted list on the wire differs from " + path;
    const Json want = Json::parse(*golden, nullptr, false);
    const Json have = Json::parse(wire, nullptr, false);
    if (want.is_discarded()) out.difference.push_back("the golden is no JSON");
    else differences(want, have, "$", out.difference);
    if (out.difference.empty()) out.difference.push_back("the same JSON in other bytes");
    return out;
}

}  // namespace sim
