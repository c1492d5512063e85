#pragma once
// A mailbox's calendar and its change log; and all mailboxes of the tenant. No JSON, no rules of the wire.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>
#include "fakes/microsoft/event.hpp"
#include "fakes/microsoft/mailbox_settings.hpp"
#include "fakes/organisation.hpp"

namespace fakes::microsoft {

struct MailboxChange {
    enum class Kind { created, updated, deleted };
    Kind kind = Kind::updated;
    std::uint64_t item = 0;
    std::uint64_t change = 0;
    Instant at{};
    /// What the item said until this change, where it was a series whose occurrences a delta round may have to take back.
    std::shared_ptr<const Content> series_before;  // nullptr: it was none
};

/// Items, or keys of meetings, by the meeting's key (which is drawn, and so needs no mixing but that of absl).
struct MeetingHash {
    using is_transparent = void;
    std::size_t operator()(std::uint64_t key) const { return absl::HashOf(key); }
    std::size_t operator()(const Item* item) const { return absl::HashOf(item->meeting.key); }
};
struct SameMeeting {
    using is_transparent = void;
    bool operator()(const Item* a, const Item* b) const { return a->meeting.key == b->meeting.key; }
    bool operator()(const Item* a, std::uint64_t key) const { return a->meeting.key == key; }
};

/// What a calendar is called and looks like.
struct CalendarFace {
    std::string name = "Calendar", color = "auto", hex;
    std::uint64_t change = 0;  // behind its change key
};

/// One calendar of a mailbox with its items. Every person has a default one, which holds what concerns the mailbox as well;
/// each further one is a store of its own with ids of its own.
class Mailbox {
  public:
    /// `touched` collects the indexes of mailboxes with fresh changes.
    Mailbox(std::size_t index, const Person& owner, Dice& dice, std::vector<std::size_t>& touched, std::size_t log_length);

    /// A further calendar of the same person; `place`: from 1, never given again.
    Mailbox(std::size_t index, const Mailbox& home, std::uint64_t place, CalendarFace looks);

    std::size_t index() const { return index_; }
    /// The index of the person's default calendar.
    std::size_t home() const { return home_; }
    bool is_default() const { return home_ == index_; }
    const Person& owner() const { return owner_; }
    const std::string& user_id() const { return user_id_; }  // directory object id
    const MailboxIds& ids() const { return ids_; }
    std::uint64_t revision() const { return last_change_; }

    /// All items in the order of their making: what a list without $orderby shows.
    const std::vector<const Item*>& in_order() const { return in_order_; }
    /// Items by start, then by the order of their making.
    using ByStart = absl::btree_set<std::pair<Instant, std::uint64_t>>;
    const ByStart& by_start() const { return by_start_; }
    /// Numbers of the items whose copy has this extended property with this value (any case); perhaps some more.
    std::vector<std::uint64_t> with_property(std::string_view id, std::string_view value) const;
    /// Numbers of the items of one meeting: the whole, and slots this mailbox was invited to.
    std::vector<std::uint64_t> of_meeting_key(std::uint64_t key) const;
    /// Single events that `by_start` alone would not find by a look one `limits::indexed_length` back; and all series.
    const std::set<std::uint64_t>& long_ones() const { return long_; }
    const std::set<std::uint64_t>& masters() const { return masters_; }
    /// Items by their last change.
    const absl::btree_map<std::uint64_t, std::uint64_t>& by_change() const { return by_change_; }
    Item* find(std::uint64_t number);
    const Item* find(std::uint64_t number) const;
    /// The copy of a meeting: of the whole, or of the one slot this mailbox was invited to.
    Item* of_meeting(std::uint64_t key, std::optional<Date> lone_slot = std::nullopt);
    const Item* of_meeting(std::uint64_t key, std::optional<Date> lone_slot = std::nullopt) const;

    Item& add(const MeetingId& meeting, std::optional<Date> lone_slot, Copy copy, Instant now);
    /// Marks a saved change of the item; with a slot also of that exception.
    void touch(Item& item, std::optional<Date> slot, Instant now);
    void remove(std::uint64_t number, Instant now);
    /// A change visible to people that is no change of an item (settings).
    void bump() { ++last_change_, ++settings_change_; }
    std::uint64_t settings_change() const { return settings_change_; }

    /// The event behind a number and a slot; empty when there is none (any more).
    std::optional<Entry> entry(std::uint64_t number, std::optional<Date> slot) const;
    /// Occurrences and exceptions of a master that overlap the window, by slot.
    std::vector<Entry> instances(const Item& master, Instant from, Instant to) const;
    /// Everything that overlaps the window, series expanded, by start.
    std::vector<Entry> view(Instant from, Instant to) const;

    /// The log's entries after `change`; empty when the log no longer reaches back that far.
    std::optional<std::vector<const MailboxChange*>> changes_since(std::uint64_t change) const;
    /// Changes since the last call, oldest first.
    std::vector<MailboxChange> take_fresh();

