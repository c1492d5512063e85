#pragma once
// A scenario as loaded: what QA wrote, resolved to instants and values. No YAML here, no world either.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fakes/hands.hpp"
#include "fakes/organisation.hpp"

namespace sim {

using fakes::Instant;
using fakes::Provider;

/// One-based place in the scenario's file, with the length of the author's text for the caret run.
struct Place {
    int line = 0;
    int column = 0;
    int length = 1;
};

struct ScenarioPerson {
    fakes::Person person;
    bool activated = true;
    bool has_device = false;   // a room device, or a personal desk device
    bool has_app = true;       // people have the app; rooms do not
    bool personal_room = true;
    std::chrono::milliseconds clock_skew{0};  // the device's clock is so far ahead
    std::optional<std::chrono::milliseconds> check_in_within;  // of the device: bookings nobody comes to are released then
    bool email_verified = true;
    std::optional<std::vector<std::string>> members;  // a distribution list: keys of those whom it reaches
    Place place;
};

/// The organisation, where a scenario says more of it than its people.
struct ScenarioOrganisation {
    bool provisioned = true;  // no: an administrator of the story does it
    std::string country = "PL";
    std::string tenant_region = "EU";
    std::vector<std::string> asks_also;  // permissions the application's registration asks for beyond those it needs
    std::optional<std::vector<std::string>> scopes;  // Google: entered in the domain's console
    bool domain_verified = true;
    bool own_key_server = false;  // Hybrid Data Security: on its own premises
};

// ---- acts -----------------------------------------------------------------------------------------------------------
struct CreateEvent { std::string id; fakes::Draft draft; };
// `calendar`: the address of the person in whose calendar it is done, by somebody who may; empty: in the own one.
struct ChangeEvent { std::string event; std::optional<fakes::Date> occurrence; fakes::Change change; std::string calendar{}; };
struct CancelEvent { std::string event; std::optional<fakes::Date> occurrence; std::string calendar{}; };
struct RespondEvent { std::string event; std::optional<fakes::Date> occurrence; fakes::Response response; bool tell = true; std::string calendar{}; };
struct SetReplies { fakes::AutomaticReplies replies; };
struct SetLanguage { std::string language; };
struct ShareCalendar { std::string calendar; std::string with; std::string role; };  // keys of people; role empty: ends
/// actor "admin"
struct Activate { std::string person; bool active = true; };
struct AllowService { std::string person; bool allowed = true; };
struct Provision {  // of the cloud's administration pages, by an administrator in a browser
    std::string cloud = "worldwide";
    std::string as = "full administrator";             // role in the meeting cloud
    std::string signs_in_as = "global administrator";  // account at Microsoft
    bool declines = false;
    std::string forges;  // what of Microsoft's answer is not what it was
    std::chrono::milliseconds reads{0};  // time before each of Microsoft's pages is answered
};
struct TestMailbox { std::string person; std::string as = "full administrator"; };
struct Deprovision { std::string as = "full administrator"; };
struct GrantPermissions { std::vector<std::string> permissions; };
struct VerifyDomain {};
/// actor: a person, who proves the own address by signing in to the app
struct SignIn {};
/// actor: a person, whose own apps tell of it: dnd, presenting, meeting, call or active
struct OwnStatus { std::string status; bool on = true; };
/// actor "provider"
struct ExpireSyncTokens {};
struct ExpireAccessTokens {};
struct DropSubscriptions {};
/// actor "engine"
struct RestartEngine { std::chrono::milliseconds down{0}; };
struct JumpClock { std::chrono::milliseconds by{0}; };  // of the engine's host; back when negative
/// actor "network": a rule that catches the next `count` messages of a kind (or each with a chance), then is spent.
struct NetworkFault {
    enum class Kind { answer, latency, cut_before, cut_within, lose, duplicate, delay };
    Kind kind = Kind::answer;
    std::string to;              // "calendar", "token", "cloud", "kms", "own-kms", "engine" (= notifications), "devices", "anything"
    std::string operation;       // optional statement id (OP-M-INSTANCES) that narrows it
    std::string person;          // optional: only exchanges about this person's mailbox
    int count = 1;               // next N; 0: until `until`
    int skip = 0;                // let the first N through
    int percent = 100;           // chance, from the fault stream
    std::optional<Instant> until;
    int status = 0;              // answer
    std::chrono::milliseconds wait{0};      // latency, delay; Retry-After for answer
    bool retry_after = false;
};
/// actor "kms": its administrator does something to the key of an event.
struct ActOnKey { enum class What { revoke, renew, move }; What what = What::revoke; std::string event; };
/// At the device of `device`, a key of people: somebody asks it, or something happens to it.
struct BookAtDevice { std::string device; std::string id; std::string title; std::optional<Instant> start; int minutes = 30; std::string words; };
struct AskDevice {
    enum class What { extend, release, check_in, join, accept, decline, tentative };
    std::string device; What what = What::extend; std::string event; std::optional<fakes::Date> occurrence; int minutes = 0;
};
struct DevicePower { enum class What { offline, back, reboot }; std::string device; What what = What::offline; };
struct DeviceSenses { std::string device; bool people = true; };
struct DeskGuest { std::string device; std::string person; std::string booking{}; std::optional<Instant> until{}; };  // person empty: signs out
/// One of these; copied by functions of its own, because a variant of so many costs every source that copies a story.
struct Act : std::variant<CreateEvent, ChangeEvent, CancelEvent, RespondEvent, SetReplies, SetLanguage, ShareCalendar,
                          Activate, AllowService, Provision, TestMailbox, Deprovision, GrantPermissions, VerifyDomain, SignIn, OwnStatus, ExpireSyncTokens, ExpireAccessTokens, DropSubscriptions, RestartEngine, JumpClock,
                          NetworkFault, ActOnKey, BookAtDevice, AskDevice, DevicePower, DeviceSenses, DeskGuest> {
    using variant::variant;
    Act();
    Act(const Act& other);
    Act(Act&& other) noexcept;
    Act& operator=(const Act& other);
    Act& operator=(Act&& other) noexcept;
    ~Act();
};

struct Step {
    Instant at{};
    std::string actor;  // key of a person, or "admin", "provider", "engine", "network", "kms", "device"
    Act act;
    Place place;        // of the act's key
    bool may_be_refused = false;  // the scenario says that the service refuses this
    std::string because;          // and with which word; empty: with any
};

// ---- expectations ---------------------------------------------------------------------------------------------------
/// How one shown meeting should look; only what is set is compared.
struct ExpectedMeeting {
    std::optional<std::string> title, event, location, notes, organizer, sensitivity;
    std::optional<std::string> notes_contain;
    std::optional<Instant> start;
    std::optional<Instant> end;
    std::optional<bool> all_day;
    std::optional<std::string> joins;      // "ana's personal room" resolved to its URL, a URL, a sip: URI
    std::optional<bool> joinable;
    std::optional<std::map<std::string, std::string>> participants;  // person key or address -> response word
    Place place;
    std::map<std::string, Place, std::less<>> places;  // of what is said, by the member a difference names: title, start, joins
};
struct ExpectList {      // meeting list of PERSON (their app), or of DEVICE
    enum class Mode { is, includes, excludes, is_empty, count };
    std::string who;     // "app ben", "device wawel"
    Mode mode = Mode::is;
    std::vector<ExpectedMeeting> meetings;
    bool rest_ignored = false;  // "..." at the end of `is`
    int count = 0;
    std::optional<std::string> golden;  // file of the wire list, byte for byte
};
struct ExpectButton {    // shows join button for EVENT [occurrence]; or none
    std::string who;
    std::optional<std::string> event;
    std::optional<fakes::Date> occurrence;
    bool lit = true;     // false with an event: that one is dark; without: no button at all
};
struct ExpectCalendar {
    std::string owner;
    std::string event;
    std::optional<fakes::Date> occurrence;
    std::optional<bool> absent;  // yes: gone or shown as cancelled; no: neither; unset: nothing is said of it
    std::vector<std::string> body_contains, body_lacks, location_contains;
    std::optional<std::string> title, location;
    std::optional<int> join_details;     // how many join blocks: once = 1, none = 0
    std::optional<fakes::Response> response;
    std::optional<Instant> start;
};
struct ExpectPresence { std::string person; std::string status; };  // as on the wire: ooo, dnd, ..., clear
struct ExpectCalls {     // how many exchanges of a kind the engine made within the span
    std::string to;      // as NetworkFault::to
    std::string operation;
    std::string person;
    std::optional<int> at_least, at_most;
};
struct ExpectAnswer {    // what a device says about something it was asked to do
    std::string device;  // "device wawel"
    std::string event;
    std::string to;      // "booking", "extension", "release", "answer"; empty: the last one about this event
    std::string state;   // "waiting", "confirmed", "failed"
    std::string cause;   // of a failure; empty: any
};
struct ExpectState { std::string person; std::string state; std::string reason; };  // calendarStatus in the cloud: ACTIVATED, ERROR, ...
struct ExpectProvisioning {  // what the administrator's page shows
    std::optional<std::string> state, reason, region, test;
    std::optional<std::vector<std::string>> permissions;
    std::optional<int> in_error;  // users
};
struct ExpectTenant {        // what the tenant's own administrator sees
    std::optional<bool> listed;
    std::optional<std::vector<std::string>> permissions;
};
struct ExpectStored { std::optional<std::string> region; bool nothing = false; };
struct ExpectNotices { std::string person; std::vector<std::string> contains; std::optional<int> count; };  // mailed by the cloud
struct ExpectPlace {         // the space or one-time meeting that was made for an event
    std::string event;
    bool is_space = false;
    bool absent = false;
    std::optional<Instant> start;
    std::optional<int> minutes;
    std::optional<std::string> title;
};
struct Claim : std::variant<ExpectList, ExpectButton, ExpectCalendar, ExpectPresence, ExpectCalls, ExpectState, ExpectAnswer, ExpectNotices, ExpectProvisioning,
                           ExpectTenant, ExpectStored, ExpectPlace> {
    using variant::variant;
    Claim();
    Claim(const Claim& other);
    Claim(Claim&& other) noexcept;
    Claim& operator=(const Claim& other);
    Claim& operator=(Claim&& other) noexcept;
    ~Claim();
};

struct Expectation {
    Instant from{};      // `at`: from == to
    Instant to{};
    bool throughout = false;  // `always`, `from .. until ..`: holds at every instant of the span.
                              // Otherwise (`between`): comes true within the span and then stays so to its end.
    Claim claim;
    Place place;         // of the claim's key
    std::map<std::string, Place, std::less<>> places{};  // of the values in it, by their keys
};

struct Scenario {
    std::string path;    // as given: the id
    std::string text;    // whole file, for carets
    std::string title;
    std::vector<std::string> covers;
    std::vector<Provider> providers;
    std::string zone;    // IANA, of `clock`
    Instant begin{};
    Instant end{};       // last step or expectation, plus the settling time
    std::optional<std::uint64_t> seed;
    std::optional<ScenarioOrganisation> organisation;
    std::map<std::string, ScenarioPerson> people;
    fakes::InvitationSettings invitations;         // of the organisation
    std::map<std::string, std::string> policies;   // validated names and values, see sim/scenario/policies.cpp
    std::map<std::string, Place> policy_places;
    std::optional<std::string> recording;          // HAR file, relative to the scenario's folder
    std::vector<Step> story;                       // by time, then order in the file
    std::vector<Expectation> expect;
    std::vector<std::string> relaxed;              // invariants the scenario switches off by name
};

}  // namespace sim
