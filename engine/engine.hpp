#pragma once
// The sync engine of a hybrid calendar service: the thing that ships. The same object runs on virtual and real ports.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/ports.hpp"

namespace engine {

enum class Provider { microsoft, google };

/// Where real behaviour is undocumented the choice has a name and a default (facts/webex.md 12).
struct Policies {
    bool both_keywords_space = false;        // @webex = space (default: personal room)
    bool both_keywords_room = false;         // @meet = personal room (default: space)
    Duration window_back = std::chrono::days(7);
    Duration window_ahead = std::chrono::days(31);
    Duration join_lead = std::chrono::minutes(5);      // OBTP
    Duration join_tail = std::chrono::minutes(0);      // after the end
    Duration away_poll = std::chrono::minutes(20);     // OOO-PRESENCE
    Duration away_status_life = std::chrono::hours(24);  // cap of a presence event's ttl
    Duration subscription_life = std::chrono::hours(144);  // below Graph's live limit of 10,070 min
    Duration subscription_margin = std::chrono::hours(12);  // replaced this long before the expiry
    Duration watch_refresh = std::chrono::hours(24);   // full look at every mailbox: what no notification told
    Duration activation_retry = std::chrono::minutes(60);
    int activation_retry_count = 3;                    // then every activation_retry_slow
    Duration activation_retry_slow = std::chrono::hours(24);
    Duration http_timeout = std::chrono::seconds(30);
    Duration retry_base = std::chrono::seconds(2);     // doubled each time, with jitter, unless Retry-After says more
    Duration retry_cap = std::chrono::minutes(5);
    int retry_count = 8;                               // then the mailbox's work rests and is taken up again, ever later, up to hourly
    bool list_declined_google = true;                  // facts/webex.md 3.2: declined stays listed on Google
    bool list_declined_microsoft = false;
    bool list_free = true;
    int invitees_max = 1500;
    int page_size_events = 100;
};

struct Config {
    Provider provider = Provider::microsoft;
    std::string org_id;          // UUID in the meeting cloud
    std::string default_language = "en";
    // Microsoft
    std::string graph_base = "https://graph.microsoft.com/v1.0";
    std::string authority_base = "https://login.microsoftonline.com";
    std::string tenant, client_id, client_secret;
    // Google
    std::string google_base = "https://www.googleapis.com/calendar/v3";
    std::string gmail_base = "https://gmail.googleapis.com/gmail/v1";
    std::string google_token_url = "https://oauth2.googleapis.com/token";
    std::string service_account, service_account_key_pem;
    std::string google_admin;    // administrator's address: room calendars are read and shared with this account's token
    // Meeting cloud
    std::string cloud_base = "https://cloud.calrig.example";
    std::string kms_base = "https://kms.calrig.example";
    std::string cloud_token;     // bearer of the service's machine account
    std::string hook_base = "https://engine.calrig.example/hooks";  // where providers and the cloud reach webhook()
    std::array<std::uint8_t, 32> store_key{};  // encrypts values at rest; held outside the store
    Policies policies;
};

class Engine {
  public:
    Engine(Ports ports, Config config);
    ~Engine();  // only after stop() and after the executor ran dry
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Loads what the store holds and begins to work. Call once.
    void start();
    /// Begins to stop: the ports throw Stopped into every wait. Nothing is written after this call.
    void stop();
    /// Answers a request that arrived at `hook_base`: a notification, a handshake, a sync message. Quick: work is
    /// queued, and done after the answer.
    Task<HttpResponse> webhook(HttpRequest request);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace engine
