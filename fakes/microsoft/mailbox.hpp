#pragma once
// A mailbox's calendar and its change log; and all mailboxes of the tenant. No JSON, no rules of the wire.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/microsoft/event.hpp"
#include "fakes/organisation.hpp"

namespace fakes::microsoft {

struct MailboxChange {
    enum class Kind { created, updated, deleted };
    Kind kind = Kind::updated;
    std::uint64_t item = 0;
    std::uint64_t change = 0;
    Instant at{};
};

struct Settings {
    std::string language;  // BCP 47
    std::string zone;      // Windows name
    AutomaticReplies replies;
};

class Mailbox {
  public:
    /// `touched` collects the indexes of mailboxes with fresh changes.
    Mailbox(std::size_t index, const Person& owner, Dice& dice, std::vector<std::size_t>& touched);

    std::size_t index() const { return index_; }
    const Person& owner() const { return owner_; }
    const std::string& user_id() const { return user_id_; }  // directory object id
    const MailboxIds& ids() const { return ids_; }
    std::uint64_t revision() const { return last_change_; }

    const std::map<std::uint64_t, Item>& items() const { return items_; }
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
    void bump() { ++last_change_; }

    /// The event behind a number and a slot; empty when there is none (any more).
    std::optional<Entry> entry(std::uint64_t number, std::optional<Date> slot) const;
    /// Occurrences and exceptions of a master that overlap the window, by slot.
    std::vector<Entry> instances(const Item& master, Instant from, Instant to) const;
    /// Everything that overlaps the window, series expanded, by start.
    std::vector<Entry> view(Instant from, Instant to) const;

    const std::deque<MailboxChange>& log() const { return log_; }
    /// Changes since the last call, oldest first.
    std::vector<MailboxChange> take_fresh();

    Settings settings;
    bool service_allowed = true;                    // by the application access policy
    std::optional<std::pair<Instant, bool>> policy_change;  // takes effect later

  private:
    void note(MailboxChange::Kind kind, std::uint64_t item, Instant now);

    std::vector<std::size_t>* touched_;
    std::size_t index_;
    Person owner_;
    std::string user_id_;
    MailboxIds ids_;
    std::map<std::uint64_t, Item> items_;
    std::map<std::pair<std::uint64_t, std::int32_t>, std::uint64_t> by_meeting_;  // second: days of the lone slot, or 0
    std::uint64_t last_item_ = 0;
    std::uint64_t last_change_ = 1;
    std::deque<MailboxChange> log_;
    std::vector<MailboxChange> fresh_;
};

/// The tenant's mailboxes, by address and by object id.
class Mailboxes {
  public:
    Mailboxes(const Organisation& organisation, Dice dice);

    struct Found {
        Mailbox* mailbox = nullptr;  // nullptr: none
        bool user = false;           // the user exists
    };
    /// `user` is an object id or a user principal name, in any case.
    Found find(std::string_view user);
    Mailbox* of_address(std::string_view address);
    const Mailbox* of_address(std::string_view address) const;
    std::deque<Mailbox>& all() { return all_; }
    std::string name_of(std::string_view address) const;  // display name; the address itself for strangers
    MeetingId new_meeting(Instant now);
    /// Mailboxes with fresh changes, in the order of their first one.
    std::vector<std::size_t> take_touched() { return std::exchange(touched_, {}); }

    Mailboxes(const Mailboxes&) = delete;
    Mailboxes& operator=(const Mailboxes&) = delete;

  private:
    std::vector<std::size_t> touched_;
    std::deque<Mailbox> all_;
    std::map<std::string, std::size_t, std::less<>> by_name_;       // address and object id, lower case
    std::map<std::string, std::string, std::less<>> without_mailbox_;  // the same for users without mailbox -> name
    Dice dice_;
};

/// The event as an entry, without a window: single items and masters.
Entry entry_of(const Item& item);

}  // namespace fakes::microsoft