    CalendarFace face;
    Settings settings;
    std::optional<SettingsAnswer> settings_answer;  // the last one given: clients poll it
    std::map<std::string, std::string, std::less<>> shared_with;  // the calendar: address -> reader, writer or owner
    bool service_allowed = true;                    // by the application access policy
    std::optional<std::pair<Instant, bool>> policy_change;  // takes effect later

  private:
    void note(MailboxChange::Kind kind, const Item& item, Instant now);
    void index(Item& item);
    void unindex(const Item& item);
    void collect(Instant from, Instant to, std::vector<const Item*>& out) const;

    std::vector<std::size_t>* touched_;
    std::size_t index_, home_;
    std::size_t log_length_;
    Person owner_;
    std::string user_id_;
    MailboxIds ids_;
    Item& place();
    std::vector<std::unique_ptr<Item[]>> slabs_;  // items stay where they are; each slab is larger than the one before
    std::size_t left_in_slab_ = 0;
    std::vector<Item*> free_;                     // places of removed items
    absl::flat_hash_set<Item*, MeetingHash, SameMeeting> by_meeting_;          // looked up by the meeting's key, never walked
    std::map<std::pair<std::uint64_t, Date>, std::uint64_t> by_lone_slot_;     // of meetings of which this mailbox knows single slots only
    std::vector<const Item*> in_order_;
    ByStart by_start_;
    absl::btree_map<std::uint64_t, std::uint64_t> by_change_;
    // What the indexes and the log last heard, of the few items that need it.
    std::map<std::uint64_t, std::shared_ptr<const Extras>> indexed_extras_;
    std::map<std::uint64_t, std::shared_ptr<const Content>> noted_series_;
    std::map<std::string, std::set<std::uint64_t>, std::less<>> by_property_;
    std::set<std::uint64_t> masters_, long_;  // series; and single events that a look a day back would miss
    std::uint64_t last_item_ = 0;
    std::uint64_t last_change_ = 1;
    std::uint64_t settings_change_ = 1;
    std::deque<MailboxChange> log_;
    std::uint64_t log_floor_ = 0;  // change of the last entry that fell out of the log
    std::vector<MailboxChange> fresh_;
};

/// The tenant's mailboxes, by address and by object id.
class Mailboxes {
  public:
    Mailboxes(const Organisation& organisation, Dice dice, std::size_t log_length);

    struct Found {
        Mailbox* mailbox = nullptr;  // nullptr: none
        bool user = false;           // the user exists
    };
    /// `user` is an object id or a user principal name, in any case.
    Found find(std::string_view user);
    struct User {
        std::string id;  // directory object id
        Person person;
    };
    /// Everyone in the directory, in the organisation's order.
    const std::vector<User>& users() const { return users_; }
    const User* user(std::string_view id_or_name) const;
    Mailbox* of_address(std::string_view address);
    const Mailbox* of_address(std::string_view address) const;
    /// Whom an invitation to this address reaches: a mailbox, or those of a distribution list's members.
    std::vector<Mailbox*> reached_by(std::string_view address);
    std::deque<Mailbox>& all() { return all_; }
    /// A person's calendars, the default one first.
    std::vector<Mailbox*> calendars_of(const Mailbox& one);
    bool has_more_calendars(const Mailbox& one) const { return further_.contains(one.home()); }
    /// nullptr: there have been too many.
    Mailbox* add_calendar(const Mailbox& one, CalendarFace face);
    /// A further calendar goes, with all its events; nobody is told of a cancellation (they move to Deleted Items).
    void remove_calendar(Mailbox& calendar, Instant now);
    /// The calendar of this address that has the meeting; else its default one; nullptr: no mailbox.
    Mailbox* with_meeting(std::string_view address, std::uint64_t key);
    std::string name_of(std::string_view address) const;  // display name; the address itself for strangers
    MeetingId new_meeting(Instant now);
    /// Mailboxes with fresh changes, in the order of their first one.
    std::vector<std::size_t> take_touched() { return std::exchange(touched_, {}); }

    Mailboxes(const Mailboxes&) = delete;
    Mailboxes& operator=(const Mailboxes&) = delete;

  private:
    struct Further {
        std::vector<std::size_t> living;
        std::uint64_t made = 0;
    };
    std::vector<std::size_t> touched_;
    std::deque<Mailbox> all_;
    std::map<std::size_t, Further> further_;  // by the default calendar's index
    std::vector<User> users_;
    std::map<std::string, std::size_t, std::less<>> by_name_;       // address and object id, lower case
    std::map<std::string, std::string, std::less<>> without_mailbox_;  // the same for users without mailbox -> name
    std::map<std::string, Group, std::less<>> groups_;                 // by address, lower case
    Dice dice_;
};

/// The event as an entry, without a window: single items and masters.
Entry entry_of(const Item& item);

}  // namespace fakes::microsoft
