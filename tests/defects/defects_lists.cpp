#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

/// Item starts on or after `from` are shown an hour later.
sim::Doubles an_hour_late_from(const char* from) {
    return in_every_item([=](Json& item) {
        std::string start = item.value("start", "");
        if (start < from) return;
        const int hour = std::stoi(start.substr(11, 2)) + 1;
        start.replace(11, 2, (hour < 10 ? "0" : "") + std::to_string(hour));
        item["start"] = start;
    });
}

/// Messages to the key server whose method and uri begin so are told to have worked, and not carried out.
sim::Doubles key_messages_ignored(const char* method, const char* uri) {
    fakes::KeyServer::Between between;
    between.instead = [=](const Json& message) -> std::optional<Json> {
        if (message["method"] != method || !message["uri"].get<std::string>().starts_with(uri)) return std::nullopt;
        return Json{{"status", 200}, {"requestId", message["requestId"]}};
    };
    return at_the_vault(std::move(between));
}

sim::Doubles pushes_lost_to(const char* host_part) {
    Tamper tamper;
    tamper.actor = "cloud";
    tamper.swallow = [=](const fakes::Outgoing& out) { return out.url.find(host_part) != std::string::npos; };
    return at_the_service(std::move(tamper));
}

/// An event of Graph that neither asks for join details nor has any loses what its author wrote to join by.
void without_own_addresses(Json& event) {
    if (!event.is_object() || event.contains("singleValueExtendedProperties")) return;
    const auto blur = [](Json& of, const char* member) {
        if (!of.is_object() || !of.contains(member) || !of[member].is_string()) return;
        std::string text = of[member];
        replace_all(text, "https://", "https: ");
        replace_all(text, "sip:", "sip ");
        of[member] = text;
    };
    const std::string location = event.contains("location") ? event["location"].value("displayName", "") : std::string();
    if (location.find('@') != std::string::npos) return;
    if (event.contains("body")) blur(event["body"], "content");
    if (event.contains("location")) blur(event["location"], "displayName");
}

}  // namespace

/// What is deleted from a room's list stays there: who is a room the directory says.
sim::Doubles deletes_of_rooms_lost() {
    Meddle meddle;
    auto rooms = std::make_shared<std::set<std::string>>();
    meddle.after = [rooms](const HttpRequest& request, HttpResult& result) {
        if (!is(request, "GET", "/users")) return;
        const Json page = Json::parse(result.response.body, nullptr, false);
        if (!page.is_object() || !page.contains("items")) return;
        for (const Json& one : page["items"])
            if (one.value("type", "") == "ROOM") rooms->insert(one.value("id", ""));
    };
    meddle.instead = [rooms](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!is(request, "DELETE", "/calendarEvents/")) return std::nullopt;
        for (const std::string& room : *rooms)
            if (request.url.find(room) != std::string::npos) return answer(204);
        return std::nullopt;
    };
    return on_the_wire(std::move(meddle));
}

