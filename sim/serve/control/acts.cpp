// What people, administrators, providers and the network do, in the words of scenarios.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/scenario/further_acts.hpp"
#include "sim/scenario/times.hpp"
#include "sim/serve/control/routes.hpp"

namespace sim::control {
namespace {

constexpr std::size_t acts_bytes_max = 256 * 1024;
constexpr std::size_t faults_max = 1'000;
constexpr std::uint64_t refusals_max = 1'000'000;
constexpr std::uint64_t throttle_requests_max = 1'000'000;
/// Shorter names are not looked for in calendars: both providers' uids are longer.
constexpr std::size_t uid_bytes_min = 20;
constexpr auto uid_search_back = std::chrono::days(60), uid_search_ahead = std::chrono::days(400);

bool holds(ServedWorld& world, Provider provider, const std::string& uid, Instant now) {
    for (const fakes::Person& person : world.organisation().people)
        for (const fakes::SeenEvent& event : world.calendars(provider).calendar(person.address, now - uid_search_back, now + uid_search_ahead))
            if (event.uid == uid) return true;
    return false;
}

/// Events that clients made have no name: acts call them by their uid.
void name_by_uid(Control& control, std::string_view text, Instant now) {
    ServedWorld& world = control.host.world();
    for (const std::string& name : events_named_in(text)) {
        if (name.size() < uid_bytes_min) continue;
        for (const Provider provider : {Provider::microsoft, Provider::google})
            if (!world.uids(provider).contains(name) && holds(world, provider, name, now)) world.name_event(provider, name, name);
    }
}

KnownEvents known_events(Control& control) {
    ServedWorld& world = control.host.world();
    KnownEvents out;
    for (const Provider provider : {Provider::microsoft, Provider::google})
        for (const auto& [name, uid] : world.uids(provider)) out.emplace(name, fakes::When{});
    for (const Step& step : world.scenario().story)
        if (const auto* made = std::get_if<CreateEvent>(&step.act))
            if (const auto known = out.find(made->id); known != out.end()) known->second = made->draft.when;
    for (const auto& [name, when] : control.made)
        if (const auto known = out.find(name); known != out.end()) known->second = when;
    return out;
}

ordered_json fault_json(const FaultRules::Rule& rule) {
    const NetworkFault& fault = rule.fault;
    ordered_json out{{"number", rule.number}, {"does", name_of(fault)}, {"to", fault.to == "engine" ? "notifications" : fault.to}};
    if (!fault.operation.empty()) out["operation"] = fault.operation;
    if (!fault.person.empty()) out["person"] = fault.person;
    if (fault.count > 0) out["next"] = fault.count;
    if (fault.until) out["until"] = iso(*fault.until);
    if (fault.skip > 0) out["skip"] = fault.skip;
    if (fault.percent < 100) out["percent"] = fault.percent;
    out["skipped"] = rule.skipped;
    out["struck"] = rule.caught;
    out["spent"] = rule.spent;
    return out;
}

ordered_json faults_json(Control& control) {
    ordered_json list = ordered_json::array();
    for (const FaultRules::Rule& rule : control.host.world().faults().rules()) list.push_back(fault_json(rule));
    return {{"faults", list}};
}

/// `text` as the value of `network:`, so that its reader reads it.
std::string as_network_act(std::string_view text) {
    std::string out = "network:\n  ";
    for (const char c : text) {
        out += c;
        if (c == '\n') out += "  ";
    }
    return out;
}

void in_own_places(std::vector<Diagnostic>& mistakes) {
    for (Diagnostic& one : mistakes) {
        // What is said of the whole act stands at its key, which is not in the text.
        if (one.place.line <= 1) one.place = {1, 1, 1};
        else one.place = {one.place.line - 1, std::max(1, one.place.column - 2), one.place.length};
    }
    // It is often but the consequence of a misspelt key.
    std::ranges::stable_partition(mistakes, [](const Diagnostic& one) { return one.place.length > 1; });
}

}  // namespace

std::vector<ActDone> carry_out_now(Control& control, const Call& call, const Step& step) {
    std::vector<ActDone> done = control.host.world().act(step, call.now);
    control.host.touched();
    ++control.acts;
    return done;
}

void post_acts(Control& control, Call& call) {
    const std::string& text = call.request.body;
    if (text.size() > acts_bytes_max) return call.refuse(413, "acts have at most " + std::to_string(acts_bytes_max) + " bytes in one go");
    name_by_uid(control, text, call.now);
    const FurtherActs read = read_further_acts(control.host.world().scenario(), known_events(control), text, call.now);
    if (has_errors(read.diagnostics)) return call.refuse(read.diagnostics, text);
    for (const Step& step : read.steps)
        if (std::holds_alternative<RestartEngine>(step.act) && !control.host.world().engine()) return call.refuse(409, "no engine runs here", "the engine under test is your own: restart it yourself, or start with --with-engine");
    ordered_json acts = ordered_json::array();
    std::string first_refusal;
    for (const Step& step : read.steps) {
        const std::vector<ActDone> records = carry_out_now(control, call, step);
        if (const auto* made = std::get_if<CreateEvent>(&step.act)) control.made[made->id] = made->draft.when;
        bool any = false;
        std::string refusal;
        for (std::size_t i = 0; i < records.size(); ++i) {
            const ActDone& record = records[i];
            ordered_json one;
            if (records.size() > 1) one["provider"] = i == 0 ? "microsoft" : "google";
            one["actor"] = record.actor;
            one["did"] = record.text;
            one["done"] = record.refusal.empty();
            if (!record.event.empty()) one["event"] = record.event;
            if (!record.uid.empty()) one["uid"] = record.uid;
            if (!record.refusal.empty()) one["refusal"] = record.refusal;
            any = any || record.refusal.empty();
            if (refusal.empty()) refusal = record.refusal;
            acts.push_back(std::move(one));
        }
        if (!any && !step.may_be_refused && first_refusal.empty()) first_refusal = refusal;
    }
    if (first_refusal.empty()) return call.give({{"acts", acts}});
    call.give({{"error", {{"message", first_refusal}}}, {"acts", acts}}, 409);
}

void get_faults(Control& control, Call& call) { call.give(faults_json(control)); }

void post_fault(Control& control, Call& call) {
    const std::string& text = call.request.body;
    if (text.size() > acts_bytes_max) return call.refuse(413, "a fault has at most " + std::to_string(acts_bytes_max) + " bytes");
    FaultRules& faults = control.host.world().faults();
    if (faults.rules().size() >= faults_max) return call.refuse(409, "there are " + std::to_string(faults_max) + " faults already", "DELETE /_calrig/faults");
    FurtherActs read = read_further_acts(control.host.world().scenario(), {}, as_network_act(text), call.now);
    if (has_errors(read.diagnostics)) {
        in_own_places(read.diagnostics);
        return call.refuse(read.diagnostics, text);
    }
    ordered_json list = ordered_json::array();
    for (const Step& step : read.steps) {
        carry_out_now(control, call, step);
        list.push_back(fault_json(faults.rules().back()));
    }
    ++control.fault_changes;
    call.give({{"faults", list}});
}

void delete_faults(Control& control, Call& call) {
    control.host.world().faults().clear();
    ++control.fault_changes;
    call.give(faults_json(control));
}

void delete_fault(Control& control, Call& call) {
    const std::string& text = call.path["number"];
    const bool digits = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || !control.host.world().faults().remove(std::stoull(text))) return call.refuse(404, "there is no fault `" + text.substr(0, 40) + "`", "GET /_calrig/faults lists them");
    ++control.fault_changes;
    call.give(faults_json(control));
}

