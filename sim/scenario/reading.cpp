#include "sim/scenario/reading.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/other_words.hpp"
#include "sim/scenario/repeats.hpp"
#include "sim/scenario/requirements.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {

void LoadState::error(const Place& place, std::string what, std::string help, std::string label) {
    diagnostics.push_back({place, std::move(what), std::move(help), std::move(label)});
}
void LoadState::warning(const Place& place, std::string what, std::string help, std::string label) {
    diagnostics.push_back(
        {place, std::move(what), std::move(help), std::move(label), Diagnostic::Severity::warning});
}

void LoadState::unknown(const Place& place, std::string what, std::string_view word,
                        std::span<const std::string> candidates, std::string otherwise) {
    const auto near = word_meant(word, candidates);
    error(place, std::move(what), near ? "did you mean `" + *near + "`?" : std::move(otherwise));
}

const YamlEntry* time_entry(const YamlNode& node) {
    if (const YamlEntry* at = node.find("at")) return at;
    if (node.entries.empty()) return nullptr;
    const YamlEntry& first = node.entries.front();
    return word_meant(first.key, std::vector<std::string>{"at"}) ? &first : nullptr;
}

const ScenarioPerson* LoadState::person(const std::string& key, const Place& place) {
    const auto it = scenario.people.find(key);
    if (it != scenario.people.end()) {
        used_people.insert(key);
        return &it->second;
    }
    if (excused(key)) return nullptr;
    std::vector<std::string> keys;
    std::string all;
    for (const auto& [known, unused] : scenario.people) {
        keys.push_back(known);
        all += (all.empty() ? "" : ", ") + known;
    }
    unknown(place, "there is no `" + key + "` among the people", key, keys,
            all.empty() ? "add them under `people:`" : "add them under `people:`; there are " + all);
    return nullptr;
}

bool LoadState::excused(const std::string& key) const { return people_unread || refused_people.contains(lower_ascii(key)); }

bool LoadState::plays(Provider provider) const {
    return std::ranges::find(scenario.providers, provider) != scenario.providers.end();
}

std::string address_of(const LoadState& state, const std::string& key_or_address) {
    const auto it = state.scenario.people.find(key_or_address);
    return it == state.scenario.people.end() ? key_or_address : it->second.person.address;
}

bool is_address(std::string_view text) {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
           text.find('.', at) != std::string_view::npos && text.back() != '.' &&
           text.find_first_of(" ,;<>\"\n") == std::string_view::npos;
}

Fields::Fields(LoadState& state, const YamlNode& node, std::span<const KeyRow> rows, std::string owner,
               const Place& place, std::string_view short_key, const TimeContext* time)
    : state_(state), rows_(rows), owner_(std::move(owner)), place_(place), time_(time) {
    const auto row_named = [&](std::string_view name) {
        return static_cast<std::size_t>(std::ranges::find(rows_, name, &KeyRow::name) - rows_.begin());
    };
    switch (node.kind) {
        case YamlNode::Kind::map: read_map(node); break;
        case YamlNode::Kind::nothing: break;
        case YamlNode::Kind::text:
        case YamlNode::Kind::list:
            if (short_key.empty()) {
                state_.error(node.place, owner_ + " needs keys", "write them in { }: " +
                             (rows_.empty() ? std::string("{}") : "{ " + std::string(rows_[0].name) + ": ... }"));
                good_ = false;
                return;
            }
            found_.push_back({row_named(short_key), &node, place_, {}, true});
    }
    for (const KeyRow& wanted : rows_) {
        if (!wanted.required || has(wanted.name)) continue;
        state_.error(place_, owner_ + " needs `" + std::string(wanted.name) + "`", std::string(wanted.meaning));
        good_ = false;
    }
}

