// The life of a mailbox in the service: PENDING, ACTIVATED, ERROR with a reason and its retries, and the way out
// (G-ACTIVATION, G-ERROR-STATE, O365-MAILBOX-SCOPE).
#include <algorithm>

#include "engine/sync/mailbox_sync.hpp"
#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr std::string_view kNotVerified = "email_not_verified";
constexpr std::string_view kScopeMissing = "scope_missing";

/// Fixed words for the administrator: nothing of the mailbox is in them.
std::string reason_for(const Failure& failure) {
    const std::string& code = failure.code;
    if (code == kNotVerified || code.starts_with(kScopeMissing)) return code;
    if (code == "MailboxNotEnabledForRESTAPI" || code == "notACalendarUser") return "mailbox_not_found";
    if (code == "ErrorInvalidUser" || code == "ResourceNotFound" || code == "Request_ResourceNotFound" ||
        code == "invalid_grant" || code == "notFound")
        return "user_not_found";
    if (code == "unauthorized_client" || code == "invalid_client" || code == "invalid_scope" ||
        code == "access_denied" || code == "insufficientPermissions")
        return "service_not_authorised";
    if (failure.kind == Failure::Kind::denied) return "mailbox_access_denied";
    if (failure.kind == Failure::Kind::gone) return "mailbox_not_found";
    return "calendar_refused";
}

}  // namespace

