// The acts of the language: what people, administrators, the provider and the network do.
#include <array>

#include "sim/scenario/acts.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace sim {
namespace {

constexpr KeyRow kEvent{"event", Takes::event, true, "id of the event"};
constexpr KeyRow kRefused{"refused", Takes::flag, false, "yes: the service refuses this act"};
constexpr KeyRow kInCalendarOf{"in calendar of", Takes::person, false, "somebody who shares the calendar with this person, as writer or owner; else the own"};
constexpr KeyRow kBody{"body", Takes::text, false, "plain text of the invitation"};
constexpr KeyRow kHtml{"html", Takes::text, false, "the invitation as HTML, best as a block: `html: |`"};
constexpr KeyRow kHtmlFile{"html file", Takes::file, false, "file with the invitation as HTML, beside the scenario"};
constexpr KeyRow kLocation{"location", Takes::text, false, "location; keywords in quotes: \"@webex\""};
constexpr KeyRow kSensitivity{"sensitivity", Takes::word, false, "who may see what it is about",
                              "normal|personal|private|confidential"};
constexpr KeyRow kShowsAs{"shows as", Takes::word, false, "how the time shows to others",
                          "busy|free|tentative|out of office|working elsewhere"};
constexpr KeyRow kZone{"zone", Takes::zone, false, "time zone of the event; else that it has, of a new one the scenario's"};
constexpr KeyRow kRepeats{"repeats", Takes::repeat, false,
                          "daily, weekly on mon, wed, every 2 weeks on fri, monthly on day 31, monthly on the last fri, "
                          "yearly on 29 feb; then `until DATE` or `N times`"};
constexpr KeyRow kPerson{"person", Takes::people, true, "whom: one person, or a list"};

constexpr std::array kCreates{
    KeyRow{"id", Takes::text, false, "the scenario's name for the event; else made from the title"},
    KeyRow{"title", Takes::text, true, "title of the invitation"},
    KeyRow{"when", Takes::when, true, "09:00-09:15 (day of the step), 2026-03-04 09:00-09:15, tomorrow 9:00 for 45m, all day"},
    kRepeats,
    kLocation,
    KeyRow{"invites", Takes::people, false, "people, rooms or e-mail addresses"},
    KeyRow{"optional", Takes::people, false, "invitees who may stay away"},
    kBody,
    kHtml,
    kHtmlFile,
    kZone,
    kSensitivity,
    kShowsAs,
    KeyRow{"online", Takes::flag, false, "yes: the provider adds its own meeting (Teams, Meet)"},
    kInCalendarOf, kRefused};
constexpr std::array kMoves{kEvent, kOccurrence,
                            KeyRow{"when", Takes::when, true, "the new time; without a date, on the day it has now"}, kZone,
                            kInCalendarOf, kRefused};
constexpr std::array kChanges{kEvent,    kOccurrence, KeyRow{"title", Takes::text, false, "the new title"},
                              kLocation, kBody,       kHtml,
                              kHtmlFile, kRepeats,    kSensitivity,
                              kShowsAs,  kInCalendarOf, kRefused};
constexpr std::array kOfEvent{kEvent, kOccurrence, kInCalendarOf, kRefused};
constexpr std::array kAnswers{kEvent, kOccurrence,
                              KeyRow{"tells organizer", Takes::flag, false, "no: the answer is kept to oneself"}, kInCalendarOf, kRefused};
constexpr std::array kInvites{kEvent, kOccurrence, KeyRow{"who", Takes::people, true, "people, rooms or e-mail addresses"},
                              KeyRow{"optional", Takes::flag, false, "yes: they may stay away"}, kInCalendarOf, kRefused};
constexpr std::array kUninvites{kEvent, kOccurrence, KeyRow{"who", Takes::people, true, "people, rooms or e-mail addresses"},
                                kInCalendarOf, kRefused};
constexpr std::array kReplies{KeyRow{"state", Takes::word, false, "without times", "always|off"},
                              KeyRow{"from", Takes::time, false, "when they begin; else at once"},
                              KeyRow{"until", Takes::time, false, "when they end; else open-ended"},
                              KeyRow{"message", Takes::text, false, "what correspondents get"}, kRefused};
constexpr std::array kLanguage{KeyRow{"language", Takes::language, true, "BCP 47 tag: pl-PL"}, kRefused};
constexpr std::array kStatus{KeyRow{"status", Takes::word, true, "what the person's own apps tell", "do not disturb|presenting|in a meeting|in a call|active"}, kRefused};
constexpr std::array kShares{KeyRow{"calendar", Takes::person, false, "whose; the administrator must say it"},
                             KeyRow{"with", Takes::person, true, "who gets access; `service`: the calendar service's own account"},
                             KeyRow{"as", Takes::word, false, "reader unless said", "reader|writer|owner"}, kRefused};
constexpr std::array kStopsSharing{KeyRow{"calendar", Takes::person, false, "whose; the administrator must say it"},
                                   KeyRow{"with", Takes::person, true, "who loses access; `service`: the calendar service's own account"}, kRefused};
constexpr std::array kOfPeople{kPerson, kRefused};
constexpr KeyRow kBecause{"because", Takes::text, false, "the word with which it is refused: second_tenant"};
constexpr KeyRow kAs{"as", Takes::word, false, "who acts, by role in the meeting cloud; a full administrator unless said",
                     "full administrator|read-only administrator|device administrator|user|administrator of another organisation"};
constexpr std::array kProvisions{
    kAs,
    KeyRow{"cloud", Takes::word, false, "Microsoft's cloud that is chosen; worldwide unless said", "worldwide|USGovDoD|USGovGCCHigh|China|Germany"},
    KeyRow{"signs in as", Takes::word, false, "the account at Microsoft; a global administrator unless said",
           "global administrator|privileged role administrator|exchange administrator|user|administrator of another tenant|administrator of a government tenant"},
    KeyRow{"declines", Takes::flag, false, "yes: does not accept the permissions"},
    KeyRow{"forges", Takes::word, false, "what of Microsoft's answer is changed on its way",
           "state|session|tenant|sign-in|earlier sign-in|repetition"},
    KeyRow{"reads each page for", Takes::duration, false, "time before each page of Microsoft's is answered; none unless said"},
    kRefused, kBecause};
constexpr std::array kTests{KeyRow{"person", Takes::person, true, "whose mailbox"}, kAs, kRefused, kBecause};
constexpr std::array kDeprovisions{kAs, kRefused, kBecause};
constexpr std::array kGrants{KeyRow{"permissions", Takes::texts, true, "exactly these, by name; scopes as `calendar`"}, kRefused};
constexpr std::array kOnlyRefused{kRefused};
constexpr std::array kExpires{KeyRow{"what", Takes::word, true, "what becomes void", "sync tokens|access tokens"}};
constexpr std::array kDrops{KeyRow{"what", Takes::word, true, "what is forgotten without a word", "subscriptions"}};
constexpr std::array kClockJumps{KeyRow{"ahead", Takes::duration, false, "so far forwards"},
                                 KeyRow{"back", Takes::duration, false, "so far backwards"}};
constexpr std::array kRestarts{KeyRow{"down for", Takes::duration, false, "time between its end and its new start"}};

constexpr KeyRow kNext{"next", Takes::number, false, "how many messages are caught; 1 unless `until`"};
constexpr KeyRow kUntil{"until", Takes::time, false, "catches all messages until then, in place of `next`"};
constexpr KeyRow kSkip{"skip", Takes::number, false, "lets so many pass first"};
constexpr KeyRow kPercent{"percent", Takes::number, false, "catches each message with this chance, from the seed"};
constexpr KeyRow kFaultPerson{"person", Takes::person, false, "only messages about this person's mailbox or list"};
constexpr std::array kNetwork{
    kNext, kUntil, kSkip, kPercent, kFaultPerson,
    KeyRow{"calls to", Takes::word, false, "which of the engine's calls; own-kms: those the cloud passes on to the organisation's own key server",
           "calendar|token|cloud|kms|own-kms|anything"},
    KeyRow{"operation", Takes::operation, false, "only this operation of the calendar"},
    KeyRow{"answer", Takes::number, false, "status given in place of the service: 400 to 599"},
    KeyRow{"retry after", Takes::duration, false, "Retry-After of that answer"},
    KeyRow{"latency", Takes::duration, false, "how much later the call arrives"},
    KeyRow{"cut", Takes::word, false, "before: the call never arrives; within: it does, the answer breaks off", "before|within"},
    KeyRow{"lose", Takes::word, false, "messages that vanish", "notifications|pushes|calls"},
    KeyRow{"duplicate", Takes::word, false, "messages that arrive twice", "notifications|pushes|calls"},
    KeyRow{"delay", Takes::word, false, "messages that are sent later, by `by`", "notifications|pushes|calls"},
    KeyRow{"by", Takes::duration, false, "length of the delay"}};
constexpr std::array kSlow{KeyRow{"by", Takes::duration, true, "how much later calls arrive"}, kNext, kUntil, kSkip, kPercent,
                           kFaultPerson};
constexpr std::array kRefuses{kNext,    kUntil,       kSkip,
                              kPercent, kFaultPerson, KeyRow{"answer", Takes::number, false, "status of the refusal; 403 unless said"}};

constexpr std::array kOnlyEvent{kEvent};

constexpr std::array kDeviceBooks{
    KeyRow{"id", Takes::text, false, "the scenario's name for the event; else made from the title"},
    KeyRow{"title", Takes::text, false, "title of the booking; Ad hoc meeting unless said"},
    KeyRow{"from", Takes::time, false, "its start; else now, by the device's clock"},
    KeyRow{"for", Takes::duration, false, "its length; 30m unless said"},
    KeyRow{"words", Takes::text, false, "in place of the others: what was said, for the calendar to understand"}};
constexpr std::array kDeviceExtends{kEvent, kOccurrence, KeyRow{"by", Takes::duration, true, "so much longer"}, kRefused};
constexpr std::array kAtDevice{kEvent, kOccurrence, kRefused};
constexpr std::array<KeyRow, 0> kNothing{};
constexpr std::array kDeviceSenses{KeyRow{"people", Takes::flag, true, "whether somebody is in the room"}};
constexpr std::array kSignsIn{KeyRow{"person", Takes::person, true, "who sits down at the desk"},
                              KeyRow{"books", Takes::text, false, "id of a booking that keeps the desk for them, in their own calendar, until the hour of sign-out"},
                              KeyRow{"until", Takes::time, false, "that hour; 17:00 unless said"}};

constexpr std::array kActs{
    ActRow{Actor::person, "creates", "", kCreates, "makes an event in the own calendar and invites people",
           "ana creates: { id: review, title: Design review, when: 14:00-15:00, location: \"@webex\", invites: [ben, wawel] }", read_creates},
    ActRow{Actor::person, "moves", "", kMoves, "gives an event, or one occurrence, another time",
           "ana moves: { event: standup, occurrence: 2026-03-04, when: 10:00-10:15 }", read_moves},
    ActRow{Actor::person, "changes", "", kChanges, "changes what an event says; on Microsoft an invitee does so in the own copy",
           "ana changes: { event: standup, title: Daily stand-up, location: \"@meet:space\" }", read_changes},
    ActRow{Actor::person, "cancels", "event", kOfEvent, "cancels an event, or one occurrence, for everybody",
           "ana cancels: { event: standup, occurrence: 2026-03-09 }", read_cancels},
    ActRow{Actor::person, "removes", "event", kOfEvent, "an invitee takes an event out of the own calendar",
           "ben removes: standup", read_removes},
    ActRow{Actor::person, "accepts", "event", kAnswers, "says yes to an invitation", "ben accepts: standup", read_accepts},
    ActRow{Actor::person, "declines", "event", kAnswers, "says no to an invitation",
           "ben declines: { event: standup, tells organizer: no }", read_declines},
    ActRow{Actor::person, "tentatively accepts", "event", kAnswers, "says perhaps to an invitation",
           "ben tentatively accepts: { event: standup, occurrence: 2026-03-04 }", read_tentatively_accepts},
    ActRow{Actor::person, "invites", "", kInvites, "adds invitees to an event", "ana invites: { event: standup, who: [cy] }", read_invites},
    ActRow{Actor::person, "uninvites", "", kUninvites, "takes invitees off an event", "ana uninvites: { event: standup, who: ben }", read_uninvites},
    ActRow{Actor::person, "sets automatic replies", "state", kReplies, "turns the out-of-office replies on or off",
           "ben sets automatic replies: { from: 2026-03-04 09:00, until: 2026-03-06 17:00 }", read_automatic_replies},
    ActRow{Actor::person, "sets language", "language", kLanguage, "changes the language of the mailbox", "ben sets language: pl-PL", read_language},
    ActRow{Actor::person, "is", "status", kStatus, "does something that their own apps tell the cloud of", "ben is: in a meeting", read_is},
    ActRow{Actor::person, "is no longer", "status", kStatus, "and ends it", "ben is no longer: in a meeting", read_is_no_longer},
    ActRow{Actor::person, "shares", "", kShares, "gives somebody access to the calendar: a writer may schedule in it", "ana shares: { with: ben, as: writer }",
           read_shares},
    ActRow{Actor::person, "stops sharing", "with", kStopsSharing, "ends that access", "ana stops sharing: ben", read_stops_sharing},
    ActRow{Actor::admin, "activates", "person", kOfPeople, "turns the service on for people", "admin activates: dee", read_activates},
    ActRow{Actor::admin, "deactivates", "person", kOfPeople, "turns the service off for people", "admin deactivates: [ben, cy]", read_deactivates},
    ActRow{Actor::admin, "blocks mailbox", "person", kOfPeople, "closes mailboxes to the service by the tenant's policy",
           "admin blocks mailbox: ben", read_blocks},
    ActRow{Actor::admin, "unblocks mailbox", "person", kOfPeople, "opens them again", "admin unblocks mailbox: ben", read_unblocks},
    ActRow{Actor::admin, "provisions", "", kProvisions, "begins the service for the organisation, in a browser: sign-in, consent and all",
           "admin provisions: { as: read-only administrator, refused: yes, because: not_privileged }", read_provisions},
    ActRow{Actor::admin, "tests mailbox", "person", kTests, "lets the service prove its permissions on a mailbox", "admin tests mailbox: ana", read_tests_mailbox},
    ActRow{Actor::admin, "deprovisions", "", kDeprovisions, "ends the service for the organisation", "admin deprovisions: {}", read_deprovisions},
    ActRow{Actor::admin, "grants", "permissions", kGrants, "changes at the tenant what the service may do",
           "admin grants: [calendar]", read_grants},
    ActRow{Actor::admin, "withdraws consent", "", kOnlyRefused, "takes the service out of the tenant's applications", "admin withdraws consent: {}",
           read_withdraws_consent},
    ActRow{Actor::admin, "verifies domain", "", kOnlyRefused, "proves that the e-mail domain is the organisation's", "admin verifies domain: {}",
           read_verifies_domain},
    ActRow{Actor::person, "signs in", "", kOnlyRefused, "proves the own address by signing in to the app", "ana signs in: {}", read_signs_in},
    ActRow{Actor::admin, "shares", "", kShares, "gives somebody access to a calendar, a room's for example",
           "admin shares: { calendar: wawel, with: ana, as: writer }", read_shares, "google"},
    ActRow{Actor::admin, "stops sharing", "", kStopsSharing, "ends that access", "admin stops sharing: { calendar: wawel, with: ana }",
           read_stops_sharing, "google"},
    ActRow{Actor::provider, "expires", "what", kExpires, "makes tokens void before their time", "provider expires: access tokens",
           read_provider_expires},
    ActRow{Actor::provider, "drops", "what", kDrops, "forgets every subscription without a word", "provider drops: subscriptions",
           read_provider_drops},
    ActRow{Actor::engine, "restarts", "down for", kRestarts, "ends and starts anew with what its store holds", "engine restarts: 5m", read_restarts},
    ActRow{Actor::engine, "clock jumps", "", kClockJumps, "somebody sets the clock of the host it runs on", "engine clock jumps: { back: 1h }", read_clock_jumps},
    ActRow{Actor::network, "", "", kNetwork, "is rude to the next messages of a kind",
           "network: { next: 2, calls to: calendar, answer: 429, retry after: 30s }", read_network},
    ActRow{Actor::kms, "answers slowly", "by", kSlow, "the key server takes its time", "kms answers slowly: { by: 20s, next: 3 }", read_kms_slow},
    ActRow{Actor::kms, "refuses", "", kRefuses, "the key server gives nothing", "kms refuses: { next: 2, answer: 503 }", read_kms_refuses},
    ActRow{Actor::kms, "revokes key", "event", kOnlyEvent, "its administrator revokes the key an event's items are sealed with: nobody gets it any more",
           "kms revokes key: standup", read_kms_revokes},
    ActRow{Actor::kms, "renews key", "event", kOnlyEvent, "its administrator lets that key expire: it still opens what is old",
           "kms renews key: standup", read_kms_renews},
    ActRow{Actor::kms, "moves key", "event", kOnlyEvent, "that key is elsewhere from now on: whoever asks is sent there",
           "kms moves key: standup", read_kms_moves},
    ActRow{Actor::device, "books", "id", kDeviceBooks, "somebody books the room at its device",
           "device wawel books: { id: huddle, title: Huddle, for: 30m }", read_device_books},
    ActRow{Actor::device, "extends", "", kDeviceExtends, "somebody prolongs a running meeting at the device",
           "device wawel extends: { event: standup, by: 15m }", read_device_extends},
    ActRow{Actor::device, "releases", "event", kAtDevice, "somebody gives the room back at its device", "device wawel releases: standup",
           read_device_releases},
    ActRow{Actor::device, "checks in", "event", kAtDevice, "somebody says at the device that they are there", "device wawel checks in: standup",
           read_device_checks_in},
    ActRow{Actor::device, "joins", "event", kAtDevice, "somebody presses Join at the device", "device wawel joins: standup", read_device_joins},
    ActRow{Actor::device, "accepts", "event", kAtDevice, "somebody says yes in the room's name", "device wawel accepts: standup",
           read_device_accepts},
    ActRow{Actor::device, "declines", "event", kAtDevice, "somebody says no in the room's name", "device wawel declines: standup",
           read_device_declines},
    ActRow{Actor::device, "tentatively accepts", "event", kAtDevice, "somebody says perhaps in the room's name",
           "device wawel tentatively accepts: standup", read_device_tentatively_accepts},
    ActRow{Actor::device, "senses", "people", kDeviceSenses, "the device sees people, or sees them go", "device wawel senses: { people: yes }",
           read_device_senses},
    ActRow{Actor::device, "signs in", "person", kSignsIn, "somebody sits down at a hot desk", "device wawel signs in: ben", read_device_signs_in},
    ActRow{Actor::device, "signs out", "", kNothing, "and leaves it", "device wawel signs out:", read_device_signs_out},
    ActRow{Actor::device, "goes offline", "", kNothing, "the device loses its network", "device wawel goes offline:",
           read_device_goes_offline},
    ActRow{Actor::device, "comes back", "", kNothing, "and has it again", "device wawel comes back:", read_device_comes_back},
    ActRow{Actor::device, "reboots", "", kNothing, "the device forgets all and starts anew", "device wawel reboots:", read_device_reboots},
};

}  // namespace

std::span<const ActRow> act_rows() { return kActs; }

std::string_view word_of(Actor actor) {
    constexpr std::array<std::string_view, 7> kWords{"PERSON", "admin", "provider", "engine", "network", "kms", "device X"};
    return kWords[static_cast<std::size_t>(actor)];
}

}  // namespace sim
