#include "engine/sync/subscriptions.hpp"

#include <algorithm>

#include "engine/meeting/jwe.hpp"
#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr Duration kSpread = std::chrono::hours(2);  // renewals of many mailboxes do not meet in one instant
// Between two renewals, whatever expiry the provider answers with (or however far our clock is ahead of its clock).
constexpr Duration kPauseMin = std::chrono::minutes(5);

}  // namespace

std::string Subscriptions::random_hex(std::size_t bytes) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string raw(bytes, '\0');
    ports_.random.fill(std::span(reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()));
    std::string text;
    for (const char c : raw) {
        text += kHex[static_cast<unsigned char>(c) >> 4];
        text += kHex[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

void Subscriptions::remember(Mailbox& mailbox) {
    if (mailbox.subscription.id.empty()) return;
    by_id_[mailbox.subscription.id] = &mailbox;
    const Duration life = mailbox.subscription.expires - ports_.clock.now();
    const Duration margin = std::min(config_.policies.subscription_margin, std::max(life, Duration(0)) / 2);
    const auto most = static_cast<std::uint64_t>(std::min(kSpread, margin / 2).count());
    const Duration early(static_cast<std::int64_t>(ports_.random.below(most + 1)));
    agenda_.set(mailbox.timer(Timer::subscription), std::max(mailbox.subscription.expires - margin - early, ports_.clock.now() + kPauseMin));
}

Task<Failure> Subscriptions::renew(Mailbox& mailbox) {
    const std::string id = random_hex(16);
    const std::string secret = random_hex(24);
    const Instant expires = ports_.clock.now() + config_.policies.subscription_life;
    Outcome<Subscription> made = co_await provider_.subscribe(mailbox.ref, id, secret, expires);
    if (!made.ok()) co_return std::move(made.failure);
    const Subscription old = mailbox.subscription;
    mailbox.subscription = std::move(made.value);
    records_.save_mailbox(mailbox);
    remember(mailbox);
    if (old.id.empty()) co_return Failure{};
    const Failure ended = co_await provider_.unsubscribe(mailbox.ref, old);
    // Until here both told us; from now on the old one is a stranger's.
    by_id_.erase(old.id);
    const bool lost = ended.kind == Failure::Kind::gone || old.expires <= ports_.clock.now();
    if (lost) {
        ports_.log.line(Log::Level::warning, "subscription.was_lost user=" + mailbox.user_id);
        mailbox.todo.full_look = true;
    }
    co_return Failure{};  // one that could not be ended expires by itself
}

Task<Failure> Subscriptions::end(Mailbox& mailbox) {
    agenda_.set(mailbox.timer(Timer::subscription), std::nullopt);
    if (mailbox.subscription.id.empty()) co_return Failure{};
    const Subscription old = mailbox.subscription;
    by_id_.erase(old.id);
    Failure failure = co_await provider_.unsubscribe(mailbox.ref, old);
    if (failure.passing()) co_return failure;
    mailbox.subscription = Subscription{};
    records_.save_mailbox(mailbox);
    co_return Failure{};
}

Mailbox* Subscriptions::owner(const std::string& id, const std::string& secret) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    Mailbox& mailbox = *found->second;
    // The old one of a pair in replacement has another secret; its last notices are covered by the new one's.
    if (mailbox.subscription.id != id) return nullptr;
    return meeting::same_secret(mailbox.subscription.secret, secret) ? &mailbox : nullptr;
}

}  // namespace engine::sync
