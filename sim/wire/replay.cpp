#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "sim/wire/har.hpp"
#include "sim/wire/replay_match.hpp"

namespace sim {
namespace {

constexpr std::size_t most_told = 20;
constexpr std::size_t longest_title = 180;
constexpr std::chrono::milliseconds patience{1000};

std::string title(const fakes::Request& request) {
    std::string text = request.method + " https://" + request.host + request.target;
    // Ids of events are long and alike: what the request is about stands at the beginning and at the end.
    if (text.size() > longest_title) text.replace(longest_title / 2, text.size() - longest_title, "...");
    return text;
}

/// Reading, and asking for tokens with a form, causes no notification.
bool is_write(const fakes::Request& request) {
    const std::string* type = fakes::find_header(request.headers, "content-type");
    return request.method != "GET" && !(type != nullptr && type->starts_with("application/x-www-form-urlencoded"));
}

std::string offset_text(std::chrono::milliseconds offset) {
    const auto seconds = offset.count() / 1000;
    char text[48];
    std::snprintf(text, sizeof text, "+%02d:%02d:%02d", static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
    return text;
}

}  // namespace

struct ReplayServer::Parts {
    std::size_t find(const fakes::Request& request, std::size_t& spent_equal) const;
    std::string explain(const fakes::Request& request, std::uint64_t number, std::size_t spent_equal) const;
    fakes::Reply answer_from(const RecordedExchange& entry) const;
    std::string receiver_of(const fakes::Request& notification) const;
    void send_due(fakes::Instant now, fakes::Effects& effects);
    std::optional<fakes::Instant> may_be_sent_from(fakes::Instant due, std::size_t notification) const;

    Recording recording;
    ReplaySettings settings;
    std::set<std::string> recorded_hooks;  // hosts
    fakes::Instant origin{};
    std::uint64_t requests = 0;
    std::vector<std::uint64_t> consumed_by;  // per entry: number of the request, 0: free
    // Entries by what must be equal exactly, so that a request looks only at its own kind.
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_method_and_host;
    std::multimap<fakes::Instant, std::size_t> notifications;  // still to be sent, by time in the replay
    std::set<std::size_t> is_notification;
    std::set<std::size_t> open_writes;    // entries that may cause notifications and were not asked for yet
    std::set<std::size_t> open_requests;  // every entry that was not asked for yet
    std::uint64_t unexpected_count = 0;
    Substitutions known;
    std::vector<std::string> unexpected;
};

/// Never before the writes that were recorded before it. What was asked just before it, or at the same instant, comes
/// before it again: whether a client is told while it reads decides whether it reads once more. But a client that does
/// not ask this time is not waited for long.
std::optional<fakes::Instant> ReplayServer::Parts::may_be_sent_from(fakes::Instant due, std::size_t notification) const {
    if (!open_writes.empty() && *open_writes.begin() < notification) return std::nullopt;
    if (open_requests.empty()) return due;
    const auto before = open_requests.lower_bound(notification);
    if (before == open_requests.begin()) return due;
    const bool just_before = recording.entries[*std::prev(before)].started + patience > recording.entries[notification].started;
    return just_before ? due + patience : due;
}

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::size_t ReplayServer::Parts::find(const fakes::Request& request, std::size_t& spent_equal) const {
    spent_equal = nowhere;
    const auto kind = by_method_and_host.find({request.method, request.host});
    if (kind == by_method_and_host.end()) return nowhere;
    for (const std::size_t i : kind->second) {
        const auto& recorded = recording.entries[i].request;
        if (!same_path(request, recorded, settings, known)) continue;
        const auto parts = match_parts(request, recorded, settings, known);
        if (!std::all_of(parts.begin(), parts.end(), [](const PartMatch& part) { return part.same; })) continue;
        if (consumed_by[i] == 0) return i;
        spent_equal = i;
    }
    return nowhere;
}

std::string ReplayServer::Parts::explain(const fakes::Request& request, std::uint64_t number,
                                         std::size_t spent_equal) const {
    std::string text = "request #" + std::to_string(number) + " was not recorded: " + title(request) + "\n";
    if (spent_equal != nowhere) {
        text += "  " + recording.file + " " + recording.entries[spent_equal].pointer +
                " is the same, but already consumed by request #" + std::to_string(consumed_by[spent_equal]) + "\n";
        return text;
    }
    std::size_t closest = nowhere;
    std::size_t most_same = 0;
    for (std::size_t i = 0; i < recording.entries.size(); ++i) {
        if (is_notification.contains(i)) continue;
        std::size_t same = 0;
        // Method, host and path say more about what was meant than a body does.
        for (const auto& part : match_parts(request, recording.entries[i].request, settings, known))
            if (part.same) same += part.part == "path" ? 8 : part.part == "host" ? 4 : part.part == "method" ? 2 : 1;
        if (closest != nowhere && same <= most_same) continue;
        closest = i;
        most_same = same;
    }
    if (closest == nowhere) return text + "  the recording " + recording.file + " has no requests at all\n";
    const auto& entry = recording.entries[closest];
    text += "  closest: " + recording.file + " " + entry.pointer + ": " + title(entry.request);
    if (consumed_by[closest] != 0) text += " (already consumed by request #" + std::to_string(consumed_by[closest]) + ")";
    text += "\n";
    for (const auto& part : match_parts(request, entry.request, settings, known)) {
        text += part.same ? "    \u2713 " : "    \u2717 ";
        text += part.part;
        if (!part.same) text += ": " + part.detail;
        text += "\n";
    }
    return text;
}

std::string ReplayServer::Parts::receiver_of(const fakes::Request& notification) const {
    // The address of the subscription, as the engine gives it now, with what the provider added.
    const std::string ours = "https://" + settings.hook_host;
    std::string url = substituted("https://" + notification.host + notification.target, known);
    return url.starts_with(ours + "/") ? url : ours + substituted(notification.target, known);
}

fakes::Reply ReplayServer::Parts::answer_from(const RecordedExchange& entry) const {
    fakes::Reply reply = entry.reply;
    for (auto& header : reply.headers) header.value = substituted(std::move(header.value), known);
    reply.body = substituted(std::move(reply.body), known);
    return reply;
}

ReplayServer::ReplayServer(Recording recording, ReplaySettings settings) : parts_(std::make_unique<Parts>()) {
    Parts& parts = *parts_;
    parts.recording = std::move(recording);
    parts.settings = std::move(settings);
    parts.recorded_hooks = receivers_of(parts.recording);
    parts.recorded_hooks.insert(parts.settings.hook_host);
    const auto& entries = parts.recording.entries;
    parts.consumed_by.assign(entries.size(), 0);
    if (entries.empty()) return;
    parts.origin = std::min_element(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
                       return a.started < b.started;
                   })->started;
    if (parts.recording.run) parts.origin = parts.recording.run->begin;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (parts.recorded_hooks.contains(entries[i].request.host)) {
            parts.is_notification.insert(i);
            parts.notifications.emplace(parts.settings.begin + (entries[i].started - parts.origin), i);
        } else {
            parts.by_method_and_host[{entries[i].request.method, entries[i].request.host}].push_back(i);
            if (is_write(entries[i].request)) parts.open_writes.insert(i);
            parts.open_requests.insert(i);
        }
    }
}

