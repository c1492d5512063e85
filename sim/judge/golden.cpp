// Goldens: the encrypted list on the wire, byte for byte. Keys and IVs come from the seed, so it is reproducible; what
// differs is shown by item and member, next to what the device decrypted.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/cloud/jwe_reader.hpp"
#include "sim/judge/claims.hpp"

namespace sim {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// One item per line in a JSON array, members as the cloud holds them.
std::string wire_text(const CloudList* list) {
    std::string out = "[\n";
    if (list != nullptr) {
        std::size_t left = list->items.size();
        for (const auto& [id, item] : list->items) out += item + (--left > 0 ? ",\n" : "\n");
    }
    return out + "]\n";
}

std::size_t first_difference(const std::string& a, const std::string& b) {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

constexpr std::size_t differences_max = 12;
constexpr std::size_t keys_max = 10'000;

/// Every key that was given to somebody in this run: the judge may read what only apps and devices can open.
class Opener {
  public:
    explicit Opener(const History& history) {
        for (const auto& [url, access] : history.keys())
            if (keys_.size() < keys_max)
                if (const auto octets = fakes::base64url_decode(access.points.front().value->k)) keys_.push_back(fakes::JweKey::octets(*octets));
    }
    /// The plaintext, or why there is none.
    std::string text(const std::string& compact) {
        for (const fakes::JweKey& key : keys_)
            if (const auto plain = reader_.open(compact, key)) return "opens to \"" + *plain + "\"";
        return "cannot be opened with any key of this run";
    }
    static bool is_sealed(const OrderedJson& value) {
        return value.is_string() && value.get_ref<const std::string&>().starts_with("eyJ") &&
               std::ranges::count(value.get_ref<const std::string&>(), '.') == 4;
    }

  private:
    std::vector<fakes::JweKey> keys_;
    fakes::JweReader reader_;
};

std::string brief(const OrderedJson& value) {
    std::string text = value.dump();
    return text.size() > 90 ? text.substr(0, 87) + "..." : text;
}

/// An item, or a participant, that only one side has.
std::string in_short(const OrderedJson& one, Opener& opener) {
    for (const char* name : {"encryptedSubject", "encryptedEmailAddress"})
        if (const auto sealed = one.is_object() ? one.find(name) : one.end(); sealed != one.end() && Opener::is_sealed(*sealed))
            return one.value("start", "") + "  " + name + " " + opener.text(sealed->get<std::string>());
    return "  " + brief(one);
}

void differences(const OrderedJson& want, const OrderedJson& have, const std::string& path, Opener& opener, std::vector<std::string>& out);

/// Items are the same by their id; what has none by its place.
void list_differences(const OrderedJson& want, const OrderedJson& have, const std::string& path, Opener& opener, std::vector<std::string>& out) {
    const auto place = [&](std::size_t i) { return path + "[" + std::to_string(i) + "]"; };
    const auto is_of = [](const OrderedJson& one, const OrderedJson& other) { return one.is_object() && other.is_object() && one.contains("id") && other.contains("id"); };
    const auto twin = [&](const OrderedJson& one, std::size_t i, const OrderedJson& list) -> const OrderedJson* {
        for (const OrderedJson& other : list)
            if (is_of(one, other) && one["id"] == other["id"]) return &other;
        return i < list.size() && !is_of(one, list[i]) ? &list[i] : nullptr;
    };
    for (std::size_t i = 0; i < want.size(); ++i) {
        if (const OrderedJson* other = twin(want[i], i, have)) differences(want[i], *other, place(i), opener, out);
        else out.push_back(place(i) + "  missing on the wire: " + in_short(want[i], opener));
    }
    for (std::size_t i = 0; i < have.size(); ++i)
        if (twin(have[i], i, want) == nullptr) out.push_back(place(i) + "  not in the golden: " + in_short(have[i], opener));
}

void differences(const OrderedJson& want, const OrderedJson& have, const std::string& path, Opener& opener, std::vector<std::string>& out) {
    if (want == have || out.size() > differences_max) return;
    if (want.is_object() && have.is_object()) {
        for (const auto& [key, value] : want.items()) {
            if (!have.contains(key)) out.push_back(path + "." + key + "  missing");
            else differences(value, have[key], path + "." + key, opener, out);
        }
        for (const auto& [key, value] : have.items())
            if (!want.contains(key)) out.push_back(path + "." + key + "  unexpected");
    } else if (want.is_array() && have.is_array()) {
        list_differences(want, have, path, opener, out);
    } else if (Opener::is_sealed(want) && Opener::is_sealed(have)) {
        const std::string golden = opener.text(want.get<std::string>());
        const std::string wire = opener.text(have.get<std::string>());
        const std::size_t at = first_difference(want.get_ref<const std::string&>(), have.get_ref<const std::string&>());
        out.push_back(path + "  ciphertexts part at byte " + std::to_string(at) + (golden == wire ? "; both: " + wire : ""));
        if (golden != wire) {
            out.push_back("  golden " + golden);
            out.push_back("  wire   " + wire);
        }
    } else {
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
    const std::size_t slash = file.rfind('/');
    const std::string name = provider == Provider::google ? ".google" : ".microsoft";
    const bool bare = dot == std::string::npos || (slash != std::string::npos && dot < slash);
    return bare ? file + name : file.substr(0, dot) + name + file.substr(dot);
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
    const OrderedJson want = OrderedJson::parse(*golden, nullptr, false);
    const OrderedJson have = OrderedJson::parse(wire, nullptr, false);
    if (want.is_discarded()) out.difference.push_back("the golden is no JSON; they part at byte " + std::to_string(first_difference(*golden, wire)));
    else {
        Opener opener(history);
        differences(want, have, "$", opener, out.difference);
    }
    if (out.difference.empty())
        out.difference.push_back("the same JSON in other bytes, first at byte " + std::to_string(first_difference(*golden, wire)));
    out.difference.push_back("if the change is meant: --update writes the golden anew");
    return out;
}

}  // namespace sim
