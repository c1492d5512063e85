// What is to be seen just now.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/scenario/times.hpp"
#include "sim/serve/control/routes.hpp"

namespace sim::control {
namespace {

constexpr std::size_t meetings_shown_max = 500, events_shown_max = 2'000, subscriptions_shown_max = 1'000;
constexpr std::size_t body_shown_bytes = 8 * 1024;
constexpr auto span_max = std::chrono::days(400);

class Fingerprint {
  public:
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) byte(static_cast<unsigned char>(number >> shift));
    }
    void add(std::string_view text) {
        for (const char c : text) byte(static_cast<unsigned char>(c));
        byte(0);
    }
    std::string text() const {
        char out[17];
        std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash_));
        return out;
    }

  private:
    void byte(unsigned char value) { hash_ = (hash_ ^ value) * 0x100000001b3u; }  // FNV-1a
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

const ScenarioPerson* in_scenario(const ServedWorld& world, const std::string& key) {
    const auto found = world.scenario().people.find(key);
    return found == world.scenario().people.end() ? nullptr : &found->second;
}

std::string shown_presence(const std::string& status) { return status == "ooo" ? "out of office" : status == "clear" ? "available" : status; }

ordered_json person_json(ServedWorld& world, const fakes::Person& person) {
    const fakes::CalendarStatus status = world.cloud().calendar_status(person.key);
    ordered_json out{{"key", person.key}, {"name", person.name}, {"address", person.address}, {"kind", person.is_room ? "room" : "person"},
                     {"language", person.language}, {"zone", person.zone}, {"mailbox", person.has_mailbox},
                     {"presence", shown_presence(world.cloud().presence(person.key))},
                     {"status", status.state}};
    if (!status.reason.empty()) out["statusReason"] = status.reason;
    if (const auto room = world.cloud().personal_room(person.key)) out["personalRoom"] = room->url;
    out["listedMeetings"] = world.cloud().list_size(person.key);
    ordered_json screens = ordered_json::array();
    for (const auto& edge : world.edges()) {
        const std::string name = edge->name();
        if (name.substr(name.find(' ') + 1) != person.key) continue;
        screens.push_back({{"name", name}, {"meetings", edge->screen().meetings.size()}, {"joinButtons", edge->screen().join_buttons.size()}});
    }
    out["screens"] = std::move(screens);
    return out;
}

ordered_json screen_json(const fakes::Edge& edge) {
    const fakes::Screen& screen = edge.screen();
    ordered_json meetings = ordered_json::array();
    for (const fakes::ShownMeeting& meeting : screen.meetings) {
        if (meetings.size() == meetings_shown_max) break;
        ordered_json one{{"id", meeting.id}, {"title", meeting.title}, {"start", iso(meeting.start)}, {"minutes", meeting.duration_minutes},
                         {"allDay", meeting.all_day}, {"location", meeting.location}, {"organizer", meeting.organizer_name},
                         {"join", !meeting.join_url.empty() ? meeting.join_url : meeting.join_uri},
                         {"button", std::ranges::find(screen.join_buttons, meeting.id) != screen.join_buttons.end()}};
        if (!meeting.unreadable.empty()) one["unreadable"] = meeting.unreadable;
        meetings.push_back(std::move(one));
    }
    return {{"name", edge.name()}, {"count", screen.meetings.size()}, {"meetings", std::move(meetings)}};
}

std::string_view word_of(fakes::Response response) {
    switch (response) {
        case fakes::Response::accepted: return "accepted";
        case fakes::Response::tentative: return "tentative";
        case fakes::Response::declined: return "declined";
        case fakes::Response::organizer: return "organizer";
        case fakes::Response::none: break;
    }
    return "none";
}

ordered_json event_json(const fakes::SeenEvent& event, const std::map<std::string, std::string>& names) {
    ordered_json out{{"uid", event.uid}};
    if (const auto name = names.find(event.uid); name != names.end()) out["name"] = name->second;
    if (event.occurrence) out["occurrence"] = sim::text_of(*event.occurrence);
    out["start"] = iso(event.start);
    out["end"] = iso(event.end);
    out["allDay"] = event.all_day;
    out["title"] = event.title;
    out["location"] = event.location;
    out["body"] = event.body.substr(0, body_shown_bytes);
    out["html"] = event.body_is_html;
    out["cancelled"] = event.cancelled;
    out["private"] = event.private_;
    out["response"] = word_of(event.own_response);
    ordered_json people = ordered_json::array();
    for (const auto& [address, response] : event.attendees) people.push_back({{"address", address}, {"response", word_of(response)}});
    out["attendees"] = std::move(people);
    return out;
}

