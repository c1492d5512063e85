#include "engine/sync/away.hpp"

#include <algorithm>

#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr Duration kRetry = std::chrono::minutes(1);

}  // namespace

Task<void> Away::poll(Mailbox& mailbox) {
    const Instant now = ports_.clock.now();
    const Duration period = std::max(config_.policies.away_poll, Duration(1'000));
    // The first poll is at once; the second one spreads the mailboxes over the period.
    const auto phase = static_cast<std::int64_t>(ports_.random.below(static_cast<std::uint64_t>(period.count())));
    mailbox.away.next_poll = now + (mailbox.away.next_poll ? period : Duration(phase + 1));
    Outcome<std::optional<meeting::AutomaticReplies>> replies = co_await provider_.automatic_replies(mailbox.ref, mailbox.away.answer_seen);
    if (replies.ok() && replies.value) mailbox.away.replies = *replies.value;
    if (replies.failure.kind == Failure::Kind::denied) access_lost_(mailbox);
}

Task<void> Away::work(Mailbox& mailbox) {
    if (!mailbox.usable() || mailbox.ref.is_room) {
        mailbox.away.next_poll.reset();  // once usable again: at once
        agenda_.set(mailbox.timer(Timer::away), std::nullopt);
        co_return;
    }
    const bool poll_due = !mailbox.away.next_poll || *mailbox.away.next_poll <= ports_.clock.now();
    if (poll_due) {
        co_await poll(mailbox);
    }
    if (!mailbox.usable()) co_return;
    AwayState& state = mailbox.away;
    const Instant now = ports_.clock.now();
    Instant next = state.next_poll.value_or(now + config_.policies.away_poll);
    if (!state.replies) {
        agenda_.set(mailbox.timer(Timer::away), next);
        co_return;
    }
    const meeting::Away away = meeting::away_now(*state.replies, now, config_.policies);
    if (away.look_again > now) next = std::min(next, away.look_again);
    if (away.away && state.posted && state.posted_until <= now) state.posted = false;  // it lapsed by itself
    const Instant lasts = now + away.ttl;
    // Told again well before it lapses, and when its end was moved forward.
    const bool refresh = state.posted && (state.posted_until - now <= 2 * config_.policies.away_poll ||
                                          lasts < state.posted_until) && state.posted_until != lasts;
    Failure failure;
    bool told = false;
    if (away.away && (!state.posted || refresh)) {
        failure = co_await cloud_.post_presence(mailbox.user_id, true, away.ttl);
        told = !failure.any();
        if (told) {
            state.posted = true;
            state.posted_until = lasts;
        }
    } else if (!away.away && state.posted) {
        failure = co_await cloud_.post_presence(mailbox.user_id, false, Duration(0));
        told = !failure.any();
        if (told) state.posted = false;
    }
    if (told) records_.save_mailbox(mailbox);
    if (failure.any()) next = std::min(next, ports_.clock.now() + kRetry);
    agenda_.set(mailbox.timer(Timer::away), next);
}

}  // namespace engine::sync
