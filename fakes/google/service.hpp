#pragma once
// Google Calendar v3, Gmail's vacation setting and Google's token endpoint for one Workspace domain.
// One origin carries all three, by path: /calendar/v3, /gmail/v1, /token, /batch (hosts www., gmail. and
// oauth2.googleapis.com).
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace fakes {

using GoogleGroup = Group;  // sharing with it is sharing with its members, too

struct GoogleOptions {
    std::uint64_t seed = 1;
    std::vector<GoogleGroup> groups;  // beside those of the organisation
    /// Token endpoint addresses accepted as `aud` besides Google's own three (facts/google.md 2: the Python and Go
    /// clients sign the key file's token_uri).
    std::vector<std::string> more_audiences;
    /// Scopes the domain's administrator entered for the service's client id.
    std::vector<std::string> delegated_scopes = {"https://www.googleapis.com/auth/calendar",
                                                 "https://www.googleapis.com/auth/gmail.settings.basic"};
    /// The number in "Channel '...' not found for project '...'".
    std::string project_number = "104727004242";
    /// `private_key_id` of the key file: an assertion that names another key is refused. Empty: any name will do.
    std::string key_id;
    /// Answers are laid out over lines unless a request says prettyPrint=false, as Google does. Off: only when a request
    /// says prettyPrint=true.
    bool pretty_by_default = false;
    bool http_hooks_allowed = false;  // the real service takes https only
    /// Requests per minute; 0: no limit (developers.google.com/workspace/calendar/api/guides/quota).
    std::uint32_t requests_per_minute = 0;
    std::uint32_t requests_per_minute_and_user = 0;
};

/// A mail the service would have sent to somebody about an event.
struct Mail {
    enum class About { invitation, update, cancellation, reply };
    Instant sent{};
    About about = About::invitation;
    std::string from;  // calendar id
    std::string to;
    std::string subject;
    std::string event_id;
    std::string uid;
};
std::string_view name_of(Mail::About about);  // "invitation", ...

/// Refuses the next `count` API requests that fit, with the service's own body.
struct ArmedRefusal {
    enum class Kind {
        rate_limit,       // 403 rateLimitExceeded
        user_rate_limit,  // 403 userRateLimitExceeded
        quota,            // 403 quotaExceeded
        too_many,         // 429 rateLimitExceeded
        backend_error,    // 500 backendError
        unavailable,      // 503 backendError
        invalid_token,    // 401 authError
        full_sync,        // 410 fullSyncRequired
    };
    Kind kind = Kind::rate_limit;
    std::uint32_t count = 1;
    std::string operation;  // "calendar.v3.Events.List", or the end of such a name; empty: any
    std::string user;       // address; empty: anybody
};
/// "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "429", "500", "503", "401", "410".
std::optional<ArmedRefusal::Kind> refusal_kind_named(std::string_view name);

/// A push channel that somebody opened and that has not ended.
struct OpenChannel {
    std::string id, resource_id, resource_uri, address;
    std::string caller;  // whose token opened it: an address
    Instant expires{};
    std::uint64_t message_number = 0;  // of its last message
};

/// The service with what only a control plane may see and do.
class GoogleService : public CalendarService {
  public:
    /// Mails by time, oldest first; the oldest are forgotten past a few thousand.
    virtual const std::deque<Mail>& outbox() const = 0;
    virtual void clear_outbox() = 0;
    /// By id.
    virtual std::vector<OpenChannel> channels(Instant now) const = 0;
    /// The service forgets this channel, without a word; false: there is none of this id.
    virtual bool drop_channel(std::string_view id, Instant now) = 0;
    /// ID tokens are signed by another key from now on; its id. At once: the former ones count no longer.
    virtual std::string rotate_id_token_key(bool at_once, Instant now) = 0;
    /// Whom the request's token speaks for: an address; empty: nobody.
    virtual std::string caller_of(const Request& request, Instant now) const = 0;
    /// Other numbers for `requests_per_minute_and_user`, and for the minute; what was asked so far no longer counts.
    virtual void throttle(std::uint32_t requests_of_a_user, std::chrono::milliseconds window) = 0;
    virtual void arm(ArmedRefusal refusal) = 0;
    virtual void disarm_all() = 0;
    /// Names of all operations the service has, as Google calls them, with method and path.
    struct Operation {
        std::string name, method, path;
    };
    virtual std::vector<Operation> operations() const = 0;
};

/// A person with the key "admin", if there is one, owns every room's calendar beside the room itself.
std::unique_ptr<GoogleService> make_google(Organisation organisation, GoogleOptions options = {});

}  // namespace fakes
