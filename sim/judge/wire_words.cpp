#include "sim/judge/wire_words.hpp"

#include <algorithm>
#include <array>

namespace sim {

bool is_wire_word(std::string_view lower_case) {
    // What the meeting cloud, key server, token endpoints and HTTP say beside what people wrote, as the engine's traffic shows.
    static constexpr auto words = std::to_array<std::string_view>({
        "accepted", "activated", "activation", "active", "admin", "adminconsent", "administrator", "again", "answered",
        "application", "assertion", "authorize", "backenderror", "basic", "bearer", "book", "booking", "calendar",
        "calendarevents", "calendars", "calendarstatus", "calrig", "cause", "clear", "client", "clienttempid", "cloud",
        "code", "configerror", "consents", "conversation", "conversationid", "conversations", "country", "deactivation",
        "decline", "declined", "decorate", "default", "deleted", "denied", "desk", "destination", "details",
        "devicerequests", "discovery", "displayname", "done", "durationminutes", "ecdhe", "encryptedname", "encryptednotes",
        "encryptedsubject", "encryption", "encryptionkeyurl", "ending", "error", "events", "eventtype", "example", "extend",
        "failed", "false", "gmail", "google", "googleapis", "grant", "graph", "host", "http", "httponly", "https",
        "icaluid", "identity", "isallday", "isdeleted", "isrecurring", "itemid", "join", "joinbutton", "json", "jumped",
        "keys", "kmsmessages", "label", "language", "lastmodified", "login", "mail", "mailboxsettings", "meeting",
        "meetingid", "meetingjoininfo", "meetingjoinuri", "meetingjoinurl", "meetings", "message", "messages", "microsoft",
        "microsoftonline", "nonce", "none", "normal", "oauth", "only", "openid", "organisation", "organizations",
        "organizer", "orgid", "orgs", "outcome", "participants", "participanttype", "path", "pending", "permissions",
        "person", "place", "plain", "premises", "private", "prompt", "provider", "provisioned", "provisioning",
        "reachability", "readwrite", "reason", "refused", "region", "release", "removed", "replaced", "required",
        "resource", "responsetype", "room", "samesite", "scope", "secure", "seriesid", "service", "settings", "signinurl",
        "space", "spacemeeturl", "spaceuri", "spaceurl", "standing", "start", "starttime", "state", "status", "subject",
        "subscription", "tenant", "tentative", "test", "testing", "text", "timeout", "title", "token", "true", "type",
        "unavailable", "user", "users", "validation", "webexuri", "webexurl"});
    static_assert(std::ranges::is_sorted(words));
    return std::ranges::binary_search(words, lower_case);
}

}  // namespace sim
