#include "sim/judge/history.hpp"

#include <algorithm>

#include "sim/wire/iso_text.hpp"

namespace sim {

History::History(const Journal& journal) {
    for (const Record& record : journal.records()) {
        const Instant at = record.at;
        if (const auto* screen = std::get_if<ScreenChange>(&record.what)) {
            screens_[screen->who].points.push_back({at, screen});
            for (const fakes::ShownAnswer& answer : screen->screen.answers)
                if (!answer.item_id.empty() && !answer.event.empty()) uids_.emplace(answer.event, answer.item_id);
        }
        else if (const auto* calendar = std::get_if<CalendarChange>(&record.what)) calendars_[calendar->owner].points.push_back({at, calendar});
        else if (const auto* list = std::get_if<CloudList>(&record.what)) lists_[list->person].points.push_back({at, list});
        else if (const auto* presence = std::get_if<PresenceChange>(&record.what)) presence_[presence->person].points.push_back({at, presence});
        else if (const auto* state = std::get_if<StateChange>(&record.what)) states_[state->person].points.push_back({at, state});
        else if (const auto* mail = std::get_if<NoticeMailed>(&record.what)) notices_[mail->person].points.push_back({at, mail});
        else if (const auto* access = std::get_if<KeyAccess>(&record.what)) keys_[access->key_url].points.push_back({at, access});
        else if (const auto* tenant = std::get_if<TenantChange>(&record.what)) tenant_.points.push_back({at, tenant});
        else if (const auto* exchange = std::get_if<Exchange>(&record.what)) {
            exchanges_.push_back(exchange);
            if (exchange->what == "administrator looks" && exchange->status == 200) provisioning_.points.push_back({at, exchange});
        }
        else if (const auto* act = std::get_if<ActDone>(&record.what)) {
            acts_.emplace_back(at, act);
            if (!act->event.empty() && !act->uid.empty()) uids_.emplace(act->event, act->uid);
        }
    }
}

std::string History::uid_of(std::string_view event) const {
    const auto found = uids_.find(event);
    return found == uids_.end() ? std::string() : found->second;
}

const fakes::SeenEvent* History::row(std::string_view owner, std::string_view event,
                                     const std::optional<fakes::Date>& occurrence, Instant when) const {
    const std::string uid = uid_of(event);
    const CalendarChange* view = calendars(owner).at(when);
    if (view == nullptr || uid.empty()) return nullptr;
    for (const fakes::SeenEvent& seen : view->events)
        if (seen.uid == uid && (!occurrence || seen.occurrence == occurrence)) return &seen;
    return nullptr;
}

namespace {

/// Replies are polled every few minutes, keys are shaken hands over before anything is read: both bury what led to a list.
bool bears_on(std::string_view rule, const Exchange& exchange) {
    const bool polls_replies = exchange.target.find("/mailboxSettings") != std::string::npos || exchange.target.find("/settings/vacation") != std::string::npos;
    if (rule == "presence") return polls_replies || exchange.target.find("resence") != std::string::npos || exchange.target.find("status") != std::string::npos;
    if (exchange.status == 0 || exchange.status >= 400 || !exchange.fault.empty()) return true;
    if (polls_replies || exchange.to.find("kms") != std::string::npos) return false;
    const auto is_provider = [](std::string_view host) { return host == "graph" || host == "google"; };
    return rule != "calendar" || is_provider(exchange.from) || is_provider(exchange.to);
}

}  // namespace

std::vector<std::string> History::exchanges_behind(std::string_view rule, std::string_view person, Instant when, std::size_t count) const {
    std::vector<std::string> lines;
    for (auto it = exchanges_.rbegin(); it != exchanges_.rend() && lines.size() < count; ++it)
        if ((*it)->sent <= when && (person.empty() || (*it)->person == person) && bears_on(rule, **it)) lines.push_back(exchange_line(**it));
    if (lines.empty()) return last_exchanges(person, when, count);
    std::reverse(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> History::last_exchanges(std::string_view person, Instant when, std::size_t count) const {
    std::vector<std::string> lines;
    for (auto it = exchanges_.rbegin(); it != exchanges_.rend() && lines.size() < count; ++it)
        if ((*it)->sent <= when && (person.empty() || (*it)->person == person)) lines.push_back(exchange_line(**it));
    std::reverse(lines.begin(), lines.end());
    return lines;
}

std::string instant_text(Instant when) {
    constexpr std::string_view nothing = ".000Z";
    std::string text = iso_text(when);
    if (text.ends_with(nothing)) text.replace(text.size() - nothing.size(), nothing.size(), "Z");
    return text;
}

std::string exchange_line(const Exchange& exchange) {
    std::string target = exchange.target;
    if (target.size() > 100) target = target.substr(0, 97) + "...";
    std::string line = "#" + std::to_string(exchange.number) + " " + instant_text(exchange.sent) + " " + exchange.from +
                       " -> " + exchange.to + " " + exchange.method + " " + target + " ";
    line += exchange.status == 0 ? std::string("no answer") : std::to_string(exchange.status);
    if (!exchange.fault.empty()) line += "  [" + exchange.fault + "]";
    // What follows its first line is told by a finding of its own.
    if (!exchange.broken_rule.empty()) line += "  (" + exchange.broken_rule.substr(0, exchange.broken_rule.find('\n')) + ")";
    return line;
}

}  // namespace sim
