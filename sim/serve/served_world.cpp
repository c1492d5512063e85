#include "sim/serve/served_world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/serve/service_account.hpp"
#include "sim/wire/classify.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

/// Of one seat without time moving: a service that always has something to do would stop the world.
constexpr std::uint64_t wakes_per_instant_max = 10'000;
/// Clients' requests that a fault holds back.
constexpr std::size_t slow_requests_max = 10'000;

/// What a domain's administrator enters who means to let a calendar application do its work; a test asks for what its
/// application asks for.
constexpr std::array<const char*, 17> delegated_scopes = {
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/calendar.readonly",
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.events.readonly",
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.events.owned.readonly",
    "https://www.googleapis.com/auth/calendar.events.freebusy",
    "https://www.googleapis.com/auth/calendar.settings.readonly",
    "https://www.googleapis.com/auth/calendar.freebusy",
    "https://www.googleapis.com/auth/calendar.acls",
    "https://www.googleapis.com/auth/calendar.acls.readonly",
    "https://www.googleapis.com/auth/calendar.calendars",
    "https://www.googleapis.com/auth/calendar.calendars.readonly",
    "https://www.googleapis.com/auth/calendar.calendarlist",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/gmail.settings.basic",
    "https://www.googleapis.com/auth/gmail.readonly",
};

}  // namespace

ServedWorld::ServedWorld(Scenario scenario, ServedWorldSettings settings, Outside& outside)
    : scenario_(std::move(scenario)),
      settings_(std::move(settings)),
      outside_(outside),
      streams_(settings_.seed),
      faults_(streams_.named("network faults")),
      // Google's form has everybody of the scenario, and the workspace administrator.
      organisation_(organisation_of(scenario_, Provider::google, streams_)) {
    organisation_.google_public_key = served_account_public_key;
    for (const fakes::Person& person : organisation_.people) {
        keys_[person.address] = person.key;
        keys_[person.user_id] = person.key;
    }
    reached_ = scenario_.begin;
    add_cloud();
    add_providers();
    add_seat(*microsoft_, {});
    add_seat(*google_, {});
    add_seat(*cloud_, "cloud.calrig.example");
    add_seat(*kms_, kms_->host());
    add_edges();
    if (settings_.engine) add_engine();
    add_administrator(seat_of(Service::cloud));
    const auto stage = [&](fakes::CalendarService& calendars) {
        auto out = std::make_unique<Stage>(Stage{scenario_, &calendars, *cloud_, faults_, [this](std::chrono::milliseconds down) { restart_wanted_ = down; }, {}});
        for (const auto& edge : edges_)
            if (edge->name().starts_with("device ")) out->devices.emplace(edge->name().substr(7), edge.get());
        out->identity = identity_;
        out->keys = kms_.get();
        if (engine_) out->jump_clock = [this](std::chrono::milliseconds by) { clock_jump_wanted_ = by; };
        return out;
    };
    microsoft_stage_ = stage(*microsoft_);
    google_stage_ = stage(*google_);
    touched();
}

ServedWorld::~ServedWorld() = default;

Provider ServedWorld::provider_of_cloud() const {
    const bool google_only = scenario_.providers.size() == 1 && scenario_.providers.front() == Provider::google;
    return settings_.engine.value_or(settings_.calendars.value_or(google_only ? Provider::google : Provider::microsoft));
}

