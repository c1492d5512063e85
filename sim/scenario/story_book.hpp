#pragma once
// What is known of the story so far while it is read: which events exist, for whom, and which occurrences they have.
// With it an act that cannot happen is found without playing.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/scenario/reading.hpp"

namespace sim {

struct KnownEvent {
    std::string id;
    std::string organizer;  // key
    Place place;
    Instant created{};
    std::optional<Instant> cancelled;
    fakes::Draft draft;     // as it is now
    std::map<std::string, fakes::Response> invitees;  // address -> what the story says they answered
    std::map<fakes::Date, fakes::When> moved;
    std::map<fakes::Date, Instant> cancelled_occurrences;
    std::set<std::string> by_group;         // addresses of those whom an invited group reaches
    std::set<std::string> no_longer;        // addresses of those who were taken off
    bool has_part(const std::string& address) const { return invitees.contains(address) || by_group.contains(address); }
    std::set<std::string> removed_by;  // addresses that removed their own copy
    // What an invitee answered to one occurrence.
    std::map<std::pair<std::string, fakes::Date>, fakes::Response> answers;
    bool unsure = false;       // its time could not be read: nothing more is said about its occurrences
    bool rescheduled = false;  // as a whole: earlier claims may be about the time before
    bool is_series() const { return draft.repeat.has_value(); }
};

class StoryBook {
  public:
    explicit StoryBook(LoadState& state) : state_(state) {}

    std::map<std::string, KnownEvent, std::less<>> events;
    std::set<std::string, std::less<>> titles;                 // every title an event ever had
    bool other_titles = false;                                 // some are made of words that a service understands
    std::map<std::string, bool, std::less<>> activated;        // people whose activation the story changed
    std::map<std::string, std::string, std::less<>> language;  // people whose language the story changed
    std::map<std::string, bool, std::less<>> replies_on;
    std::map<std::string, bool, std::less<>> blocked;
    std::set<std::string, std::less<>> offline;                // keys of devices without network
    std::map<std::pair<std::string, std::string>, std::set<std::string>> asked;  // device and event -> "booking", "extension", ...
    std::map<std::string, std::string, std::less<>> guests;    // device -> who is signed in
    std::set<std::string, std::less<>> booked_desks;           // their guest goes with the booking: whether they are there is not known
    std::set<std::pair<std::string, std::string>> own_status;  // who, and what their own apps say
    std::set<std::pair<std::string, std::string>> seated;      // device and who ever was
    std::map<std::pair<std::string, std::string>, std::string> shared;  // calendar and grantee -> role

    /// The event of `fields`' key, alive at `at`; nothing, said, otherwise.
    KnownEvent* living_event(Fields& fields, std::string_view key, Instant at);
    /// Whether `id` was ever made; said otherwise. For expectations.
    const KnownEvent* known_event(const std::string& id, const Place& place) const;
    /// The occurrence of `fields`' key `occurrence`: a slot of the series by its rule, not cancelled at `at`.
    /// Outer nothing: there is the key, but it is wrong (said). Inner nothing: no such key.
    std::optional<std::optional<fakes::Date>> occurrence(Fields& fields, const KnownEvent& event, fakes::Date today,
                                                         Instant at) const;
    /// Some slots around `date`, for a help text: "2026-03-02, 2026-03-04 and 2026-03-09".
    std::string slots_near(const KnownEvent& event, fakes::Date date) const;
    /// Whether a list may show this title: an event's, or what a room's mailbox puts in place of it (the organizer's name).
    bool may_be_shown(const std::string& title) const;
    bool is_slot(const KnownEvent& event, fakes::Date date) const;
    /// Whether its Join button can be lit at some moment of [from, to].
    bool may_be_joined(const KnownEvent& event, const std::optional<fakes::Date>& occurrence, Instant from, Instant to) const;

  private:
    /// Said, unless an act that could not be told may have made it.
    void no_event(const std::string& id, const Place& place, const char* when, const char* make) const;

    LoadState& state_;
};

}  // namespace sim