void Fields::read_map(const YamlNode& node) {
    for (const YamlEntry& entry : node.entries) {
        if (!entry.colon) {
            lone_word(entry);
            continue;
        }
        const auto row = std::ranges::find(rows_, entry.key, &KeyRow::name);
        if (row != rows_.end()) {
            if (has(entry.key)) continue;  // given twice: the tree has said so
            found_.push_back({static_cast<std::size_t>(row - rows_.begin()), &entry.value, entry.place, {}, false});
            continue;
        }
        good_ = false;
        std::vector<std::string> names;
        std::string all;
        for (const KeyRow& known : rows_) {
            names.emplace_back(known.name);
            all += (all.empty() ? "" : ", ") + std::string(known.name);
        }
        // Read as if it were the key most likely meant, so that its mistakes are told in the same go, and it is not missed.
        if (const auto near = word_meant(entry.key, names); near && !has(*near) && node.find(*near) == nullptr)
            found_.push_back({static_cast<std::size_t>(std::ranges::find(rows_, *near, &KeyRow::name) - rows_.begin()), &entry.value, entry.place, {}, false});
        state_.unknown(entry.place, "unknown key `" + entry.key + "` in " + owner_, entry.key, names,
                       "it knows " + all);
    }
}

void Fields::lone_word(const YamlEntry& entry) {
    if (!found_.empty() && row(found_.back()).takes == Takes::repeat &&
        found_.back().value->kind == YamlNode::Kind::text && !found_.back().value->quoted) {
        Found& last = found_.back();
        if (last.joined.empty()) last.joined = last.value->text;
        last.joined += ", " + entry.key;
        return;
    }
    good_ = false;
    state_.error(entry.place, "`" + entry.key + "` has no value",
                 "inside { } a comma ends a value: put a text with commas in quotes", "a key without `:`");
}

const Fields::Found* Fields::find(std::string_view key) const {
    for (const Found& found : found_)
        if (rows_[found.row].name == key) return &found;
    return nullptr;
}

Place Fields::place(std::string_view key) const {
    const Found* found = find(key);
    if (found == nullptr) return place_;
    return found->value->kind == YamlNode::Kind::nothing ? found->key_place : found->value->place;
}
Place Fields::key_place(std::string_view key) const {
    const Found* found = find(key);
    return found == nullptr ? place_ : found->key_place;
}
std::map<std::string, Place, std::less<>> Fields::places() const {
    std::map<std::string, Place, std::less<>> out;
    for (const Found& found : found_) out.emplace(row(found).name, found.value->place);
    return out;
}
const YamlNode* Fields::node(std::string_view key) const {
    const Found* found = find(key);
    return found == nullptr ? nullptr : found->value;
}

TimeContext Fields::time_context() const {
    if (time_ != nullptr) return *time_;
    return {state_.zone, local_date(state_.scenario.begin, *state_.zone), state_.scenario.begin};
}

std::optional<std::string> Fields::scalar(const Found& found, std::string_view hint) {
    if (found.value->kind == YamlNode::Kind::text) return found.joined.empty() ? found.value->text : found.joined;
    const std::string name(row(found).name);
    if (found.value->kind == YamlNode::Kind::nothing)
        state_.error(found.key_place, "`" + name + "` has no value", std::string(hint));
    else
        state_.error(found.value->place, "`" + name + "` takes one value", std::string(hint));
    good_ = false;
    return std::nullopt;
}

std::vector<std::pair<std::string, Place>> Fields::scalars(std::string_view key) {
    std::vector<std::pair<std::string, Place>> out;
    const Found* found = find(key);
    if (found == nullptr) return out;
    if (found->value->kind != YamlNode::Kind::list) {
        if (auto one = scalar(*found, "write one, or a list: [a, b]")) out.emplace_back(*one, found->value->place);
        return out;
    }
    for (const YamlNode& item : found->value->items) {
        if (item.kind == YamlNode::Kind::text) {
            out.emplace_back(item.text, item.place);
        } else {
            state_.error(item.place, "`" + std::string(key) + "` is a list of texts", "write [a, b]");
            good_ = false;
        }
    }
    return out;
}

std::optional<std::string> Fields::text(std::string_view key) {
    const Found* found = find(key);
    return found == nullptr ? std::nullopt : scalar(*found, row(*found).meaning);
}

