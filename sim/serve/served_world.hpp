#pragma once
// A world that is served: both providers, the meeting cloud with its key server, the apps and devices, and the acts of a
// world file, on one state. Knows no socket and no clock: time and what goes out are its owner's.
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "fakes/google/service.hpp"
#include "fakes/microsoft/service.hpp"
#include "sim/judge/journal.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/serve/engine_seat.hpp"
#include "sim/serve/service.hpp"
#include "sim/wire/faults.hpp"
#include "sim/wire/streams.hpp"
#include "sim/world/acts.hpp"
#include "sim/world/administrator.hpp"

namespace sim {

/// Where clients reach the services; nextLinks, discovery documents and token audiences name these.
struct Origins {
    std::string graph = "https://localhost:8443";
    std::string authority = "https://localhost:8443";
    std::string google = "https://localhost:8443";
    std::string main = "https://localhost:8443";  // carries everything
};

struct ServedWorldSettings {
    std::uint64_t seed = 1;
    Origins origins;
    bool http_hooks_allowed = false;  // both providers take http notification addresses, too
    std::vector<std::string> app_certificates;  // PEM: client assertions signed by their keys get tokens, too
    std::vector<std::string> graph_roles = {"Calendars.ReadWrite", "MailboxSettings.ReadWrite", "User.Read.All", "Organization.Read.All"};
    std::optional<Provider> engine;   // the real sync engine works inside, on this provider
    std::optional<Provider> calendars;  // whose calendars the meeting cloud's people have; unset: the engine's, or the world's first
    bool verifiable_tokens = false;   // Graph's access tokens are signed with the key that Entra's JWKS shows
    std::chrono::milliseconds graph_takes{0};  // a mailbox request's time under way; the fifth at a time is refused (429)
    std::size_t endpoint_sample = 100;  // answers of a notification host before Graph can find it slow or hopeless
    int graph_requests = 0;           // of one application to one mailbox in ten minutes before 429; 0: any
    std::string cloud_hook;           // where the meeting cloud tells of directory changes; empty: nowhere
};

using DeliveryId = std::uint64_t;

/// What the world wants from outside. Called from within the world's functions: to be noted, not to call back from.
class Outside {
  public:
    virtual void answer(fakes::ExchangeId id, fakes::Reply&& reply) = 0;
    /// To be sent now; the outcome comes back by `delivered`, once.
    virtual void deliver(DeliveryId id, fakes::Outgoing&& outgoing) = 0;
    /// The connection breaks: before any answer, or within `reply`.
    virtual void cut(fakes::ExchangeId id, std::optional<fakes::Reply>&& reply) = 0;
    /// What an engine inside and a service said to each other; for ledgers.
    virtual void noted(std::string_view /*actor*/, const fakes::Request& /*request*/, const fakes::Reply& /*reply*/, Instant /*now*/) {}

  protected:
    ~Outside() = default;
};

class ServedWorld {
  public:
    /// `outside` outlives the world. Nothing has happened yet: `run_due(start)` carries out the acts up to the start.
    ServedWorld(Scenario scenario, ServedWorldSettings settings, Outside& outside);
    ~ServedWorld();
    ServedWorld(const ServedWorld&) = delete;
    ServedWorld& operator=(const ServedWorld&) = delete;

    void request(Service service, fakes::ExchangeId id, const fakes::Request& request, Instant now);
    /// nullptr: nothing came back.
    void delivered(DeliveryId id, const fakes::Reply* reply, fakes::Silence why, Instant now);
    /// The earliest instant at which something happens on its own.
    std::optional<Instant> next_due() const;
    /// Does all that is due, up to and including `now`, each at its own instant.
    void run_due(Instant now);
    /// Carries one act out, on both providers; one record for each (of acts on the network: one).
    std::vector<ActDone> act(const Step& step, Instant now);

    /// Journeys of the administrator's browser: those that ended, the latest last, and how many were begun.
    const std::vector<ActDone>& journeys() const { return journeys_; }
    std::size_t journeys_begun() const { return journeys_begun_; }
    std::size_t deliveries() const { return sent_.size(); }
    const Scenario& scenario() const { return scenario_; }
    const fakes::Organisation& organisation() const { return organisation_; }
    fakes::CalendarService& calendars(Provider provider);
    fakes::MicrosoftService& microsoft() { return *microsoft_; }
    fakes::GoogleService& google() { return *google_; }
    fakes::Cloud& cloud() { return *cloud_; }
    std::optional<Provider> engine() const { return settings_.engine; }
    /// nullptr: none works inside.
    EngineSeat* seat_of_engine() { return engine_.get(); }
    FaultRules& faults() { return faults_; }
    const std::vector<std::unique_ptr<fakes::Edge>>& edges() const { return edges_; }
    /// Bearer of the meeting cloud's service-facing calls.
    const std::string& service_token() const { return service_token_; }
    /// User id of the account whose bearer that is.
    const std::string& hook_secret() const { return identity_->hook_secret(); }
    const std::string& service_account() const { return identity_->service_id(); }
    /// iCalendar uids of the world file's events, by their names there.
    const std::map<std::string, std::string>& uids(Provider provider) const;
    /// From now on acts may call the event with this uid so.
    void name_event(Provider provider, const std::string& name, const std::string& uid);
    /// Key of the person with this address or user id; empty when there is none.
    std::string key_of(std::string_view name) const;
    /// Acts of the world file that a service refused, as sentences.
    const std::vector<std::string>& refusals() const { return refusals_; }
    /// Call after hands changed the state of a service past `act`.
    void touched();

