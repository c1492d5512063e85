#pragma once
// The parts of a world, put together and driven: engine, fakes, network, and what became visible. `play` uses it for one
// case, the timelapse for a whole organisation.
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "sim/wire/incarnation.hpp"
#include "sim/world/acts.hpp"
#include "sim/world/administrator.hpp"
#include "sim/world/world.hpp"

namespace sim {

class RunningWorld {
  public:
    /// `scenario` and `settings` outlive the world.
    RunningWorld(const Scenario& scenario, Provider provider, const WorldSettings& settings);
    ~RunningWorld();
    RunningWorld(const RunningWorld&) = delete;
    RunningWorld& operator=(const RunningWorld&) = delete;

    void start_engine();
    /// The process dies: what waits is thrown out of its wait, what was sent stays sent, and nothing is written any more.
    void stop_engine();
    /// Carries the act out now; for use from within a timer.
    void act(const Step& step);
    /// The administrator looks at the page of the service; nothing where there is none.
    void look_at_provisioning();
    /// Fires timers up to and including `end`, each followed by everything that can happen at its instant. False when a
    /// limit was hit.
    bool run_until(Instant end);
    /// Takes what was noted; the world is over.
    Played finish();

    VirtualTime& time() { return time_; }
    const fakes::Cloud& cloud() const { return *cloud_; }
    std::uint64_t exchange_count() const { return network_.exchanges(); }

  private:
    class JournalLog final : public engine::Log {
      public:
        explicit JournalLog(RunningWorld& world) : world_(world) {}
        void line(Level level, std::string_view text) override;

      private:
        RunningWorld& world_;
    };
    struct Watched {
        std::string actor;
        fakes::Edge* edge = nullptr;
        std::uint64_t revision = 0;
    };

    std::string key_of(std::string_view name) const;
    void seat(fakes::Server& server, const std::string& actor, std::map<std::string, std::string> hosts);
    void add_cloud();
    void add_provider();
    void add_administrator();
    void add_edges();
    void observe_tenant();
    std::map<std::string, std::string> provider_hosts() const;
    void settle();
    void restart_if_asked();
    bool limit_hit();
    void observe();
    void observe_keys();
    void observe_keys(fakes::KeyServer& server, const char* actor);
    void note(What what);
    void note_replay();

    const Scenario& scenario_;
    Provider provider_;
    const WorldSettings& settings_;
    bool wants_wire_lists_ = false;
    Streams streams_;
    Played played_;
    boost::asio::io_context io_{1};
    VirtualTime time_;
    FaultRules faults_;
    fakes::Organisation organisation_;
    std::map<std::string, std::string, std::less<>> keys_;  // address or user id -> key
    std::shared_ptr<const fakes::Identity> identity_;
    std::string service_token_;
    std::unique_ptr<fakes::Cloud> cloud_;
    std::unique_ptr<fakes::KeyServer> kms_;
    std::unique_ptr<fakes::KeyServer> own_kms_;  // of an organisation that runs its own
    std::unique_ptr<fakes::CalendarService> calendars_;
    std::unique_ptr<ReplayServer> replay_;
    std::unique_ptr<Administrator> administrator_;  // none: the service is provisioned when the world begins
    std::vector<fakes::TenantApplication> applications_;
    std::vector<std::unique_ptr<fakes::Edge>> edges_;
    std::vector<Watched> watched_;
    std::vector<std::unique_ptr<fakes::Server>> twins_;  // test doubles in front of the real ones
    std::vector<fakes::Server*> acted_upon_;             // servers whose state hands can change
    std::vector<fakes::Server*> devices_;
    std::map<std::string, std::uint64_t> calendar_revisions_;
    std::map<std::string, std::vector<std::string>> notices_;  // mailed so far, by person
    Network network_;
    JournalLog log_{*this};
    StoredPairs pairs_;
    std::unique_ptr<Stage> stage_;
    int life_ = 0;
    std::unique_ptr<Incarnation> ports_;
    std::unique_ptr<engine::Clock> double_clock_;
    std::unique_ptr<engine::HttpClient> double_http_;
    std::unique_ptr<engine::Store> double_store_;
    std::unique_ptr<engine::Log> double_log_;
    std::unique_ptr<engine::Engine> engine_;
    std::optional<std::chrono::milliseconds> restart_wanted_;
    std::chrono::milliseconds clock_ahead_{0};  // of the engine's host
};

}  // namespace sim
