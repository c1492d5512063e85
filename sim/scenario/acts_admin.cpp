// Acts on mailboxes, on the service's access, and on the engine; and people's acts that are about no event.
#include "sim/scenario/acts.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {
namespace {

/// Says that a step changes nothing.
void idle(ActReading& r, const std::string& what) {
    if (!r.refused)
        r.state.error(r.fields.owner_place(), what, "a step that changes nothing proves nothing: leave it out");
}

bool is_active(const ActReading& r, const std::string& key) {
    const auto changed = r.book.activated.find(key);
    return changed != r.book.activated.end() ? changed->second : r.state.scenario.people.at(key).activated;
}

void activate(ActReading& r, bool active) {
    for (const std::string& key : r.fields.people("person")) {
        if (is_active(r, key) == active) idle(r, "`" + key + "` is " + (active ? "" : "not ") + "activated already");
        r.book.activated[key] = active;
        r.acts.push_back(Activate{key, active});
    }
}

void allow(ActReading& r, bool allowed) {
    for (const std::string& key : r.fields.people("person")) {
        bool& blocked = r.book.blocked[key];
        if (blocked != allowed) idle(r, "the mailbox of `" + key + "` is " + (allowed ? "not " : "") + "blocked already");
        blocked = !allowed;
        r.acts.push_back(AllowService{key, allowed});
    }
}

/// Whose calendar: the actor's own, or for the administrator the one named.
std::optional<std::string> shared_calendar(ActReading& r) {
    if (r.fields.has("calendar")) return r.fields.person("calendar");
    if (r.actor != "admin") return r.actor;
    r.state.error(r.fields.owner_place(), r.fields.owner() + " needs `calendar`", "say whose calendar: `calendar: wawel`");
    return std::nullopt;
}

/// Somebody of people, or the service's own account.
std::optional<std::string> grantee(ActReading& r) {
    if (const YamlNode* node = r.fields.node("with"); node != nullptr && node->kind == YamlNode::Kind::text && node->text == "service") {
        if (r.state.plays(Provider::microsoft) && !r.state.running)
            r.state.error(r.fields.place("with"), "on Microsoft calendars are not shared with the service: it has permissions of its own", "add `providers: [google]`, or share with a person");
        return node->text;
    }
    return r.fields.person("with");
}

}  // namespace

void read_automatic_replies(ActReading& r) {
    Fields& f = r.fields;
    SetReplies set;
    const auto state = f.word("state");
    const bool timed = f.has("from") || f.has("until");
    if (state && timed) {
        r.state.error(f.place("state"), "`" + *state + "` does not go with from and until", "keep one of them");
        return;
    }
    if (!f.has("state") && !timed) {
        r.state.error(f.owner_place(), f.owner() + " says nothing",
                      "write `always`, `off`, or { from: 2026-03-04 09:00, until: 2026-03-06 17:00 }");
        return;
    }
    set.replies.on = !state || *state != "off";
    set.replies.from = f.time("from");
    set.replies.until = f.time("until");
    set.replies.message = f.text("message").value_or(set.replies.on ? "I am away." : "");
    if (set.replies.from && set.replies.until && *set.replies.until <= *set.replies.from)
        r.state.error(f.place("until"), "the automatic replies end before they begin", "swap from and until");
    if (set.replies.until && *set.replies.until <= r.at)
        r.state.error(f.place("until"), "the automatic replies end before they are set", "they are set at " + text_of(r.at, *r.state.zone));
    bool& on = r.book.replies_on[r.actor];
    if (!set.replies.on && !on) idle(r, "the automatic replies of `" + r.actor + "` are off already");
    on = set.replies.on;
    r.acts.push_back(std::move(set));
}

void read_language(ActReading& r) {
    const auto language = r.fields.language("language");
    if (!language) return;
    auto& now = r.book.language.try_emplace(r.actor, r.state.scenario.people.at(r.actor).person.language).first->second;
    if (now == *language) idle(r, "the language of `" + r.actor + "` is " + now + " already");
    now = *language;
    r.acts.push_back(SetLanguage{*language});
}