void post_expire(Control& control, Call& call) {
    const bool sync = call.members["which"] == "sync";
    ordered_json where = ordered_json::array();
    for (const Provider provider : {Provider::microsoft, Provider::google}) {
        if (call.members.contains("provider") && call.members["provider"] != word_of(provider)) continue;
        fakes::CalendarService& calendars = control.host.world().calendars(provider);
        if (sync) calendars.expire_sync_tokens(call.now);
        else calendars.expire_access_tokens(call.now);
        where.push_back(word_of(provider));
    }
    control.host.touched();
    call.give({{"expired", sync ? "sync" : "access"}, {"at", where}});
}

void post_drop(Control& control, Call& call) {
    ordered_json where = ordered_json::array();
    if (call.members.contains("id")) {
        const std::string id = call.members["id"].get<std::string>();
        ServedWorld& world = control.host.world();
        const auto asked = [&](Provider provider) { return !call.members.contains("provider") || call.members["provider"] == word_of(provider); };
        if (asked(Provider::microsoft) && world.microsoft().drop_subscription(id, call.now)) where.push_back("microsoft");
        if (asked(Provider::google) && world.google().drop_channel(id, call.now)) where.push_back("google");
        if (where.empty()) return call.refuse(404, "nothing is open under the id `" + id.substr(0, 100) + "`", "GET /_calrig/subscriptions lists what is");
        ++control.acts;
        control.host.touched();
        return call.give({{"dropped", where}});
    }
    for (const Provider provider : {Provider::microsoft, Provider::google}) {
        if (call.members.contains("provider") && call.members["provider"] != word_of(provider)) continue;
        control.host.world().calendars(provider).drop_subscriptions(call.now);
        where.push_back(word_of(provider));
    }
    control.host.touched();
    call.give({{"dropped", where}});
}

