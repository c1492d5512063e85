#pragma once
// Subscriptions on calendars: handshake, expiry, change notifications with retries, lifecycle events.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/microsoft/endpoints.hpp"
#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/filter.hpp"
#include "fakes/microsoft/input.hpp"
#include "fakes/microsoft/mailbox.hpp"
#include "fakes/microsoft/render.hpp"
#include "fakes/microsoft/service.hpp"
#include "fakes/microsoft/signing.hpp"

namespace fakes::microsoft {

struct Subscription {
    std::string id, app, creator;
    std::string resource;     // as sent
    std::string change_type;  // as sent
    bool created = false, updated = false, deleted = false;
    std::size_t mailbox = 0;  // index of the default calendar
    std::optional<std::size_t> calendar;  // one calendar only
    std::string url, lifecycle_url, client_state, tls_version = "v1_2";
    Instant expires{};
    std::string expires_text;  // as sent; empty: rendered
    std::uint64_t serial = 0;  // order of creation
    bool reauthorization_sent = false;
    bool immutable_ids = false;
    std::shared_ptr<const FilterNode> filter;  // of the resource: only events that it lets through are told; nullptr: all
    struct Rich {  // notifications carry the event, encrypted
        std::vector<std::string> select;
        Expand expand;
        std::string certificate_text, certificate_id;  // as sent
        std::optional<signing::Certificate> certificate;
    };
    std::optional<Rich> rich;
};

class Subscriptions {
  public:
    /// `mailboxes` and `keys` outlive it.
    Subscriptions(Mailboxes& mailboxes, const MicrosoftOptions& options, std::string tenant, const signing::KeyRing& keys, Dice dice);

    /// POST: checks, then sends the handshake; the answer follows in `effects`, now or after it.
    void create(const SubscriptionInput& input, const std::string& app, const std::string& creator, const Exchange& exchange, ExchangeId id,
                Effects& effects);
    /// PATCH: answers at once, or after a handshake with the new URL.
    void renew(const std::string& subscription, const SubscriptionInput& input, const std::string& app, const Exchange& exchange, ExchangeId id,
               Effects& effects);
    bool remove(std::string_view id, const std::string& app, Instant now);
    const Subscription* find(std::string_view id, const std::string& app, Instant now) const;
    std::vector<OpenSubscription> open(Instant now) const;
    std::vector<const Subscription*> of_app(const std::string& app, Instant now) const;
    bool reauthorize(std::string_view id, const std::string& app, Instant now);
    /// The provider forgets them all, without a word.
    void drop_all(Instant now);
    bool drop(std::string_view id, Instant now);
    /// By order, as MicrosoftService::tell_lifecycle.
    std::size_t tell(MicrosoftService::LifecycleEvent event, std::string_view id, Instant now);

    /// A change of an item: whoever subscribed will hear of it.
    void note(const Mailbox& mailbox, const MailboxChange& change);
    /// The outcome of one of our requests; false when it was none of ours.
    bool answered(OutgoingId id, const Reply* reply, Silence why, Instant now, Effects& effects);
    void wake(Instant now, Effects& effects);
    std::optional<Instant> next_wake() const;

    static std::string json(const Subscription& subscription, bool with_state = true);

  private:
    struct Handshake {
        ExchangeId exchange = 0;
        Exchange marks;
        Subscription subscription;  // as it will be
        bool is_new = true;
        bool lifecycle = false;     // second of two
        bool lifecycle_due = false;
        std::string token;
        Instant sent{};
    };
    struct Delivery {  // one POST until it is acknowledged
        std::uint64_t subscription = 0;
        Outgoing request;
        Instant first{}, sent{};
        int tries = 0;
        bool lifecycle = false;
    };
    struct Due {
        enum class Kind { flush, retry, expiry, reauthorize, handshake, farewell, told_missed, told_reauthorize };
        Kind kind = Kind::flush;
        std::uint64_t key = 0;  // subscription's serial, delivery's or handshake's number
    };
    struct Live {
        Subscription subscription;
        std::vector<std::string> waiting;  // notifications as JSON
        bool flush_due = false;
        bool delayed = false;  // its slow endpoint waits
        bool missed_due = false;  // notifications were lost, and its owner will hear of it
        std::size_t in_flight = 0;
    };

    std::optional<Fault> fill(Subscription& out, const SubscriptionInput& input, Instant now) const;
    std::optional<Fault> fill_rich(Subscription& out, const SubscriptionInput& input) const;
    std::string encrypted_content(const Subscription& subscription, const Mailbox& mailbox, const MailboxChange& change);
    std::string validation_token(const Subscription& subscription, Instant now);
    std::string lifecycle_body(const Subscription& subscription, std::string_view event) const;
    std::optional<Fault> set_expiry(Subscription& out, const SubscriptionInput& input, bool anew, Instant now) const;
    bool url_allowed(std::string_view url) const;
    void shake(Handshake handshake, const std::string& url, Instant now, Effects& effects);
    void conclude(Handshake& handshake, Instant now, Effects& effects);
    void schedule(Instant at, Due::Kind kind, std::uint64_t key) { due_.emplace(std::pair(at, ++order_), Due{kind, key}); }
    void post(std::uint64_t serial, const std::string& url, std::string body, const char* what, bool lifecycle, Instant now, Effects& effects);
    void note_missed(std::uint64_t serial, Instant at);
    void flush(std::uint64_t serial, Instant now, Effects& effects);
    void retry_later(std::uint64_t number, Instant now, Effects& effects);
    void lifecycle(const Subscription& subscription, std::string_view event, Instant now, Effects& effects);
    void forget(std::uint64_t serial, bool tell, Instant now);
    void part_from(const Subscription& subscription, bool tell, Instant now);
    std::optional<Fault> fill_filter(Subscription& out) const;
    Live* live(std::string_view id, const std::string& app, Instant now);

    Mailboxes& mailboxes_;
    MicrosoftOptions options_;
    std::string tenant_;
    const signing::KeyRing& keys_;
    Dice dice_;
    std::map<std::uint64_t, Live> live_;                       // by serial
    std::map<std::string, std::uint64_t, std::less<>> by_id_;  // id -> serial
    std::map<std::size_t, std::set<std::uint64_t>> of_mailbox_;
    std::map<OutgoingId, Handshake> handshakes_;
    std::map<OutgoingId, Delivery> deliveries_;
    Endpoints endpoints_;
    std::map<std::uint64_t, Subscription> farewells_;  // dropped, and to be told so
    std::map<std::pair<Instant, std::uint64_t>, Due> due_;
    std::uint64_t order_ = 0;
    std::uint64_t last_serial_ = 0;
    OutgoingId last_outgoing_ = 0;
};

}  // namespace fakes::microsoft
