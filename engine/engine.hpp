#pragma once
// The sync engine of a hybrid calendar service: the thing that ships. The same object runs on virtual and real ports.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/policies.hpp"
#include "engine/ports.hpp"

namespace engine {

struct Config {
    Provider provider = Provider::microsoft;
    std::string org_id;          // UUID in the meeting cloud
    /// True: what follows says whose calendars these are. False: an administrator provisions the service, and until then
    /// it touches nobody.
    bool provisioned = true;
    std::string default_language = "en";
    // Microsoft
    std::string graph_base = "https://graph.microsoft.com/v1.0";
    std::string authority_base = "https://login.microsoftonline.com";
    std::string graph_scope;     // of Entra's tokens; empty: graph_base's origin with /.default, right for Microsoft's own hosts
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
    std::string data_base;       // where the cloud keeps lists, buttons and meetings; empty: cloud_base
    std::string region_base = "https://cloud-{region}.calrig.example";  // data_base of an organisation that is provisioned
    std::string portal_base = "https://admin.calrig.example/calendar";  // the administrator's pages in the meeting cloud
    std::string cloud_token;     // bearer of the service's machine account
    std::string cloud_hook_secret;  // under which the cloud signs its notices; empty: none is believed
    std::string cloud_account;   // that account's user id: its organisation's key server is the one that is used
    int kms_rsa_bits_min = 2048; // of a key server's lasting key; smaller only in simulated worlds
    std::string kms_roots_pem;   // who may vouch for a key server; empty: nobody is asked to
    std::string hook_base = "https://engine.calrig.example/hooks";  // where providers and the cloud reach webhook()
    std::array<std::uint8_t, 32> store_key{};  // encrypts values at rest; held outside the store
    bool store_may_be_lost = false;    // and the cloud hold items that this one knows nothing of: asked for once per mailbox
    bool credentials_renewed = false;  // the store was last used with others: whoever was refused is tried again at once
    Policies policies;

    const std::string& storage() const { return data_base.empty() ? cloud_base : data_base; }
};

/// What operators may know: counts and times, nothing personal.
struct Status {
    struct Lane {
        std::string_view name;
        std::size_t queued = 0, running = 0;
    };
    std::size_t idle = 0, pending = 0, active = 0, in_error = 0;  // mailboxes of the directory, by activation
    std::size_t resting = 0;                                      // whose work failed and waits to be tried again
    std::size_t subscribed = 0;
    std::size_t sources = 0, items = 0;                           // events and list items that are known
    std::size_t timers = 0;
    std::array<Lane, 3> lanes;
    bool directory_known = false;                                 // read at least once
    std::optional<Instant> last_sync;                             // when any active mailbox was last found in step ...
    std::optional<Instant> oldest_sync;                           // ... and the one for which it is longest ago
    std::size_t never_synced = 0;                                 // active ones, since the start
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
    /// queued, and done after the answer. Also the administrator's at the same host, below /provisioning/v1: those wait
    /// for what they ask.
    Task<HttpResponse> webhook(HttpRequest request);
    Status status() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace engine
