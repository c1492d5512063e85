#include "sim/scenario/story_book.hpp"

#include <algorithm>

#include "fakes/recurrence/expand.hpp"
#include "sim/scenario/policies.hpp"

namespace sim {

using namespace std::chrono;
using fakes::Date;
using fakes::recurrence::Series;
using fakes::recurrence::SeriesStart;
using fakes::recurrence::StartReading;

namespace {

/// The series as each of the scenario's providers reads it: they differ on day 31, 29 February, and a start that
/// does not match its rule.
std::vector<Series> readings(const LoadState& state, const KnownEvent& event) {
    std::vector<Series> out;
    const fakes::Draft& draft = event.draft;
    const Zone* zone = Zone::find(draft.when.zone);
    if (!draft.repeat || zone == nullptr) return out;
    SeriesStart start{draft.when.start, zone, draft.when.all_day, draft.when.end - draft.when.start, {}};
    if (state.plays(Provider::google)) {
        start.reading = StartReading::counts;
        out.emplace_back(start, fakes::recurrence::rule_of(*draft.repeat, draft.when.all_day, *zone));
    }
    if (state.plays(Provider::microsoft)) {
        start.reading = StartReading::by_rule;
        const auto pattern =
            fakes::recurrence::pattern_of(*draft.repeat, Date(floor<days>(draft.when.start)), draft.when.zone);
        out.emplace_back(start, fakes::recurrence::rule_of(pattern));
    }
    return out;
}

/// The event most likely meant: one with this title, or with an id spelled nearly so.
std::optional<std::string> event_meant(const StoryBook& book, const std::string& word) {
    std::vector<std::string> ids;
    for (const auto& [id, event] : book.events) {
        if (event.draft.title == word) return id;
        ids.push_back(id);
    }
    return did_you_mean(word, ids);
}

}  // namespace

void StoryBook::no_event(const std::string& id, const Place& place, const char* when, const char* make) const {
    const auto near = event_meant(*this, id);
    if (!near && state_.story_unsure) return;  // perhaps made by what could not be told
    state_.error(place, "there is no event `" + id + "` " + when,
                 near ? "did you mean `" + *near + "`?" : std::string(make) + " `PERSON creates: { id: " + id + ", ... }`");
}

const KnownEvent* StoryBook::known_event(const std::string& id, const Place& place) const {
    const auto it = events.find(id);
    if (it != events.end()) return &it->second;
    no_event(id, place, "in the story", events.empty() ? "the story makes none: add" : "make it with");
    return nullptr;
}

KnownEvent* StoryBook::living_event(Fields& fields, std::string_view key, Instant at) {
    const auto id = fields.text(key);
    if (!id) return nullptr;
    const Place place = fields.place(key);
    const auto it = events.find(*id);
    if (it == events.end()) {
        no_event(*id, place, "yet", "make it in an earlier step with");
        return nullptr;
    }
    if (it->second.cancelled && *it->second.cancelled <= at) {
        state_.error(place, "`" + *id + "` is cancelled already", "it was cancelled at " +
                     text_of(*it->second.cancelled, *state_.zone));
        return nullptr;
    }
    return &it->second;
}

bool StoryBook::may_be_shown(const std::string& title) const {
    if (state_.scenario.recording || state_.story_unsure || other_titles || titles.empty() || titles.contains(title)) return true;
    // Shared devices mask private meetings; RoomOS names what is booked there without a title.
    if (title == "Scheduled meeting" || (titles.contains("") && title == "Ad hoc meeting")) return true;
    return std::ranges::any_of(state_.scenario.people, [&](const auto& one) { return one.second.person.name == title; });
}

bool StoryBook::is_slot(const KnownEvent& event, Date date) const {
    return std::ranges::any_of(readings(state_, event),
                               [&](const Series& series) { return series.on(date).has_value(); });
}

std::string StoryBook::slots_near(const KnownEvent& event, Date date) const {
    const auto series = readings(state_, event);
    if (series.empty()) return {};
    // Weekly and shorter rules show their neighbours; for longer ones the next few are enough.
    const Instant noon = sys_days(date) + hours(12);
    auto found = series.front().within(noon - days(8), noon + days(8)).occurrences;
    if (found.empty()) {
        if (auto next = series.front().first_from(noon)) found.push_back(*next);
        else if (auto last = series.front().last()) found.push_back(*last);
    }
    std::string out;
    for (std::size_t i = 0; i < found.size() && i < 4; ++i) {
        if (i > 0) out += i + 1 == std::min<std::size_t>(found.size(), 4) ? " and " : ", ";
        out += text_of(Date(floor<days>(found[i].original)));
    }
    return out;
}

bool StoryBook::may_be_joined(const KnownEvent& event, const std::optional<Date>& occurrence, Instant from, Instant to) const {
    if (event.unsure || event.rescheduled) return true;
    const auto policy = [&](const char* name, milliseconds standard) {
        const auto set = state_.scenario.policies.find(name);
        return set == state_.scenario.policies.end() ? standard : policy_duration(set->second);
    };
    // Two seconds of grace: a button is lit by a message that takes its way.
    const Instant first = from - policy("join tail", milliseconds(0)) - seconds(2);
    const Instant last = to + std::max(policy("join lead", minutes(5)), policy("room join lead", minutes(5)));
    const auto overlaps = [&](const fakes::When& when) {
        const Zone* zone = Zone::find(when.zone);  // one occurrence may have another zone than its series
        if (zone == nullptr) return true;
        return Instant(zone->to_utc(when.start)) <= last && Instant(zone->to_utc(when.end)) >= first;
    };
    for (const auto& [slot, when] : event.moved)
        if ((!occurrence || *occurrence == slot) && overlaps(when)) return true;
    if (!event.is_series()) return overlaps(event.draft.when);
    for (const Series& series : readings(state_, event))
        for (const auto& one : series.within(first - milliseconds(1), last + milliseconds(1)).occurrences)
            if (!occurrence || *occurrence == Date(floor<days>(one.original))) return true;
    return false;
}

std::optional<std::optional<Date>> StoryBook::occurrence(Fields& fields, const KnownEvent& event, Date today,
                                                         Instant at) const {
    if (!fields.has("occurrence")) return std::optional<Date>{};
    const auto date = fields.date("occurrence", today);
    if (!date) return std::nullopt;
    if (event.unsure) return std::optional<Date>(*date);
    const Place place = fields.place("occurrence");
    if (!event.is_series()) {
        state_.error(place, "`" + event.id + "` does not repeat", "leave out `occurrence`", "made without `repeats:`");
        return std::nullopt;
    }
    if (!is_slot(event, *date)) {
        const std::string near = slots_near(event, *date);
        state_.error(place, "`" + event.id + "` has no occurrence on " + text_of(*date),
                     near.empty() ? "name it by the day it has by the rule, not by where it was moved"
                                  : "near it there are " + near + ", by the rule");
        return std::nullopt;
    }
    const auto gone = event.cancelled_occurrences.find(*date);
    if (gone != event.cancelled_occurrences.end() && gone->second < at) {
        state_.error(place, "the occurrence of " + text_of(*date) + " is cancelled already",
                     "it was cancelled at " + text_of(gone->second, *state_.zone));
        return std::nullopt;
    }
    return std::optional<Date>(*date);
}

}  // namespace sim
