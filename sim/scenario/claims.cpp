#include "sim/scenario/claims.hpp"

#include <algorithm>

#include "sim/scenario/story_book.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {

using namespace std::chrono;
using fakes::Date;

namespace {

/// An event of a claim, made by the time the claim ends.
const KnownEvent* event_in_time(ClaimReading& r, Fields& f, std::string_view key) {
    const auto id = f.text(key);
    if (!id) return nullptr;
    if (r.state.scenario.recording) {
        r.state.error(f.place(key), "with a recording the story makes no events", "name the meeting by its `title`");
        return nullptr;
    }
    const KnownEvent* event = r.book.known_event(*id, f.place(key));
    if (event != nullptr && event->created >= r.to && event->created > r.from) {
        r.state.error(f.place(key), "`" + *id + "` does not exist yet at that time",
                      "it is made at " + text_of(event->created, *r.state.zone) + ", in line " +
                          std::to_string(event->place.line));
        return nullptr;
    }
    return event;
}

std::optional<Date> slot(ClaimReading& r, Fields& f, const KnownEvent* event) {
    if (event == nullptr) return std::nullopt;
    return r.book.occurrence(f, *event, r.day, Instant::min()).value_or(std::nullopt);
}

/// Who sees an event at all: its organizer and whoever was ever invited.
void needs_part(ClaimReading& r, Fields& f, const KnownEvent* event, const std::string& key) {
    const auto has_part = [&](const std::string& who) {
        const std::string address = address_of(r.state, who);
        return event->organizer == who || event->has_part(address) || event->no_longer.contains(address);
    };
    if (event == nullptr || has_part(key)) return;
    // A desk shows what its guests are invited to.
    if (std::ranges::any_of(r.book.seated, [&](const auto& guest) { return guest.first == key && has_part(guest.second); })) return;
    r.state.warning(f.owner_place(), "`" + key + "` has no part in `" + event->id + "` at any time of the story",
                    "only the organizer and invitees see an event", "");
}

constexpr std::string_view kSpaceOf = "the space of ";

/// What a meeting joins, in the words the judge resolves: whose room a person has only the played world knows.
std::optional<std::string> join_target(LoadState& state, const std::string& text, const Place& place) {
    if (text.starts_with("https://") || text.starts_with("sips:")) return text;
    if (text.starts_with("sip:")) return text.substr(4);  // the wire's meetingJoinURI carries the bare address
    // Their addresses come from the cloud's chance: the family is what a scenario can promise.
    if (text == "a space" || text == "space") return "https://calrig.webex.com/m/*";
    if (text == "a one-time meeting" || text == "one-time meeting") return "https://calrig.webex.com/calrig/j.php*";
    constexpr std::string_view kRoom = "'s personal room";
    if (text.ends_with(kRoom)) {
        const std::string key = text.substr(0, text.size() - kRoom.size());
        const ScenarioPerson* person = state.person(key, place);
        if (person == nullptr) return std::nullopt;
        if (person->personal_room && !person->person.is_room) return text;
        state.error(place, "`" + key + "` has no personal room", "they have `personal room: no`, or are a room themselves");
        return std::nullopt;
    }
    state.error(place, "cannot tell what `" + text + "` joins",
                "write ana's personal room, a space, the space of EVENT, a one-time meeting, an https:// link or a sip: address");
    return std::nullopt;
}

/// Empty for what nobody answers.
std::string response_word(const std::string& word) {
    if (word == "none") return "no response";
    const bool known = word == "accepted" || word == "declined" || word == "tentative" || word == "organizer";
    return known ? word : std::string();
}

std::map<std::string, std::string> participants(LoadState& state, const YamlNode& node) {
    std::map<std::string, std::string> out;
    if (node.kind != YamlNode::Kind::map) {
        state.error(node.place, "`people` says who answered what", "write { ben: accepted, cy: none }");
        return out;
    }
    for (const YamlEntry& entry : node.entries) {
        if (!is_address(entry.key) && state.person(entry.key, entry.place) == nullptr) continue;
        const std::string word = response_word(entry.value.text);
        if (word.empty()) {
            const std::vector<std::string> words{"accepted", "declined", "tentative", "none", "organizer"};
            state.unknown(entry.value.place, "nobody answers `" + entry.value.text + "`", entry.value.text, words,
                          "it is accepted, declined, tentative, none or organizer");
        }
        out[address_of(state, entry.key)] = word;
    }
    return out;
}

ExpectedMeeting meeting(ClaimReading& r, const YamlNode& node) {
    ExpectedMeeting out;
    out.place = node.place;
    LoadState& state = r.state;
    Fields f(state, node, meeting_keys(), "the meeting", node.place, "title");
    const std::size_t before = state.diagnostics.size();
    out.title = f.text("title");
    // Played all the same: to see such a list refused is a use of its own.
    if (out.title && !r.book.may_be_shown(*out.title)) {
        const auto near = did_you_mean(*out.title, std::vector<std::string>(r.book.titles.begin(), r.book.titles.end()));
        state.warning(f.has("title") ? f.place("title") : node.place, "no event of the story has the title `" + *out.title + "`",
                      near ? "did you mean `" + *near + "`?" : "a list has only what the story's steps put there");
    }
    if (f.has("event")) {
        if (event_in_time(r, f, "event") != nullptr) out.event = f.text("event");
    }
    out.location = f.text("location");
    out.notes = f.text("notes");
    out.notes_contain = f.text("notes contain");
    if (const auto who = f.text("organizer")) {
        if (is_address(*who) || state.person(*who, f.place("organizer")) != nullptr)
            out.organizer = address_of(state, *who);
    }
    if (auto word = f.word("sensitivity")) {
        (*word)[0] = static_cast<char>((*word)[0] - 'a' + 'A');
        out.sensitivity = *word;
    }
    if (const auto when = f.when("when", r.day, *state.zone)) {
        const Zone& zone = *Zone::find_iana(when->zone);
        out.start = zone.to_utc(when->start);
        out.end = zone.to_utc(when->end);
        out.all_day = when->all_day;
    }
    if (const auto starts = f.time("starts")) out.start = starts;
    if (const auto all_day = f.flag("all day")) out.all_day = all_day;
    if (auto joins = f.text("joins")) {
        if (*joins == "nothing") out.joinable = false;
        else if (joins->starts_with(kSpaceOf) || joins->starts_with(kSpaceOf.substr(4))) {
            if (!joins->starts_with(kSpaceOf)) joins->insert(0, "the ");
            if (r.book.known_event(joins->substr(kSpaceOf.size()), f.place("joins")) != nullptr) out.joins = joins;
        } else out.joins = join_target(state, *joins, f.place("joins"));
    }
    if (const auto joinable = f.flag("joinable")) out.joinable = joinable;
    if (const YamlNode* people = f.node("people")) out.participants = participants(state, *people);
    if (node.kind == YamlNode::Kind::map && node.entries.empty() && state.diagnostics.size() == before)
        state.error(node.place, "an expected meeting says nothing", "add at least a title");
    out.places = f.places();
    for (const auto& [key, member] : {std::pair{"when", "start"}, {"when", "end"}, {"when", "all day"}, {"starts", "start"}, {"notes contain", "notes"},
                                      {"joinable", "joins"}, {"people", "participants"}})
        if (f.has(key)) out.places.emplace(member, f.place(key));
    return out;
}

bool is_dots(const YamlNode& item) { return item.kind == YamlNode::Kind::text && !item.quoted && (item.text == "..." || item.text == "…"); }

void read_meetings(ClaimReading& r, const YamlNode& node, ExpectList& list, std::string_view key) {
    if (node.kind != YamlNode::Kind::list) {
        if (node.kind == YamlNode::Kind::map || node.kind == YamlNode::Kind::text) {
            list.meetings.push_back(meeting(r, node));
            return;
        }
        r.state.error(node.place, "`" + std::string(key) + "` is a list of meetings", "write [ { title: ... } ]");
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const YamlNode& item = node.items[i];
        if (!is_dots(item)) {
            list.meetings.push_back(meeting(r, item));
        } else if (i + 1 != node.items.size() || key != "is") {
            r.state.error(item.place, "`...` stands only at the end of `is`", "it means that the rest does not matter");
        } else {
            list.rest_ignored = true;
        }
    }
    const bool wants_something = list.mode != ExpectList::Mode::excludes && !list.meetings.empty();
    const bool any_event = std::ranges::any_of(r.book.events, [&](const auto& e) { return e.second.created < r.to; });
    if (wants_something && !any_event && !r.state.scenario.recording && !r.state.story_unsure)
        r.state.error(node.place, "no event is made by that time", "a list has only what the story's steps put there");
}

}  // namespace