std::map<std::string, std::string> names_by_uid(const std::map<std::string, std::string>& uids) {
    std::map<std::string, std::string> out;
    for (const auto& [name, uid] : uids) out.emplace(uid, name);
    return out;
}

ordered_json subscriptions_json(Control& control, Instant now) {
    ServedWorld& world = control.host.world();
    ordered_json graph = ordered_json::array(), google = ordered_json::array();
    for (const fakes::OpenSubscription& one : world.microsoft().subscriptions(now)) {
        if (graph.size() == subscriptions_shown_max) break;
        ordered_json row{{"id", one.id}, {"mailbox", one.mailbox}, {"resource", one.resource}, {"changes", one.change_type}, {"to", one.url}, {"expires", iso(one.expires)}};
        if (one.endpoint != "good") row["endpoint"] = one.endpoint;
        if (!one.lifecycle_url.empty()) row["lifecycleTo"] = one.lifecycle_url;
        graph.push_back(std::move(row));
    }
    for (const fakes::OpenChannel& one : world.google().channels(now)) {
        if (google.size() == subscriptions_shown_max) break;
        google.push_back({{"id", one.id}, {"resourceId", one.resource_id}, {"resource", one.resource_uri}, {"openedBy", one.caller}, {"to", one.address}, {"expires", iso(one.expires)}});
    }
    return {{"microsoft", std::move(graph)}, {"google", std::move(google)}};
}

/// The moment that a query names, or `otherwise`; nothing, said, when it cannot be read.
std::optional<Instant> moment(const Control& control, const Call& call, std::string_view name, Instant otherwise) {
    const auto text = call.text(name);
    if (!text) return otherwise;
    const Zone* zone = Zone::find(control.host.world().scenario().zone);
    if (zone == nullptr) zone = &Zone::utc();
    const auto read = read_time(*text, {zone, local_date(call.now, *zone), call.now});
    if (const auto* misread = std::get_if<Misread>(&read)) {
        call.refuse(400, misread->what, misread->help);
        return std::nullopt;
    }
    return std::get<Instant>(read);
}

}  // namespace

std::string revision_of(Control& control) {
    ServedWorld& world = control.host.world();
    Fingerprint print;
    print.add(control.worlds);
    print.add(control.acts);
    print.add(control.fault_changes);
    print.add(control.ledger.noted());
    print.add(control.ledger.entries().size());
    if (control.host.clock_is_virtual()) print.add(static_cast<std::uint64_t>(control.host.now().time_since_epoch().count()));
    for (const fakes::Person& person : world.organisation().people) {
        print.add(world.microsoft().calendar_revision(person.address));
        print.add(world.google().calendar_revision(person.address));
        print.add(world.cloud().presence(person.key));
        print.add(world.cloud().calendar_status(person.key).state);
    }
    for (const auto& edge : world.edges()) print.add(edge->revision());
    for (const ActDone& one : world.journeys()) print.add(one.text + one.refusal);
    print.add(world.journeys().size());
    return print.text();
}

void get_index(Control&, Call& call) {
    ordered_json list = ordered_json::array();
    for (const Route& route : routes()) list.push_back({{"method", route.method}, {"path", std::string(prefix) + std::string(route.path)}, {"summary", route.summary}});
    call.give({{"calrig", "control plane"}, {"openapi", std::string(prefix) + "/openapi.json"}, {"page", "/"}, {"routes", list}});
}

void get_openapi(Control& control, Call& call) {
    fakes::Reply reply = json_reply(ordered_json::object());
    reply.body = control_openapi(control.host.origins().main);
    call.answer(std::move(reply));
}