std::vector<std::string> Fields::texts(std::string_view key) {
    std::vector<std::string> out;
    for (auto& [text, place] : scalars(key)) out.push_back(std::move(text));
    return out;
}

std::optional<std::string> Fields::word(std::string_view key) {
    const Found* found = find(key);
    if (found == nullptr) return std::nullopt;
    auto text = scalar(*found, row(*found).choices);
    if (!text) return std::nullopt;
    std::vector<std::string> words;
    std::string all;
    for (std::string_view left = row(*found).choices; !left.empty();) {
        const std::string one(left.substr(0, left.find('|')));
        left.remove_prefix(std::min(left.size(), one.size() + 1));
        if (one == *text) return text;
        all += (all.empty() ? "" : ", ") + one;
        words.push_back(one);
    }
    const std::string what = found->alone ? owner_ : "`" + std::string(key) + "`";
    good_ = false;
    state_.unknown(found->value->place, what + " cannot be `" + *text + "`", *text, words,
                   words.size() > 1 ? "it is one of " + all
                   : found->alone   ? "write `" + all + "`, or keys in { }: { " + std::string(rows_[0].name) + ": ... }"
                                    : "write `" + all + "`");
    return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view key) {
    const Found* found = find(key);
    if (found == nullptr) return std::nullopt;
    const auto text = scalar(*found, "write yes or no");
    if (!text) return std::nullopt;
    if (*text == "yes" || *text == "true") return true;
    if (*text == "no" || *text == "false") return false;
    good_ = false;
    state_.error(found->value->place, "`" + std::string(key) + "` is yes or no", "write yes or no");
    return std::nullopt;
}

std::optional<int> Fields::number(std::string_view key) {
    const Found* found = find(key);
    if (found == nullptr) return std::nullopt;
    const auto text = scalar(*found, "write a whole number");
    if (!text) return std::nullopt;
    int value = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (fault == std::errc() && end == text->data() + text->size() && value >= 0 && value <= 1'000'000) return value;
    good_ = false;
    state_.error(found->value->place, "`" + *text + "` is no whole number from 0 to 1000000", "write digits only");
    return std::nullopt;
}

template <typename T, typename Reader>
static std::optional<T> read_value(LoadState& state, const std::optional<std::string>& text, const Place& place,
                                   Reader reader) {
    if (!text) return std::nullopt;
    Read<T> read = reader(*text);
    if (const Misread* misread = std::get_if<Misread>(&read)) {
        state.misread(place, *misread);
        return std::nullopt;
    }
    return std::get<T>(std::move(read));
}

std::optional<std::chrono::milliseconds> Fields::duration(std::string_view key) {
    return read_value<std::chrono::milliseconds>(state_, text(key), place(key), read_duration);
}
std::optional<Instant> Fields::time(std::string_view key) {
    const TimeContext context = time_context();
    return read_value<Instant>(state_, text(key), place(key),
                               [&](const std::string& text) { return read_time(text, context); });
}
std::optional<fakes::Date> Fields::date(std::string_view key, fakes::Date today) {
    return read_value<fakes::Date>(state_, text(key), place(key),
                                   [&](const std::string& text) { return read_date(text, today); });
}
std::optional<fakes::When> Fields::when(std::string_view key, fakes::Date today, const Zone& zone) {
    return read_value<fakes::When>(state_, text(key), place(key),
                                   [&](const std::string& text) { return read_when(text, today, zone); });
}
std::optional<fakes::Repeat> Fields::repeat(std::string_view key, fakes::Date start) {
    return read_value<fakes::Repeat>(state_, text(key), place(key),
                                     [&](const std::string& text) { return read_repeat(text, start); });
}

std::optional<std::string> Fields::person(std::string_view key) {
    const auto name = text(key);
    if (!name || state_.person(*name, place(key)) == nullptr) return std::nullopt;
    return name;
}

std::vector<std::string> Fields::people(std::string_view key) {
    std::vector<std::string> out;
    for (auto& [name, where] : scalars(key))
        if (state_.person(name, where) != nullptr) out.push_back(std::move(name));
    return out;
}