void read_calendar_claim(ClaimReading& r) {
    Fields& f = r.fields;
    if (r.state.scenario.recording)
        return r.state.error(f.owner_place(), "a recording has no calendars to look into", "expect what apps and devices show: `meeting list of`, `app`, `device`");
    ExpectCalendar claim;
    claim.owner = r.subject;
    const KnownEvent* event = event_in_time(r, f, "event");
    claim.event = f.text("event").value_or("");
    claim.occurrence = slot(r, f, event);
    needs_part(r, f, event, r.subject);
    claim.absent = f.flag("absent");
    claim.body_contains = f.texts("body contains");
    claim.body_lacks = f.texts("body lacks");
    claim.location_contains = f.texts("location contains");
    claim.title = f.text("title");
    claim.location = f.text("location");
    claim.join_details = f.how_often("join details");
    if (const auto word = f.word("response")) {
        using fakes::Response;
        claim.response = *word == "accepted"    ? Response::accepted
                         : *word == "declined"  ? Response::declined
                         : *word == "tentative" ? Response::tentative
                         : *word == "organizer" ? Response::organizer
                                                : Response::none;
    }
    claim.start = f.time("starts");
    const bool absent = claim.absent.value_or(false);
    const bool says = claim.absent || !claim.body_contains.empty() || !claim.body_lacks.empty() ||
                      !claim.location_contains.empty() || claim.title || claim.location || claim.join_details ||
                      claim.response || claim.start;
    if (absent && f.good())
        for (const char* key : {"body contains", "body lacks", "title", "location", "location contains", "join details", "response", "starts"})
            if (f.has(key)) r.state.error(f.key_place(key), "what is absent has no `" + std::string(key) + "`", "leave `absent` out, or the rest");
    if (!says && f.good() && !f.has("absent"))
        r.state.error(f.owner_place(), "the expectation only names an event", "add for example `join details: once` or `absent: yes`");
    r.claims.push_back(std::move(claim));
}