ReplayServer::~ReplayServer() = default;

void ReplayServer::request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now,
                           fakes::Effects& effects) {
    Parts& parts = *parts_;
    const std::uint64_t number = ++parts.requests;
    std::size_t spent_equal = nowhere;
    const std::size_t found = parts.find(request, spent_equal);
    if (found == nowhere) {
        std::string told = parts.explain(request, number, spent_equal);
        fakes::Reply reply;
        reply.status = 501;
        reply.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
        reply.body = "This request is not in the recording.\n";
        reply.broken_rule = told;
        ++parts.unexpected_count;
        if (parts.unexpected.size() < most_told) parts.unexpected.push_back(std::move(told));
        effects.answers.push_back({id, std::move(reply)});
        return;
    }
    const RecordedExchange& entry = parts.recording.entries[found];
    parts.consumed_by[found] = number;
    parts.open_writes.erase(found);
    parts.open_requests.erase(found);
    learn(request, entry.request, parts.settings, parts.known);
    // An entry without an answer gets none now.
    if (entry.reply.status != 0) effects.answers.push_back({id, parts.answer_from(entry)});
    // What this request made known is on its way before the client can ask again.
    parts.send_due(now, effects);
}

void ReplayServer::answered(fakes::OutgoingId, const fakes::Reply*, fakes::Instant, fakes::Effects&) {}

void ReplayServer::Parts::send_due(fakes::Instant now, fakes::Effects& effects) {
    for (auto next = notifications.begin(); next != notifications.end() && next->first <= now;) {
        const std::size_t i = next->second;
        if (const auto from = may_be_sent_from(next->first, i); !from || *from > now) {
            ++next;
            continue;
        }
        const auto& recorded = recording.entries[i].request;
        fakes::Outgoing outgoing;
        outgoing.id = i + 1;
        outgoing.not_before = next->first;
        outgoing.method = recorded.method;
        outgoing.url = receiver_of(recorded);
        outgoing.headers = recorded.headers;
        for (auto& header : outgoing.headers) header.value = substituted(std::move(header.value), known);
        outgoing.body = substituted(recorded.body, known);
        outgoing.what = "recorded notification";
        effects.outgoing.push_back(std::move(outgoing));
        consumed_by[i] = ++requests;
        next = notifications.erase(next);
    }
}

void ReplayServer::wake(fakes::Instant now, fakes::Effects& effects) { parts_->send_due(now, effects); }

std::optional<fakes::Instant> ReplayServer::next_wake() const {
    std::optional<fakes::Instant> first;
    for (const auto& [due, i] : parts_->notifications) {
        if (first && due > *first) break;
        const auto from = parts_->may_be_sent_from(due, i);
        if (from && (!first || *from < *first)) first = from;
    }
    return first;
}

std::vector<std::string> ReplayServer::hosts() const {
    std::set<std::string> names;
    for (const auto& [key, entries] : parts_->by_method_and_host) names.insert(key.second);
    return {names.begin(), names.end()};
}

const std::vector<std::string>& ReplayServer::unexpected() const { return parts_->unexpected; }
std::uint64_t ReplayServer::unexpected_count() const { return parts_->unexpected_count; }

std::vector<std::string> ReplayServer::unused() const {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < parts_->recording.entries.size(); ++i)
        if (parts_->consumed_by[i] == 0)
            list.push_back(parts_->recording.entries[i].pointer + " at " +
                           offset_text(parts_->recording.entries[i].started - parts_->origin) +
                           (parts_->is_notification.contains(i) ? " (a notification, never sent): " : ": ") +
                           title(parts_->recording.entries[i].request));
    return list;
}

}  // namespace sim
