#include "engine/sync/publishing.hpp"

#include <algorithm>

#include "engine/meeting/window.hpp"
#include "engine/sync/records.hpp"

namespace engine::sync {

struct Publishing::Wanted {
    Item item;
    meeting::Meeting meeting;
    bool lacks_own = false;
};

namespace {

Item* find_slot(Source& source, Instant slot) {
    const auto found = std::ranges::find(source.items, slot, &Item::slot);
    return found == source.items.end() ? nullptr : &*found;
}

Item& place_for(Source& source, Instant slot) {
    const auto at = std::ranges::lower_bound(source.items, slot, {}, &Item::slot);
    if (at != source.items.end() && at->slot == slot) return *at;
    Item item;
    item.slot = slot;
    return *source.items.insert(at, std::move(item));
}

/// Another source of the same meeting: an invitation that was declined and came back has another id (Exchange). What one of
/// them lets go may be what the other one lists.
const Source* sibling(const Mailbox& mailbox, const std::string& source_id) {
    const auto own = mailbox.sources.find(source_id);
    if (own == mailbox.sources.end()) return nullptr;
    const auto other = std::ranges::find_if(mailbox.sources, [&own](const auto& one) {
        return one.second.uid == own->second.uid && &one.second != &own->second;
    });
    return other == mailbox.sources.end() ? nullptr : &other->second;
}

bool has_slot(const Source* source, Instant slot) {
    return source != nullptr && std::ranges::find(source->items, slot, &Item::slot) != source->items.end();
}

/// The cloud no longer lets the service write this user's list: the directory will say why.
bool not_enabled(const Failure& failure) { return failure.kind == Failure::Kind::denied; }

}  // namespace

void Publishing::touched(Mailbox& mailbox, const std::string& source_id, Instant start) {
    const Duration lead = mailbox.ref.is_room ? config_.policies.room_join_lead : config_.policies.join_lead;
    if (start - lead > mailbox.near_until) return;
    std::vector<std::string>& changed = mailbox.near_changed;
    if (changed.empty() || changed.back() != source_id) changed.push_back(source_id);
}

std::uint64_t Publishing::mark(const Mailbox& mailbox, std::string_view etag) const {
    if (etag.empty()) return 0;
    // FNV-1a, 64 bits.
    std::uint64_t hash = 14'695'981'039'346'656'037u;
    const auto put = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
        hash = (hash ^ 0xFFu) * 1'099'511'628'211u;
    };
    put(etag);
    put(mailbox.settings.zone);
    hash = (hash ^ people_.revision()) * 1'099'511'628'211u;
    return hash == 0 ? 1 : hash;
}

bool Publishing::is_settled(const Mailbox& mailbox, const std::string& source_id, std::string_view etag) const {
    const auto source = mailbox.sources.find(source_id);
    if (source == mailbox.sources.end() || source->second.settled == 0) return false;
    return source->second.settled == mark(mailbox, etag);
}

void Publishing::unsettle(Mailbox& mailbox, const std::string& source_id) {
    if (const auto source = mailbox.sources.find(source_id); source != mailbox.sources.end()) source->second.settled = 0;
}

std::optional<Instant> Publishing::next_change(const Source& source, Instant now) const {
    std::optional<Instant> next = source.enters;
    for (const Item& item : source.items) {
        const std::optional<Instant> leaves = meeting::next_change(item.start, item.end, now, config_.policies);
        if (leaves && (!next || *leaves < *next)) next = leaves;
    }
    return next;
}

std::vector<Publishing::Wanted> Publishing::wanted(Mailbox& mailbox, const ProviderEvent& master,
                                                   std::span<const ProviderEvent> occurrences,
                                                   std::optional<Instant>& enters) {
    const Instant now = ports_.clock.now();
    const Series* known = series_.find(master.uid);
    std::vector<Wanted> all;
    all.reserve(occurrences.size());
    for (const ProviderEvent& event : occurrences) {
        meeting::ListQuestion question;
        question.provider = config_.provider;
        question.is_cancelled = event.cancelled;
        question.response = event.own_response;
        question.show_as = event.show_as;
        question.is_all_day = event.all_day;
        question.is_room = mailbox.ref.is_room;
        question.invitees = invitees(event);
        question.by_group = is_by_group(event, mailbox.ref);
        if (event.status_only || !meeting::should_list(question, config_.policies).listed) continue;
        const Span span = span_of(event, mailbox.settings);
        if (!meeting::in_window(span.start, span.end, now, config_.policies)) {
            const std::optional<Instant> later = meeting::next_change(span.start, span.end, now, config_.policies);
            if (later && (!enters || *later < *enters)) enters = later;
            continue;
        }
        Translation made = translate(event, master, mailbox, people_, known, config_);
        Wanted one;
        one.item.slot = event.original_start.value_or(Item::kNoSlot);
        one.item.start = span.start;
        one.item.end = span.end;
        one.item.joinable = made.joinable;
        one.item.digest = meeting::content_digest(made.meeting, records_.digest_key());
        one.meeting = std::move(made.meeting);
        one.lacks_own = made.lacks_own;
        all.push_back(std::move(one));
    }
    std::ranges::sort(all, {}, [](const Wanted& one) { return one.item.slot; });
    // Two occurrences never share a slot; a list read while it changed may say so (Graph docs: lists are no snapshots).
    const auto twice = std::ranges::unique(all, {}, [](const Wanted& one) { return one.item.slot; });
    all.erase(twice.begin(), twice.end());
    return all;
}