void MailboxSync::arm_refresh(Mailbox& mailbox, bool first) {
    const Duration period = std::max(f_.config.policies.watch_refresh, Duration(60'000));
    // Mailboxes that were activated together do not look together: the first period is shorter for each by chance.
    const auto half = static_cast<std::uint64_t>(period.count() / 2);
    const Duration early(first ? static_cast<std::int64_t>(f_.ports.random.below(half + 1)) : 0);
    f_.agenda.set(mailbox.timer(Timer::refresh), f_.ports.clock.now() + period - early);
}

void MailboxSync::resume(Mailbox& mailbox) {
    switch (mailbox.state) {
        case Activation::none:
            // Whoever is through with leaving has no record: this one's lists are to be emptied still.
            mailbox.leaving = true;
            mailbox.todo.deactivate = true;
            return;
        case Activation::pending: mailbox.todo.activate = true; break;
        case Activation::error:
            f_.agenda.set(mailbox.timer(Timer::activation), mailbox.activation_due.value_or(f_.ports.clock.now()));
            mailbox.todo.sweep = true;
            break;
        case Activation::active:
            f_.subscriptions.remember(mailbox);
            // What was told while the engine was down reached nobody.
            mailbox.todo.full_look = true;
            mailbox.todo.renew = mailbox.subscription.expires <= f_.ports.clock.now();
            arm_refresh(mailbox, true);
            break;
    }
}

Task<Failure> MailboxSync::activate(Mailbox& mailbox) {
    f_.agenda.set(mailbox.timer(Timer::activation), std::nullopt);
    if (mailbox.state == Activation::none) {
        mailbox.state = Activation::pending;
        f_.records.save_mailbox(mailbox);
        Failure failure = co_await f_.cloud.put_status(mailbox.user_id, "PENDING", std::string());
        if (failure.passing()) co_return failure;
    }
    if (f_.config.provider == Provider::google && !mailbox.address_proved) {
        Failure unproved;
        unproved.kind = Failure::Kind::denied;
        unproved.code = kNotVerified;
        co_return co_await activation_failed(mailbox, std::move(unproved));
    }
    if (mailbox.ref.is_room) {
        Failure failure = co_await f_.provider.share(mailbox.ref);
        if (failure.passing()) co_return failure;
        if (failure.any()) {
            failure = co_await activation_failed(mailbox, std::move(failure));
            co_return failure;
        }
    }
    Outcome<MailboxSettings> settings = co_await f_.provider.settings(mailbox.ref);
    if (!settings.ok()) {
        if (settings.failure.passing()) co_return std::move(settings.failure);
        co_return co_await activation_failed(mailbox, std::move(settings.failure));
    }
    mailbox.settings = std::move(settings.value);
    Failure failure = co_await f_.subscriptions.renew(mailbox);
    if (failure.any()) {
        if (failure.passing()) co_return failure;
        co_return co_await activation_failed(mailbox, std::move(failure));
    }
    failure = co_await full_look(mailbox);
    if (failure.any()) {
        if (failure.passing()) co_return failure;
        co_return co_await activation_failed(mailbox, std::move(failure));
    }
    failure = co_await f_.cloud.put_status(mailbox.user_id, "ACTIVATED", std::string());
    if (failure.passing()) co_return failure;
    mailbox.state = Activation::active;
    mailbox.activation_tries = 0;
    mailbox.activation_due.reset();
    f_.records.save_mailbox(mailbox);
    f_.ports.log.line(Log::Level::info, "activation.done user=" + mailbox.user_id);
    arm_refresh(mailbox, true);
    co_return Failure{};
}

/// ERROR stays visible as such; tried again after an hour, three times, then daily (facts/webex.md 6.1).
Task<Failure> MailboxSync::activation_failed(Mailbox& mailbox, Failure why) {
    const Policies& policies = f_.config.policies;
    if (why.code == "unauthorized_client") {
        const std::string missing = co_await f_.provider.missing_grants(mailbox.ref);
        if (!missing.empty()) why.code = std::string(kScopeMissing) + ":" + missing;
    }
    const std::string reason = reason_for(why);
    ++mailbox.activation_tries;
    const bool soon = mailbox.activation_tries <= policies.activation_retry_count;
    mailbox.activation_due =
        f_.ports.clock.now() + (soon ? policies.activation_retry : policies.activation_retry_slow);
    mailbox.state = Activation::error;
    mailbox.todo = Todo{};
    f_.records.save_mailbox(mailbox);
    f_.agenda.set(mailbox.timer(Timer::activation), mailbox.activation_due);
    f_.agenda.set(mailbox.timer(Timer::refresh), std::nullopt);
    f_.agenda.set(mailbox.timer(Timer::subscription), std::nullopt);
    f_.ports.log.line(Log::Level::warning,
                      "activation.error user=" + mailbox.user_id + " reason=" + reason + " " + describe(why));
    Failure told = co_await f_.cloud.put_status(mailbox.user_id, "ERROR", reason);
    if (told.passing()) co_return told;
    co_return Failure{};
}

Task<Failure> MailboxSync::deactivate(Mailbox& mailbox) {
    for (const Timer timer : {Timer::activation, Timer::refresh, Timer::window, Timer::buttons, Timer::away})
        f_.agenda.set(mailbox.timer(timer), std::nullopt);
    mailbox.state = Activation::none;
    mailbox.leaving = true;
    Failure failure = co_await f_.subscriptions.end(mailbox);
    if (failure.any()) co_return failure;
    if (mailbox.ref.is_room) {
        failure = co_await f_.provider.unshare(mailbox.ref);
        if (failure.passing()) co_return failure;
    }
    std::vector<std::string> ids;
    for (const auto& [id, source] : mailbox.sources) ids.push_back(id);
    int changes = 0;
    for (const std::string& id : ids) {
        failure = co_await f_.publishing.remove(mailbox, id, changes);
        if (failure.any()) co_return failure;
    }
    f_.places.forget(mailbox);
    mailbox.sources.clear();
    mailbox.forget_near();
    if (mailbox.away.posted) {
        failure = co_await f_.cloud.post_presence(mailbox.user_id, false, Duration(0));
        if (failure.passing()) co_return failure;
    }
    failure = co_await f_.cloud.put_status(mailbox.user_id, "NOT_ACTIVATED", std::string());
    if (failure.passing()) co_return failure;
    mailbox.away = AwayState{};
    mailbox.sync_token.clear();
    mailbox.activation_tries = 0;
    const bool again = mailbox.todo.activate;
    mailbox.todo = Todo{};
    mailbox.todo.activate = again;
    f_.records.erase_mailbox(mailbox);
    mailbox.leaving = false;
    f_.ports.log.line(Log::Level::info, "deactivation.done user=" + mailbox.user_id);
    co_return Failure{};
}

}  // namespace engine::sync