  private:
    struct Seat {
        fakes::Server* server = nullptr;
        std::string host;  // in-house requests come here; empty: none do
        std::optional<Instant> wake;
        std::uint64_t wakes_at_instant = 0;  // at counted_at
        Instant counted_at{};
    };
    struct Sent {
        std::size_t seat = 0;
        fakes::OutgoingId id = 0;
    };
    struct Later {
        std::size_t seat = 0;
        fakes::Outgoing outgoing;
        bool judged = false;  // the rude network had its say
    };
    /// A client's request that is slow on its way.
    struct Slow {
        Service service{};
        fakes::ExchangeId id = 0;
        fakes::Request request;
        FaultVerdict verdict;
    };
    struct InHouse {
        std::size_t from = 0;
        fakes::OutgoingId outgoing = 0;
        std::size_t to = 0;
        fakes::Request request;
        bool is_of_engine = false;  // its request is kept until it is answered, to be noted
    };

    /// Exchanges between parts of the world; the owner's ids stay below, and the highest bit is Graph's own (steps of batches).
    static constexpr fakes::ExchangeId in_house_mark = fakes::ExchangeId{1} << 62;
    /// Seats before are services, by Service; from here on apps and devices.
    static constexpr std::size_t edges_from = 4;
    static std::size_t seat_of(Service service) { return static_cast<std::size_t>(service); }

    void add_cloud();
    void add_providers();
    void add_edges();
    void restart_engine(std::chrono::milliseconds down);
    void jump_clock(std::chrono::milliseconds by);
    Provider provider_of_cloud() const;
    void note_bookings() const;
    void add_engine();
    // served_provisioning.cpp
    std::string service_origin() const;
    void to_be_provisioned(fakes::MicrosoftOptions& options) const;
    void add_administrator(std::size_t cloud_seat);
    static std::optional<fakes::Request> of_region(const fakes::Request& request);
    /// Whether the step is one for the administrator's browser; it ends later.
    bool begins_journey(const Step& step);
    void note_journeys();
    /// The seat that an address leads to without leaving the world; nothing: it is somewhere outside. Fills in `request`.
    std::optional<std::size_t> in_house_seat(std::size_t from, const std::string& url, fakes::Request& request) const;
    std::size_t add_seat(fakes::Server& server, std::string host);
    bool is_restless(const Seat& seat) const;
    void settle(std::size_t seat, Instant now);
    void hand_in(Service service, fakes::ExchangeId id, const fakes::Request& request, FaultVerdict&& verdict, Instant now);
    /// What the network does to a message of a service; false: nothing is left to send now.
    bool survives(std::size_t seat, fakes::Outgoing& outgoing, Instant now);
    std::string_view actor_of_seat(std::size_t seat) const;
    void send(std::size_t seat, fakes::Outgoing&& outgoing);
    /// The sender hears this, or nothing, in a call of its own.
    void reply_in_house(std::size_t seat, fakes::OutgoingId id, std::optional<fakes::Reply>&& reply);
    void wake_first();
    void run_in_house(Instant now);

    Scenario scenario_;
    ServedWorldSettings settings_;
    Outside& outside_;
    Streams streams_;
    FaultRules faults_;
    fakes::Organisation organisation_;
    std::string service_token_;
    std::shared_ptr<const fakes::Identity> identity_;
    std::unique_ptr<fakes::MicrosoftService> microsoft_;
    std::unique_ptr<fakes::GoogleService> google_;
    std::unique_ptr<fakes::Cloud> cloud_;
    std::unique_ptr<fakes::KeyServer> kms_;
    std::vector<std::unique_ptr<fakes::Edge>> edges_;
    std::unique_ptr<EngineSeat> engine_;
    std::optional<std::size_t> engine_seat_;
    std::unique_ptr<Administrator> administrator_;
    std::optional<std::size_t> administrator_seat_;
    std::vector<ActDone> journeys_;
    std::size_t journeys_begun_ = 0;
    int engine_lives_ = 1;
    std::optional<std::chrono::milliseconds> restart_wanted_, clock_jump_wanted_;  // by an act, once it is over
    std::chrono::milliseconds engine_clock_ahead_{0};
    std::vector<Seat> seats_;  // the first four by Service
    std::map<std::string, std::size_t, std::less<>> seat_at_host_;
    std::unique_ptr<Stage> microsoft_stage_, google_stage_;
    std::size_t next_step_ = 0;  // of the story
    Instant reached_{};          // services never see time go back
    std::multimap<Instant, Later> later_;
    std::multimap<Instant, Slow> slow_;
    std::map<fakes::ExchangeId, bool> doomed_;  // answers that break off (true), or that nobody waits for (false)
    std::map<std::string, std::string, std::less<>> keys_;  // address or user id -> key
    std::map<DeliveryId, Sent> sent_;
    DeliveryId deliveries_seen_ = 0;
    fakes::ExchangeId in_house_seen_ = 0;
    std::deque<InHouse> in_house_;
    std::map<fakes::ExchangeId, InHouse> in_house_waiting_;
    bool in_house_runs_ = false;
    fakes::Effects effects_;
    std::vector<std::string> refusals_;
};

}  // namespace sim
