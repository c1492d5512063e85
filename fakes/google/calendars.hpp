#pragma once
// The state of the domain's calendars: rows, change log, sharing. Knows no JSON and no HTTP.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/btree_map.h>

#include "fakes/dice.hpp"
#include "fakes/google/errors.hpp"
#include "fakes/google/event.hpp"
#include "fakes/google/row.hpp"
#include "fakes/google/service.hpp"
#include "fakes/google/time_index.hpp"
#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace fakes::google {

enum class AccessRole : std::uint8_t { none, free_busy_reader, reader, writer, owner };
std::string_view name_of(AccessRole role);
std::optional<AccessRole> role_named(std::string_view name);

/// What a channel can watch: a calendar's events or rules, a person's list of calendars or settings.
enum class Collection : std::uint8_t { events, rules, calendar_list, settings };
std::string_view name_of(Collection collection);

struct AclRule {
    AccessRole role = AccessRole::none;
    std::string role_name;
    std::uint64_t etag = 0;
};

/// What a person set up for a calendar in the own list of calendars. The primary one is on the list without it.
struct ListEntry {
    std::string summary_override;
    std::string color_id;
    std::string background, foreground;
    std::string reminders = "[]";  // JSON array
    bool selected = false;
    bool hidden = false;
    bool deleted = false;  // taken off the list
    std::uint64_t change = 0;
};

/// Members of the vacation responder that only Gmail knows.
struct VacationMembers {
    std::string subject;
    std::string html;
    bool only_contacts = false;
    bool only_domain = false;
};

struct Calendar {
    CalendarNumber number = 0;
    const Person* person = nullptr;
    bool secondary = false;  // made by a person beside the primary one
    bool deleted = false;
    std::string summary, description, location;
    std::string zone_name;
    const recurrence::Zone* time_zone = nullptr;  // never null
    std::string language;  // BCP 47
    AutomaticReplies vacation;
    VacationMembers vacation_members;
    Rows rows;                                     // tombstones stay
    std::vector<Row*> by_ordinal;                  // ordinals only grow
    absl::btree_map<std::uint64_t, Row*> by_change;
    std::map<std::uint64_t, Row*> masters;  // by ordinal; all other rows are in by_time
    TimeIndex by_time;
    std::map<std::string, AclRule, std::less<>> rules;  // by rule id
    std::map<std::string, std::uint64_t, std::less<>> former_rules;  // rule id -> etag of its end
    std::uint64_t rules_etag = 0;
    std::map<CalendarNumber, ListEntry> list;  // of a person's primary calendar: the calendars on the own list
    std::uint64_t metadata_etag = 0;
    std::uint64_t revision = 0;
    Instant updated{};
    bool declines_by_itself = false;  // a status event that declines invitations was here
    std::uint64_t settings_etag = 0;

    const std::string& id() const { return person->address; }
    const std::string& zone() const { return zone_name; }
};

/// One event as one calendar shows it: a row, or an occurrence that has no row of its own.
struct View {
    Calendar* calendar = nullptr;
    Row* row = nullptr;  // own members, etag; for a plain occurrence: the master's row
    Meeting* meeting = nullptr;
    const Event* event = nullptr;
    Slot slot = no_slot;
    bool plain_occurrence = false;
    bool lost = false;  // an occurrence that the series had before and has no more

    Seconds start() const { return plain_occurrence ? slot : event->start.at; }
    Seconds end() const { return plain_occurrence ? slot + meeting->length() : event->end.at; }
    bool is_master() const { return slot == no_slot && meeting->recurring(); }
    bool cancelled() const { return row->gone || lost; }
    explicit operator bool() const { return row != nullptr; }
};

class Calendars {
  public:
    Calendars(Organisation organisation, Dice dice);
    Calendars(const Calendars&) = delete;
    Calendars& operator=(const Calendars&) = delete;

    const Organisation& organisation() const { return organisation_; }
    /// The calendar with this address, or nullptr: unknown, or the person has no Calendar service.
    Calendar* find(std::string_view address);
    const Calendar* find(std::string_view address) const;
    Calendar& at(CalendarNumber number) { return *all_[number]; }
    const Calendar& at(CalendarNumber number) const { return *all_[number]; }
    const Person* person(std::string_view address) const;

    void set_groups(std::vector<GoogleGroup> groups);
    const GoogleGroup* group(std::string_view address) const;
    AccessRole role_of(const Calendar& calendar, std::string_view address) const;
    void set_rule(Calendar& calendar, const std::string& id, AccessRole role, std::string role_name, Instant now);

    void set_zone(Calendar& calendar, const std::string& name);
    /// A calendar beside `owner`'s primary one.
    Calendar& make_secondary(Calendar& owner, Instant now);
    void remove_calendar(Calendar& calendar, Instant now);
    /// Members of the calendar itself changed (its name, zone, ...).
    void touch_metadata(Calendar& calendar, Instant now);
    /// `calendar` is on, or was taken off, the list of the person with the primary calendar `owner`.
    ListEntry& list_entry(Calendar& owner, const Calendar& calendar);
    void touch_list(Calendar& owner, ListEntry& entry);
    void touch_settings(Calendar& owner);
    const std::vector<std::unique_ptr<Calendar>>& all() const { return all_; }

    /// By event id: a row, or an occurrence of a series master. Tombstones are found too.
    View find_event(Calendar& calendar, std::string_view id);
    View find_occurrence(Calendar& calendar, Meeting& meeting, Slot slot);
    /// The master, single event or exception row behind an iCalendar uid.
    View find_uid(Calendar& calendar, std::string_view uid);