void read_list_claim(ClaimReading& r) {
    Fields& f = r.fields;
    ExpectList list;
    list.who = r.screen;
    bool any = false;
    std::optional<std::size_t> whole;  // how many `is` names, when it names all
    const auto add = [&](ExpectList::Mode mode, std::string_view key) {
        const YamlNode* node = f.node(key);
        if (node == nullptr) return;
        any = true;
        ExpectList one;
        one.who = r.screen;
        one.mode = mode;
        read_meetings(r, *node, one, key);
        if (mode == ExpectList::Mode::is && one.meetings.empty() && !one.rest_ignored) one.mode = ExpectList::Mode::is_empty;
        if (mode == ExpectList::Mode::is) one.golden = std::exchange(list.golden, std::nullopt);
        if (mode == ExpectList::Mode::is && !one.rest_ignored) whole = one.meetings.size();
        r.claims.push_back(std::move(one));
    };
    list.golden = f.beside("golden");
    const bool golden = list.golden.has_value();
    add(ExpectList::Mode::is, "is");
    add(ExpectList::Mode::includes, "includes");
    add(ExpectList::Mode::excludes, "excludes");
    if (f.has("state") && f.word("state")) {
        any = true;
        list.mode = ExpectList::Mode::is_empty;
        r.claims.push_back(list);
        if (whole.value_or(0) > 0) r.state.error(f.place("state"), "`is` names meetings, `state` says there are none", "keep one of them");
    }
    if (const auto count = f.number("count")) {
        any = true;
        ExpectList one;
        one.who = r.screen;
        one.mode = ExpectList::Mode::count;
        one.count = *count;
        if (whole && *whole != static_cast<std::size_t>(*count))
            r.state.error(f.place("count"), "`is` names " + std::to_string(*whole) + " meetings, `count` says " + std::to_string(*count), "leave `count` out");
        r.claims.push_back(std::move(one));
    }
    if (golden && list.golden) {  // nothing took it: the wire list alone is compared
        any = true;
        list.mode = ExpectList::Mode::includes;
        r.claims.push_back(std::move(list));
    }
    if (!any && f.good())
        r.state.error(f.owner_place(), "the expectation says nothing about the list", "add is, includes, excludes, count or golden, or write `empty`");
}

