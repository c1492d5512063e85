#include "sim/world/running_world.hpp"

#include "fakes/google/service.hpp"
#include "fakes/microsoft/service.hpp"
#include "sim/scenario/policies.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

/// Rows of a calendar are noted from this long before the beginning to this long after the end: two weeks more than the window.
std::chrono::milliseconds view_beyond(const Scenario& scenario, const char* policy, std::chrono::days standard) {
    const auto set = scenario.policies.find(policy);
    return std::chrono::days(14) + (set == scenario.policies.end() ? standard : policy_duration(set->second));
}

constexpr std::uint64_t timers_max = 200'000'000;
constexpr std::uint64_t timers_per_instant_max = 1'000'000;

NetworkSettings network_settings(const WorldSettings& settings) {
    NetworkSettings out;
    out.transport = settings.transport;
    if (!settings.keep_journal) {  // a whole organisation over weeks, by a bench: nothing of it is kept
        out.limits.exchanges = 1'000'000'000;
        out.limits.exchanges_per_instant = 20'000'000;
    }
    return out;
}

/// Whole lists are noted only for scenarios that compare them byte for byte.
bool compares_wire_lists(const Scenario& scenario) {
    for (const Expectation& expectation : scenario.expect)
        if (const auto* list = std::get_if<ExpectList>(&expectation.claim); list != nullptr && list->golden) return true;
    return false;
}

}  // namespace

void RunningWorld::JournalLog::line(Level level, std::string_view text) {
    static constexpr const char* words[] = {"info", "warning", "error"};
    if (world_.settings_.keep_journal) world_.note(LogLine{words[static_cast<int>(level)], std::string(text)});
}

RunningWorld::RunningWorld(const Scenario& scenario, Provider provider, const WorldSettings& settings)
    : scenario_(scenario),
      provider_(provider),
      settings_(settings),
      wants_wire_lists_(compares_wire_lists(scenario)),
      streams_(settings.seed),
      time_(scenario.begin),
      faults_(streams_.named("network faults")),
      organisation_(organisation_of(scenario, provider, streams_)),
      network_(io_, time_, network_settings(settings), faults_, [this](std::string_view name) { return key_of(name); }) {
    for (const fakes::Person& person : organisation_.people) {
        keys_[person.address] = person.key;
        keys_[person.user_id] = person.key;
    }
    if (settings.keep_journal || settings.recorder != nullptr)
        network_.on_exchange([this](Exchange&& exchange) {
            if (settings_.recorder != nullptr) settings_.recorder->add(exchange);
            const Instant done = exchange.done;
            if (settings_.keep_journal) played_.journal.add(done, std::move(exchange));
        });
    add_cloud();
    add_provider();
    add_edges();
    add_administrator();
    stage_ = std::make_unique<Stage>(Stage{scenario_, calendars_.get(), *cloud_, faults_,
                                           [this](std::chrono::milliseconds down) { restart_wanted_ = down; }, {}});
    for (const auto& edge : edges_)
        if (edge->name().starts_with("device ")) stage_->devices.emplace(edge->name().substr(7), edge.get());
    stage_->identity = identity_;
    stage_->jump_clock = [this](std::chrono::milliseconds by) {
        clock_ahead_ += by;
        if (ports_) ports_->set_clock_ahead(clock_ahead_);
    };
    stage_->keys = own_kms_ ? own_kms_.get() : kms_.get();
    stage_->unplug = [this](const std::string& host, bool unplugged) { network_.unplug(host, unplugged); };
}

RunningWorld::~RunningWorld() {
    stop_engine();
}

std::string RunningWorld::key_of(std::string_view name) const {
    const auto known = keys_.find(name);
    return known == keys_.end() ? std::string() : known->second;
}

