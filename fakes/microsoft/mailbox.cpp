#include "fakes/microsoft/mailbox.hpp"

#include <algorithm>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

std::pair<std::uint64_t, std::int32_t> meeting_key(std::uint64_t key, std::optional<Date> lone_slot) {
    return {key, lone_slot ? static_cast<std::int32_t>(std::chrono::sys_days(*lone_slot).time_since_epoch().count()) : 0};
}

bool overlaps(Instant start, Instant end, Instant from, Instant to) {
    return start == end ? from <= start && start < to : start < to && end > from;
}

Entry exception_entry(const Item& master, Date slot, const Copy& copy) {
    Entry entry;
    entry.item = &master;
    entry.copy = &copy;
    entry.type = Entry::Type::exception;
    entry.slot = slot;
    entry.start = copy.content->start_at;
    entry.end = copy.content->end_at;
    const auto original = master.copy.content->rule->series.on(slot);
    entry.original_start = original ? original->start : entry.start;
    return entry;
}

Entry occurrence_entry(const Item& master, const recurrence::Occurrence& occurrence) {
    Entry entry;
    entry.item = &master;
    entry.copy = &master.copy;
    entry.type = Entry::Type::occurrence;
    entry.slot = date_of(occurrence.original);
    entry.start = entry.original_start = occurrence.start;
    entry.end = occurrence.end;
    return entry;
}

}  // namespace

Entry entry_of(const Item& item) {
    Entry entry;
    entry.item = &item;
    entry.copy = &item.copy;
    entry.type = item.is_master() ? Entry::Type::master : Entry::Type::single;
    entry.start = item.copy.content->start_at;
    entry.end = item.copy.content->end_at;
    return entry;
}

Mailbox::Mailbox(std::size_t index, const Person& owner, Dice& dice, std::vector<std::size_t>& touched)
    : touched_(&touched), index_(index), owner_(owner), user_id_(dice.uuid()), ids_(draw_mailbox_ids(dice)) {
    settings.language = owner.language.empty() ? "en-US" : owner.language;
    const std::string_view windows = recurrence::windows_for_iana(owner.zone);
    settings.zone = windows.empty() ? (owner.zone.empty() ? "UTC" : owner.zone) : std::string(windows);
}

Item* Mailbox::find(std::uint64_t number) {
    const auto found = items_.find(number);
    return found == items_.end() ? nullptr : &found->second;
}

const Item* Mailbox::find(std::uint64_t number) const {
    const auto found = items_.find(number);
    return found == items_.end() ? nullptr : &found->second;
}

Item* Mailbox::of_meeting(std::uint64_t key, std::optional<Date> lone_slot) {
    const auto found = by_meeting_.find(meeting_key(key, lone_slot));
    return found == by_meeting_.end() ? nullptr : find(found->second);
}

const Item* Mailbox::of_meeting(std::uint64_t key, std::optional<Date> lone_slot) const {
    const auto found = by_meeting_.find(meeting_key(key, lone_slot));
    return found == by_meeting_.end() ? nullptr : find(found->second);
}

Item& Mailbox::add(const MeetingId& meeting, std::optional<Date> lone_slot, Copy copy, Instant now) {
    const std::uint64_t number = ++last_item_;
    Item& item = items_[number];
    item.number = number;
    item.meeting = meeting;
    item.lone_slot = lone_slot;
    item.copy = std::move(copy);
    item.copy.change = ++last_change_;
    item.copy.created = item.copy.modified = now;
    if (item.is_master()) item.series = std::make_unique<SeriesState>();
    by_meeting_[meeting_key(meeting.key, lone_slot)] = number;
    note(MailboxChange::Kind::created, number, now);
    return item;
}

void Mailbox::touch(Item& item, std::optional<Date> slot, Instant now) {
    item.copy.change = ++last_change_;
    item.copy.modified = now;
    if (item.is_master() && !item.series) item.series = std::make_unique<SeriesState>();
    if (!item.is_master()) item.series.reset();
    if (slot && item.series) {
        const auto exception = item.series->exceptions.find(*slot);
        if (exception != item.series->exceptions.end()) {
            exception->second.change = last_change_;
            exception->second.modified = now;
        }
    }
    note(MailboxChange::Kind::updated, item.number, now);
}