std::string_view status_on_the_wire(std::string_view words) {
    constexpr std::pair<std::string_view, std::string_view> statuses[] = {{"out of office", "ooo"}, {"do not disturb", "dnd"}, {"presenting", "presenting"}, {"in a meeting", "meeting"},
                                                                          {"in a call", "call"},    {"active", "active"},      {"available", "clear"}};
    for (const auto& [said, wire] : statuses)
        if (said == words) return wire;
    return {};
}

void read_is(ActReading& r) {
    const auto status = r.fields.word("status");
    if (!status) return;
    if (!r.book.own_status.emplace(r.actor, *status).second) idle(r, "`" + r.actor + "` is " + *status + " already");
    r.acts.push_back(OwnStatus{std::string(status_on_the_wire(*status)), true});
}

void read_is_no_longer(ActReading& r) {
    const auto status = r.fields.word("status");
    if (!status) return;
    if (r.book.own_status.erase({r.actor, *status}) == 0 && !r.state.running) idle(r, "`" + r.actor + "` is not " + *status);
    r.acts.push_back(OwnStatus{std::string(status_on_the_wire(*status)), false});
}

void read_shares(ActReading& r) {
    const auto calendar = shared_calendar(r);
    const auto with = grantee(r);
    const auto role = r.fields.word("as");
    if (!calendar || !with) return;
    if (*calendar == *with) {
        r.state.error(r.fields.place("with"), "`" + *with + "` has that calendar anyway", "name somebody else");
        return;
    }
    std::string& before = r.book.shared[{*calendar, *with}];
    if (before == role.value_or("reader")) idle(r, "`" + *with + "` is " + before + " of the calendar of `" + *calendar + "` already");
    before = role.value_or("reader");
    r.acts.push_back(ShareCalendar{*calendar, *with, role.value_or("reader")});
}

void read_stops_sharing(ActReading& r) {
    const auto calendar = shared_calendar(r);
    const auto with = grantee(r);
    if (!calendar || !with) return;
    // The service's own rule comes with the activation, not with a step.
    if (r.book.shared.erase({*calendar, *with}) == 0 && *with != "service" && !r.state.running)
        idle(r, "the calendar of `" + *calendar + "` is not shared with `" + *with + "`");
    r.acts.push_back(ShareCalendar{*calendar, *with, ""});
}

void read_activates(ActReading& r) { activate(r, true); }
void read_deactivates(ActReading& r) { activate(r, false); }
void read_blocks(ActReading& r) { allow(r, false); }
void read_unblocks(ActReading& r) { allow(r, true); }

void read_provider_expires(ActReading& r) {
    const auto what = r.fields.word("what");
    if (!what) return;
    if (*what == "access tokens") {
        r.acts.push_back(ExpireAccessTokens{});
        return;
    }
    if (r.state.plays(Provider::microsoft))
        r.state.error(r.fields.place("what"), "only Google gives sync tokens in the operations the service uses",
                      "add `providers: [google]`");
    r.acts.push_back(ExpireSyncTokens{});
}

void read_provider_drops(ActReading& r) {
    if (r.fields.word("what")) r.acts.push_back(DropSubscriptions{});
}

void read_restarts(ActReading& r) {
    r.acts.push_back(RestartEngine{r.fields.duration("down for").value_or(std::chrono::milliseconds(0))});
}

void read_clock_jumps(ActReading& r) {
    const auto ahead = r.fields.duration("ahead"), back = r.fields.duration("back");
    if (ahead.has_value() == back.has_value() && r.fields.good())
        r.state.error(r.fields.owner_place(), "a clock jumps either ahead or back", "write `engine clock jumps: { back: 1h }`");
    else if (ahead.value_or(back.value_or(std::chrono::hours(1))).count() == 0) idle(r, "the clock does not move");
    r.acts.push_back(JumpClock{ahead.value_or(std::chrono::milliseconds(0)) - back.value_or(std::chrono::milliseconds(0))});
}

}  // namespace sim