void RunningWorld::seat(fakes::Server& server, const std::string& actor, std::map<std::string, std::string> hosts) {
    ServerSeat seat;
    seat.server = &server;
    seat.actor = actor;
    seat.hosts = std::move(hosts);
    if (settings_.doubles.server)
        if (std::unique_ptr<fakes::Server> twin = settings_.doubles.server(server, actor)) {
            seat.server = twin.get();
            twins_.push_back(std::move(twin));
        }
    if (&server == cloud_.get() || &server == calendars_.get() || &server == kms_.get() || &server == own_kms_.get()) acted_upon_.push_back(seat.server);
    if (actor.starts_with("device ")) devices_.push_back(seat.server);
    network_.add_server(std::move(seat));
}

void RunningWorld::add_cloud() {
    service_token_ = streams_.named("service token").text(43, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    identity_ = std::make_shared<const fakes::Identity>(organisation_, service_token_, streams_.named("identity"));
    fakes::CloudOptions options = cloud_options_of(scenario_, provider_, organisation_);
    options.keeps_texts = settings_.keep_lists;
    cloud_ = std::make_unique<fakes::Cloud>(identity_, std::move(options), streams_.named("cloud"));
    fakes::KeyServerOptions key_server;
    if (has_own_key_server(scenario_)) {
        key_server.own = fakes::KeyServerOptions::Own{own_key_server_host, std::string("https://") + own_key_server_host + "/encryption/api/v1/kms/messages"};
        fakes::KeyServerOptions own;
        own.host = own_key_server_host;
        own.site = fakes::KeyServerSite::premises;
        own_kms_ = std::make_unique<fakes::KeyServer>(identity_, std::move(own), streams_.named("own kms"));
    }
    if (settings_.doubles.key_server) settings_.doubles.key_server(key_server);
    kms_ = std::make_unique<fakes::KeyServer>(identity_, std::move(key_server), streams_.named("kms"));
    seat(*cloud_, "cloud", {{"cloud.calrig.example", "cloud"}, {"cloud-eu.calrig.example", "cloud"}, {"cloud-us.calrig.example", "cloud"}});
    seat(*kms_, "kms", {{"kms.calrig.example", "kms"}});
    if (own_kms_) seat(*own_kms_, "own-kms", {{own_key_server_host, "own-kms"}});
    for (fakes::KeyServer* server : {kms_.get(), own_kms_.get()})
        if (server != nullptr && settings_.keep_journal) server->watch();
}

std::map<std::string, std::string> RunningWorld::provider_hosts() const {
    if (provider_ == Provider::google)
        return {{"www.googleapis.com", "google"}, {"gmail.googleapis.com", "gmail"}, {"oauth2.googleapis.com", "google-token"}};
    return {{"graph.microsoft.com", "graph"}, {"login.microsoftonline.com", "entra"}};
}

void RunningWorld::add_provider() {
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
        fakes::GoogleOptions options = google_options_of(scenario_);
        options.seed = dice.next();
        calendars_ = fakes::make_google(organisation_, options);
    } else {
        fakes::MicrosoftOptions options = microsoft_options_of(scenario_, streams_);
        options.seed = dice.next();
        calendars_ = fakes::make_microsoft(organisation_, options);
    }
    seat(*calendars_, google ? "google" : "graph", provider_hosts());
}

void RunningWorld::add_edges() {
    for (fakes::EdgeOptions& options : edges_of(scenario_, organisation_, *identity_, streams_)) {
        if (options.kind == fakes::EdgeOptions::Kind::app) cloud_->connect_app(options.key);
        else cloud_->connect_device(options.key);
        edges_.push_back(std::make_unique<fakes::Edge>(std::move(options)));
        fakes::Edge& edge = *edges_.back();
        seat(edge, edge.name(), {{edge.host(), edge.name()}});
        watched_.push_back({edge.name(), &edge, 0});
    }
}

void RunningWorld::add_administrator() {
    if (!by_story(scenario_)) return;
    Administrator::Settings settings;
    settings.service = std::string("https://") + hook_host;
    settings.org_id = organisation_.org_id;
    settings.another_tenant = another_tenant_of(streams_);
    settings.google = provider_ == Provider::google;
    settings.identity = identity_;
    for (const fakes::Person& person : organisation_.people) settings.addresses[person.key] = person.address;
    administrator_ = std::make_unique<Administrator>(std::move(settings));
    seat(*administrator_, "admin", {});
}

