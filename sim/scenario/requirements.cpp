#include "sim/scenario/requirements.hpp"

#include <array>

namespace sim {
namespace {

constexpr bool kYes = true;
constexpr bool kNo = false;

// Order of the two integration references: behaviour, security, provisioning, then the operations of each provider.
constexpr std::array kRequirements{
    Requirement{"SCHED-KEYWORD", kYes, kYes, "", "A keyword such as @webex or @meet:space in the location makes an ordinary event an online meeting"},
    Requirement{"SCHED-BODY-ADDRESS", kYes, kYes, "", "A SIP URI or meeting link in location or body makes the event joinable without a keyword"},
    Requirement{"SCHED-WRITEBACK", kYes, kYes, "", "Join details and the service's own state go into the event exactly once; the author's text stays"},
    Requirement{"SCHED-LANGUAGE", kYes, kYes, "", "Join details are in the user's language as the calendar knows it"},
    Requirement{"DATA-TITLE", kNo, kYes, "", "The invitation's title is the meeting's title"},
    Requirement{"DATA-TIMES", kYes, kYes, "", "Start and end of the event are those in lists and on devices"},
    Requirement{"DATA-INVITEES", kYes, kYes, "", "Invitees are the participants, and each of them gets the Join button"},
    Requirement{"DATA-AGENDA", kNo, kYes, "", "The invitation's body is the meeting's agenda"},
    Requirement{"LIST-APP", kYes, kYes, "", "The meeting list shows in users' apps"},
    Requirement{"LIST-DEVICE", kYes, kYes, "", "The meeting list shows on room devices"},
    Requirement{"OBTP", kYes, kYes, "", "A Join button lights up in apps and on devices when it is time"},
    Requirement{"OOO-PRESENCE", kYes, kYes, "", "Presence is out of office while automatic replies are on, and back when they end"},
    Requirement{"ENC-TRANSIT", kYes, kYes, "", "Description, body and invitees' addresses leave the service only as ciphertext"},
    Requirement{"ENC-REST", kYes, kYes, "", "Nothing sensitive is stored readable, by the service or in the cloud"},
    Requirement{"KMS-CLOUD", kYes, kYes, "", "Keys come from the cloud's key server unless the organisation has its own"},
    Requirement{"KMS-HDS", kYes, kYes, "", "With a key server of its own, only that one holds the organisation's keys"},
    Requirement{"RETENTION", kNo, kYes, "", "Meetings are kept from 7 days back to 31 days ahead; the window slides"},
    Requirement{"TENANT-SINGLE", kYes, kNo, "", "One Office 365 tenant per organisation; a second is refused"},
    Requirement{"TENANT-WORLDWIDE", kYes, kNo, "", "Only the worldwide Office 365 cloud; national clouds are refused clearly"},
    Requirement{"RESIDENCY", kYes, kNo, "", "Data stays in the region of the organisation's country"},
    Requirement{"O365-CONSENT", kYes, kNo, "", "A global administrator consents at Microsoft; without role or consent provisioning fails cleanly"},
    Requirement{"O365-PERMISSIONS", kYes, kNo, "", "Permissions asked: calendars, sign-in profile, mailbox settings, and nothing more"},
    Requirement{"O365-TEST-MAIL", kYes, kNo, "", "Permissions are proved by an event in a test mailbox, and the outcome is shown"},
    Requirement{"O365-REGISTERED", kYes, kNo, "", "The application shows among the tenant's enterprise applications with its permissions"},
    Requirement{"O365-MAILBOX-SCOPE", kYes, kNo, "", "The tenant may close mailboxes to the application; the service copes"},
    Requirement{"ADMIN-PRIVILEGED", kYes, kYes, "", "Only privileged administrators provision the service"},
    Requirement{"G-SERVICE-ACCOUNT", kNo, kYes, "", "A service account with domain-wide delegation gets user tokens by a signed assertion"},
    Requirement{"G-SCOPES", kNo, kYes, "", "Scopes asked: calendar and gmail.settings.basic; a missing one fails activation clearly"},
    Requirement{"G-ACTIVATION", kNo, kYes, "", "Each user is activated separately, and activation proves access to the calendar"},
    Requirement{"G-EMAIL-MATCH", kNo, kYes, "", "The user's e-mail must be the Google Calendar account in the organisation's tenant"},
    Requirement{"G-EMAIL-VERIFIED", kNo, kYes, "", "The e-mail's domain is verified, or the user proved the address by signing in"},
    Requirement{"G-ERROR-STATE", kNo, kYes, "", "A user who cannot be validated is in an error state that stays visible"},
    Requirement{"G-ACTIVATED-ONLY", kNo, kYes, "", "Only calendars of activated users are touched"},
    Requirement{"OP-M-EVENT-ADD", kYes, kNo, "POST /users/{user}/calendar/events", "Adds an event to a calendar while provisioning"},
    Requirement{"OP-M-EVENT-GET", kYes, kNo, "GET /users/{user}/events/{id}", "Reads one event"},
    Requirement{"OP-M-INSTANCES", kYes, kNo, "GET /users/{user}/calendar/events/{id}/instances?startDateTime&endDateTime", "Reads the instances of a series in a time range"},
    Requirement{"OP-M-EVENT-LIST", kYes, kNo, "GET /users/{user}/calendar/events", "Lists the events of a calendar"},
    Requirement{"OP-M-SUBSCRIBE", kYes, kNo, "POST /subscriptions", "Subscribes to changes of a calendar"},
    Requirement{"OP-M-SETTINGS", kYes, kNo, "GET /users/{user}/mailboxSettings", "Reads language and automatic replies"},
    Requirement{"OP-M-UNSUBSCRIBE", kYes, kNo, "DELETE /subscriptions/{id}", "Cancels a subscription"},
    Requirement{"OP-M-EVENT-PATCH", kYes, kNo, "PATCH /users/{user}/calendar/events/{id}", "Writes join details and extended properties"},
    Requirement{"OP-G-EVENT-LIST", kNo, kYes, "GET /calendars/{calendar}/events", "Lists the events of a calendar"},
    Requirement{"OP-G-INSTANCES", kNo, kYes, "GET /calendars/{calendar}/events/{id}/instances", "Reads the instances of a recurring event"},
    Requirement{"OP-G-EVENT-GET", kNo, kYes, "GET /calendars/{calendar}/events/{id}", "Reads one event"},
    Requirement{"OP-G-EVENT-PATCH", kNo, kYes, "PATCH /calendars/{calendar}/events/{id}", "Writes join details, extended properties and responses"},
    Requirement{"OP-G-QUICK-ADD", kNo, kYes, "POST /calendars/{calendar}/events/quickAdd", "Makes an event from one line of text"},
    Requirement{"OP-G-WATCH", kNo, kYes, "POST /calendars/{calendar}/events/watch", "Subscribes to changes of a calendar"},
    Requirement{"OP-G-STOP", kNo, kYes, "POST /channels/stop", "Cancels a subscription"},
    Requirement{"OP-G-SETTING", kNo, kYes, "GET /users/me/settings/{setting}", "Reads the user's language"},
    Requirement{"OP-G-VACATION", kNo, kYes, "GET /users/{user}/settings/vacation", "Reads the vacation responder"},
    Requirement{"OP-G-ACL-ADD", kNo, kYes, "POST /calendars/{calendar}/acl", "Shares a calendar by a rule"},
    Requirement{"OP-G-ACL-DELETE", kNo, kYes, "DELETE /calendars/{calendar}/acl/{rule}", "Ends a calendar's sharing"},
    Requirement{"OP-G-EVENT-ADD", kNo, kYes, "POST /calendars/{calendar}/events", "Makes an event"},
    Requirement{"OP-G-EVENT-DELETE", kNo, kYes, "DELETE /calendars/{calendar}/events/{id}", "Deletes an event"},
    Requirement{"OP-G-FREEBUSY", kNo, kYes, "POST /freeBusy", "Reads when people are busy"},
};

}  // namespace

std::span<const Requirement> requirements() { return kRequirements; }

const Requirement* find_requirement(std::string_view id) {
    for (const Requirement& requirement : kRequirements)
        if (requirement.id == id) return &requirement;
    return nullptr;
}

}  // namespace sim
