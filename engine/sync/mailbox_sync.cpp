#include "engine/sync/mailbox_sync.hpp"

#include <algorithm>
#include <span>

#include "engine/sync/priority.hpp"
#include "engine/sync/records.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/keywords.hpp"

namespace engine::sync {
namespace {

// Days float: providers match them as days of UTC, and people live from UTC-12 to UTC+14.
constexpr Duration kFloating = std::chrono::hours(14);
constexpr Duration kLookahead = std::chrono::hours(24);  // read beyond the window, so that the next day enters by itself
constexpr Duration kRestFirst = std::chrono::minutes(1);
constexpr Duration kRestMost = std::chrono::hours(1);
constexpr Duration kFarthest = std::chrono::hours(24 * 1'800);  // Graph docs: a view spans 1,825 days at most
constexpr int kUnreadableLooks = 6;  // the last about an hour after the first
constexpr std::size_t kWaitingMost = 200;
constexpr Duration kDetailsWait = std::chrono::seconds(3);  // a write of the organizer's copy takes less, or may take minutes

}  // namespace

Task<void> MailboxSync::work(Mailbox& mailbox) {
    bool renew_later = false;
    take_waiting(mailbox);
    while (mailbox.todo.any() || renew_later) {
        Failure failure;
        if (mailbox.todo.any())
            failure = co_await one_job(mailbox);
        else
            failure.kind = Failure::Kind::unavailable;
        if (failure.kind == Failure::Kind::denied && mailbox.usable())
            failure = co_await activation_failed(mailbox, std::move(failure));
        if (failure.any() && mailbox.todo.renew) {
            // A subscription that cannot be had now does not keep the calendar from being read.
            mailbox.todo.renew = false;
            renew_later = true;
            continue;
        }
        if (failure.any()) {
            mailbox.todo.renew = mailbox.todo.renew || renew_later;
            // A notification had it tried before its time: that makes nobody rest longer.
            const std::optional<Instant> resting = mailbox.timer(Timer::work).when();
            if (mailbox.work_failures > 0 && resting && *resting > f_.ports.clock.now()) {
                settled_(mailbox);
                co_return;
            }
            Duration rest = kRestFirst;
            for (int i = 0; i < mailbox.work_failures && rest < kRestMost; ++i) rest *= 2;
            ++mailbox.work_failures;
            rest = std::min(rest, kRestMost);
            f_.ports.log.line(Log::Level::warning, "work.rests user=" + mailbox.user_id + " " + describe(failure) +
                                                       " wait_ms=" + std::to_string(rest.count()));
            f_.agenda.set(mailbox.timer(Timer::work), f_.ports.clock.now() + rest);
            settled_(mailbox);
            co_return;
        }
        mailbox.work_failures = 0;
    }
    mailbox.in_step_at = f_.ports.clock.now();
    set_window_timer(mailbox);
    for (const Waiting& one : mailbox.waiting) f_.agenda.no_later(mailbox.timer(Timer::work), one.until);
    settled_(mailbox);
}

void MailboxSync::take_waiting(Mailbox& mailbox) {
    const Instant now = f_.ports.clock.now();
    for (const Waiting& one : mailbox.waiting)
        if (one.until <= now) mailbox.todo.events.insert(one.source_id);
}

/// The organizer's calendar is being worked on, and what this invitation lacks will be in it in a moment: its list item is
/// written once, with the join details, not twice. Not for long, and not for what is listed already.
bool MailboxSync::waits_for_details(Mailbox& mailbox, const ProviderEvent& event) {
    if (event.is_organizer || event.status_only || event.location.find('@') == std::string::npos || mailbox.sources.contains(event.id)) return false;
    Mailbox* organizer = f_.people.by_address(event.organizer_address);
    if (organizer == nullptr || !organizer->usable() || organizer->ref.is_room) return false;
    const Series* known = f_.series.find(event.uid);
    if (known != nullptr && !known->join_url.empty()) return false;
    const Instant until = f_.ports.clock.now() + kDetailsWait;
    const std::optional<Instant> works = organizer->timer(Timer::work).when();
    if (organizer->lane(LaneName::calendar).phase == LaneState::Phase::idle && (!works || *works >= until)) return false;
    if (!text::find_keyword(event.location, f_.config.policies) || text::has_webex_link(event.location, event.body, event.body_is_html)) return false;
    if (std::ranges::find(mailbox.waiting, event.id, &Waiting::source_id) == mailbox.waiting.end())
        mailbox.waiting.push_back(Waiting{until, event.id, event.uid});
    return true;
}

/// Never later than the next change of the window; a sweep that finds nothing does no harm.
void MailboxSync::set_window_timer(Mailbox& mailbox) {
    const Instant now = f_.ports.clock.now();
    Agenda::Slot& timer = mailbox.timer(Timer::window);
    std::optional<Instant> next = mailbox.window_unknown ? std::nullopt : timer.when();
    const auto sooner = [&](const Source& source) {
        const std::optional<Instant> change = f_.publishing.next_change(source, now);
        if (change && (!next || *change < *next)) next = change;
    };
    if (mailbox.window_unknown || mailbox.window_touched.size() >= mailbox.sources.size()) {
        for (const auto& [id, source] : mailbox.sources) sooner(source);
    } else {
        for (const std::string& id : mailbox.window_touched)
            if (const auto source = mailbox.sources.find(id); source != mailbox.sources.end()) sooner(source->second);
    }
    mailbox.window_touched = {};
    mailbox.window_unknown = false;
    f_.agenda.set(timer, next);
}

/// Takes one job; a failed one is put back.
Task<Failure> MailboxSync::one_job(Mailbox& mailbox) {
    Todo& todo = mailbox.todo;
    Failure failure;
    if (todo.deactivate) {
        todo.deactivate = false;
        failure = co_await deactivate(mailbox);
        if (failure.any()) todo.deactivate = true;
        co_return failure;
    }
    if (todo.activate) {
        todo.activate = false;
        failure = co_await activate(mailbox);
        if (failure.passing()) todo.activate = true;
        co_return failure;
    }
    if (!mailbox.usable()) {  // only calendars of activated users are touched (G-ACTIVATED-ONLY)
        const bool sweep = todo.sweep;
        todo = Todo{};
        if (sweep) {
            failure = co_await f_.publishing.sweep(mailbox);
        }
        todo.events.clear();
        mailbox.waiting.clear();
        todo.sweep = failure.any();
        co_return failure;
    }
    if (todo.renew) {
        todo.renew = false;
        failure = co_await f_.subscriptions.renew(mailbox);
        if (failure.any()) todo.renew = true;
        co_return failure;
    }
    if (todo.full_look) {
        todo.full_look = false;
        failure = co_await full_look(mailbox);
        if (failure.any()) todo.full_look = true;
        co_return failure;
    }
    if (todo.incremental) {
        todo.incremental = false;
        failure = co_await incremental(mailbox);
        if (failure.any()) todo.incremental = true;
        co_return failure;
    }
    if (!todo.events.empty()) {
        const std::string id = take_soonest(mailbox, f_.ports.clock.now());
        std::set<std::string> seen;
        int changes = 0;
        failure = co_await look_at(mailbox, id, seen, changes);
        if (failure.any()) todo.events.insert(id);
        co_return failure;
    }
    todo.sweep = false;
    failure = co_await f_.publishing.sweep(mailbox);
    if (failure.any()) todo.sweep = true;
    else
        for (const std::string& id : f_.places.forget_past(mailbox, f_.ports.clock.now() - f_.config.policies.window_back)) todo.events.insert(id);
    co_return failure;
}

/// One event's trouble must not keep the others from being looked at: only what concerns the whole mailbox, or will
/// pass, stops the job.
Failure MailboxSync::pass_over(Mailbox& mailbox, const std::string& id, Failure failure, int unreadable) {
    if (!failure.any() || failure.kind == Failure::Kind::denied || failure.kind == Failure::Kind::unavailable ||
        failure.kind == Failure::Kind::unclear)
        return failure;
    f_.ports.log.line(Log::Level::warning, "event.passed_over user=" + mailbox.user_id + " " + describe(failure));
    if (failure.kind == Failure::Kind::malformed) put_off(mailbox, id, unreadable);
    return Failure{};
}

/// What a proxy spoiled is whole in a minute; what the provider cannot tell otherwise is left to the daily look.
void MailboxSync::put_off(Mailbox& mailbox, const std::string& id, int unreadable) {
    if (unreadable >= kUnreadableLooks || mailbox.waiting.size() >= kWaitingMost) return;
    std::erase_if(mailbox.waiting, [&id](const Waiting& one) { return one.source_id == id; });
    mailbox.waiting.push_back(Waiting{f_.ports.clock.now() + kRestFirst * (1 << unreadable), id, std::string(), unreadable + 1});
}

Task<Failure> MailboxSync::gone(Mailbox& mailbox, const std::string& id, int& changes) {
    Failure failure = co_await f_.publishing.remove(mailbox, id, changes);
    if (failure.any()) co_return failure;
    co_return co_await f_.places.end(mailbox, id);
}

Task<Failure> MailboxSync::settle(Mailbox& mailbox, ProviderEvent event, bool waited, int& changes) {
    if (event.cancelled) {
        co_return co_await gone(mailbox, event.id, changes);
    }
    if (!waited && waits_for_details(mailbox, event)) co_return Failure{};
    const Instant now = f_.ports.clock.now();
    const Duration floating = event.all_day ? kFloating : Duration(0);
    const Instant from = now - f_.config.policies.window_back - floating;
    const Instant to = now + f_.config.policies.window_ahead + kLookahead + floating;
    const bool master = event.shape == meeting::EventShape::series_master;
    std::vector<ProviderEvent> occurrences;
    const bool read_first = master && !event.series_never_ends && !event.series_end;
    if (read_first) {
        Outcome<std::vector<ProviderEvent>> read =
            co_await f_.provider.instances(mailbox.ref, event.id, from, to);
        if (!read.ok()) co_return std::move(read.failure);
        occurrences = std::move(read.value);
    }
    bool decorated = false;
    Decoration::Asked asked = f_.decoration.asked_for(mailbox, event, occurrences);
    if (asked == Decoration::Asked::no && f_.decoration.to_be_removed(mailbox, event)) {
        const std::string uid = event.uid;
        Outcome<ProviderEvent> written = co_await f_.decoration.remove_details(mailbox, std::move(event));
        if (!written.ok()) co_return std::move(written.failure);
        decorated = true;
        event = std::move(written.value);
        if (event.uid.empty()) event.uid = uid;
    }
    std::optional<ProviderEvent> outdated;
    if (asked == Decoration::Asked::no && f_.decoration.is_outdated(mailbox, event)) {
        ProviderEvent bare = Decoration::without_details(event);
        asked = f_.decoration.asked_for(mailbox, bare, occurrences);
        if (asked == Decoration::Asked::yes) outdated = std::exchange(event, std::move(bare));
    }
    if (asked == Decoration::Asked::yes) {
        const std::string uid = event.uid;
        Outcome<ProviderEvent> written = co_await f_.decoration.decorate(mailbox, std::move(event));
        if (!written.ok()) co_return std::move(written.failure);
        if (outdated && written.value.own_record.empty()) written.value = std::move(*outdated);  // nothing was written
        decorated = true;
        event = std::move(written.value);
        if (event.uid.empty()) event.uid = uid;
    }
    if (master && (decorated || !read_first)) {
        Outcome<std::vector<ProviderEvent>> read =
            co_await f_.provider.instances(mailbox.ref, event.id, from, to);
        if (!read.ok()) co_return std::move(read.failure);
        occurrences = std::move(read.value);
    }
    const std::span<const ProviderEvent> shown = master ? std::span<const ProviderEvent>(occurrences) : std::span<const ProviderEvent>(&event, 1);
    bool answer_open = false;
    if (f_.room_answers.asked(mailbox, event)) {
        // What comes of it is told by the calendar; the list does not wait for it.
        const Failure answered = co_await f_.room_answers.answer(mailbox, event, shown);
        answer_open = answered.any();
        if (answer_open) f_.ports.log.line(Log::Level::warning, "room.not_answered user=" + mailbox.user_id + " " + describe(answered));
    }
    Failure failure = co_await f_.publishing.publish(mailbox, event, shown, changes);
    // Join details that could not be had today are asked for again at the next look.
    const bool still_asked =
        asked != Decoration::Asked::no && f_.decoration.asked_for(mailbox, event, shown) != Decoration::Asked::no;
    if (still_asked || answer_open) f_.publishing.unsettle(mailbox, event.id);
    if (failure.any()) co_return failure;
    Outcome<bool> over = co_await is_over_for_good(mailbox, event, shown);
    if (!over.ok()) co_return std::move(over.failure);
    if (over.value)
        failure = co_await f_.places.end(mailbox, event.id);
    else
        failure = co_await f_.places.follow(mailbox, event);
    if (failure.any()) f_.publishing.unsettle(mailbox, event.id);
    co_return failure;
}

/// Whether the window has nothing more to show of what has a one-time meeting, now or later. Of a series whose end is not
/// known, or is over but for an occurrence that somebody put off, the provider says it.
Task<Outcome<bool>> MailboxSync::is_over_for_good(Mailbox& mailbox, const ProviderEvent& event, std::span<const ProviderEvent> shown) {
    Outcome<bool> over;
    over.value = false;
    if (!f_.places.has_one_time_meeting(mailbox, event.id)) co_return over;
    const Instant now = f_.ports.clock.now();
    const Instant window_start = now - f_.config.policies.window_back;
    const auto left = [&](const ProviderEvent& one) { return span_of(one, mailbox.settings).end <= window_start; };
    if (event.shape != meeting::EventShape::series_master) {
        over.value = left(event);
        co_return over;
    }
    if (event.series_never_ends || event.series_end.value_or(window_start) > window_start || !std::ranges::all_of(shown, left)) co_return over;
    Outcome<std::vector<ProviderEvent>> later = co_await f_.provider.instances(mailbox.ref, event.id, window_start, now + kFarthest);
    if (!later.ok()) {
        over.failure = std::move(later.failure);
        co_return over;
    }
    over.value = later.value.empty();
    co_return over;
}

Task<Failure> MailboxSync::look_at(Mailbox& mailbox, const std::string& id, std::set<std::string>& seen, int& changes) {
    const auto waiting = std::ranges::find(mailbox.waiting, id, &Waiting::source_id);
    const bool waited = waiting != mailbox.waiting.end();
    const int unreadable = waited ? waiting->unreadable : 0;
    if (waited) mailbox.waiting.erase(waiting);
    Outcome<ProviderEvent> read = co_await f_.provider.get(mailbox.ref, id);
    if (read.ok() && !read.value.master_id.empty()) {
        const std::string master_id = read.value.master_id;
        if (!seen.insert(master_id).second) co_return Failure{};
        Outcome<ProviderEvent> master = co_await f_.provider.get(mailbox.ref, master_id);
        // Invited to one occurrence only: the series is not in this calendar, and the occurrence stands alone.
        if (master.failure.kind != Failure::Kind::gone) read = std::move(master);
    }
    if (read.failure.kind == Failure::Kind::gone) {
        co_return co_await gone(mailbox, id, changes);
    }
    if (!read.ok()) co_return pass_over(mailbox, id, std::move(read.failure), unreadable);
    seen.insert(read.value.id);
    Failure failure = co_await settle(mailbox, std::move(read.value), waited, changes);
    if (failure.kind == Failure::Kind::gone) {
        failure = co_await gone(mailbox, id, changes);
    }
    co_return pass_over(mailbox, id, std::move(failure), unreadable);
}

}  // namespace engine::sync