void RunningWorld::look_at_provisioning() {
    if (!administrator_) return;
    administrator_->look();
    network_.touched(*administrator_);
}

void RunningWorld::start_engine() {
    ++life_;
    StoreObserver observer;
    if (settings_.keep_journal)
        observer = [this](std::string_view key, std::string_view value, bool erased) {
            note(StoreWrite{std::string(key), std::string(value), erased});
        };
    ports_ = std::make_unique<Incarnation>(time_, network_, pairs_, std::move(observer),
                                           streams_.named("engine life " + std::to_string(life_)), log_, io_.get_executor());
    ports_->set_clock_ahead(clock_ahead_);
    const engine::Ports real = ports_->ports();
    const Doubles& doubles = settings_.doubles;
    if (doubles.clock) double_clock_ = doubles.clock(real.clock);
    if (doubles.http) double_http_ = doubles.http(real.http, real.clock);
    if (doubles.store) double_store_ = doubles.store(real.store);
    if (doubles.log) double_log_ = doubles.log(real.log);
    const engine::Ports ports{double_clock_ ? *double_clock_ : real.clock,
                              real.alarm,
                              double_http_ ? *double_http_ : real.http,
                              double_store_ ? *double_store_ : real.store,
                              real.random,
                              double_log_ ? *double_log_ : real.log,
                              real.executor};
    engine::Config config = config_of(scenario_, provider_, organisation_, *identity_, service_token_, streams_);
    if (doubles.config) doubles.config(config);
    engine_ = std::make_unique<engine::Engine>(ports, std::move(config));
    engine::Engine* engine = engine_.get();
    Hook hook = [engine](engine::HttpRequest request) { return engine->webhook(std::move(request)); };
    if (doubles.hook) hook = doubles.hook(std::move(hook));
    network_.open_hook(hook_host, io_.get_executor(), std::move(hook));
    engine_->start();
}

void RunningWorld::stop_engine() {
    if (!engine_) return;
    network_.close_hook();
    ports_->kill();
    engine_->stop();
    network_.settle();
    engine_.reset();
    double_clock_.reset();
    double_http_.reset();
    double_store_.reset();
    double_log_.reset();
    ports_.reset();
}

void RunningWorld::restart_if_asked() {
    if (!restart_wanted_) return;
    const std::chrono::milliseconds down = *restart_wanted_;
    restart_wanted_.reset();
    stop_engine();
    note(Note{"the engine is down"});
    const auto up = [this] {
        note(Note{"the engine is up again"});
        start_engine();
    };
    if (down.count() == 0) up();
    else time_.at(time_.now() + down, up);
    network_.settle();
}

void RunningWorld::act(const Step& step) {
    if (administrator_ && administrator_->begins(step)) return network_.touched(*administrator_);
    ActDone done = carry_out(*stage_, step, time_.now());
    if (settings_.keep_journal) note(std::move(done));
    for (fakes::Server* server : acted_upon_) network_.touched(*server);
    if (step.actor == "device")
        for (fakes::Server* server : devices_) network_.touched(*server);
}

void RunningWorld::settle() {
    // An engine that is to die does so before what its last act caused has run its course.
    restart_if_asked();
    network_.settle();
    restart_if_asked();
    observe();
}

bool RunningWorld::limit_hit() {
    if (time_.fired_at_this_instant() > timers_per_instant_max)
        played_.complaints.push_back("more than " + std::to_string(timers_per_instant_max) + " timers fired at one instant");
    if (time_.fired() > timers_max) played_.complaints.push_back("more than " + std::to_string(timers_max) + " timers fired");
    return !network_.complaints().empty() || !played_.complaints.empty();
}

bool RunningWorld::run_until(Instant end) {
    settle();
    while (const std::optional<Instant> next = time_.next()) {
        if (*next > end) break;
        if (limit_hit()) return false;
        time_.fire_one();
        settle();
    }
    if (time_.now() < end) time_.advance_to(end);
    return !limit_hit();
}