void Publishing::share_knowledge(Mailbox& mailbox, const ProviderEvent& master, const meeting::Meeting& sample,
                                 bool lacks) {
    Series& series = series_.at(master.uid);
    bool changed = series.listed.insert(mailbox.user_id);
    if (is_by_group(master, mailbox.ref)) series.by_group.insert(mailbox.user_id);
    else series.by_group.erase(mailbox.user_id);
    if (master.is_organizer) {
        const auto set = [&changed](std::string& to, const std::string& value) {
            changed = changed || to != value;
            to = value;
        };
        const std::string url = series.join_url, uri = series.join_uri;
        set(series.join_url, sample.join_url);
        set(series.join_uri, sample.join_uri);
        set(series.conversation_id, sample.conversation_id);
        if (url != series.join_url || uri != series.join_uri)
            for (const std::string_view user_id : series.lacking)
                if (user_id != mailbox.user_id) look_again_(std::string(user_id), master.uid);
        if (url != series.join_url || uri != series.join_uri)
            for (const meeting::Participant& one : sample.participants) {
                const Mailbox* invited = one.id.empty() ? nullptr : people_.find(one.id);
                if (invited != nullptr && !invited->waiting.empty()) look_again_(one.id, master.uid);
            }
    } else if (lacks) {
        changed = series.lacking.insert(mailbox.user_id) || changed;
    } else {
        changed = series.lacking.erase(mailbox.user_id) || changed;
    }
    if (changed) series_.save(master.uid);
}

/// An item that the cloud took while this process died would be nobody's: what is new is noted before it is sent.
void Publishing::note_before(Mailbox& mailbox, const std::string& source_id, Source& source, const std::vector<const Wanted*>& writes) {
    bool is_new = false;
    for (const Wanted* one : writes) {
        if (find_slot(source, one->item.slot) != nullptr) continue;
        Item& item = place_for(source, one->item.slot);
        item.start = one->item.start;
        item.end = one->item.end;
        is_new = true;
    }
    if (is_new) records_.save_source(mailbox, source_id, source);
}

Task<Failure> Publishing::publish(Mailbox& mailbox, const ProviderEvent& master,
                                  std::span<const ProviderEvent> occurrences, int& changes) {
    std::optional<Instant> enters;
    // Before anything is waited for: what changes meanwhile must not count as published.
    const std::uint64_t settled = master.shape == meeting::EventShape::single ? mark(mailbox, master.etag) : 0;
    std::vector<Wanted> list = wanted(mailbox, master, occurrences, enters);
    if (const auto had = mailbox.sources.find(master.id); had != mailbox.sources.end() && had->second.uid != master.uid) {
        Failure failure = co_await remove(mailbox, master.id, changes);  // the id now names another meeting
        if (failure.any()) co_return failure;
    }
    if (list.empty() && !enters && !mailbox.sources.contains(master.id)) co_return Failure{};
    // It stays where it is while this waits: only this lane takes sources away.
    Source& source = mailbox.sources[master.id];
    source.uid = master.uid;
    source.enters = enters;
    source.settled = 0;
    mailbox.window_touched.push_back(master.id);
    Failure failure;
    bool wrote = false;
    if (!list.empty()) {
        bool lacks = false;
        for (const Wanted& one : list) lacks = lacks || one.lacks_own;
        share_knowledge(mailbox, master, list.front().meeting, lacks);

        const auto to_write = [&] {
            std::vector<const Wanted*> writes;
            const bool all = series_.to_be_sealed_anew(master.uid, mailbox.user_id);
            for (const Wanted& one : list) {
                const Item* had = find_slot(source, one.item.slot);
                if (all || had == nullptr || had->digest != one.item.digest) writes.push_back(&one);
            }
            return writes;
        };
        std::vector<const Wanted*> writes = to_write();
        if (!writes.empty()) {
            KeyNeed need;
            need.user_id = mailbox.user_id;
            need.people = known_participants(master, people_);
            for (const ProviderEvent& event : occurrences)
                if (&event != &master) need.people.merge(known_participants(event, people_));
            need.people.insert(mailbox.user_id);
            const Mailbox* organizer = people_.by_address(master.organizer_address);
            need.decides = master.is_organizer || organizer == nullptr || !organizer->usable();
            Outcome<KeyInUse> key = co_await series_.key_for(master.uid, need);
            if (!key.ok()) co_return std::move(key.failure);
            writes = to_write();  // the key's server may have said that the key before is dead
            note_before(mailbox, master.id, source, writes);
            meeting::Sealer sealer(key.value.secret);
            for (const Wanted* one : writes) {
                std::string sealed = meeting::seal_item(one->meeting, sealer, key.value.uri, ports_.random);
                failure = co_await cloud_.put_item(mailbox.user_id, one->meeting.id, std::move(sealed));
                if (failure.any()) break;
                Item& item = place_for(source, one->item.slot);
                touched(mailbox, master.id, item.start);
                item.start = one->item.start;
                item.end = one->item.end;
                item.digest = one->item.digest;
                item.joinable = one->item.joinable;
                touched(mailbox, master.id, item.start);
                wrote = true;
                ++changes;
            }
            if (!failure.any()) series_.sealed_anew(master.uid, mailbox.user_id);
        }
    }
    if (wrote) records_.save_source(mailbox, master.id, source);
    if (failure.any()) {
        if (not_enabled(failure)) {
            ports_.log.line(Log::Level::warning, "list.refused user=" + mailbox.user_id + " " + describe(failure));
            failure = Failure{};
        }
        co_return failure;
    }
    const Instant now = ports_.clock.now();
    std::vector<Instant> leaving;
    for (const Item& item : source.items) {
        if (std::ranges::any_of(list, [&](const Wanted& one) { return one.item.slot == item.slot; })) continue;
        leaving.push_back(item.slot);
        if (meeting::in_window(item.start, item.end, now, config_.policies)) ++changes;
    }
    if (!leaving.empty()) {
        failure = co_await drop_items(mailbox, master.id, leaving);
        if (failure.any()) co_return failure;
    }
    if (source.items.empty()) {
        // Declined or put off, but not taken off it: the organizer's copy still names them, and that one decides.
        failure = co_await forget_if_empty(mailbox, master.id, Leaving::window);
        if (failure.any() || !mailbox.sources.contains(master.id)) co_return failure;
    }
    source.settled = settled;
    co_return failure;
}

