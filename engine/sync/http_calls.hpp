#pragma once
// The one place that repeats calls: Retry-After, exponential back-off with full jitter, a new token after a 401.
#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "engine/sync/outcome.hpp"
#include "engine/sync/pace.hpp"

namespace engine::sync {

/// Where access tokens come from.
class Bearer {
  public:
    virtual ~Bearer() = default;
    /// `subject`: whose token; one for all where the service has only one.
    virtual Task<Outcome<std::string>> token(const std::string& subject) = 0;
    /// The token at hand, when nothing need be waited for; nullptr: ask `token`.
    virtual const std::string* held(const std::string& subject) const = 0;
    /// The service refused this token: do not hand it out again.
    virtual void refused(const std::string& subject, const std::string& token) = 0;
};

struct CallRules {
    Bearer* bearer = nullptr;
    std::string subject;
    bool repeatable = true;  // a call that may have taken effect may be sent again
    std::string mailbox{};   // whose quota it counts for; empty: nobody's
    const bool* left = nullptr;  // true: nothing is sent any more, not even again (G-ACTIVATED-ONLY)
    bool quota_403 = false;  // Google says "too fast" with 403 too (Google docs: usage limits)
};

class HttpCalls {
  public:
    HttpCalls(Ports& ports, const Policies& policies) : ports_(ports), policies_(policies), pace_(ports, policies) {}

    /// ok() means 2xx. After a failure with a status, the value still holds the answer.
    Task<Outcome<HttpResponse>> call(HttpRequest request, CallRules rules);

  private:
    Duration pause(int attempt, const HttpResponse* response);

    Ports& ports_;
    const Policies& policies_;
    Pace pace_;
};

/// "scheme://host" of an absolute URL; for the log, where paths must not appear.
std::string_view origin(std::string_view url);

/// Bytes outside A-Z a-z 0-9 - . _ ~ as %XX (RFC 3986 2.3).
std::string percent(std::string_view text);
void append_percent(std::string& out, std::string_view text);
/// %XX and, as in forms, '+' for a blank.
std::string unpercent(std::string_view text);

/// Whether `body` is what `seen` is the digest of; `seen` is its digest from now on. For answers that are asked for all
/// day long and hardly ever change; no guard against somebody who makes two texts of one digest: they are his own.
bool seen_before(std::string_view body, std::uint64_t& seen);

/// Seconds or an HTTP date (RFC 9110 10.2.3) as a pause from `now`; nothing when unreadable.
std::optional<Duration> retry_after(std::string_view value, Instant now);

}  // namespace engine::sync