void read_screen_claim(ClaimReading& r) {
    Fields& f = r.fields;
    bool any = false;
    for (const auto& [key, lit] : {std::pair<std::string_view, bool>{"shows join button for", true},
                                   std::pair<std::string_view, bool>{"shows no join button for", false}}) {
        if (!f.has(key)) continue;
        any = true;
        ExpectButton button;
        button.who = r.screen;
        button.lit = lit;
        if (!lit && f.text(key) == "anything") {
            r.claims.push_back(std::move(button));
            continue;
        }
        if (r.state.scenario.recording) {
            if (f.has("occurrence"))
                r.state.error(f.place("occurrence"), "with a recording the story has no occurrences", "choose the occurrence by the time of the expectation");
            button.event = f.text(key);
            if (button.event) r.claims.push_back(std::move(button));
            continue;
        }
        const KnownEvent* event = event_in_time(r, f, key);
        button.event = f.text(key);
        button.occurrence = slot(r, f, event);
        needs_part(r, f, event, r.subject);
        if (lit && event != nullptr && !r.book.may_be_joined(*event, button.occurrence, r.from, r.to))
            r.state.error(f.place(key), "the Join button for `" + event->id + "` cannot be lit then",
                          "it lights before a start (policy `join lead`, five minutes) and goes out at the end: check the day and time");
        r.claims.push_back(std::move(button));
    }
    if (const YamlNode* lists = f.node("lists")) {
        any = true;
        ExpectList list;
        list.who = r.screen;
        list.mode = ExpectList::Mode::includes;
        read_meetings(r, *lists, list, "lists");
        r.claims.push_back(std::move(list));
    }
    if (!any && f.good())
        r.state.error(f.owner_place(), "the expectation says nothing about the screen",
                      "add `shows join button for`, `shows no join button for` or `lists`");
}

void read_presence_claim(ClaimReading& r) {
    const ScenarioPerson& whose = r.state.scenario.people.at(r.subject);
    if (whose.person.is_room || whose.members)
        r.state.error(r.fields.owner_place(), "`" + r.subject + "` is a " + (whose.members ? "group" : "room") + ": it has no presence",
                      whose.members ? "expect it of its members" : "its device shows `meeting list of` and `shows join button for`");
    if (const auto word = r.fields.word("is")) r.claims.push_back(ExpectPresence{r.subject, std::string(status_on_the_wire(*word))});
}