Task<Failure> Publishing::drop_items(Mailbox& mailbox, const std::string& source_id, const std::vector<Instant>& slots) {
    const Source* other = sibling(mailbox, source_id);  // stays while this waits: only this lane takes sources away
    for (const Instant slot : slots) {
        const auto source = mailbox.sources.find(source_id);
        if (source == mailbox.sources.end()) co_return Failure{};
        Failure failure;
        if (!has_slot(other, slot))
            failure = co_await cloud_.delete_item(mailbox.user_id, item_id(source->second.uid, slot));
        const bool done = !failure.any() || failure.kind == Failure::Kind::gone || not_enabled(failure);
        if (!done) co_return failure;
        Source& now = mailbox.sources[source_id];
        const auto item = std::ranges::find(now.items, slot, &Item::slot);
        if (item != now.items.end()) {
            touched(mailbox, source_id, item->start);
            now.items.erase(item);
        }
        records_.save_source(mailbox, source_id, now);
    }
    co_return Failure{};
}

Task<Failure> Publishing::forget_if_empty(Mailbox& mailbox, const std::string& source_id, Leaving why) {
    const auto source = mailbox.sources.find(source_id);
    if (source == mailbox.sources.end() || !source->second.items.empty()) co_return Failure{};
    const std::string uid = source->second.uid;
    const Series* series = series_.find(uid);
    if (series != nullptr && series->listed.contains(mailbox.user_id) && sibling(mailbox, source_id) == nullptr) {
        Failure failure = co_await series_.release(uid, mailbox.user_id, why);
        if (failure.any()) co_return failure;
    }
    records_.erase_source(mailbox, source_id);
    const auto again = mailbox.sources.find(source_id);
    if (again != mailbox.sources.end() && !again->second.enters) {
        mailbox.forget_near(again->second);
        mailbox.sources.erase(again);
    }
    co_return Failure{};
}

Task<Failure> Publishing::remove(Mailbox& mailbox, const std::string& source_id, int& changes) {
    const auto source = mailbox.sources.find(source_id);
    if (source == mailbox.sources.end()) co_return Failure{};
    source->second.enters.reset();
    std::vector<Instant> slots;
    for (const Item& item : source->second.items) slots.push_back(item.slot);
    changes += static_cast<int>(slots.size());
    Failure failure = co_await drop_items(mailbox, source_id, slots);
    if (failure.any()) co_return failure;
    co_return co_await forget_if_empty(mailbox, source_id, Leaving::meeting);
}

Task<Failure> Publishing::sweep(Mailbox& mailbox) {
    const Instant now = ports_.clock.now();
    mailbox.window_unknown = true;
    std::vector<std::pair<std::string, std::vector<Instant>>> leaving;
    for (auto& [id, source] : mailbox.sources) {
        if (source.enters && *source.enters <= now) {
            source.enters.reset();
            mailbox.todo.events.insert(id);
        }
        std::vector<Instant> slots;
        for (const Item& item : source.items)
            if (!meeting::in_window(item.start, item.end, now, config_.policies)) slots.push_back(item.slot);
        if (!slots.empty()) leaving.emplace_back(id, std::move(slots));
    }
    for (const auto& [id, slots] : leaving) {
        Failure failure = co_await drop_items(mailbox, id, slots);
        if (failure.any()) co_return failure;
        failure = co_await forget_if_empty(mailbox, id, Leaving::window);
        if (failure.any()) co_return failure;
    }
    co_return Failure{};
}

}  // namespace engine::sync
