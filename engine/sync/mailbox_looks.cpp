// How a mailbox's calendar is read: in full, by what changed, event by event.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/sync/mailbox_sync.hpp"
#include "engine/sync/page_trail.hpp"
#include "engine/sync/priority.hpp"
#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr std::size_t kWaitingBytesMost = 1 << 20;  // kept of earlier pages while the pages after them are read
constexpr std::size_t kEventBytes = 1'000;          // of an event beside its texts, about

std::size_t bytes_of(const std::vector<ProviderEvent>& events) {
    std::size_t bytes = 0;
    for (const ProviderEvent& event : events) bytes += kEventBytes + event.body.size() + event.attendees.size() * sizeof(ProviderAttendee);
    return bytes;
}

}  // namespace

Task<Failure> MailboxSync::take_page(Mailbox& mailbox, std::vector<ProviderEvent> events, std::set<std::string>& seen,
                                     Unread& unread, int& changes) {
    soonest_first(mailbox, events, f_.ports.clock.now());
    for (ProviderEvent& event : events) {
        if (!event.master_id.empty()) {
            unread[event.master_id].insert(event.id);
            continue;
        }
        // Pages shift while they are read: the same event may come twice (Graph docs: lists are no snapshots).
        if (!seen.insert(event.id).second) continue;
        if (!event.cancelled && f_.publishing.is_settled(mailbox, event.id, event.etag)) continue;
        const std::string id = event.id;
        Failure failure;
        if (event.cancelled && event.uid.empty())
            failure = co_await gone(mailbox, id, changes);
        else
            failure = co_await settle(mailbox, std::move(event), false, changes);
        if (failure.kind == Failure::Kind::gone) {
            failure = co_await gone(mailbox, id, changes);
        }
        failure = pass_over(mailbox, id, std::move(failure));
        if (failure.any()) co_return failure;
    }
    co_return Failure{};
}

Task<Failure> MailboxSync::look_at_alone(Mailbox& mailbox, const std::string& id, int& changes) {
    Outcome<ProviderEvent> read = co_await f_.provider.get(mailbox.ref, id);
    if (read.failure.kind == Failure::Kind::gone) {
        co_return co_await gone(mailbox, id, changes);
    }
    if (!read.ok()) co_return pass_over(mailbox, id, std::move(read.failure));
    Failure failure = co_await settle(mailbox, std::move(read.value), true, changes);
    if (failure.kind == Failure::Kind::gone) {
        failure = co_await gone(mailbox, id, changes);
    }
    co_return pass_over(mailbox, id, std::move(failure));
}

Task<Failure> MailboxSync::read_unread(Mailbox& mailbox, const Unread& unread, std::set<std::string>& seen, int& changes) {
    for (const std::string& id : by_soonest(mailbox, unread, f_.ports.clock.now())) {
        if (seen.contains(id)) continue;
        Failure failure = co_await look_at(mailbox, id, seen, changes);
        if (failure.any()) co_return failure;
        if (seen.contains(id)) continue;
        // Invited to single occurrences only: Google lists them with a master that is not in this calendar.
        for (const std::string& exception : unread.at(id)) {
            failure = co_await look_at_alone(mailbox, exception, changes);
            if (failure.any()) co_return failure;
        }
    }
    co_return Failure{};
}

