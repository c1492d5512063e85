#include "fakes/microsoft/mailbox.hpp"

#include <algorithm>
#include <utility>

#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// Long values share a key with those that begin alike: the index gives candidates, the filter decides.
std::string property_key(std::string_view id, std::string_view value) {
    std::string key = property_identity(id);
    key += '\0';
    return key += lower(value.substr(0, 256));
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
    entry.start = copy.content.start_at();
    entry.end = copy.content.end_at();
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
    entry.start = item.copy.content.start_at();
    entry.end = item.copy.content.end_at();
    return entry;
}

Mailbox::Mailbox(std::size_t index, const Person& owner, Dice& dice, std::vector<std::size_t>& touched, std::size_t log_length)
    : touched_(&touched), index_(index), home_(index), log_length_(log_length), owner_(owner), user_id_(dice.uuid()), ids_(draw_mailbox_ids(dice)) {
    settings.language = owner.language.empty() ? "en-US" : owner.language;
    const std::string_view windows = recurrence::windows_for_iana(owner.zone);
    settings.zone = windows.empty() ? (owner.zone.empty() ? "UTC" : owner.zone) : std::string(windows);
}

Mailbox::Mailbox(std::size_t index, const Mailbox& home, std::uint64_t place, CalendarFace looks)
    : face(std::move(looks)), settings(home.settings), touched_(home.touched_), index_(index), home_(home.index_), log_length_(home.log_length_), owner_(home.owner_),
      user_id_(home.user_id_), ids_(ids_of_calendar(home.ids_, place)) {}

const Item* Mailbox::find(std::uint64_t number) const {
    // Numbers only grow, so that an item stands at its number's place or, by as many as were removed before it, earlier.
    std::size_t last = std::min<std::uint64_t>(number, in_order_.size());
    for (std::size_t step = 1; last > 0 && in_order_[last - 1]->number >= number; step *= 2) {
        if (in_order_[last - 1]->number == number) return in_order_[last - 1];
        const std::size_t first = last > step ? last - step : 0;
        if (first == 0 || in_order_[first - 1]->number < number) {
            const auto place = std::lower_bound(in_order_.begin() + static_cast<std::ptrdiff_t>(first), in_order_.begin() + static_cast<std::ptrdiff_t>(last), number,
                                                [](const Item* each, std::uint64_t n) { return each->number < n; });
            return place != in_order_.begin() + static_cast<std::ptrdiff_t>(last) && (*place)->number == number ? *place : nullptr;
        }
        last = first;
    }
    return nullptr;
}

Item* Mailbox::find(std::uint64_t number) { return const_cast<Item*>(std::as_const(*this).find(number)); }

const Item* Mailbox::of_meeting(std::uint64_t key, std::optional<Date> lone_slot) const {
    if (lone_slot) {
        const auto found = by_lone_slot_.find({key, *lone_slot});
        return found == by_lone_slot_.end() ? nullptr : find(found->second);
    }
    const auto found = by_meeting_.find(key);
    return found == by_meeting_.end() ? nullptr : *found;
}

Item* Mailbox::of_meeting(std::uint64_t key, std::optional<Date> lone_slot) {
    return const_cast<Item*>(std::as_const(*this).of_meeting(key, lone_slot));
}

Item& Mailbox::place() {
    if (!free_.empty()) {
        Item& item = *free_.back();
        free_.pop_back();
        return item;
    }
    const std::size_t size = std::min<std::size_t>(std::size_t{4} << std::min<std::size_t>(slabs_.size(), 16), limits::items_per_slab);
    if (left_in_slab_ == 0) {
        slabs_.push_back(std::make_unique<Item[]>(size));
        left_in_slab_ = size;
    }
    return slabs_.back()[--left_in_slab_];
}

Item& Mailbox::add(const MeetingId& meeting, std::optional<Date> lone_slot, Copy copy, Instant now) {
    const std::uint64_t number = ++last_item_;
    Item& item = place();
    item.number = number;
    item.meeting = meeting;
    item.lone_slot = lone_slot;
    item.copy = std::move(copy);
    item.copy.change = ++last_change_;
    item.copy.created = item.copy.modified = now;
    if (item.is_master()) item.series = std::make_unique<SeriesState>();
    if (lone_slot) {
        by_lone_slot_[{meeting.key, *lone_slot}] = number;
    } else if (const auto [known, fresh] = by_meeting_.insert(&item); !fresh) {
        by_meeting_.erase(known);
        by_meeting_.insert(&item);
    }
    in_order_.push_back(&item);
    index(item);
    note(MailboxChange::Kind::created, item, now);
    return item;
}

void Mailbox::touch(Item& item, std::optional<Date> slot, Instant now) {
    unindex(item);
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
    index(item);
    note(MailboxChange::Kind::updated, item, now);
}

