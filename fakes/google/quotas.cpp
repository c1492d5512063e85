#include "fakes/google/quotas.hpp"

#include "fakes/google/limits.hpp"

namespace fakes {

std::optional<ArmedRefusal::Kind> refusal_kind_named(std::string_view name) {
    using Kind = ArmedRefusal::Kind;
    static constexpr std::pair<std::string_view, Kind> names[] = {
        {"rateLimitExceeded", Kind::rate_limit}, {"userRateLimitExceeded", Kind::user_rate_limit},
        {"quotaExceeded", Kind::quota},          {"429", Kind::too_many},
        {"500", Kind::backend_error},            {"503", Kind::unavailable},
        {"401", Kind::invalid_token},            {"410", Kind::full_sync}};
    for (const auto& [text, kind] : names)
        if (text == name) return kind;
    return std::nullopt;
}

namespace google {
namespace {

Refusal refusal_of(ArmedRefusal::Kind kind, bool gmail) {
    using Kind = ArmedRefusal::Kind;
    static constexpr std::string_view rule = "a refusal armed on purpose";
    switch (kind) {
        case Kind::rate_limit: return refuse::usage_limit(403, "rateLimitExceeded", gmail, rule);
        case Kind::user_rate_limit: return refuse::usage_limit(403, "userRateLimitExceeded", gmail, rule);
        case Kind::quota: return refuse::usage_limit(403, "quotaExceeded", gmail, rule);
        case Kind::too_many: return refuse::usage_limit(429, "rateLimitExceeded", gmail, rule);
        case Kind::backend_error: return refuse::backend_error(500, gmail, rule);
        case Kind::unavailable: return refuse::backend_error(503, gmail, rule);
        case Kind::invalid_token: return refuse::invalid_credentials(rule);
        case Kind::full_sync: return refuse::full_sync_required(rule);
    }
    return {};
}

}  // namespace

bool Quotas::over(Window& window, std::uint32_t allowed, Instant now) const {
    if (allowed == 0) return false;
    const std::int64_t number = now.time_since_epoch() / window_;
    if (window.number != number) window = {number, 0};
    return ++window.requests > allowed;
}

Refusal Quotas::check(std::string_view operation, std::string_view user, bool gmail, Instant now) {
    for (auto it = armed_.begin(); it != armed_.end(); ++it) {
        if (!operation.ends_with(it->operation) || (!it->user.empty() && it->user != user)) continue;
        const ArmedRefusal::Kind kind = it->kind;
        if (--it->count == 0) armed_.erase(it);
        return refusal_of(kind, gmail);
    }
    if (per_user_ != 0 && over(users_.try_emplace(std::string(user)).first->second, per_user_, now))
        return refuse::usage_limit(403, "userRateLimitExceeded", gmail, "too many requests of this user in this minute");
    if (over(project_, per_project_, now))
        return refuse::usage_limit(403, "rateLimitExceeded", gmail, "too many requests of this project in this minute");
    return {};
}

void Quotas::throttle(std::uint32_t requests_of_a_user, std::chrono::milliseconds window) {
    per_user_ = requests_of_a_user;
    window_ = window;
    users_.clear();
    project_ = {};
}

void Quotas::arm(ArmedRefusal refusal) {
    if (refusal.count == 0 || armed_.size() >= limits::max_armed_refusals) return;
    armed_.push_back(std::move(refusal));
}

}  // namespace google
}  // namespace fakes
