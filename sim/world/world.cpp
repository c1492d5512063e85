#include "sim/world/world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/kms.hpp"
#include "fakes/google/service.hpp"
#include "fakes/microsoft/service.hpp"
#include "sim/wire/incarnation.hpp"
#include "sim/world/acts.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

/// Rows of a calendar are noted from this long before the beginning to this long after the end: more than the window.
constexpr auto calendar_view_back = std::chrono::days(15);
constexpr auto calendar_view_ahead = std::chrono::days(45);
constexpr std::uint64_t timers_max = 50'000'000;
constexpr std::uint64_t timers_per_instant_max = 200'000;

class JournalLog final : public engine::Log {
  public:
    JournalLog(Journal& journal, VirtualTime& time) : journal_(journal), time_(time) {}
    void line(Level level, std::string_view text) override {
        static constexpr const char* words[] = {"info", "warning", "error"};
        journal_.add(time_.now(), LogLine{words[static_cast<int>(level)], std::string(text)});
    }

  private:
    Journal& journal_;
    VirtualTime& time_;
};

class World {
  public:
    World(const Scenario& scenario, Provider provider, const WorldSettings& settings)
        : scenario_(scenario),
          provider_(provider),
          settings_(settings),
          streams_(settings.seed),
          time_(scenario.begin),
          faults_(streams_.named("network faults")),
          organisation_(organisation_of(scenario, provider, streams_)),
          network_(io_, time_, network_settings(settings), faults_, [this](std::string_view name) { return key_of(name); }),
          log_(played_.journal, time_) {
        for (const fakes::Person& person : organisation_.people) {
            keys_[person.address] = person.key;
            keys_[person.user_id] = person.key;
        }
        network_.on_exchange([this](Exchange&& exchange) { note_exchange(std::move(exchange)); });
        add_cloud();
        add_provider();
        add_edges();
    }

    Played play() {
        Stage stage{scenario_, calendars_.get(), *cloud_, faults_, [this](auto down) { restart(down); }, {}};
        start_engine();
        for (const Step& step : scenario_.story)
            time_.at(step.at, [this, &stage, &step] {
                played_.journal.add(time_.now(), carry_out(stage, step, time_.now()));
                touch_all();
            });
        settle();
        while (const std::optional<Instant> next = time_.next()) {
            if (*next > scenario_.end || limit_hit()) break;
            time_.fire_one();
            settle();
        }
        if (time_.now() < scenario_.end && played_.complaints.empty()) time_.advance_to(scenario_.end);
        observe();
        stop_engine();
        for (const std::string& idle : faults_.idle()) played_.journal.add(time_.now(), Note{"a fault caught nothing: " + idle});
        note_replay();
        for (const std::string& complaint : network_.complaints()) played_.complaints.push_back(complaint);
        played_.exchange_count = network_.exchanges();
        played_.timer_count = time_.fired();
        return std::move(played_);
    }

  private:
    struct Watched {
        std::string actor;
        fakes::Edge* edge = nullptr;
        std::uint64_t revision = 0;
    };

    static NetworkSettings network_settings(const WorldSettings& settings) {
        NetworkSettings out;
        out.transport = settings.transport;
        return out;
    }

    std::string key_of(std::string_view name) const {
        const auto known = keys_.find(name);
        return known == keys_.end() ? std::string() : known->second;
    }

    fakes::Server* seated(fakes::Server& real, const std::string& actor) {
        if (!settings_.doubles.server) return &real;
        std::unique_ptr<fakes::Server> twin = settings_.doubles.server(real, actor);
        if (!twin) return &real;
        twins_.push_back(std::move(twin));
        return twins_.back().get();
    }

    void seat(fakes::Server& server, const std::string& actor, std::map<std::string, std::string> hosts) {
        ServerSeat seat;
        seat.server = seated(server, actor);
        seat.actor = actor;
        seat.hosts = std::move(hosts);
        servers_.push_back(seat.server);
        network_.add_server(std::move(seat));
    }