void Mailbox::remove(std::uint64_t number, Instant now) {
    Item* found = find(number);
    if (found == nullptr) return;
    const Item& item = *found;
    unindex(item);
    if (item.lone_slot) by_lone_slot_.erase({item.meeting.key, *item.lone_slot});
    else by_meeting_.erase(found);
    const auto place = std::lower_bound(in_order_.begin(), in_order_.end(), number, [](const Item* each, std::uint64_t n) { return each->number < n; });
    in_order_.erase(place);
    ++last_change_;
    note(MailboxChange::Kind::deleted, item, now);
    *found = Item();
    free_.push_back(found);
}

void Mailbox::index(Item& item) {
    const KeptContent& content = item.copy.content;
    item.indexed_start = content.start_at();
    item.indexed_change = item.copy.change;
    by_start_.emplace(content.start_at(), item.number);
    by_change_.emplace(item.copy.change, item.number);
    if (item.copy.extras && !item.copy.extras->properties.empty()) {
        indexed_extras_[item.number] = item.copy.extras;
        for (const ExtendedProperty& property : item.copy.extras->properties) by_property_[property_key(property.id, property.value)].insert(item.number);
    }
    if (item.is_master()) masters_.insert(item.number);
    else if (content.end_at() - content.start_at() > limits::indexed_length) long_.insert(item.number);
}

void Mailbox::unindex(const Item& item) {
    by_start_.erase({item.indexed_start, item.number});
    by_change_.erase(item.indexed_change);
    if (const auto extras = indexed_extras_.find(item.number); extras != indexed_extras_.end()) {
        for (const ExtendedProperty& property : extras->second->properties) {
            const auto found = by_property_.find(property_key(property.id, property.value));
            if (found == by_property_.end()) continue;
            found->second.erase(item.number);
            if (found->second.empty()) by_property_.erase(found);
        }
        indexed_extras_.erase(extras);
    }
    masters_.erase(item.number);
    long_.erase(item.number);
}

std::vector<std::uint64_t> Mailbox::with_property(std::string_view id, std::string_view value) const {
    const auto found = by_property_.find(property_key(id, value));
    if (found == by_property_.end()) return {};
    return {found->second.begin(), found->second.end()};
}

std::vector<std::uint64_t> Mailbox::of_meeting_key(std::uint64_t key) const {
    std::vector<std::uint64_t> out;
    if (const auto whole = by_meeting_.find(key); whole != by_meeting_.end()) out.push_back((*whole)->number);
    for (auto at = by_lone_slot_.lower_bound({key, Date(std::chrono::year::min() / 1 / 1)}); at != by_lone_slot_.end() && at->first.first == key; ++at) out.push_back(at->second);
    return out;
}

void Mailbox::note(MailboxChange::Kind kind, const Item& item, Instant now) {
    MailboxChange change{kind, item.number, last_change_, now, nullptr};
    if (const auto noted = noted_series_.find(item.number); noted != noted_series_.end()) {
        if (kind == MailboxChange::Kind::deleted || noted->second->rule != item.copy.content->rule) change.series_before = noted->second;
        noted_series_.erase(noted);
    }
    if (kind != MailboxChange::Kind::deleted && item.is_master()) noted_series_[item.number] = item.copy.content.whole();
    log_.push_back(std::move(change));
    if (log_.size() > log_length_) {
        log_floor_ = log_.front().change;
        log_.pop_front();
    }
    if (fresh_.empty()) touched_->push_back(index_);
    fresh_.push_back(log_.back());
}

std::optional<std::vector<const MailboxChange*>> Mailbox::changes_since(std::uint64_t change) const {
    if (change < log_floor_) return std::nullopt;
    std::vector<const MailboxChange*> out;
    auto at = std::upper_bound(log_.begin(), log_.end(), change, [](std::uint64_t c, const MailboxChange& entry) { return c < entry.change; });
    for (; at != log_.end(); ++at) out.push_back(&*at);
    return out;
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
        if (!overlaps(copy.content.start_at(), copy.content.end_at(), from, to)) continue;
        out.push_back(exception_entry(master, slot, copy));
        sorted = false;
    }
    if (!sorted) std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return *a.slot < *b.slot; });
    return out;
}

void Mailbox::collect(Instant from, Instant to, std::vector<const Item*>& out) const {
    for (auto at = by_start_.lower_bound({std::max(from, Instant::min() + limits::indexed_length) - limits::indexed_length, 0}); at != by_start_.end() && at->first < to; ++at) {
        const Item& item = *find(at->second);
        if (!item.is_master() && item.copy.content.end_at() - item.copy.content.start_at() <= limits::indexed_length) out.push_back(&item);
    }
    for (const std::set<std::uint64_t>* others : {&masters_, &long_})
        for (const std::uint64_t number : *others) out.push_back(find(number));
    // In the order of their making, so that equal starts keep it.
    std::sort(out.begin(), out.end(), [](const Item* a, const Item* b) { return a->number < b->number; });
}