void RunningWorld::note(What what) {
    played_.journal.add(time_.now(), std::move(what));
}

void RunningWorld::observe() {
    if (!settings_.keep_journal) return;
    if (calendars_)
        for (const auto& [key, person] : scenario_.people) {
            const std::uint64_t revision = calendars_->calendar_revision(person.person.address);
            std::uint64_t& seen = calendar_revisions_[key];
            if (revision == seen) continue;
            seen = revision;
            note(CalendarChange{key, calendars_->calendar(person.person.address, scenario_.begin - view_beyond(scenario_, "window back", std::chrono::days(7)),
                                                           scenario_.end + view_beyond(scenario_, "window ahead", std::chrono::days(31)))});
        }
    observe_tenant();
    for (Watched& watched : watched_) {
        if (watched.edge->revision() == watched.revision) continue;
        watched.revision = watched.edge->revision();
        // What is booked at a device gets its uid from the calendar.
        for (const fakes::ShownAnswer& answer : watched.edge->screen().answers)
            if (!answer.item_id.empty() && !answer.event.empty()) stage_->uids.emplace(answer.event, answer.item_id);
        note(ScreenChange{watched.actor, watched.edge->screen()});
    }
    const fakes::CloudChanges changes = cloud_->take_changes();
    for (const auto& [key, status] : changes.statuses) note(StateChange{key, status.state, status.reason});
    for (const auto& [key, texts] : changes.notices) {
        std::vector<std::string>& all = notices_[key];
        all.insert(all.end(), texts.begin(), texts.end());
        note(NoticeMailed{key, all});
    }
    for (const auto& [key, status] : changes.presence) note(PresenceChange{key, status});
    observe_keys();
    if (wants_wire_lists_)
        for (const std::string& key : changes.lists) note(CloudList{key, cloud_->list(key)});
}

void RunningWorld::observe_tenant() {
    if (administrator_)
        for (ActDone& done : administrator_->take_done()) note(std::move(done));
    if (!scenario_.organisation || !calendars_) return;
    std::vector<fakes::TenantApplication> now = calendars_->applications();
    if (now == applications_) return;
    applications_ = now;
    note(TenantChange{std::move(now)});
}

void RunningWorld::observe_keys() {
    observe_keys(*kms_, "kms");
    if (own_kms_) observe_keys(*own_kms_, "own-kms");
}

void RunningWorld::observe_keys(fakes::KeyServer& server, const char* actor) {
    for (fakes::KeyVault::Access& access : server.take_changes()) {
        if (!access.bound) continue;  // of the service alone, and nothing is sealed with it yet
        KeyAccess noted{actor, std::move(access.key_uri), {}, access.revoked, access.retired, std::move(access.k)};
        for (const std::string& id : access.holders) {
            const std::string key = key_of(id);
            noted.holders.insert(key.empty() ? id : key);
        }
        note(std::move(noted));
    }
}

void RunningWorld::note_replay() {
    if (!replay_) return;
    for (const std::string& text : replay_->unexpected()) note(Note{text, Note::Kind::not_recorded});
    if (const std::uint64_t more = replay_->unexpected_count() - replay_->unexpected().size(); more > 0)
        note(Note{std::to_string(more) + " more requests were not recorded", Note::Kind::not_recorded});
    for (const std::string& text : replay_->unused()) note(Note{text, Note::Kind::never_asked});
}

Played RunningWorld::finish() {
    observe();
    stop_engine();
    if (administrator_)
        for (ActDone& open : administrator_->unfinished()) note(std::move(open));
    for (const auto& [fault, place] : faults_.idle(provider_)) note(Note{"a fault caught nothing: " + fault, Note::Kind::idle_fault, place});
    note_replay();
    for (const std::string& complaint : network_.complaints()) played_.complaints.push_back(complaint);
    played_.exchange_count = network_.exchanges();
    played_.timer_count = time_.fired();
    return std::move(played_);
}

}  // namespace sim