    void add_cloud() {
        service_token_ = streams_.named("service token").text(43, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
        identity_ = std::make_shared<const fakes::Identity>(organisation_, service_token_, streams_.named("identity"));
        fakes::CloudOptions options;
        options.provider = provider_ == Provider::google ? "google" : "microsoft";
        for (const fakes::Person& person : organisation_.people) {
            const auto in_scenario = scenario_.people.find(person.key);
            const bool known = in_scenario != scenario_.people.end();
            if (!known || !in_scenario->second.activated) options.not_activated.insert(person.key);
            if (!known || !in_scenario->second.personal_room) options.without_personal_room.insert(person.key);
        }
        cloud_ = std::make_unique<fakes::Cloud>(identity_, std::move(options), streams_.named("cloud"));
        kms_ = std::make_unique<fakes::KeyServer>(identity_, fakes::KeyServerOptions{}, streams_.named("kms"));
        seat(*cloud_, "cloud", {{"cloud.calrig.example", "cloud"}});
        seat(*kms_, "kms", {{"kms.calrig.example", "kms"}});
    }

    void add_provider() {
        const bool google = provider_ == Provider::google;
        if (settings_.replay) {
            ReplaySettings replay;
            replay.hook_host = hook_host;
            replay.begin = scenario_.begin;
            replay_ = std::make_unique<ReplayServer>(*settings_.replay, std::move(replay));
            seat(*replay_, google ? "google" : "graph", provider_hosts());
            return;
        }
        fakes::Dice dice = streams_.named("provider");
        if (google) {
            fakes::GoogleOptions options;
            options.seed = dice.next();
            calendars_ = fakes::make_google(organisation_, options);
        } else {
            fakes::MicrosoftOptions options;
            options.seed = dice.next();
            calendars_ = fakes::make_microsoft(organisation_, options);
        }
        seat(*calendars_, google ? "google" : "graph", provider_hosts());
    }

    std::map<std::string, std::string> provider_hosts() const {
        if (provider_ == Provider::google)
            return {{"www.googleapis.com", "google"}, {"gmail.googleapis.com", "gmail"}, {"oauth2.googleapis.com", "google-token"}};
        return {{"graph.microsoft.com", "graph"}, {"login.microsoftonline.com", "entra"}};
    }

    void add_edge(const fakes::Person& person, fakes::EdgeOptions::Kind kind) {
        fakes::EdgeOptions options;
        options.kind = kind;
        options.key = person.key;
        options.user_id = person.user_id;
        options.user_token = identity_->token_of(person.key);
        options.shared = person.is_room;
        edges_.push_back(std::make_unique<fakes::Edge>(std::move(options)));
        fakes::Edge& edge = *edges_.back();
        if (kind == fakes::EdgeOptions::Kind::app) cloud_->connect_app(person.key);
        else cloud_->connect_device(person.key);
        seat(edge, edge.name(), {{edge.host(), edge.name()}});
        watched_.push_back({edge.name(), &edge, 0});
    }

    void add_edges() {
        for (const fakes::Person& person : organisation_.people) {
            const auto in_scenario = scenario_.people.find(person.key);
            if (in_scenario == scenario_.people.end()) continue;
            if (in_scenario->second.has_app && !person.is_room) add_edge(person, fakes::EdgeOptions::Kind::app);
            if (in_scenario->second.has_device) add_edge(person, fakes::EdgeOptions::Kind::device);
        }
    }

    // ---- the engine's lives -------------------------------------------------------------------------------------
    void start_engine() {
        ++life_;
        ports_ = std::make_unique<Incarnation>(
            time_, network_, pairs_,
            [this](std::string_view key, std::string_view value, bool erased) {
                played_.journal.add(time_.now(), StoreWrite{std::string(key), std::string(value), erased});
            },
            streams_.named("engine life " + std::to_string(life_)), log_, io_.get_executor());
        engine::Ports real = ports_->ports();
        const Doubles& doubles = settings_.doubles;
        if (doubles.http) double_http_ = doubles.http(real.http, real.clock);
        if (doubles.store) double_store_ = doubles.store(real.store);
        if (doubles.log) double_log_ = doubles.log(real.log);
        engine::Ports ports{real.clock, real.alarm, double_http_ ? *double_http_ : real.http, double_store_ ? *double_store_ : real.store,
                            real.random, double_log_ ? *double_log_ : real.log, real.executor};
        engine::Config config = config_of(scenario_, provider_, organisation_, service_token_, streams_);
        if (doubles.config) doubles.config(config);
        engine_ = std::make_unique<engine::Engine>(ports, std::move(config));
        engine::Engine* engine = engine_.get();
        network_.open_hook(hook_host, io_.get_executor(), [engine](engine::HttpRequest request) { return engine->webhook(std::move(request)); });
        engine_->start();
    }

    /// The process dies: what waits is thrown out of its wait, what was sent stays sent, and nothing is written any more.
    void stop_engine() {
        if (!engine_) return;
        network_.close_hook();
        ports_->kill();
        engine_->stop();
        network_.settle();
        engine_.reset();
        double_http_.reset();
        double_store_.reset();
        double_log_.reset();
        ports_.reset();
    }

    void restart(std::chrono::milliseconds down) {
        // Not from within the timer that asks for it: the executor has to run dry first, which settle() does.
        restart_wanted_ = down;
    }

    // ---- time ---------------------------------------------------------------------------------------------------
    void touch_all() {
        for (fakes::Server* server : servers_) network_.touched(*server);
    }

    void settle() {
        network_.settle();
        if (restart_wanted_) {
            const auto down = *restart_wanted_;
            restart_wanted_.reset();
            stop_engine();
            played_.journal.add(time_.now(), Note{"the engine is down"});
            const auto up = [this] {
                played_.journal.add(time_.now(), Note{"the engine is up again"});
                start_engine();
            };
            if (down.count() == 0) up();
            else time_.at(time_.now() + down, up);
            network_.settle();
        }
        observe();
    }

    bool limit_hit() {
        if (time_.fired_at_this_instant() > timers_per_instant_max)
            played_.complaints.push_back("more than " + std::to_string(timers_per_instant_max) + " timers fired at one instant");
        if (time_.fired() > timers_max) played_.complaints.push_back("more than " + std::to_string(timers_max) + " timers fired");
        if (!network_.complaints().empty()) return true;
        return !played_.complaints.empty();
    }

    // ---- what became visible ------------------------------------------------------------------------------------
    void observe() {
        const Instant now = time_.now();
        if (calendars_)
            for (const fakes::Person& person : organisation_.people) {
                if (!scenario_.people.contains(person.key)) continue;
                const std::uint64_t revision = calendars_->calendar_revision(person.address);
                std::uint64_t& seen = calendar_revisions_[person.key];
                if (revision == seen) continue;
                seen = revision;
                played_.journal.add(now, CalendarChange{person.key, calendars_->calendar(person.address, scenario_.begin - calendar_view_back,
                                                                                        scenario_.end + calendar_view_ahead)});
            }
        for (Watched& watched : watched_) {
            if (watched.edge->revision() == watched.revision) continue;
            watched.revision = watched.edge->revision();
            played_.journal.add(now, ScreenChange{watched.actor, watched.edge->screen()});
        }
        const fakes::CloudChanges changes = cloud_->take_changes();
        for (const auto& [key, status] : changes.statuses) played_.journal.add(now, StateChange{key, status.state, status.reason});
        for (const auto& [key, status] : changes.presence) played_.journal.add(now, PresenceChange{key, status});
        if (wants_wire_lists())
            for (const std::string& key : changes.lists) played_.journal.add(now, CloudList{key, cloud_->list(key)});
    }

    /// Whole lists are noted only for scenarios that compare them byte for byte.
    bool wants_wire_lists() const {
        for (const Expectation& expectation : scenario_.expect)
            if (const auto* list = std::get_if<ExpectList>(&expectation.claim); list != nullptr && list->golden) return true;
        return false;
    }

    void note_exchange(Exchange&& exchange) {
        if (settings_.recorder != nullptr) settings_.recorder->add(exchange);
        played_.journal.add(exchange.done, std::move(exchange));
    }

    void note_replay() {
        if (!replay_) return;
        for (const std::string& text : replay_->unexpected()) played_.journal.add(time_.now(), Note{"unexpected request\n" + text});
        for (const std::string& text : replay_->unused()) played_.journal.add(time_.now(), Note{"recorded but never asked for: " + text});
    }

    const Scenario& scenario_;
    Provider provider_;
    const WorldSettings& settings_;
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
    std::unique_ptr<fakes::CalendarService> calendars_;
    std::unique_ptr<ReplayServer> replay_;
    std::vector<std::unique_ptr<fakes::Edge>> edges_;
    std::vector<Watched> watched_;
    std::vector<fakes::Server*> servers_;
    std::vector<std::unique_ptr<fakes::Server>> twins_;
    std::map<std::string, std::uint64_t> calendar_revisions_;
    Network network_;
    JournalLog log_;
    StoredPairs pairs_;
    int life_ = 0;
    std::unique_ptr<Incarnation> ports_;
    std::unique_ptr<engine::HttpClient> double_http_;
    std::unique_ptr<engine::Store> double_store_;
    std::unique_ptr<engine::Log> double_log_;
    std::unique_ptr<engine::Engine> engine_;
    std::optional<std::chrono::milliseconds> restart_wanted_;
};

}  // namespace

Played play(const Scenario& scenario, Provider provider, const WorldSettings& settings) {
    World world(scenario, provider, settings);
    return world.play();
}

}  // namespace sim