void post_lifecycle(Control& control, Call& call) {
    using Event = fakes::MicrosoftService::LifecycleEvent;
    const std::string word = call.members["event"].get<std::string>();
    const Event event = word == "missed" ? Event::missed : word == "subscriptionRemoved" ? Event::subscription_removed : Event::reauthorization_required;
    const std::string id = call.members.value("id", "");
    const std::size_t told = control.host.world().microsoft().tell_lifecycle(event, id, call.now);
    if (told == 0) {
        const std::string which = id.empty() ? std::string("no subscription") : "no subscription `" + id.substr(0, 100) + "`";
        return call.refuse(404, which + " with a lifecycle URL is open", "GET /_calrig/subscriptions lists what is; `lifecycleNotificationUrl` is set when one is made");
    }
    ++control.acts;
    control.host.touched();
    call.give({{"told", told}});
}

void post_rotate(Control& control, Call& call) {
    const bool at_once = call.members.value("at once", false);
    const std::string id = call.members.value("provider", "microsoft") == "google" ? control.host.world().google().rotate_id_token_key(at_once, call.now)
                                                                                   : control.host.world().microsoft().rotate_signing_key(at_once, call.now);
    ++control.acts;
    control.host.touched();
    call.give({{"kid", id}});
}

void put_throttling(Control& control, Call& call) {
    const std::uint64_t requests = call.members["requests"].get<std::uint64_t>();
    if (requests > throttle_requests_max) return call.refuse(400, "`requests` is 0 to " + std::to_string(throttle_requests_max));
    std::optional<std::chrono::milliseconds> within;
    if (call.members.contains("within")) {
        const auto read = read_duration(call.members["within"].get<std::string>());
        if (const auto* misread = std::get_if<Misread>(&read)) return call.refuse(400, misread->what, misread->help);
        within = std::get<std::chrono::milliseconds>(read);
        if (*within < std::chrono::seconds(1) || *within > std::chrono::hours(24)) return call.refuse(400, "`within` is 1s to 24h");
    }
    ordered_json holds = ordered_json::array();
    for (const Provider provider : {Provider::microsoft, Provider::google}) {
        if (call.members.contains("provider") && call.members["provider"] != word_of(provider)) continue;
        const bool graph = provider == Provider::microsoft;
        const auto window = within.value_or(graph ? std::chrono::minutes(10) : std::chrono::minutes(1));
        if (graph) control.host.world().microsoft().throttle(static_cast<int>(requests), window);
        else control.host.world().google().throttle(static_cast<std::uint32_t>(requests), window);
        holds.push_back({{"provider", word_of(provider)}, {"requests", requests}, {"within_s", std::chrono::duration_cast<std::chrono::seconds>(window).count()}});
    }
    control.host.touched();
    call.give({{"throttling", holds}});
}

void post_google_refusal(Control& control, Call& call) {
    fakes::GoogleService& google = control.host.world().google();
    fakes::ArmedRefusal refusal;
    refusal.kind = *fakes::refusal_kind_named(call.members["refusal"].get<std::string>());
    if (call.members.contains("next")) {
        const std::uint64_t count = call.members["next"].get<std::uint64_t>();
        if (count < 1 || count > refusals_max) return call.refuse(400, "`next` is 1 to " + std::to_string(refusals_max));
        refusal.count = static_cast<std::uint32_t>(count);
    }
    if (call.members.contains("operation")) {
        refusal.operation = call.members["operation"].get<std::string>();
        std::vector<std::string> names;
        for (const auto& operation : google.operations()) names.push_back(operation.name);
        const bool known = std::ranges::any_of(names, [&](const std::string& name) { return name == refusal.operation || name.ends_with("." + refusal.operation); });
        if (!known) {
            const auto near = did_you_mean(refusal.operation, names);
            return call.refuse(400, "Google has no operation `" + refusal.operation.substr(0, 100) + "`", near ? "did you mean `" + *near + "`?" : "it is named like calendar.v3.Events.List, or the end of such a name");
        }
    }
    if (call.members.contains("person")) {
        const std::string key = call.members["person"].get<std::string>();
        std::vector<std::string> keys;
        for (const fakes::Person& person : control.host.world().organisation().people) {
            keys.push_back(person.key);
            if (person.key == key || person.address == key) refusal.user = person.address;
        }
        if (refusal.user.empty()) {
            const auto near = did_you_mean(key, keys);
            return call.refuse(400, "nobody is called `" + key.substr(0, 100) + "`", near ? "did you mean `" + *near + "`?" : "GET /_calrig/state lists them");
        }
    }
    google.arm(refusal);
    ++control.fault_changes;
    call.give({{"armed", {{"refusal", call.members["refusal"]}, {"next", refusal.count}}}});
}

void delete_google_refusals(Control& control, Call& call) {
    control.host.world().google().disarm_all();
    ++control.fault_changes;
    call.give({{"armed", nullptr}});
}

}  // namespace sim::control