void ServedWorld::add_cloud() {
    service_token_ = streams_.named("service token").text(43, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    identity_ = std::make_shared<const fakes::Identity>(organisation_, service_token_, streams_.named("identity"));
    fakes::CloudOptions options = cloud_options_of(scenario_, provider_of_cloud(), organisation_);
    if (!settings_.cloud_hook.empty()) options.hook_url = settings_.cloud_hook;
    cloud_ = std::make_unique<fakes::Cloud>(identity_, std::move(options), streams_.named("cloud"));
    fakes::KeyServerOptions key_server;
    key_server.rsa_bits = 2048;  // what clients that nobody here wrote accept
    kms_ = std::make_unique<fakes::KeyServer>(identity_, std::move(key_server), streams_.named("kms"));
}

void ServedWorld::add_providers() {
    fakes::Group everyone{"everyone@" + organisation_.domain, "Everyone", {}};
    for (const fakes::Person& person : organisation_.people)
        if (!person.is_room && person.has_mailbox) everyone.members.push_back(person.address);
    organisation_.groups.push_back(std::move(everyone));
    // The stream of played scenarios: the same world and seed give the same ids there and here.
    const std::uint64_t seed = streams_.named("provider").next();
    fakes::MicrosoftOptions microsoft;
    microsoft.seed = seed;
    microsoft.graph_base = settings_.origins.graph + "/v1.0";
    microsoft.authority_base = settings_.origins.authority;
    microsoft.roles = settings_.graph_roles;
    microsoft.client_certificates = settings_.app_certificates;
    microsoft.http_hooks_allowed = settings_.http_hooks_allowed;
    microsoft.verifiable_tokens = settings_.verifiable_tokens;
    microsoft.throttle_requests = settings_.graph_requests;
    microsoft.request_takes = settings_.graph_takes;
    microsoft.endpoint_sample = settings_.endpoint_sample;
    to_be_provisioned(microsoft);
    microsoft_ = fakes::make_microsoft(organisation_, std::move(microsoft));
    fakes::GoogleOptions google;
    google.seed = seed;
    google.more_audiences = {settings_.origins.google + "/token"};
    if (settings_.origins.main != settings_.origins.google) google.more_audiences.push_back(settings_.origins.main + "/token");
    google.key_id = served_account_key_id;
    google.http_hooks_allowed = settings_.http_hooks_allowed;
    google.pretty_by_default = true;  // as the real service answers whoever does not say prettyPrint=false
    google.delegated_scopes.assign(delegated_scopes.begin(), delegated_scopes.end());
    if (scenario_.organisation && scenario_.organisation->scopes) google.delegated_scopes = *scenario_.organisation->scopes;
    google_ = fakes::make_google(organisation_, std::move(google));
}

void ServedWorld::add_edges() {
    for (fakes::EdgeOptions& options : edges_of(scenario_, organisation_, *identity_, streams_)) {
        if (options.kind == fakes::EdgeOptions::Kind::app) cloud_->connect_app(options.key);
        else cloud_->connect_device(options.key);
        edges_.push_back(std::make_unique<fakes::Edge>(std::move(options)));
        add_seat(*edges_.back(), edges_.back()->host());
    }
}

void ServedWorld::add_engine() {
    engine::Config config = config_of(scenario_, *settings_.engine, organisation_, *identity_, service_token_, streams_);
    config.service_account_key_pem = served_account_private_key;
    if (!config.provisioned) config.authority_base = settings_.origins.authority;  // which is what sign-ins say they are from
    engine_ = std::make_unique<EngineSeat>(std::move(config), scenario_.begin, streams_.named("engine life 1"));
    engine_seat_ = add_seat(*engine_, hook_host);
}

std::size_t ServedWorld::add_seat(fakes::Server& server, std::string host) {
    const std::size_t index = seats_.size();
    Seat seat;
    seat.server = &server;
    seat.host = host;
    seats_.push_back(std::move(seat));
    if (!host.empty()) seat_at_host_[std::move(host)] = index;
    return index;
}

fakes::CalendarService& ServedWorld::calendars(Provider provider) {
    if (provider == Provider::google) return *google_;
    return *microsoft_;
}

/// What was booked at a device has its uid from the calendar, and its name from the act.
void ServedWorld::note_bookings() const {
    Stage& stage = provider_of_cloud() == Provider::google ? *google_stage_ : *microsoft_stage_;
    for (const auto& edge : edges_)
        for (const fakes::ShownAnswer& answer : edge->screen().answers)
            if (!answer.item_id.empty() && !answer.event.empty()) stage.uids.emplace(answer.event, answer.item_id);
}

const std::map<std::string, std::string>& ServedWorld::uids(Provider provider) const {
    note_bookings();
    return provider == Provider::google ? google_stage_->uids : microsoft_stage_->uids;
}

void ServedWorld::name_event(Provider provider, const std::string& name, const std::string& uid) {
    (provider == Provider::google ? google_stage_ : microsoft_stage_)->uids[name] = uid;
}

std::string ServedWorld::key_of(std::string_view name) const {
    const auto known = keys_.find(name);
    return known == keys_.end() ? std::string() : known->second;
}

void ServedWorld::request(Service service, fakes::ExchangeId id, const fakes::Request& asked, Instant now) {
    reached_ = std::max(reached_, now);
    const std::optional<fakes::Request> regional = of_region(asked);
    const fakes::Request& request = regional ? *regional : asked;
    if (faults_.empty()) return hand_in(service, id, request, {}, reached_);
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    Classified known = classify(request, [this](std::string_view name) { return key_of(name); });
    // "primary" and "me" are whomever the token speaks for.
    if (known.person.empty() && service == Service::google) known.person = key_of(google_->caller_of(request, reached_));
    FaultVerdict verdict = faults_.judge({"client", actor_of(service, path), known.operation, known.person}, reached_);
    const auto slow = verdict.latency + verdict.delay;
    if (slow.count() == 0) return hand_in(service, id, request, std::move(verdict), reached_);
    if (slow_.size() >= slow_requests_max) return outside_.cut(id, std::nullopt);
    slow_.emplace(reached_ + slow, Slow{service, id, request, std::move(verdict)});
}

void ServedWorld::hand_in(Service service, fakes::ExchangeId id, const fakes::Request& request, FaultVerdict&& verdict, Instant now) {
    if (verdict.answer) {
        verdict.answer->broken_rule = verdict.told;
        return outside_.answer(id, std::move(*verdict.answer));
    }
    if (verdict.lose || verdict.cut == FaultVerdict::Cut::before) return outside_.cut(id, std::nullopt);
    if (verdict.cut == FaultVerdict::Cut::within) doomed_[id] = true;
    const std::size_t seat = seat_of(service);
    if (verdict.duplicate) {
        const fakes::ExchangeId twin = in_house_mark | ++in_house_seen_;
        doomed_[twin] = false;
        effects_.answers.clear();
        effects_.outgoing.clear();
        seats_[seat].server->request(twin, request, now, effects_);
        settle(seat, now);
    }
    effects_.answers.clear();
    effects_.outgoing.clear();
    seats_[seat].server->request(id, request, now, effects_);
    settle(seat, now);
}

void ServedWorld::delivered(DeliveryId id, const fakes::Reply* reply, fakes::Silence why, Instant now) {
    const auto known = sent_.find(id);
    if (known == sent_.end()) return;
    const Sent sent = known->second;
    sent_.erase(known);
    reached_ = std::max(reached_, now);
    effects_.answers.clear();
    effects_.outgoing.clear();
    if (reply != nullptr) seats_[sent.seat].server->answered(sent.id, reply, reached_, effects_);
    else seats_[sent.seat].server->unanswered(sent.id, why, reached_, effects_);
    settle(sent.seat, reached_);
    note_journeys();
}

std::optional<Instant> ServedWorld::next_due() const {
    std::optional<Instant> out;
    const auto sooner = [&](Instant at) {
        if (!out || at < *out) out = at;
    };
    for (const Seat& seat : seats_)
        if (seat.wake && !is_restless(seat)) sooner(*seat.wake);
    if (!later_.empty()) sooner(later_.begin()->first);
    if (!slow_.empty()) sooner(slow_.begin()->first);
    if (next_step_ < scenario_.story.size()) sooner(scenario_.story[next_step_].at);
    return out;
}

bool ServedWorld::is_restless(const Seat& seat) const {
    return seat.wakes_at_instant >= wakes_per_instant_max && seat.counted_at == reached_;
}

void ServedWorld::run_due(Instant now) {
    while (const std::optional<Instant> due = next_due()) {
        if (*due > now) break;
        // What hands changed is due since the epoch: it happens now, not in the past.
        reached_ = std::max(reached_, *due);
        if (next_step_ < scenario_.story.size() && scenario_.story[next_step_].at <= reached_) {
            const Step& step = scenario_.story[next_step_++];
            for (const ActDone& done : act(step, reached_))
                if (!done.refusal.empty() && !step.may_be_refused)
                    refusals_.push_back("line " + std::to_string(step.place.line) + ": " + done.actor + " " + done.text + ": " + done.refusal);
        } else if (!later_.empty() && later_.begin()->first <= reached_) {
            auto node = later_.extract(later_.begin());
            Later& one = node.mapped();
            if (one.judged || survives(one.seat, one.outgoing, reached_)) send(one.seat, std::move(one.outgoing));
            if (!in_house_runs_) run_in_house(reached_);
        } else if (!slow_.empty() && slow_.begin()->first <= reached_) {
            auto node = slow_.extract(slow_.begin());
            Slow& one = node.mapped();
            hand_in(one.service, one.id, one.request, std::move(one.verdict), reached_);
        } else {
            wake_first();
        }
    }
    reached_ = std::max(reached_, now);
}

void ServedWorld::wake_first() {
    for (std::size_t index = 0; index < seats_.size(); ++index) {
        Seat& seat = seats_[index];
        if (!seat.wake || *seat.wake > reached_ || is_restless(seat)) continue;
        seat.wakes_at_instant = reached_ == seat.counted_at ? seat.wakes_at_instant + 1 : 1;
        seat.counted_at = reached_;
        effects_.answers.clear();
        effects_.outgoing.clear();
        seat.server->wake(reached_, effects_);
        return settle(index, reached_);
    }
}

namespace {

/// Permissions are granted at the provider they are of: Google's scopes are URLs. One whose permissions nobody named keeps what it has.
std::optional<Step> for_provider(const Step& step, bool google) {
    const auto* grant = std::get_if<GrantPermissions>(&step.act);
    if (grant == nullptr || grant->permissions.empty()) return step;
    GrantPermissions own = *grant;
    std::erase_if(own.permissions, [&](const std::string& name) { return name.starts_with("https://") != google; });
    if (own.permissions.empty()) return std::nullopt;
    Step out = step;
    out.act = std::move(own);
    return out;
}

}  // namespace

std::vector<ActDone> ServedWorld::act(const Step& step, Instant now) {
    reached_ = std::max(reached_, now);
    std::vector<ActDone> out;
    if (begins_journey(step)) {
        out.push_back({step.actor, "sets out: how it ends is told when it has", step.place, {}, {}, {}});
        return out;
    }
    if (step.actor == "device") {  // there is one of each device, and it shows what the cloud's provider holds
        note_bookings();
        out.push_back(carry_out(provider_of_cloud() == Provider::google ? *google_stage_ : *microsoft_stage_, step, reached_));
        touched();
        return out;
    }
    for (Stage* stage : {microsoft_stage_.get(), google_stage_.get()}) {
        const std::optional<Step> own = for_provider(step, stage == google_stage_.get());
        if (!own) continue;
        out.push_back(carry_out(*stage, *own, reached_));
        // There is one network, and one engine.
        if (std::holds_alternative<NetworkFault>(step.act) || std::holds_alternative<RestartEngine>(step.act) || std::holds_alternative<JumpClock>(step.act)) break;
    }
    if (const auto down = std::exchange(restart_wanted_, std::nullopt); down && engine_) restart_engine(*down);
    if (const auto by = std::exchange(clock_jump_wanted_, std::nullopt); by && engine_) jump_clock(*by);
    touched();
    return out;
}

void ServedWorld::jump_clock(std::chrono::milliseconds by) {
    effects_.answers.clear();
    effects_.outgoing.clear();
    engine_->set_clock_ahead(engine_clock_ahead_ += by, reached_, effects_);
    settle(*engine_seat_, reached_);
}

void ServedWorld::restart_engine(std::chrono::milliseconds down) {
    effects_.answers.clear();
    effects_.outgoing.clear();
    engine_->restart(streams_.named("engine life " + std::to_string(++engine_lives_)), down, reached_, effects_);
    settle(*engine_seat_, reached_);
}

void ServedWorld::touched() {
    for (Seat& seat : seats_) seat.wake = seat.server->next_wake();
}

}  // namespace sim