std::vector<std::pair<std::string, Place>> Fields::addresses(std::string_view key) {
    std::vector<std::pair<std::string, Place>> out;
    for (const auto& [name, where] : scalars(key)) {
        if (is_address(name))
            out.emplace_back(name, where);
        else if (const ScenarioPerson* person = state_.person(name, where))
            out.emplace_back(person->person.address, where);
    }
    return out;
}

std::optional<std::string> Fields::language(std::string_view key) {
    auto tag = text(key);
    if (!tag || is_language_tag(*tag)) return tag;
    state_.error(place(key), "`" + *tag + "` is no language tag", "write it as pl-PL, en-US or fi");
    return std::nullopt;
}

bool is_language_tag(std::string_view left) {
    const auto letters = [](std::string_view part) {
        return std::ranges::all_of(part, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
    };
    const std::string_view first = left.substr(0, left.find('-'));
    bool good = (first.size() == 2 || first.size() == 3) && letters(first);
    left.remove_prefix(std::min(left.size(), first.size() + 1));
    while (good && !left.empty()) {
        const std::string_view part = left.substr(0, left.find('-'));
        good = (part.size() == 2 && letters(part)) || (part.size() == 4 && letters(part)) ||
               (part.size() == 3 && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; }));
        left.remove_prefix(std::min(left.size(), part.size() + 1));
    }
    return good;
}

const Zone* Fields::zone(std::string_view key) {
    const auto name = text(key);
    if (!name) return nullptr;
    const Zone* zone = Zone::find_iana(*name);
    if (zone == nullptr) state_.misread(place(key), no_zone(*name));
    return zone;
}

std::optional<std::string> Fields::beside(std::string_view key) {
    auto name = text(key);
    if (!name) return std::nullopt;
    if (name->starts_with('/') || name->find("..") != std::string::npos) {
        state_.error(place(key), "`" + std::string(key) + "` must lie beside the scenario",
                     "write a path relative to the scenario's folder, without ..");
        return std::nullopt;
    }
    return name;
}

std::optional<std::string> Fields::file(std::string_view key, std::string& content) {
    auto name = beside(key);
    if (!name) return std::nullopt;
    if (state_.read_file == nullptr || !*state_.read_file) return name;
    const std::size_t slash = state_.scenario.path.rfind('/');
    const std::string path =
        slash == std::string::npos ? *name : state_.scenario.path.substr(0, slash + 1) + *name;
    auto bytes = (*state_.read_file)(path);
    if (!bytes) {
        state_.error(place(key), "cannot read the file " + path, "paths are relative to the scenario's folder");
        return std::nullopt;
    }
    if (bytes->size() > kScenarioBytesMax || bad_utf8_at(*bytes)) {
        state_.error(place(key), path + " is not a text of at most 1 MB in UTF-8", "");
        return std::nullopt;
    }
    content = std::move(*bytes);
    return name;
}

std::optional<std::string> Fields::operation(std::string_view key) {
    auto id = text(key);
    if (!id) return std::nullopt;
    const Requirement* known = find_requirement(*id);
    if (known != nullptr && !known->operation.empty()) return id;
    std::vector<std::string> ids;
    for (const Requirement& requirement : requirements())
        if (!requirement.operation.empty()) ids.emplace_back(requirement.id);
    state_.unknown(place(key), "there is no operation `" + *id + "`", *id, ids,
                   "name it as in the conformance report: OP-M-INSTANCES, OP-G-EVENT-PATCH");
    return std::nullopt;
}

std::optional<int> Fields::how_often(std::string_view key) {
    const auto word = text(key);
    if (!word) return std::nullopt;
    if (*word == "none" || *word == "never") return 0;
    if (*word == "once") return 1;
    if (*word == "twice") return 2;
    if (!word->empty() && is_digit(word->front())) return number(key);
    good_ = false;
    state_.error(find(key)->value->place, "`" + std::string(key) + "` cannot be `" + *word + "`", "it tells how often: once, none, twice or a number");
    return std::nullopt;
}

}  // namespace sim