void read_answer_claim(ClaimReading& r) {
    Fields& f = r.fields;
    ExpectAnswer claim;
    claim.device = r.screen;
    event_in_time(r, f, "of");
    claim.event = f.text("of").value_or("");
    claim.to = f.word("to").value_or("");
    claim.state = f.word("is").value_or("");
    claim.cause = f.word("because").value_or("");
    const auto asked = r.book.asked.find({r.subject, claim.event});
    if (!claim.event.empty() && (asked == r.book.asked.end() || (!claim.to.empty() && !asked->second.contains(claim.to))))
        r.state.error(f.place("of"), "the device of `" + r.subject + "` is not asked for " + (claim.to.empty() ? std::string("anything") : "the " + claim.to) + " of `" + claim.event + "`",
                      "it answers what a step asks it: `device " + r.subject + " extends: ...`, books, releases, accepts, declines");
    if (!claim.cause.empty() && claim.state != "failed")
        r.state.error(f.place("because"), "only what failed has a cause", "write `is: failed`, or leave `because` out");
    r.claims.push_back(std::move(claim));
}

namespace {

void read_place_claim(ClaimReading& r, bool is_space) {
    Fields& f = r.fields;
    ExpectPlace claim;
    claim.is_space = is_space;
    event_in_time(r, f, "event");
    claim.event = f.text("event").value_or("");
    claim.absent = f.flag_or("absent", false);
    claim.title = f.text("title");
    if (!is_space)
        if (const auto when = f.when("when", r.day, *r.state.zone)) {
            const Zone& zone = *Zone::find_iana(when->zone);
            claim.start = zone.to_utc(when->start);
            claim.minutes = static_cast<int>(duration_cast<minutes>(zone.to_utc(when->end) - *claim.start).count());
        }
    if (claim.absent && (claim.title || claim.start))
        r.state.error(f.owner_place(), "what is not there has no title and no time", "leave `absent` out, or the rest");
    r.claims.push_back(std::move(claim));
}

}  // namespace

void read_space_claim(ClaimReading& r) { read_place_claim(r, true); }
void read_one_time_claim(ClaimReading& r) { read_place_claim(r, false); }

void read_notices_claim(ClaimReading& r) {
    ExpectNotices claim;
    claim.person = r.subject;
    claim.contains = r.fields.texts("contain");
    claim.count = r.fields.how_often("how many");
    if (claim.contains.empty() && !claim.count && r.fields.good())
        r.state.error(r.fields.owner_place(), "the expectation says nothing about the notices", "add `contain` or `how many`");
    r.claims.push_back(std::move(claim));
}

void read_status_claim(ClaimReading& r) {
    const auto word = r.fields.word("is");
    if (!word) return;
    r.claims.push_back(ExpectState{r.subject, *word == "activated" ? "ACTIVATED" : *word == "pending" ? "PENDING"
                                              : *word == "error"   ? "ERROR"
                                                                   : "",
                                   r.fields.text("reason").value_or("")});
}

void read_calls_claim(ClaimReading& r) {
    Fields& f = r.fields;
    ExpectCalls calls;
    calls.to = f.word("to").value_or("anything");
    calls.operation = f.operation("operation").value_or("");
    calls.person = f.person("person").value_or("");
    calls.at_least = f.number("at least");
    calls.at_most = f.number("at most");
    if (const auto exactly = f.how_often("exactly")) calls.at_least = calls.at_most = exactly;
    if (!r.over_a_span)
        r.state.error(f.owner_place(), "calls are counted over a span of time", "write `between: A and B`, `from: A until B` or `always`");
    if (!calls.at_least && !calls.at_most && f.good())
        r.state.error(f.owner_place(), "the expectation does not say how many calls", "add `at most`, `at least` or `exactly`");
    if (calls.at_least == 0 && !calls.at_most)
        r.state.error(f.place("at least"), "`at least: 0` is always true", "write `at least: 1`, or `at most`");
    if (calls.at_least && calls.at_most && *calls.at_least > *calls.at_most)
        r.state.error(f.place("at least"), "`at least` is more than `at most`", "swap them");
    r.claims.push_back(std::move(calls));
}

}  // namespace sim