    /// Each act either is done whole or refused without a trace.
    Refusal insert(Calendar& calendar, std::string_view actor, Edit edit, Instant now, View& made);
    Refusal change(View at, std::string_view actor, Edit edit, Instant now, View& changed);
    Refusal remove(View at, std::string_view actor, Instant now);
    void answer(const View& at, std::string_view address, Answer answer, Instant now);
    /// Makes `destination` the organizer (events.move).
    Refusal move(View at, Calendar& destination, Instant now, View& moved);
    /// A private copy of an event from elsewhere, or its newer version (events.import).
    Refusal import(Calendar& calendar, std::string_view actor, Edit edit, Instant now, View& made);

    /// Rooms with an answer due: see rooms.cpp.
    void answer_invitations(Instant now);
    std::optional<Instant> next_room_answer() const;

    struct Found {
        Seconds start{};
        View view;
    };
    /// Occurrences of all series, without exceptions, that start in [from, to), in no order.
    void append_occurrences(std::vector<Found>& found, Calendar& calendar, Seconds from, Seconds to, bool with_cancelled);
    /// The first start of anything at `from` or later.
    std::optional<Seconds> next_start(const Calendar& calendar, Seconds from, bool with_cancelled) const;
    /// Does any occurrence of the series, plain or exception, overlap [from, to)?
    bool any_occurrence(const View& master, Seconds from, Seconds to);
    /// Rows and occurrences that overlap [from, to), cancelled ones left out, by start then id.
    std::vector<View> expanded(Calendar& calendar, Seconds from, Seconds to, bool with_cancelled = false);
    /// Occurrences of one series that overlap [from, to), plain ones and exceptions, by start.
    std::vector<View> occurrences(const View& master, Seconds from, Seconds to, bool with_cancelled);
    View view_of(Calendar& calendar, Row& row);
    /// Rows of the series' exceptions on this calendar, living or not, oldest first.
    static std::vector<Row*> exception_rows(Calendar& calendar, const Meeting& meeting);
    static bool overlaps(const View& view, Seconds from, Seconds to);

    /// The instant an event's start or end means on this calendar: all-day dates begin at midnight in its zone.
    static Seconds instant_on(const Calendar& calendar, bool all_day, Seconds at);

    /// Collections changed since the last call, for channels.
    using Changed = std::pair<CalendarNumber, Collection>;
    std::set<Changed> take_changed();
    bool any_changed() const { return !changed_.empty(); }
    std::uint64_t last_change() const { return last_change_; }

    std::string fresh_event_id();

    /// Takes a guest off the list; with a group those whom it brought and no other group still brings.
    void remove_with_members(Event& event, const std::string& address) const;

  private:
    struct PendingAnswer {
        Meeting* meeting;
        CalendarNumber room;
        Slot slot;
    };

    void append_plain(std::vector<View>& views, const View& master, Seconds from, Seconds to,
                      recurrence::Match match = recurrence::Match::overlaps);
    /// Puts the row where its times belong; after every change of them.
    void place(Calendar& calendar, Row& row);
    /// `propagate` for an exception that some calendars only hold for their own members' sake.
    void spread(Meeting& meeting, Slot slot, const Event& before, Instant now);
    /// nullptr: another meeting holds this id on that calendar.
    Row* row_for(Calendar& calendar, Meeting& meeting, Slot slot);
    void touch(Calendar& calendar, Row& row, Instant now);
    Exception& exception_for(Meeting& meeting, Slot slot);
    Event& event_at(Meeting& meeting, Slot slot);
    void change_own(View at, const Edit& edit, Instant now);
    Refusal change_shared(View at, const Edit& edit, Instant now);
    void follow_master(Meeting& meeting, const Event& before, std::uint32_t members, Instant now);
    void refit_exceptions(Meeting& meeting, const recurrence::Zone& old_zone, Instant now);
    /// Brings every concerned calendar's rows in line with the event at `slot`.
    void propagate(Meeting& meeting, Slot slot, const Event& before, Instant now);
    void settle(const Calendar& calendar, Row& row) const;
    void settle_exceptions(Meeting& meeting);

    Refusal import_occurrence(Calendar& calendar, Meeting& meeting, Edit& edit, std::string_view actor, Instant now, View& made);
    void answer_as(const View& at, const Attendee& entry, Instant now);
    void invite_rooms(Meeting& meeting, Slot slot, const Event& before, bool times_changed, Instant now);
    /// away.cpp: who is out of office, or wants to work, declines invitations by a status event.
    void invite_away(Meeting& meeting, Slot slot, const Event& before, bool times_changed, Instant now);
    void decline_invitations(Calendar& calendar, const Meeting& status_event, Instant now);
    void away_declines(const PendingAnswer& pending, Instant now);
    void room_decides(const PendingAnswer& pending, Instant now);
    std::vector<std::pair<Seconds, Seconds>> booked(Calendar& room, const Meeting& except, Seconds from, Seconds to);

    /// Members of invited groups join the list of guests; who is in `known` keeps the answer given there.
    void add_members(Event& event, const Calendar& organizer, const Event& known) const;

    Organisation organisation_;
    std::map<std::string, GoogleGroup, std::less<>> groups_;  // by address
    std::deque<Person> secondary_;  // stands for a secondary calendar as its "person": an address and a zone
    Dice ids_;
    std::vector<std::unique_ptr<Calendar>> all_;
    std::map<std::string, CalendarNumber, std::less<>> by_address_;
    std::vector<std::unique_ptr<Meeting>> meetings_;
    std::map<std::string, std::string, std::less<>> foreign_uids_;  // uid -> event id, where it is not <id>@google.com
    std::multimap<Instant, PendingAnswer> room_answers_;
    std::set<Changed> changed_;
    std::uint64_t last_change_ = 0;
    std::uint64_t last_ordinal_ = 0;
};

}  // namespace fakes::google
