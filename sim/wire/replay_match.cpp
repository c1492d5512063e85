#include "sim/wire/replay_match.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/wire/classify.hpp"
#include "sim/wire/masking.hpp"
#include "sim/wire/message.hpp"

namespace sim {
namespace {

using nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t longest_shown = 120;
constexpr std::size_t shortest_substituted = 6;  // shorter values would be found inside innocent text
constexpr int deepest_body = 64;

bool holds(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

/// "/id" names the member of the outermost object only.
bool may_differ_at(const std::vector<std::string>& list, const std::string& place, const std::string& name) {
    return holds(list, name) || (place.empty() && holds(list, "/" + name));
}

std::string shown(std::string_view text) {
    std::string out(text.substr(0, longest_shown));
    if (text.size() > longest_shown) out += "...";
    return out;
}

std::string difference(std::string_view asked, std::string_view recorded) {
    // What is the same at the beginning of long values is left out, but for a few bytes to recognise them by.
    constexpr std::size_t kept = 24;
    const auto part = static_cast<std::size_t>(std::ranges::mismatch(asked, recorded).in1 - asked.begin());
    const bool late = part > longest_shown / 2;
    const std::size_t from = late ? part - kept : 0;
    const std::string dots = late ? "..." : "";
    return "asked " + dots + shown(asked.substr(from)) + ", recorded " + dots + shown(recorded.substr(from));
}

std::string form_decoded(std::string text) {
    std::replace(text.begin(), text.end(), '+', ' ');
    return percent_decoded(text);
}

Pairs pairs_of(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        pairs.emplace_back(form_decoded(std::string(pair.substr(0, equals))),
                           form_decoded(std::string(pair.substr(std::min(equals + 1, pair.size())))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

std::string_view query_of(std::string_view target) {
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::string shown_pair(const Pairs::value_type& pair) {
    return pair.first + "=" + (is_secret_member(pair.first) ? "(masked)" : shown(pair.second));
}

/// What differs between two lists of name and value, in a sentence; empty when nothing does.
std::string compare_pairs(const Pairs& asked, const Pairs& recorded, const std::vector<std::string>& may_differ,
                          const Substitutions& known) {
    std::string told;
    const auto add = [&](const std::string& sentence) { told += (told.empty() ? "" : "; ") + sentence; };
    std::size_t a = 0, r = 0;
    while (a < asked.size() || r < recorded.size()) {
        const bool only_asked = r == recorded.size() || (a < asked.size() && asked[a].first < recorded[r].first);
        const bool only_recorded = a == asked.size() || (r < recorded.size() && recorded[r].first < asked[a].first);
        if (only_asked) {
            add(shown_pair(asked[a]) + " was not recorded");
            ++a;
        } else if (only_recorded) {
            add(shown_pair(recorded[r]) + " was not asked");
            ++r;
        } else {
            const auto& [name, value] = asked[a++];
            const std::string wanted = substituted(recorded[r++].second, known);
            if (value != wanted && !holds(may_differ, name))
                add(name + ": " + (is_secret_member(name) ? "differs" : difference(value, wanted)));
        }
    }
    return told;
}

std::optional<json> parsed(const std::string& body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (body[first] != '{' && body[first] != '[')) return std::nullopt;
    bool too_deep = false;
    auto value = json::parse(
        body,
        [&](int depth, json::parse_event_t, json&) {
            too_deep = too_deep || depth > deepest_body;
            return !too_deep;
        },
        false);
    if (value.is_discarded() || too_deep) return std::nullopt;
    return value;
}

/// The first difference as "/path: ...".
std::string compare_json(const json& asked, const json& recorded, const std::string& place,
                         const std::vector<std::string>& may_differ, const Substitutions& known) {
    if (asked.is_object() && recorded.is_object()) {
        for (const auto& [name, value] : recorded.items()) {
            const auto found = asked.find(name);
            if (found == asked.end()) return place + "/" + name + " was not asked";
            if (may_differ_at(may_differ, place, name)) continue;
            if (auto told = compare_json(*found, value, place + "/" + name, may_differ, known); !told.empty()) return told;
        }
        for (const auto& [name, value] : asked.items())
            if (!recorded.contains(name)) return place + "/" + name + " was not recorded";
        return {};
    }
    if (asked.is_array() && recorded.is_array() && asked.size() == recorded.size()) {
        for (std::size_t i = 0; i < asked.size(); ++i)
            if (auto told = compare_json(asked[i], recorded[i], place + "/" + std::to_string(i), may_differ, known);
                !told.empty())
                return told;
        return {};
    }
    if (asked == recorded) return {};
    if (asked.is_string() && recorded.is_string() &&
        asked.get_ref<const std::string&>() == substituted(recorded.get<std::string>(), known))
        return {};
    Masking masking;
    const auto text = [&](const json& value) { return masking.body(value.dump(-1, ' ', false, json::error_handler_t::replace)); };
    return (place.empty() ? "/" : place) + ": " + difference(text(asked), text(recorded));
}

bool is_form(const fakes::Request& request) {
    const std::string* type = fakes::find_header(request.headers, "content-type");
    return type && type->starts_with("application/x-www-form-urlencoded");
}

std::string compare_bodies(const fakes::Request& asked, const fakes::Request& recorded, const ReplaySettings& settings,
                           const Substitutions& known) {
    if (asked.body == recorded.body) return {};
    if (is_form(asked) && is_form(recorded))
        return compare_pairs(pairs_of(asked.body), pairs_of(recorded.body), settings.volatile_members, known);
    const auto a = parsed(asked.body), r = parsed(recorded.body);
    if (a && r) return compare_json(*a, *r, "", settings.volatile_members, known);
    if (asked.body == substituted(recorded.body, known)) return {};
    Masking masking;
    const std::string asked_text = masking.body(asked.body), recorded_text = masking.body(recorded.body);
    return difference(asked_text, recorded_text);
}

void learn_json(const json& asked, const json& recorded, const std::string& place, const std::vector<std::string>& may_differ,
                Substitutions& known) {
    if (asked.is_object() && recorded.is_object()) {
        for (const auto& [name, value] : recorded.items()) {
            const auto found = asked.find(name);
            if (found == asked.end()) continue;
            if (may_differ_at(may_differ, place, name) && value.is_string() && found->is_string()) {
                const auto was = value.get<std::string>(), is = found->get<std::string>();
                if (was != is && was.size() >= shortest_substituted) known[was] = is;
            } else {
                learn_json(*found, value, place + "/" + name, may_differ, known);
            }
        }
    } else if (asked.is_array() && recorded.is_array()) {
        for (std::size_t i = 0; i < std::min(asked.size(), recorded.size()); ++i)
            learn_json(asked[i], recorded[i], place + "/" + std::to_string(i), may_differ, known);
    }
}

}  // namespace

std::string path_of(std::string_view target) { return percent_decoded(target.substr(0, target.find('?'))); }

std::string substituted(std::string text, const Substitutions& known) {
    for (const auto& [was, is] : known)
        for (auto at = text.find(was); at != std::string::npos; at = text.find(was, at + is.size()))
            text.replace(at, was.size(), is);
    return text;
}

std::vector<PartMatch> match_parts(const fakes::Request& asked, const fakes::Request& recorded,
                                   const ReplaySettings& settings, const Substitutions& known) {
    std::vector<PartMatch> parts;
    const auto add = [&](std::string part, std::string told) {
        const bool same = told.empty();
        parts.push_back({std::move(part), same, std::move(told)});
    };
    const auto plain = [](const std::string& a, const std::string& r) { return a == r ? std::string() : difference(a, r); };
    const bool path = same_path(asked, recorded, settings, known);
    add("method", plain(asked.method, recorded.method));
    add("host", plain(asked.host, recorded.host));
    add("path", path ? "" : difference(path_of(asked.target), substituted(path_of(recorded.target), known)));
    add("query", compare_pairs(pairs_of(query_of(asked.target)), pairs_of(query_of(recorded.target)),
                               settings.volatile_query, known));
    for (const auto& name : settings.headers_that_matter) {
        const std::string* a = fakes::find_header(asked.headers, name);
        const std::string* r = fakes::find_header(recorded.headers, name);
        if (!a && !r) continue;
        add("header " + name, plain(a ? *a : "(none)", r ? substituted(*r, known) : "(none)"));
    }
    add("body", compare_bodies(asked, recorded, settings, known));
    return parts;
}

bool same_path(const fakes::Request& asked, const fakes::Request& recorded, const ReplaySettings& settings, const Substitutions& known) {
    const std::string a = path_of(asked.target), r = path_of(recorded.target);
    if (a == r || a == substituted(r, known)) return true;
    if (!holds(settings.tenant_first, asked.host)) return false;
    const auto rest = [](const std::string& path) { return path.substr(std::min(path.find('/', 1), path.size())); };
    return rest(a) == rest(r);
}

std::set<std::string> receivers_of(const Recording& recording) {
    std::set<std::string> hosts;
    for (const RecordedExchange& entry : recording.entries) {
        // Graph: POST /subscriptions; Google: POST .../watch.
        const std::string path = path_of(entry.request.target);
        if (entry.request.method != "POST" || !(path.ends_with("/subscriptions") || path.ends_with("/watch"))) continue;
        const auto body = parsed(entry.request.body);
        if (!body || !body->is_object()) continue;
        for (const char* member : {"notificationUrl", "lifecycleNotificationUrl", "address"})
            if (const auto url = body->find(member); url != body->end() && url->is_string())
                if (const auto address = parse_address(url->get_ref<const std::string&>())) hosts.insert(address->host);
    }
    return hosts;
}

void learn(const fakes::Request& asked, const fakes::Request& recorded, const ReplaySettings& settings,
           Substitutions& known) {
    const auto a = parsed(asked.body), r = parsed(recorded.body);
    if (a && r) learn_json(*a, *r, "", settings.volatile_members, known);
}

}  // namespace sim