std::vector<Entry> Mailbox::view(Instant from, Instant to) const {
    std::vector<const Item*> items;
    collect(from, to, items);
    std::vector<Entry> out;
    for (const Item* item : items) {
        if (item->is_master()) {
            const std::vector<Entry> instances_of = instances(*item, from, to);
            out.insert(out.end(), instances_of.begin(), instances_of.end());
        } else if (overlaps(item->copy.content.start_at(), item->copy.content.end_at(), from, to)) {
            out.push_back(entry_of(*item));
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.start < b.start; });
    return out;
}

Mailboxes::Mailboxes(const Organisation& organisation, Dice dice, std::size_t log_length) : dice_(dice) {
    for (const Group& group : organisation.groups) groups_.emplace(lower(group.address), group);
    for (const Person& person : organisation.people) {
        // A stream per person: one more of them does not shift the ids of the others.
        Dice own = dice.stream(person.address);
        if (!person.has_mailbox) {
            const std::string id = own.uuid();
            without_mailbox_[lower(person.address)] = person.name;
            without_mailbox_[id] = person.name;
            users_.push_back({id, person});
            continue;
        }
        const Mailbox& mailbox = all_.emplace_back(all_.size(), person, own, touched_, log_length);
        by_name_[lower(person.address)] = mailbox.index();
        by_name_[mailbox.user_id()] = mailbox.index();
        users_.push_back({mailbox.user_id(), person});
    }
}

Mailboxes::Found Mailboxes::find(std::string_view user) {
    auto found = by_name_.find(user);  // most write it in lower case
    if (found != by_name_.end()) return {&all_[found->second], true};
    const std::string name = lower(user);
    found = by_name_.find(name);
    if (found != by_name_.end()) return {&all_[found->second], true};
    return {nullptr, without_mailbox_.contains(name)};
}

const Mailboxes::User* Mailboxes::user(std::string_view id_or_name) const {
    for (const User& user : users_)
        if (same_text(user.id, id_or_name) || same_text(user.person.address, id_or_name)) return &user;
    return nullptr;
}

std::vector<Mailbox*> Mailboxes::reached_by(std::string_view address) {
    std::vector<Mailbox*> out;
    if (Mailbox* one = of_address(address)) out.push_back(one);
    if (groups_.empty() || !out.empty()) return out;
    if (const auto group = groups_.find(lower(address)); group != groups_.end())
        for (const std::string& member : group->second.members)
            if (Mailbox* one = of_address(member)) out.push_back(one);
    return out;
}

Mailbox* Mailboxes::of_address(std::string_view address) { return find(address).mailbox; }

const Mailbox* Mailboxes::of_address(std::string_view address) const {
    const auto found = by_name_.find(lower(address));
    return found == by_name_.end() ? nullptr : &all_[found->second];
}

std::vector<Mailbox*> Mailboxes::calendars_of(const Mailbox& one) {
    std::vector<Mailbox*> out{&all_[one.home()]};
    if (const auto more = further_.find(one.home()); more != further_.end())
        for (const std::size_t index : more->second.living) out.push_back(&all_[index]);
    return out;
}

Mailbox* Mailboxes::add_calendar(const Mailbox& one, CalendarFace face) {
    Further& further = further_[one.home()];
    if (further.made >= limits::calendars_per_mailbox) return nullptr;
    Mailbox& made = all_.emplace_back(all_.size(), all_[one.home()], ++further.made, std::move(face));
    further.living.push_back(made.index());
    return &made;
}

void Mailboxes::remove_calendar(Mailbox& calendar, Instant now) {
    const auto further = further_.find(calendar.home());
    if (further == further_.end()) return;
    std::erase(further->second.living, calendar.index());
    while (!calendar.in_order().empty()) calendar.remove(calendar.in_order().back()->number, now);
}

Mailbox* Mailboxes::with_meeting(std::string_view address, std::uint64_t key) {
    Mailbox* home = of_address(address);
    if (home == nullptr || !has_more_calendars(*home)) return home;
    for (Mailbox* each : calendars_of(*home))
        if (each->of_meeting(key) != nullptr) return each;
    return home;
}

std::string Mailboxes::name_of(std::string_view address) const {
    if (const Mailbox* mailbox = of_address(address)) return mailbox->owner().name;
    if (const auto group = groups_.find(lower(address)); group != groups_.end()) return group->second.name;
    const auto found = without_mailbox_.find(lower(address));
    return found == without_mailbox_.end() ? std::string(address) : found->second;
}

MeetingId Mailboxes::new_meeting(Instant now) { return {dice_.next(), now}; }

}  // namespace fakes::microsoft