void Mailbox::remove(std::uint64_t number, Instant now) {
    const auto found = items_.find(number);
    if (found == items_.end()) return;
    by_meeting_.erase(meeting_key(found->second.meeting.key, found->second.lone_slot));
    items_.erase(found);
    ++last_change_;
    note(MailboxChange::Kind::deleted, number, now);
}

void Mailbox::note(MailboxChange::Kind kind, std::uint64_t item, Instant now) {
    log_.push_back({kind, item, last_change_, now});
    if (log_.size() > limits::change_log) log_.pop_front();
    if (fresh_.empty()) touched_->push_back(index_);
    fresh_.push_back(log_.back());
}

std::vector<MailboxChange> Mailbox::take_fresh() { return std::exchange(fresh_, {}); }

std::optional<Entry> Mailbox::entry(std::uint64_t number, std::optional<Date> slot) const {
    const Item* item = find(number);
    if (!item) return std::nullopt;
    if (!slot) return entry_of(*item);
    if (!item->is_master() || item->series->cancelled.contains(*slot)) return std::nullopt;
    const auto exception = item->series->exceptions.find(*slot);
    if (exception != item->series->exceptions.end()) return exception_entry(*item, *slot, exception->second);
    const auto occurrence = item->copy.content->rule->series.on(*slot);
    if (!occurrence) return std::nullopt;
    return occurrence_entry(*item, *occurrence);
}

std::vector<Entry> Mailbox::instances(const Item& master, Instant from, Instant to) const {
    std::vector<Entry> out;
    if (!master.is_master()) return out;
    const recurrence::Expansion expansion = master.copy.content->rule->series.within(from, to);
    for (const recurrence::Occurrence& occurrence : expansion.occurrences) {
        const Date slot = date_of(occurrence.original);
        if (master.series->cancelled.contains(slot) || master.series->exceptions.contains(slot)) continue;
        out.push_back(occurrence_entry(master, occurrence));
    }
    bool sorted = true;
    for (const auto& [slot, copy] : master.series->exceptions) {
        if (!overlaps(copy.content->start_at, copy.content->end_at, from, to)) continue;
        out.push_back(exception_entry(master, slot, copy));
        sorted = false;
    }
    if (!sorted) std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return *a.slot < *b.slot; });
    return out;
}

std::vector<Entry> Mailbox::view(Instant from, Instant to) const {
    std::vector<Entry> out;
    for (const auto& [number, item] : items_) {
        if (item.is_master()) {
            const std::vector<Entry> instances_of = instances(item, from, to);
            out.insert(out.end(), instances_of.begin(), instances_of.end());
        } else if (overlaps(item.copy.content->start_at, item.copy.content->end_at, from, to)) {
            out.push_back(entry_of(item));
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.start < b.start; });
    return out;
}

Mailboxes::Mailboxes(const Organisation& organisation, Dice dice) : dice_(dice) {
    for (const Person& person : organisation.people) {
        // A stream per person: one more of them does not shift the ids of the others.
        Dice own = dice.stream(person.address);
        if (!person.has_mailbox) {
            without_mailbox_[lower(person.address)] = person.name;
            without_mailbox_[own.uuid()] = person.name;
            continue;
        }
        const Mailbox& mailbox = all_.emplace_back(all_.size(), person, own, touched_);
        by_name_[lower(person.address)] = mailbox.index();
        by_name_[mailbox.user_id()] = mailbox.index();
    }
}

Mailboxes::Found Mailboxes::find(std::string_view user) {
    const std::string name = lower(user);
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return {&all_[found->second], true};
    return {nullptr, without_mailbox_.contains(name)};
}

Mailbox* Mailboxes::of_address(std::string_view address) { return find(address).mailbox; }

const Mailbox* Mailboxes::of_address(std::string_view address) const {
    const auto found = by_name_.find(lower(address));
    return found == by_name_.end() ? nullptr : &all_[found->second];
}

std::string Mailboxes::name_of(std::string_view address) const {
    if (const Mailbox* mailbox = of_address(address)) return mailbox->owner().name;
    const auto found = without_mailbox_.find(lower(address));
    return found == without_mailbox_.end() ? std::string(address) : found->second;
}

MeetingId Mailboxes::new_meeting(Instant now) { return {dice_.next(), now}; }

}  // namespace fakes::microsoft
