#pragma once
// The fake of Microsoft Graph (its calendar part) and of the Entra token endpoint: one service on two hosts.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace fakes {

/// An account that can sign in on Entra's page.
struct SignInAccount {
    std::string address;
    std::string role;    // in the directory: "Global Administrator"; empty: none
    std::string tenant;  // GUID; empty: the organisation's
};

/// A tenant of somebody else.
struct ForeignTenant {
    std::string id, name;
    std::string cloud = "worldwide";  // or "USGovGCCHigh", "USGovDoD": it shows in its discovery document
    bool consented = false;           // it, too, has let the application in
};

struct MicrosoftOptions {
    std::uint64_t seed = 1;
    std::string graph_base = "https://graph.microsoft.com/v1.0";
    std::string authority_base = "https://login.microsoftonline.com";
    /// Application roles the tenant's administrator granted; empty: tokens come without roles and routes answer 403.
    std::vector<std::string> roles = {"Calendars.ReadWrite", "MailboxSettings.ReadWrite"};
    /// False: no administrator ever consented, so the tenant does not know the application (AADSTS700016).
    bool consented = true;
    bool secret_expired = false;       // AADSTS7000222
    bool http_hooks_allowed = false;   // the real service takes https only
    /// From a change to the sending of its notification; changes within it travel in one POST.
    std::chrono::milliseconds notify_after{1000};
    /// From an administrator's change of the access policy to its effect (Graph: up to more than an hour).
    std::chrono::milliseconds policy_after{0};
    /// BookingWindowInDays of room mailboxes; a series that runs beyond it is declined, as Exchange does by default.
    int room_booking_days = 180;
    /// Requests of one application to one mailbox within `throttle_window` before 429 answers; 0: never. Outlook's published
    /// limit is 10,000 in ten minutes.
    int throttle_requests = 0;
    std::chrono::milliseconds throttle_window = std::chrono::minutes(10);
    /// How long a mailbox request is under way before its answer; the fifth at a time of one application to one mailbox is
    /// refused (429). 0: answered at once, so that never two are under way.
    std::chrono::milliseconds request_takes{0};
    std::chrono::seconds concurrency_retry_after{10};
    /// Answers of a notification endpoint's host within ten minutes before it can be found slow (then deliveries wait) or
    /// hopeless (then they are dropped).
    std::size_t endpoint_sample = 100;
    /// Changes of one mailbox that delta rounds can go back; older state tokens are refused (410).
    std::size_t change_log = 10'000;
    /// Certificates (PEM) registered on the application: client assertions signed by their keys are taken.
    std::vector<std::string> client_certificates;
    /// Redirect URIs registered on the application; empty: any https URI, and http on the own machine.
    std::vector<std::string> redirect_uris;
    /// Who can sign in. None given: nobody needs to, and whoever opens the consent page is the tenant's administrator.
    std::vector<SignInAccount> accounts;
    std::vector<ForeignTenant> other_tenants;
    /// Where the tenant's data is by its own choice: `tenant_region_scope` in documents and tokens.
    std::string region_scope = "EU";
    /// Access tokens signed with the key that the JWKS document shows. By default the signature is one that only the
    /// service itself can verify, as with real Graph tokens.
    bool verifiable_tokens = false;
    /// `drop_subscriptions` sends `subscriptionRemoved` to lifecycle URLs; by default the service forgets without a word.
    bool tell_removed_subscriptions = false;
};

/// A subscription that somebody made and that has not ended.
struct OpenSubscription {
    std::string id, application, resource, change_type, url, lifecycle_url;
    std::string mailbox;  // address
    Instant expires{};
    std::string endpoint;  // "good", "slow" or "drop": how Graph treats the host of its url just now
};

/// The service with what only a control plane may see.
class MicrosoftService : public CalendarService {
  public:
    /// In the order of their making.
    virtual std::vector<OpenSubscription> subscriptions(Instant now) const = 0;
    /// The service forgets this one, as `drop_subscriptions` forgets all; false: there is none of this id.
    virtual bool drop_subscription(std::string_view id, Instant now) = 0;
    /// The lifecycle events that the service sends on its own, sent by order to the subscription of this id (empty: all).
    /// Only subscriptions with a lifecycle URL hear; how many did. `subscriptionRemoved` removes it, too.
    enum class LifecycleEvent { reauthorization_required, subscription_removed, missed };
    virtual std::size_t tell_lifecycle(LifecycleEvent event, std::string_view id, Instant now) = 0;
    /// A new key signs for the tenant; the former one stays in the JWKS document for a day, or (at once, as after an
    /// emergency) leaves it now, and the tokens it signed end. Gives the new key's id.
    virtual std::string rotate_signing_key(bool at_once, Instant now) = 0;
    /// Other numbers for `throttle_requests` and `throttle_window`; what was asked so far no longer counts.
    virtual void throttle(int requests, std::chrono::milliseconds window) = 0;
};

/// A PEM text that `client_certificates` takes.
bool is_client_certificate(std::string_view pem);

std::unique_ptr<MicrosoftService> make_microsoft(Organisation organisation, MicrosoftOptions options);

}  // namespace fakes