Task<Failure> MailboxSync::full_look(Mailbox& mailbox) {
    const Instant from = f_.ports.clock.now() - f_.config.policies.window_back;
    const std::string no_token;
    std::set<std::string> seen;
    Unread unread;
    std::string cursor;
    std::string sync_token;
    int changes = 0;
    const bool daily = mailbox.told_nothing;
    if (daily) {
        // The daily look: a new zone moves the all-day events, and nothing tells about it.
        Outcome<MailboxSettings> settings = co_await f_.provider.settings(mailbox.ref);
        if (!settings.ok()) co_return std::move(settings.failure);
        if (settings.value.zone.empty()) settings.value.zone = std::move(mailbox.settings.zone);
        mailbox.settings = std::move(settings.value);
        if (mailbox.ref.is_room) {
            // A rule that somebody took away is put back; when that is no longer allowed, the room's state says so.
            const Failure shared = co_await f_.provider.share(mailbox.ref);
            if (shared.any()) co_return shared;
        }
    }
    std::vector<ProviderEvent> later;
    std::size_t later_bytes = 0;
    PageTrail trail;
    while (true) {
        // Daily, nearly everything is as it was: what is not, is read singly.
        Outcome<EventPage> page = co_await f_.provider.list(mailbox.ref, from, no_token, cursor, daily);
        if (!page.ok()) co_return std::move(page.failure);
        if (mailbox.ref.is_room && !page.value.zone.empty()) mailbox.settings.zone = page.value.zone;
        for (EventState& state : page.value.states) {
            if (f_.publishing.is_settled(mailbox, state.id, state.etag))
                seen.insert(std::move(state.id));
            else
                unread.try_emplace(std::move(state.id));
        }
        // What starts soon may stand on the last page: the rest of the earlier ones waits, as far as memory goes.
        std::vector<ProviderEvent> rest = those_that_can_wait(mailbox, page.value.events, f_.ports.clock.now());
        later_bytes += bytes_of(rest);
        std::ranges::move(rest, std::back_inserter(later));
        Failure failure = co_await take_page(mailbox, std::move(page.value.events), seen, unread, changes);
        if (failure.any()) co_return failure;
        if (changes > 0) settled_(mailbox);  // a button does not wait for the rest of the calendar
        cursor = std::move(page.value.next);
        sync_token = std::move(page.value.sync_token);
        if (cursor.empty()) break;
        if (!trail.leads_on(cursor)) co_return PageTrail::astray();
        if (later_bytes < kWaitingBytesMost) continue;
        later_bytes = 0;
        failure = co_await take_page(mailbox, std::move(later), seen, unread, changes);
        later.clear();
        if (failure.any()) co_return failure;
    }
    Failure later_failed = co_await take_page(mailbox, std::move(later), seen, unread, changes);
    if (later_failed.any()) co_return later_failed;
    // What was listed by its state only, masters of lone exceptions, and what was known but not listed: asked for one by one, because a page that shifted
    // may have hidden an event that is still there.
    for (const auto& [id, source] : mailbox.sources)
        if (!seen.contains(id)) unread.try_emplace(id);
    for (const std::string& id : f_.places.sources(mailbox))
        if (!seen.contains(id)) unread.try_emplace(id);
    Failure unread_failed = co_await read_unread(mailbox, unread, seen, changes);
    if (unread_failed.any()) co_return unread_failed;
    if (!sync_token.empty() && sync_token != mailbox.sync_token) {
        mailbox.sync_token = std::move(sync_token);
        f_.records.save_mailbox(mailbox);
    }
    if (f_.config.store_may_be_lost && !mailbox.compared) {
        const Failure failure = co_await remove_strangers(mailbox);
        if (failure.any()) co_return failure;
    }
    mailbox.todo.sweep = true;
    // Changes that no notification told of: the subscription may be dead without a word.
    if (changes > 0 && mailbox.told_nothing) mailbox.todo.renew = true;
    mailbox.told_nothing = false;
    co_return Failure{};
}

/// A store that was lost or damaged left items in the cloud that nobody else would ever delete.
Task<Failure> MailboxSync::remove_strangers(Mailbox& mailbox) {
    Outcome<std::set<std::string>> listed = co_await f_.cloud.listed_items(mailbox.user_id);
    if (!listed.ok()) co_return std::move(listed.failure);
    for (const auto& [id, source] : mailbox.sources)
        for (const Item& item : source.items) listed.value.erase(item_id(source.uid, item.slot));
    for (const std::string& id : listed.value) {
        const Failure failure = co_await f_.cloud.delete_item(mailbox.user_id, id);
        if (failure.any() && failure.kind != Failure::Kind::gone) co_return failure;
    }
    if (!listed.value.empty())
        f_.ports.log.line(Log::Level::warning, "list.unknown_items_deleted user=" + mailbox.user_id + " count=" + std::to_string(listed.value.size()));
    mailbox.compared = true;
    co_return Failure{};
}

Task<Failure> MailboxSync::incremental(Mailbox& mailbox) {
    if (mailbox.sync_token.empty()) {
        mailbox.todo.full_look = true;
        co_return Failure{};
    }
    const Instant from = f_.ports.clock.now() - f_.config.policies.window_back;
    const std::string token = mailbox.sync_token;
    std::set<std::string> seen;
    Unread unread;
    std::string cursor;
    std::string next_token;
    int changes = 0;
    PageTrail trail;
    while (true) {
        Outcome<EventPage> page = co_await f_.provider.list(mailbox.ref, from, token, cursor, false);
        if (page.failure.kind == Failure::Kind::sync_lost || page.failure.kind == Failure::Kind::refused) {
            // Wiped and read whole again; what is gone by then is removed there (Google docs: full sync required).
            f_.ports.log.line(Log::Level::info, "sync_token.lost user=" + mailbox.user_id);
            mailbox.sync_token.clear();
            f_.records.save_mailbox(mailbox);
            mailbox.todo.full_look = true;
            co_return Failure{};
        }
        if (!page.ok()) co_return std::move(page.failure);
        if (mailbox.ref.is_room && !page.value.zone.empty()) mailbox.settings.zone = page.value.zone;
        Failure failure = co_await take_page(mailbox, std::move(page.value.events), seen, unread, changes);
        if (failure.any()) co_return failure;
        cursor = std::move(page.value.next);
        next_token = std::move(page.value.sync_token);
        if (cursor.empty()) break;
        if (!trail.leads_on(cursor)) co_return PageTrail::astray();
    }
    Failure unread_failed = co_await read_unread(mailbox, unread, seen, changes);
    if (unread_failed.any()) co_return unread_failed;
    if (!next_token.empty() && next_token != mailbox.sync_token) {
        mailbox.sync_token = std::move(next_token);
        f_.records.save_mailbox(mailbox);
    }
    co_return Failure{};
}

}  // namespace engine::sync