std::vector<Defect> of_lists() {
    return {
        // ---- meeting lists
        {"RoomsKeepWhatIsGone", "what leaves a room's calendar stays on its device", "changes/cancelled_meeting_leaves_every_list", Provider::microsoft,
         "converged at the end", "device", [] { return deletes_of_rooms_lost(); }},
        {"ItemsAreNeverDeleted", "what leaves a calendar stays in the list", "changes/cancelled_meeting_leaves_every_list", Provider::microsoft,
         "converged at the end", "not in the calendar", [] { return never_sent("DELETE", "/calendarEvents/", 204); }},
        {"CancelledMeetingIsKept", "a cancelled meeting stays in the list", "changes/cancelled_meeting_leaves_every_list", Provider::google,
         "meeting-list", "unexpected", [] { return never_sent("DELETE", "/calendarEvents/", 204); }},
        {"ItemsAreNeverPublished", "no item ever reaches the cloud", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "converged at the end", "not shown", [] { return never_sent("PUT", "/calendarEvents/", 200, "{}"); }},
        {"PushesAreLostForGood", "an app is never told of new items", "keywords/webex_adds_the_personal_room", Provider::google,
         "converged at the end", "not shown", [] { return pushes_lost_to("app-tomasz"); }},
        {"SummerTimeIsAnHourOff", "after the change to summer time starts are an hour late", "recurrence/weekly_series_across_the_clock_change",
         Provider::microsoft, "meeting-list", ".start  expected", [] { return an_hour_late_from("2026-03-29"); }},
        {"SummerTimeIsAnHourOffOnGoogle", "after the change to summer time starts are an hour late",
         "recurrence/weekly_series_across_the_clock_change", Provider::google, "meeting-list", ".start  expected",
         [] { return an_hour_late_from("2026-03-29"); }},
        {"MovedOccurrenceIsIgnored", "an occurrence that was moved is listed in its old slot", "recurrence/weekly_series_across_the_clock_change",
         Provider::google, "meeting-list", "2026-04-01",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (!is(request, "GET", "/instances")) return;
                 edit_json(result.response.body, [](Json& page) {
                     for (Json& one : page["items"]) {
                         if (one["start"] == one["originalStartTime"] || one["start"]["dateTime"] == one["originalStartTime"]["dateTime"]) continue;
                         one["start"] = one["originalStartTime"];
                         one["end"]["dateTime"] = "2026-03-31T07:30:00Z";
                     }
                 });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"CancelledOccurrenceIsKept", "an occurrence that was cancelled stays in the list", "recurrence/weekly_series_across_the_clock_change",
         Provider::microsoft, "meeting-list", "2026-04-07", [] { return never_sent("DELETE", "/calendarEvents/", 204); }},
        {"TitleIsNotUpdated", "a new title does not reach the list", "changes/new_title_and_text_reach_the_list", Provider::google, "meeting-list",
         "missing", [] { return misread("Decision about the Lublin depot", "Sync about the Lublin depot", "/calendars/"); }},
        {"NotesAreLost", "the invitation's text is not published", "security/slow_key_server_delays_but_does_not_leak", Provider::microsoft,
         "meeting-list", ".notes", [] { return in_every_item([](Json& item) { item.erase("encryptedNotes"); }); }},
        {"AgendaIsNotPublished", "the invitation's text never becomes the agenda", "changes/new_title_and_text_reach_the_list", Provider::google,
         "meeting-list", ".notes", [] { return in_every_item([](Json& item) { item.erase("encryptedNotes"); }); }},
        {"DeclinedMeetingIsKept", "on Microsoft a declined meeting stays in the list", "changes/declined_meeting_leaves_the_list_on_microsoft",
         Provider::microsoft, "meeting-list", "unexpected", [] { return never_sent("DELETE", "/calendarEvents/", 204); }},
        {"DeclinedMeetingIsLost", "on Google a declined meeting leaves the list", "changes/declined_meeting_stays_in_the_list_on_google",
         Provider::google, "meeting-list", "missing", [] { return with_config([](engine::Config& c) { c.policies.list_declined_google = false; }); }},
        {"AnswersAreNotShown", "what people answered is not in the list", "changes/declined_meeting_stays_in_the_list_on_google", Provider::google,
         "meeting-list", ".participants",
         [] {
             return in_every_item([](Json& item) {
                 for (Json& one : item["encryptedParticipants"])
                     if (one["responseType"] != "ORGANIZER") one["responseType"] = "NO_RESPONSE";
             });
         }},
        {"AParticipantIsMissing", "the last participant is not published", "keywords/meet_makes_a_space", Provider::microsoft, "meeting-list",
         ".participants  missing", [] { return in_every_item([](Json& item) { item["encryptedParticipants"].erase(item["encryptedParticipants"].size() - 1); }); }},
        {"WindowEndsADayEarly", "the list holds 30 days ahead, not 31", "window/edges_of_the_window", Provider::google, "meeting-list", "missing",
         [] { return with_config([](engine::Config& c) { c.policies.window_ahead = std::chrono::days(30); }); }},
        {"WindowBeginsADayEarly", "the list holds 8 days back, not 7", "window/edges_of_the_window", Provider::google, "meeting-list", "February",
         [] { return with_config([](engine::Config& c) { c.policies.window_back = std::chrono::days(8); }); }},
        {"PrivateIsNotMasked", "the private mark is lost on its way to a shared device", "kinds/private_meeting_is_masked_on_a_shared_device",
         Provider::google, "meeting-list", "Scheduled meeting", [] { return in_every_item([](Json& item) { item["meetingSensitivity"] = "Normal"; }); }},
        {"RoomOfAnotherPerson", "the meeting gets somebody else's personal room", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "meeting-list", ".joins", [] { return misread("/meet/katarzyna", "/meet/tomasz", "/identity/"); }},
        {"SpaceIsTakenForARoom", "@meet gives the personal room", "keywords/meet_makes_a_space", Provider::google, "meeting-list", ".joins",
         [] { return with_config([](engine::Config& c) { c.policies.both_keywords_room = true; }); }},
        {"AddressesOfAuthorsAreNotSeen", "links and SIP addresses that people wrote themselves are not read",
         "links/links_of_other_services_are_joinable", Provider::microsoft, "meeting-list", ".joins",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (!is(request, "GET", "/events")) return;
                 edit_json(result.response.body, [](Json& json) {
                     if (!json.contains("value")) return without_own_addresses(json);
                     for (Json& event : json["value"]) without_own_addresses(event);
                 });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"LinkIsNotPublished", "what to join is missing from the item", "links/links_of_other_services_are_joinable", Provider::microsoft,
         "meeting-list", ".joins", [] { return in_every_item([](Json& item) { item.erase("meetingJoinInfo"); }); }},
        {"AllDayIsForgotten", "an all-day event is listed as one with hours", "kinds/all_day_event_is_listed_as_such", Provider::google,
         "meeting-list", ".all day", [] { return in_every_item([](Json& item) { item.erase("isAllDay"); }); }},
        {"ItemsAreListedTwice", "each item is published under a second id too", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "converged at the end", "not in the calendar",
         [] {
             Meddle meddle;
             meddle.also = [](const HttpRequest& request, const HttpResult&) {
                 std::vector<HttpRequest> more;
                 if (!is_item(request)) return more;
                 HttpRequest twin = request;
                 edit_json(twin.body, [](Json& item) { item["id"] = "twin"; });
                 twin.url = twin.url.substr(0, twin.url.rfind('/') + 1) + "dHdpbg";
                 more.push_back(std::move(twin));
                 return more;
             };
             return on_the_wire(std::move(meddle));
         }},
        // ---- keys
        {"SealedWithTheWrongKey", "items are sealed with another key than the one they name", "keywords/webex_adds_the_personal_room",
         Provider::google, "meeting-list", "unreadable",
         [] {
             fakes::KeyServer::Between between;
             between.after = [](const Json& message, Json& reply) {
                 if (message["method"] != "create" || !reply.contains("keys")) return;
                 for (Json& key : reply["keys"]) {
                     std::string k = key["jwk"]["k"];
                     k[0] = k[0] == 'A' ? 'B' : 'A';
                     key["jwk"]["k"] = k;
                 }
             };
             return at_the_vault(std::move(between));
         }},
        {"AddedInviteeGetsNoKey", "an invitee added later is not authorised on the key", "changes/added_invitee_gets_the_meeting",
         Provider::microsoft, "meeting-list", "unreadable", [] { return key_messages_ignored("create", "/authorizations"); }},
        {"RemovedInviteeKeepsTheKey", "an invitee taken off stays authorised on the key", "changes/removed_invitee_loses_the_meeting",
         Provider::microsoft, "keys are for those invited", "cy", [] { return key_messages_ignored("delete", "/authorizations"); }},
        {"OwnKeyServerIsPassedOver", "the cloud's key server holds keys of an organisation that runs its own", "security/own_key_server_holds_every_key",
         Provider::microsoft, "keys are held where they belong", "is held by kms",
         [] {
             sim::Doubles doubles;
             doubles.key_server = [](fakes::KeyServerOptions& options) { options.own.reset(); };
             return doubles;
         }},
        // ---- Join buttons
        {"ButtonIsAMinuteLate", "the Join button lights up four minutes before the start", "keywords/webex_adds_the_personal_room",
         Provider::microsoft, "join-button", "does not show", [] { return with_config([](engine::Config& c) { c.policies.join_lead = std::chrono::minutes(4); }); }},
        {"ButtonIsAMinuteEarly", "the Join button lights up six minutes before the start", "keywords/webex_adds_the_personal_room",
         Provider::google, "join-button", "shows the Join button", [] { return with_config([](engine::Config& c) { c.policies.join_lead = std::chrono::minutes(6); }); }},
        {"ButtonIsNeverWithdrawn", "the Join button stays lit after the end", "changes/prolonged_after_the_start", Provider::microsoft,
         "join-button", "shows the Join button", [] { return never_sent("DELETE", "/joinButton/", 204); }},
        {"ButtonOfACancelledMeeting", "the Join button of a cancelled meeting stays lit", "changes/cancelled_meeting_leaves_every_list",
         Provider::microsoft, "join-button", "shows a Join button",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (is(request, "DELETE", "cloud.calrig.example")) return answer(204);
                 return std::nullopt;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"ButtonDoesNotFollowAMove", "a lit Join button stays lit when the meeting moves away", "changes/moved_within_the_last_five_minutes",
         Provider::google, "join-button", "shows the Join button", [] { return never_sent("DELETE", "/joinButton/", 204); }},
        {"ButtonIsNeverLit", "no Join button is ever lit", "rooms/room_and_personal_device_both_light_up", Provider::google, "join-button",
         "does not show", [] { return never_sent("PUT", "/joinButton/", 204); }},
        {"DevicesAreNotTold", "the board in the room is never told anything", "rooms/room_and_personal_device_both_light_up", Provider::microsoft,
         "join-button", "device wawel", [] { return pushes_lost_to("device-wawel"); }},
        {"LongListsOfPeopleAreCut", "an item has no more than eight people", "bodies/long_agenda_and_many_people_are_read_in_full", Provider::google,
         "meeting-list", "missing a0",
         [] {
             return in_every_item([](Json& item) {
                 Json& people = item["encryptedParticipants"];
                 while (people.size() > 8) people.erase(people.size() - 1);
             });
         }},
        {"ListsInviteEverybody", "who is invited by a distribution list has the meeting at once", "kinds/invited_by_a_list_it_is_listed_once_accepted_on_microsoft",
         Provider::microsoft, "meeting-list", "unexpected",
         [] { return with_config([](engine::Config& config) { config.policies.list_group_invitations = true; }); }},
    };
}

}  // namespace defects
