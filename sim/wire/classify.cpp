#include "sim/wire/classify.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace sim {
namespace {

constexpr std::size_t most_segments = 12;

struct Path {
    std::array<std::string_view, most_segments> segments;
    std::size_t count = 0;
    std::string_view query;
    std::string_view at(std::size_t i) const { return i < count ? segments[i] : std::string_view{}; }
};

Path split(std::string_view target) {
    Path path;
    if (const auto mark = target.find('?'); mark != std::string_view::npos) {
        path.query = target.substr(mark + 1);
        target = target.substr(0, mark);
    }
    while (!target.empty() && path.count < most_segments) {
        if (target.front() == '/') target.remove_prefix(1);
        const auto end = std::min(target.find('/'), target.size());
        path.segments[path.count++] = target.substr(0, end);
        target.remove_prefix(end);
    }
    return path;
}

bool has_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        if (pair.substr(0, pair.find('=')) == name) return true;
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return false;
}

// Patterns are in the list's own words: {..} stands for one segment.
struct Listed {
    std::string_view id;
    std::string_view method;
    std::array<std::string_view, 6> path;
};

constexpr std::array<Listed, 8> graph_operations{{
    {"OP-M-EVENT-ADD", "POST", {"users", "{}", "calendar", "events"}},
    {"OP-M-EVENT-GET", "GET", {"users", "{}", "events", "{}"}},
    {"OP-M-INSTANCES", "GET", {"users", "{}", "calendar", "events", "{}", "instances"}},
    {"OP-M-EVENT-LIST", "GET", {"users", "{}", "calendar", "events"}},
    {"OP-M-SUBSCRIBE", "POST", {"subscriptions"}},
    {"OP-M-SETTINGS", "GET", {"users", "{}", "mailboxSettings"}},
    {"OP-M-UNSUBSCRIBE", "DELETE", {"subscriptions", "{}"}},
    {"OP-M-EVENT-PATCH", "PATCH", {"users", "{}", "calendar", "events", "{}"}},
}};

// Fixed words stand before {} where both would fit ("quickAdd" is no event id; "me" may be whose vacation is read).
constexpr std::array<Listed, 16> google_operations{{
    {"OP-G-QUICK-ADD", "POST", {"calendars", "{}", "events", "quickAdd"}},
    {"OP-G-WATCH", "POST", {"calendars", "{}", "events", "watch"}},
    {"OP-G-EVENT-LIST", "GET", {"calendars", "{}", "events"}},
    {"OP-G-EVENT-ADD", "POST", {"calendars", "{}", "events"}},
    {"OP-G-INSTANCES", "GET", {"calendars", "{}", "events", "{}", "instances"}},
    {"OP-G-EVENT-GET", "GET", {"calendars", "{}", "events", "{}"}},
    {"OP-G-EVENT-PATCH", "PATCH", {"calendars", "{}", "events", "{}"}},
    {"OP-G-EVENT-DELETE", "DELETE", {"calendars", "{}", "events", "{}"}},
    {"OP-G-STOP", "POST", {"channels", "stop"}},
    {"OP-G-VACATION", "GET", {"users", "{}", "settings", "vacation"}},
    {"OP-G-SETTING", "GET", {"users", "me", "settings", "{}"}},
    {"OP-G-ACL-ADD", "POST", {"calendars", "{}", "acl"}},
    {"OP-G-ACL-DELETE", "DELETE", {"calendars", "{}", "acl", "{}"}},
    {"OP-G-ACL-DELETE", "DELETE", {"calendars", "{}", "acl"}},  // as the reference prints it
    {"OP-G-FREEBUSY", "POST", {"freeBusy"}},
    {"OP-G-FREEBUSY", "GET", {"freeBusy"}},  // as the reference prints it
}};

bool matches(const Listed& listed, std::string_view method, const Path& path, std::size_t skip) {
    if (listed.method != method) return false;
    for (std::size_t i = 0; i <= listed.path.size(); ++i) {
        const std::string_view wanted = i < listed.path.size() ? listed.path[i] : std::string_view{};
        const std::string_view given = path.at(skip + i);
        if (wanted.empty()) return skip + i >= path.count;
        if (given.empty() || (wanted != "{}" && wanted != given)) return false;
    }
    return false;
}

std::string person_in(const Path& path, const PersonLookup& lookup) {
    for (std::size_t i = 0; i + 1 < path.count; ++i)
        if (path.segments[i] == "users" || path.segments[i] == "calendars" || path.segments[i] == "Users")
            return lookup(percent_decoded(path.segments[i + 1]));
    return {};
}

// The name behind `mark` in a text, up to a delimiter: "users/{name}/events" in a body of either side.
std::optional<std::string_view> name_behind(std::string_view text, std::string_view mark) {
    const auto found = text.find(mark);
    if (found == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(found + mark.size());
    return rest.substr(0, rest.find_first_of("/\"\\?') "));
}

}  // namespace

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

Classified classify(const fakes::Request& request, const PersonLookup& lookup) {
    Classified known;
    const Path path = split(request.target);
    const auto search = [&](const auto& table, std::size_t skip) {
        for (const Listed& listed : table) {
            if (!matches(listed, request.method, path, skip)) continue;
            known.operation = listed.id;
            return;
        }
    };
    const bool graph = path.at(0) == "v1.0" || path.at(0) == "beta";
    if (graph) {
        search(graph_operations, 1);
        // events/delta is a function of its own, not an event of that id (Graph docs: event delta).
        if (known.operation == "OP-M-EVENT-GET" && path.at(4) == "delta") known.operation = {};
        // Instances are only listed with their time range.
        if (known.operation == "OP-M-INSTANCES" &&
            !(has_parameter(path.query, "startDateTime") && has_parameter(path.query, "endDateTime")))
            known.operation = {};
    } else if ((path.at(0) == "calendar" && path.at(1) == "v3") || (path.at(0) == "gmail" && path.at(1) == "v1")) {
        search(google_operations, 2);
    }
    if (!lookup) return known;
    known.person = person_in(path, lookup);
    if (known.operation == "OP-M-SUBSCRIBE") {
        if (const auto name = name_behind(request.body, "users/")) known.person = lookup(percent_decoded(*name));
    }
    return known;
}

std::string person_of_notification(const fakes::Request& request, const PersonLookup& lookup) {
    if (!lookup) return {};
    if (const std::string* uri = fakes::find_header(request.headers, "X-Goog-Resource-URI")) {
        const auto name = name_behind(*uri, "calendars/");
        return name ? lookup(percent_decoded(*name)) : std::string();
    }
    // Graph docs: changeNotification.resource is "Users/{id}/Events/{id}"; the case differs by service.
    for (const std::string_view mark : {"Users/", "users/"})
        if (const auto name = name_behind(request.body, mark)) return lookup(percent_decoded(*name));
    return {};
}

}  // namespace sim