void get_state(Control& control, Call& call) {
    const std::string revision = revision_of(control);
    ordered_json out{{"revision", revision}, {"clock", clock_json(control)}};
    if (call.text("since") == revision) {
        out["changed"] = false;
        return call.give(out);
    }
    out["changed"] = true;
    ServedWorld& world = control.host.world();
    out["world"] = {{"title", world.scenario().title}, {"path", world.scenario().path}, {"refusedActs", world.refusals()}};
    out["seed"] = control.host.seed();
    if (world.engine()) out["engine"] = word_of(*world.engine());
    if (world.journeys_begun() > 0) {
        ordered_json journeys = ordered_json::array();
        for (const ActDone& one : world.journeys()) {
            ordered_json row{{"did", one.text}, {"done", one.refusal.empty()}};
            if (!one.refusal.empty()) row["refusal"] = one.refusal;
            journeys.push_back(std::move(row));
        }
        out["journeys"] = {{"begun", world.journeys_begun()}, {"ended", std::move(journeys)}};
    }
    out["origins"] = {{"main", control.host.origins().main}, {"graph", control.host.origins().graph}, {"authority", control.host.origins().authority}, {"google", control.host.origins().google}};
    ordered_json people = ordered_json::array();
    std::size_t rooms = 0;
    for (const fakes::Person& person : world.organisation().people) {
        if (in_scenario(world, person.key) == nullptr) continue;  // Google's administrator
        rooms += person.is_room ? 1 : 0;
        people.push_back(person_json(world, person));
    }
    ordered_json subscriptions = subscriptions_json(control, call.now);
    std::size_t faults = 0;
    for (const FaultRules::Rule& rule : world.faults().rules()) faults += rule.spent ? 0 : 1;
    out["counts"] = {{"people", people.size() - rooms}, {"rooms", rooms}, {"exchanges", control.ledger.noted()},
                     {"acts", control.acts}, {"armedFaults", faults}, {"mails", world.google().outbox().size()},
                     {"subscriptions", subscriptions["microsoft"].size()}, {"channels", subscriptions["google"].size()},
                     {"deliveries", world.deliveries()}, {"connections", control.host.connections()}};
    out["people"] = std::move(people);
    out["subscriptions"] = std::move(subscriptions);
    call.give(out);
}

void get_person(Control& control, Call& call) {
    ServedWorld& world = control.host.world();
    const std::string& key = call.path["person"];
    const auto& people = world.organisation().people;
    const auto person = std::ranges::find_if(people, [&](const fakes::Person& one) { return one.key == key || one.address == key; });
    if (person == people.end()) {
        std::vector<std::string> keys;
        for (const fakes::Person& one : people) keys.push_back(one.key);
        const auto near = did_you_mean(key, keys);
        return call.refuse(404, "nobody is called `" + key.substr(0, 100) + "`", near ? "did you mean `" + *near + "`?" : "GET /_calrig/state lists them");
    }
    const auto from = moment(control, call, "from", call.now - std::chrono::days(7));
    if (!from) return;
    const auto until = moment(control, call, "until", std::max(*from, call.now) + std::chrono::days(28));
    if (!until) return;
    if (*until < *from || *until - *from > span_max) return call.refuse(400, "`from` and `until` span 0 to 400 days");
    ordered_json out{{"person", person_json(world, *person)}, {"clock", clock_json(control)}, {"from", iso(*from)}, {"until", iso(*until)}};
    const auto only = provider_named(call.text("provider").value_or(""));
    for (const Provider provider : {Provider::microsoft, Provider::google}) {
        if (only && *only != provider) continue;
        const auto names = names_by_uid(world.uids(provider));
        ordered_json events = ordered_json::array();
        for (const fakes::SeenEvent& event : world.calendars(provider).calendar(person->address, *from, *until)) {
            if (events.size() == events_shown_max) break;
            events.push_back(event_json(event, names));
        }
        out["calendars"][std::string(word_of(provider))] = std::move(events);
    }
    out["screens"] = ordered_json::array();
    for (const auto& edge : world.edges()) {
        const std::string name = edge->name();
        if (name.substr(name.find(' ') + 1) == person->key) out["screens"].push_back(screen_json(*edge));
    }
    call.give(out);
}

void get_subscriptions(Control& control, Call& call) { call.give(subscriptions_json(control, call.now)); }

void get_environment(Control& control, Call& call) {
    ordered_json out = ordered_json::object();
    if (control.settings.environment)
        for (const auto& [name, value] : control.settings.environment()) out[name] = value;
    call.give(out);
}

}  // namespace sim::control
