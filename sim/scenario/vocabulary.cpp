// The scenario's top, its people, and what it expects.
#include "sim/scenario/vocabulary.hpp"

#include <array>

#include "sim/scenario/claims.hpp"

namespace sim {
namespace {

constexpr std::array kScenarioKeys{
    KeyRow{"title", Takes::text, true, "the promise in one sentence"},
    KeyRow{"covers", Takes::ids, false, "ids of the statements this proves"},
    KeyRow{"providers", Takes::providers, false, "who plays it: [microsoft, google] unless one is named"},
    KeyRow{"clock", Takes::clock, true, "where virtual time begins, and the zone: 2026-03-02 08:00 Europe/Warsaw"},
    KeyRow{"people", Takes::people_table, true, "people and rooms by the names the story uses"},
    KeyRow{"organisation", Takes::organisation, false, "what its administrator set for invitations, and how far the service is provisioned"},
    KeyRow{"policy", Takes::policy_table, false, "choices where the real product is undocumented"},
    KeyRow{"story", Takes::story, false, "what happens, step by step"},
    KeyRow{"expect", Takes::expectations, true, "what must be seen, and when"},
    KeyRow{"relax", Takes::invariants, false, "invariants this scenario does not hold to"},
    KeyRow{"recording", Takes::file, false, "HAR file that answers in place of the provider's fake"},
    KeyRow{"seed", Takes::number, false, "seed of all chance, when it must be this one"},
    KeyRow{"end", Takes::time, false, "plays on until then; else half an hour after the last line"}};

constexpr std::array kPersonKeys{
    KeyRow{"name", Takes::text, false, "full name; else made from the key"},
    KeyRow{"email", Takes::text, false, "address; else KEY@calrig.example"},
    KeyRow{"language", Takes::language, false, "BCP 47 tag; else en-US"},
    KeyRow{"zone", Takes::zone, false, "time zone of the mailbox; else the scenario's"},
    KeyRow{"kind", Takes::word, false, "person unless said; a group is a distribution list", "person|room|group"},
    KeyRow{"members", Takes::people, false, "of a group: who is invited when it is"},
    KeyRow{"device", Takes::word, false, "a video device; rooms have one unless `no`", "board|desk|yes|no"},
    KeyRow{"app", Takes::flag, false, "no: the person has no app"},
    KeyRow{"activated", Takes::flag, false, "no: not activated when the story begins"},
    KeyRow{"personal room", Takes::flag, false, "no: has no personal meeting room"},
    KeyRow{"cloud email", Takes::text, false, "address in the meeting cloud, when it is not that of the calendar"},
    KeyRow{"email verified", Takes::flag, false, "no: has not signed in with the address yet"},
    KeyRow{"mailbox", Takes::flag, false, "no: has no mailbox or calendar at the provider"},
    KeyRow{"clock ahead", Takes::duration, false, "the device's own clock is fast by so much"},
    KeyRow{"clock behind", Takes::duration, false, "the device's own clock is slow by so much"},
    KeyRow{"check-in within", Takes::duration, false, "the device releases what nobody checked in to so long after its start"},
    KeyRow{"room mailbox", Takes::room_mailbox, false, "what a room does with invitations"}};

constexpr std::array kRoomMailboxKeys{
    KeyRow{"accepts by itself", Takes::flag, false, "no: somebody must answer for it"},
    KeyRow{"keeps subject", Takes::flag, false, "no: the title becomes the organizer's name"},
    KeyRow{"keeps comments", Takes::flag, false, "no: the body is deleted"},
    KeyRow{"answers after", Takes::duration, false, "time until it answers; 2s unless said"}};

constexpr std::array kOrganisationKeys{
    KeyRow{"language", Takes::language, false, "default language"},
    KeyRow{"header", Takes::language_texts, false, "above the join details, per language: { en: Welcome, pl: Witamy }"},
    KeyRow{"footer", Takes::language_texts, false, "below them"},
    KeyRow{"texts for all", Takes::language, false, "whose header and footer those get who have none in their language"},
    KeyRow{"phone number", Takes::text, false, "joining by phone is offered, with this number"},
    KeyRow{"all phone numbers", Takes::text, false, "link to the numbers of all countries"},
    KeyRow{"toll-free restrictions", Takes::text, false, "link to what applies to free calls"},
    KeyRow{"device address", Takes::text, false, "IP address that video devices may dial"},
    KeyRow{"skype", Takes::flag, false, "yes: an address for Skype for Business is shown"},
    KeyRow{"provisioned", Takes::flag, false, "no: an administrator of the story provisions the service"},
    KeyRow{"country", Takes::text, false, "ISO code, or `none`; PL unless said: it decides where data is kept"},
    KeyRow{"tenant region", Takes::text, false, "where the Microsoft tenant keeps its own data: EU unless said"},
    KeyRow{"asks also", Takes::texts, false, "permissions the application's registration asks for beyond those it needs"},
    KeyRow{"scopes", Takes::texts, false, "scopes entered for the service in the Workspace console; both unless said"},
    KeyRow{"domain verified", Takes::flag, false, "no: nobody proved that the e-mail domain is the organisation's"},
    KeyRow{"key server", Takes::word, false, "own: the organisation runs its own, and the cloud's holds no key of it", "cloud|own"}};

constexpr std::array kMeetingKeys{
    KeyRow{"title", Takes::text, false, "the title shown"},
    KeyRow{"event", Takes::event, false, "the event it is"},
    KeyRow{"when", Takes::when, false, "start and end: 2026-03-02 09:00-09:15"},
    KeyRow{"starts", Takes::time, false, "start only"},
    KeyRow{"all day", Takes::flag, false, "whether it is an all-day event"},
    KeyRow{"location", Takes::text, false, "the location shown"},
    KeyRow{"notes", Takes::text, false, "the whole agenda"},
    KeyRow{"notes contain", Takes::text, false, "a part of the agenda"},
    KeyRow{"organizer", Takes::person, false, "who made it"},
    KeyRow{"sensitivity", Takes::word, false, "as passed on", "normal|personal|private|confidential"},
    KeyRow{"joins", Takes::text, false, "ana's personal room, a space, the space of EVENT, a one-time meeting, https://..., sip:..., or nothing"},
    KeyRow{"joinable", Takes::flag, false, "whether there is anything to join"},
    KeyRow{"people", Takes::responses, false, "participants and answers: { ben: accepted, cy: none }"}};

constexpr std::array kCalendarKeys{
    KeyRow{"event", Takes::event, true, "id of the event"},
    kOccurrence,
    KeyRow{"absent", Takes::flag, false, "yes: it is not there, or shows as cancelled"},
    KeyRow{"body contains", Takes::texts, false, "text a reader of the invitation sees"},
    KeyRow{"body lacks", Takes::texts, false, "text that must not be there"},
    KeyRow{"title", Takes::text, false, "the whole title"},
    KeyRow{"location", Takes::text, false, "the whole location"},
    KeyRow{"location contains", Takes::texts, false, "parts of the location"},
    KeyRow{"join details", Takes::how_often, false, "how often: once, none, twice or a number"},
    KeyRow{"response", Takes::word, false, "the owner's own answer", "accepted|declined|tentative|none|organizer"},
    KeyRow{"starts", Takes::time, false, "start of it"}};

constexpr std::array kListKeys{
    KeyRow{"is", Takes::meetings, false, "the whole list; `...` at the end: the rest does not matter"},
    KeyRow{"includes", Takes::meetings, false, "these are in it"},
    KeyRow{"excludes", Takes::meetings, false, "nothing like these is in it"},
    KeyRow{"count", Takes::number, false, "how many meetings it has"},
    KeyRow{"golden", Takes::file, false, "file of the encrypted list as on the wire, byte for byte"},
    KeyRow{"state", Takes::word, false, "in place of a map", "empty"}};

constexpr std::array kScreenKeys{
    KeyRow{"shows join button for", Takes::button, false, "event whose Join button is lit; with `recording`, its title"},
    KeyRow{"shows no join button for", Takes::button, false, "event whose Join button is dark (with `recording`, its title), or `anything`"},
    kOccurrence,
    KeyRow{"lists", Takes::meetings, false, "meetings it shows, by title or as maps"}};

constexpr std::array kAnswerKeys{
    KeyRow{"to", Takes::word, false, "what was asked; the last thing unless said", "booking|extension|release|answer"},
    KeyRow{"of", Takes::event, true, "id of the event"},
    KeyRow{"is", Takes::word, true, "what the device says", "waiting|confirmed|failed"},
    KeyRow{"because", Takes::word, false, "of a failure, as devices name it", "Timeout|Decline|ConfigError|HttpError|KmsError"}};
constexpr std::array kPresenceKeys{KeyRow{"is", Takes::word, true, "what others see: the first of these that holds; `available` when none does",
                                         "out of office|do not disturb|presenting|in a meeting|in a call|active|available"}};
constexpr std::array kNoticesKeys{
    KeyRow{"contain", Takes::texts, false, "parts of the last one"},
    KeyRow{"how many", Takes::how_often, false, "how many so far: none, once, twice or a number"}};
constexpr std::array kSpaceKeys{
    KeyRow{"event", Takes::event, true, "id of the event it was made for"},
    KeyRow{"title", Takes::text, false, "its name, as its members can read it"}};
constexpr std::array kOneTimeKeys{
    KeyRow{"event", Takes::event, true, "id of the event it was made for"},
    KeyRow{"absent", Takes::flag, false, "yes: it was deleted"},
    KeyRow{"when", Takes::when, false, "start and end, as the cloud was told"},
    KeyRow{"title", Takes::text, false, "its title, as its host can read it"}};
constexpr std::array kStatusKeys{KeyRow{"is", Takes::word, true, "the service's state for this user", "activated|pending|error|none"},
                                  KeyRow{"reason", Takes::text, false, "the word that says why"}};
constexpr std::array kProvisioningKeys{
    KeyRow{"state", Takes::word, false, "how the organisation stands", "none|provisioned|error|ending"},
    KeyRow{"reason", Takes::text, false, "the word that says why it is in error"},
    KeyRow{"region", Takes::text, false, "where its data is kept: eu or us"},
    KeyRow{"permissions", Takes::texts, false, "exactly these are recorded"},
    KeyRow{"test", Takes::word, false, "outcome of the last test of a mailbox", "none|passed|failed"},
    KeyRow{"users in error", Takes::number, false, "how many users are in error"}};
constexpr std::array kTenantKeys{KeyRow{"lists the service", Takes::flag, false, "whether the service is among the tenant's applications"},
                                 KeyRow{"permissions", Takes::texts, false, "exactly these are granted"}};
constexpr std::array kStoredKeys{KeyRow{"region", Takes::text, false, "all meetings are kept there: eu or us"},
                                 KeyRow{"state", Takes::word, false, "in place of a map: the cloud has no meetings, the service's store is empty", "nothing"}};
constexpr std::array kCallsKeys{
    KeyRow{"to", Takes::word, false, "whom the engine calls; anything unless said", "calendar|token|cloud|kms|anything"},
    KeyRow{"operation", Takes::operation, false, "only this operation"},
    KeyRow{"person", Takes::person, false, "only calls about this person"},
    KeyRow{"at least", Takes::number, false, "so many or more"},
    KeyRow{"at most", Takes::number, false, "so many or fewer"},
    KeyRow{"exactly", Takes::how_often, false, "just so many: none, once, twice or a number"}};

constexpr std::array kClaims{
    ClaimRow{"calendar of", Subject::person, "", kCalendarKeys, "an event as its owner's calendar has it",
             "calendar of ana: { event: standup, join details: once, body contains: Status round. }", read_calendar_claim},
    ClaimRow{"meeting list of", Subject::app_owner, "state", kListKeys, "the list in a person's app; of a room, on its device",
             "meeting list of ben: { includes: [ { title: Stand-up, when: 2026-03-02 09:00-09:15 } ] }", read_list_claim},
    ClaimRow{"meeting list of device", Subject::device_owner, "state", kListKeys, "the list on a person's or room's device",
             "meeting list of device wawel: { includes: [ Stand-up ] }", read_list_claim},
    ClaimRow{"app", Subject::app_owner, "", kScreenKeys, "the screen of a person's app",
             "app ben: { shows no join button for: anything }", read_screen_claim},
    ClaimRow{"device", Subject::device_owner, "", kScreenKeys, "the screen of a room's or person's device",
             "device wawel: { shows join button for: standup, occurrence: 2026-03-04 }", read_screen_claim},
    ClaimRow{"answer on device", Subject::device_owner, "", kAnswerKeys, "what a device says about a booking or another thing it was asked",
             "answer on device wawel: { to: booking, of: huddle, is: confirmed }", read_answer_claim},
    ClaimRow{"presence of", Subject::person, "is", kPresenceKeys, "what others see of a person", "presence of ben: available",
             read_presence_claim},
    ClaimRow{"notices to", Subject::person, "contain", kNoticesKeys, "what the service had mailed to a person",
             "notices to ana: { how many: once, contain: 121 invitees }", read_notices_claim},
    ClaimRow{"space", Subject::none, "event", kSpaceKeys, "the space made for an event: that there is one, and its name",
             "space: { event: standup, title: Stand-up }", read_space_claim},
    ClaimRow{"one-time meeting", Subject::none, "event", kOneTimeKeys, "the meeting that `:onetime` made for an event",
             "one-time meeting: { event: standup, when: 2026-03-02 09:00-09:15 }", read_one_time_claim},
    ClaimRow{"status of", Subject::person, "is", kStatusKeys, "what the service says of a user", "status of ben: activated",
             read_status_claim},
    ClaimRow{"provisioning", Subject::none, "state", kProvisioningKeys, "what the administrator's page shows of the service",
             "provisioning: { state: provisioned, region: eu, test: passed }", read_provisioning_claim},
    ClaimRow{"tenant", Subject::none, "", kTenantKeys, "what the tenant's own administrator sees of the service",
             "tenant: { lists the service: yes, permissions: [Calendars.ReadWrite, MailboxSettings.ReadWrite, User.Read] }", read_tenant_claim},
    ClaimRow{"stored data", Subject::none, "state", kStoredKeys, "what the service keeps, in the meeting cloud and by itself",
             "stored data: { region: eu }", read_stored_claim},
    ClaimRow{"calls", Subject::none, "", kCallsKeys, "how many calls the engine made in the span",
             "calls: { to: calendar, operation: OP-M-EVENT-PATCH, at most: 3 }", read_calls_claim}};

constexpr std::array kInvariants{
    InvariantRow{"nothing sensitive leaves in clear",
                 "titles, bodies, places, names and addresses leave the engine only as ciphertext, except to the calendar itself; no token, secret or key is in its store or log"},
    InvariantRow{"only listed operations", "the engine calls no provider operation outside the references' lists"},
    InvariantRow{"only activated users", "the engine touches only calendars of users who are activated"},
    InvariantRow{"no echo loop", "the engine writes an event at most once per change a person makes to it"},
    InvariantRow{"no mailbox is crowded", "the engine never has more than four calls to one mailbox under way"},
    InvariantRow{"no bad requests", "no service answers the engine that its request was malformed"},
    InvariantRow{"acts are carried out", "every act of the story is accepted, unless it says `refused: yes`"},
    InvariantRow{"converged at the end", "at the end every screen shows what its calendar holds inside the window"},
    InvariantRow{"keys are for those invited", "at the end exactly those of the organisation who are in a meeting hold its key"},
    InvariantRow{"keys are held where they belong", "keys are held by the organisation's own key server where it has one, else by the cloud's, and by no other"},
    InvariantRow{"keys in use are good", "what stands in a list at the end is sealed with a key that was neither revoked nor let expire, and so is the name of its space"},
    InvariantRow{"no nonce is used twice", "no two texts that the engine sends are sealed with the same nonce: both could be read"},
    InvariantRow{"recording is followed", "with `recording`, the engine asks everything that was recorded and nothing else"}};

}  // namespace

std::span<const KeyRow> scenario_keys() { return kScenarioKeys; }
std::span<const KeyRow> person_keys() { return kPersonKeys; }
std::span<const KeyRow> room_mailbox_keys() { return kRoomMailboxKeys; }
std::span<const KeyRow> organisation_keys() { return kOrganisationKeys; }
std::span<const KeyRow> meeting_keys() { return kMeetingKeys; }
std::span<const ClaimRow> claim_rows() { return kClaims; }
std::span<const InvariantRow> invariant_rows() { return kInvariants; }

}  // namespace sim
