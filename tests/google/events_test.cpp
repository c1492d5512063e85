#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

json review() {
    json event = timed("Design review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"mia", "olav", "fjord"});
    event["description"] = "Bring sketches";
    event["location"] = "@webex";
    event["attendees"][0]["responseStatus"] = "accepted";
    event["attendees"][2]["resource"] = true;
    return event;
}

std::string at(const json& event) { return events_of() + "/" + event.at("id").get<std::string>(); }

TEST(Insert, AnswersWithTheEventInItsCalendarsZone) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    EXPECT_EQ(event["kind"], "calendar#event");
    EXPECT_EQ(event["status"], "confirmed");
    EXPECT_EQ(event["id"].get<std::string>().size(), 26u);
    EXPECT_EQ(event["iCalUID"], event["id"].get<std::string>() + "@google.com");
    EXPECT_EQ(event["created"], "2026-03-02T08:11:05.000Z");
    EXPECT_EQ(event["updated"], "2026-03-02T08:11:05.412Z");
    EXPECT_EQ(event["etag"], "\"3544878130824000\"");
    EXPECT_EQ(event["start"]["dateTime"], "2026-03-09T10:00:00+01:00");
    EXPECT_EQ(event["start"]["timeZone"], "Europe/Oslo");
    EXPECT_EQ(event["creator"], json({{"email", "mia@nordlys.example"}, {"self", true}}));
    EXPECT_EQ(event["attendees"][0]["organizer"], true);
    EXPECT_EQ(event["attendees"][2]["displayName"], "Fjord");
    EXPECT_EQ(event["attendees"][2]["resource"], true);
    EXPECT_EQ(event["reminders"], json({{"useDefault", true}}));
    EXPECT_EQ(event["eventType"], "default");
    EXPECT_EQ(event["sequence"], 0);
    for (const char* absent : {"transparency", "visibility", "guestsCanModify", "recurrence", "extendedProperties"})
        EXPECT_FALSE(event.contains(absent)) << absent;
}

TEST(Insert, RefusesWhatCalendarRefuses) {
    Domain d;
    json event = review();
    event.erase("end");
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 required");
    event = review();
    event["end"]["dateTime"] = "2026-03-09T09:00:00";
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 timeRangeEmpty");
    event = review();
    event["start"] = {{"dateTime", "2026-03-09T10:00:00"}};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 required");
    event = review();
    event["start"] = {{"date", "2026-03-09"}};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 invalid");
    event = review();
    event["attendees"] = {{{"displayName", "No address"}}};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 required");
    event = review();
    event["id"] = "UPPER";
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 invalid");
    event = review();
    event["recurrence"] = {"RRULE:FREQ=SECONDLY"};
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 invalid");
    event = review();
    event["eventType"] = "fromGmail";
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "400 eventTypeRestriction");
    event = review();
    event["id"] = "abcde12345";
    d.ok("mia", "POST", events_of(), event);
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "409 duplicate");
    d.ok("mia", "DELETE", events_of() + "/abcde12345");
    EXPECT_EQ(d.refusal("mia", "POST", events_of(), event), "409 duplicate") << "also after deletion";
}

TEST(Insert, AllDayEventsHaveDates) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(),
                            {{"summary", "Team day"}, {"start", {{"date", "2026-03-20"}}}, {"end", {{"date", "2026-03-21"}}},
                             {"transparency", "transparent"}});
    EXPECT_EQ(event["start"], json({{"date", "2026-03-20"}}));
    EXPECT_EQ(event["transparency"], "transparent");
}

TEST(Patch, MergesObjectsReplacesArraysAndNullDeletes) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    d.pass(std::chrono::seconds{1});
    json changed = d.ok("mia", "PATCH", at(event),
                        {{"location", "https://nordlys.example/meet/mia"},
                         {"extendedProperties", {{"private", {{"hybrid.meetingId", "b3a1-77"}, {"hybrid.state", "joined"}}}}}});
    EXPECT_EQ(changed["summary"], "Design review");
    EXPECT_EQ(changed["location"], "https://nordlys.example/meet/mia");
    EXPECT_EQ(changed["attendees"].size(), 3u);
    EXPECT_NE(changed["etag"], event["etag"]);
    changed = d.ok("mia", "PATCH", at(event), {{"extendedProperties", {{"private", {{"hybrid.state", nullptr}}}}}, {"description", nullptr}});
    EXPECT_EQ(changed["extendedProperties"]["private"], json({{"hybrid.meetingId", "b3a1-77"}}));
    EXPECT_FALSE(changed.contains("description"));
    changed = d.ok("mia", "PATCH", at(event), {{"attendees", {{{"email", "olav@nordlys.example"}}}}});
    EXPECT_EQ(changed["attendees"].size(), 1u) << "an array replaces";
    changed = d.ok("mia", "PATCH", at(event),
                   {{"start", {{"date", "2026-03-09"}, {"dateTime", nullptr}}}, {"end", {{"date", "2026-03-10"}, {"dateTime", nullptr}}}});
    EXPECT_EQ(changed["start"], json({{"date", "2026-03-09"}}));
    EXPECT_EQ(d.refusal("mia", "PATCH", at(event), {{"start", {{"dateTime", "2026-03-09T10:00:00Z"}}}}), "400 invalid");
}

TEST(Patch, HonoursIfMatch) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    const std::string etag = event["etag"].get<std::string>();
    d.ok("mia", "PATCH", at(event), {{"summary", "one"}}, {{"If-Match", etag}});
    EXPECT_EQ(d.refusal("mia", "PATCH", at(event), {{"summary", "late"}}, {{"If-Match", etag}}), "412 conditionNotMet");
    EXPECT_EQ(d.ok("mia", "GET", at(event))["summary"], "one");
    EXPECT_EQ(d.refusal("mia", "PATCH", at(event), {{"summary", "any"}}, {{"If-Match", "*"}}), "200");
}

TEST(Get, SaysNotModifiedForAKnownEtag) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    const Reply reply = d.call("mia", "GET", at(event), nullptr, {{"If-None-Match", event["etag"].get<std::string>()}});
    EXPECT_EQ(reply.status, 304);
    EXPECT_TRUE(reply.body.empty());
    ASSERT_NE(find_header(d.call("mia", "GET", at(event)).headers, "ETag"), nullptr);
}

TEST(Get, ShowsTimesInTheZoneAskedFor) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    EXPECT_EQ(d.ok("mia", "GET", at(event) + "?timeZone=UTC")["start"]["dateTime"], "2026-03-09T09:00:00Z");
    EXPECT_EQ(d.refusal("mia", "GET", at(event) + "?timeZone=Middle/Earth"), "400 invalid");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "/nosuchevent00000"), "404 notFound");
}

TEST(Delete, LeavesACancelledEventThatCannotBeDeletedTwice) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    const Reply reply = d.call("mia", "DELETE", at(event) + "?sendUpdates=none");
    EXPECT_EQ(reply.status, 204);
    EXPECT_TRUE(reply.body.empty());
    EXPECT_EQ(find_header(reply.headers, "Content-Type"), nullptr);
    EXPECT_EQ(d.ok("mia", "GET", at(event))["status"], "cancelled");
    EXPECT_EQ(d.refusal("mia", "DELETE", at(event)), "410 deleted");
    EXPECT_EQ(d.refusal("mia", "DELETE", events_of() + "/nosuchevent00000"), "404 notFound");
    EXPECT_TRUE(d.ok("mia", "GET", events_of())["items"].empty());
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "?showDeleted=true")["items"].size(), 1u);
    EXPECT_EQ(d.ok("mia", "PATCH", at(event), {{"status", "confirmed"}})["status"], "confirmed");
}

TEST(QuickAdd, ReadsTheReferencesSample) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of() + "/quickAdd?text=Appointment+at+Somewhere+on+June+3rd+10am-10:25am");
    EXPECT_EQ(event["summary"], "Appointment");
    EXPECT_EQ(event["location"], "Somewhere");
    EXPECT_EQ(event["start"]["dateTime"], "2026-06-03T10:00:00+02:00");
    EXPECT_EQ(event["end"]["dateTime"], "2026-06-03T10:25:00+02:00");
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/quickAdd"), "400 required");
}

TEST(QuickAdd, ReadsTheDocumentedForms) {
    Domain d;
    struct Row { const char* text; const char* summary; const char* start; const char* end; };
    for (const Row& row : std::initializer_list<Row>{
             {"Lunch tomorrow 12:30", "Lunch", "2026-03-03T12:30:00+01:00", "2026-03-03T13:30:00+01:00"},
             {"Call today at 3pm", "Call", "2026-03-02T15:00:00+01:00", "2026-03-02T16:00:00+01:00"},
             {"Review Friday 9-10am", "Review", "2026-03-06T09:00:00+01:00", "2026-03-06T10:00:00+01:00"},
             {"X 2026-06-03 14:00", "X", "2026-06-03T14:00:00+02:00", "2026-06-03T15:00:00+02:00"},
             {"X 3 June 10:00-11:30", "X", "2026-06-03T10:00:00+02:00", "2026-06-03T11:30:00+02:00"},
             {"Call 8:00 AM - 9:00 AM", "Call", "2026-03-03T08:00:00+01:00", "2026-03-03T09:00:00+01:00"},
             {"Dentist 10 a.m. Thursday", "Dentist", "2026-03-05T10:00:00+01:00", "2026-03-05T11:00:00+01:00"},
             {"Meeting from 3 to 4pm tomorrow", "Meeting", "2026-03-03T15:00:00+01:00", "2026-03-03T16:00:00+01:00"},
             {"Tennis 4/11/2027 4pm", "Tennis", "2027-04-11T16:00:00+02:00", "2027-04-11T17:00:00+02:00"},
             {"Talk next Monday 3pm", "Talk", "2026-03-09T15:00:00+01:00", "2026-03-09T16:00:00+01:00"},
             {"Party midnight", "Party", "2026-03-03T00:00:00+01:00", "2026-03-03T01:00:00+01:00"},
             {"Early 7am", "Early", "2026-03-03T07:00:00+01:00", "2026-03-03T08:00:00+01:00"}}) {
        const json event = d.ok("mia", "POST", events_of() + "/quickAdd?text=" + escaped(row.text));
        EXPECT_EQ(event["summary"], row.summary) << row.text;
        EXPECT_EQ(event["start"]["dateTime"], row.start) << row.text;
        EXPECT_EQ(event["end"]["dateTime"], row.end) << row.text;
    }
    const json day = d.ok("mia", "POST", events_of() + "/quickAdd?text=" + escaped("Trip 6/3"));
    EXPECT_EQ(day["start"], json({{"date", "2026-06-03"}}));
    for (const char* text : {"Trip 12/20-12/24", "Trip December 20 - December 24", "Trip 12/20 to 12/24/2026"}) {
        const json trip = d.ok("mia", "POST", events_of() + "/quickAdd?text=" + escaped(text));
        EXPECT_EQ(trip["summary"], "Trip") << text;
        EXPECT_EQ(trip["start"], json({{"date", "2026-12-20"}})) << text;
        EXPECT_EQ(trip["end"], json({{"date", "2026-12-25"}})) << text;
    }
    const json dinner = d.ok("mia", "POST", events_of() + "/quickAdd?text=" + escaped("Dinner with olav@nordlys.example 7pm at Kosmos"));
    EXPECT_EQ(dinner["summary"], "Dinner");
    EXPECT_EQ(dinner["location"], "Kosmos");
    EXPECT_EQ(dinner["attendees"][0]["email"], "olav@nordlys.example");
    const json standup = d.ok("mia", "POST", events_of() + "/quickAdd?text=" + escaped("Standup every Tuesday 10am for 30 minutes"));
    EXPECT_EQ(standup["recurrence"], json({"RRULE:FREQ=WEEKLY;BYDAY=TU"}));
    EXPECT_EQ(standup["start"]["dateTime"], "2026-03-03T10:00:00+01:00");
    EXPECT_EQ(standup["end"]["dateTime"], "2026-03-03T10:30:00+01:00");
}

TEST(List, FiltersByWindowWordsPropertiesAndUid) {
    Domain d;
    const json early = d.ok("mia", "POST", events_of(), timed("Early", "2026-03-09T08:00:00", "2026-03-09T09:00:00"));
    json marked = timed("Marked Coffee", "2026-03-09T12:00:00", "2026-03-09T13:00:00");
    marked["extendedProperties"] = {{"private", {{"k", "a=b"}}}, {"shared", {{"s", "1"}}}};
    const json late = d.ok("mia", "POST", events_of(), marked);
    const auto count = [&](const std::string& query) { return d.ok("mia", "GET", events_of() + "?" + query)["items"].size(); };
    EXPECT_EQ(count("timeMin=2026-03-09T09:00:00%2B01:00"), 1u) << "the end is exclusive";
    EXPECT_EQ(count("timeMax=2026-03-09T08:00:00%2B01:00"), 0u) << "the start is exclusive too";
    EXPECT_EQ(count("timeMin=2026-03-09T08:30:00%2B01:00&timeMax=2026-03-09T12:30:00%2B01:00"), 2u);
    EXPECT_EQ(count("q=coffee"), 1u);
    EXPECT_EQ(count("privateExtendedProperty=k%3Da%3Db"), 1u);
    EXPECT_EQ(count("privateExtendedProperty=k%3Da"), 0u);
    EXPECT_EQ(count("privateExtendedProperty=k%3Da%3Db&sharedExtendedProperty=s%3D2"), 0u);
    EXPECT_EQ(count("iCalUID=" + escaped(early["iCalUID"].get<std::string>())), 1u);
    EXPECT_EQ(count("eventTypes=outOfOffice"), 0u);
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?timeMin=2026-03-09T09:00:00"), "400 badRequest");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?orderBy=startTime"), "400 badRequest");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?maxResults=none"), "400 invalidParameter");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?timeMin=2026-03-09T09:00:00Z&timeMax=2026-03-09T08:00:00Z"), "400 timeRangeEmpty");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?updatedMin=2026-01-01T00:00:00Z"), "410 updatedMinTooLongAgo");
}

TEST(List, FieldsSelectsMembers) {
    Domain d;
    const json event = d.ok("mia", "POST", events_of(), review());
    const json listing = d.ok("mia", "GET", events_of() + "?fields=" + escaped("items(id,start/dateTime),nextSyncToken"));
    EXPECT_EQ(listing.size(), 2u);
    EXPECT_EQ(listing["items"][0].size(), 2u);
    EXPECT_EQ(listing["items"][0]["start"].size(), 1u);
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?fields=" + escaped("items(id")), "400 invalidParameter");
}

TEST(Insert, TypesOfEventsAreCheckedAsTheGuidesSay) {
    Domain d;
    const auto made = [&](json more) {
        json event = review();
        if (more.contains("eventType")) event.erase("attendees");
        event.merge_patch(more);
        const Reply reply = d.call("mia", "POST", events_of() + "?conferenceDataVersion=1", event);
        return reply.status == 200 ? std::string() : json::parse(reply.body)["error"]["errors"][0]["reason"].get<std::string>();
    };
    const json home = {{"eventType", "workingLocation"}, {"visibility", "public"}, {"transparency", "transparent"}, {"workingLocationProperties", {{"type", "homeOffice"}, {"homeOffice", json::object()}}}};
    EXPECT_EQ(made(home), "");
    EXPECT_EQ(made({{"eventType", "workingLocation"}}), "malformedWorkingLocationEvent");
    json elsewhere = home;
    elsewhere["workingLocationProperties"]["type"] = "moon";
    EXPECT_EQ(made(elsewhere), "invalid");
    elsewhere = home;
    elsewhere["visibility"] = "default";
    EXPECT_EQ(made(elsewhere), "malformedWorkingLocationEvent");
    const json birthday = {{"eventType", "birthday"}, {"visibility", "private"}, {"transparency", "transparent"}, {"start", {{"date", "2026-03-09"}, {"dateTime", nullptr}, {"timeZone", nullptr}}},
                           {"end", {{"date", "2026-03-10"}, {"dateTime", nullptr}, {"timeZone", nullptr}}}, {"recurrence", {"RRULE:FREQ=YEARLY"}}, {"birthdayProperties", {{"type", "birthday"}}}};
    EXPECT_EQ(made(birthday), "");
    json monthly = birthday;
    monthly["recurrence"] = {"RRULE:FREQ=MONTHLY"};
    EXPECT_EQ(made(monthly), "malformedBirthdayEvent");
    EXPECT_EQ(made({{"eventType", "fromGmail"}}), "eventTypeRestriction");
    EXPECT_EQ(made({{"eventType", "focusTime"}, {"focusTimeProperties", {{"chatStatus", "asleep"}}}}), "invalid");
    EXPECT_EQ(made({{"conferenceData", {{"createRequest", {{"requestId", "r"}, {"conferenceSolutionKey", {{"type", "eventHangout"}}}}}}}}), "invalid");
    EXPECT_EQ(made({{"attachments", {{{"title", "no address"}}}}}), "required");
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "?conferenceDataVersion=2", review()), "400 invalidParameter");
    const Reply empty = d.call("mia", "POST", events_of(), json::object());
    EXPECT_NE(empty.body.find("Missing end time."), std::string::npos) << empty.body;
}

TEST(Token, StandsInTheQueryAsWell) {
    Domain d;
    const std::string token = d.token("mia");
    const auto status = [&](const std::string& query, std::vector<Header> headers = {}) {
        Request request;
        request.method = "GET";
        request.host = "www.googleapis.com";
        request.target = "/calendar/v3/users/me/calendarList" + query;
        request.headers = std::move(headers);
        return d.raw(request).status;
    };
    EXPECT_EQ(status(""), 401);
    EXPECT_EQ(status("?access_token=" + token), 200);
    EXPECT_EQ(status("?oauth_token=" + token), 200);
    EXPECT_EQ(status("?access_token=" + token + "x"), 401);
    EXPECT_EQ(status("?access_token=" + token, {{"Authorization", "Bearer nobody"}}), 401) << "the header counts";
    EXPECT_EQ(status("", {{"Authorization", "OAuth " + token}}), 200);
}

TEST(ExtendedProperties, LongKeysAreDroppedAndLongValuesCut) {
    Domain d;
    json event = review();
    event["extendedProperties"] = {{"private", {{std::string(45, 'k'), "x"}, {"ok", std::string(2000, 'v')}}}};
    const json made = d.ok("mia", "POST", events_of(), event);
    ASSERT_EQ(made["extendedProperties"]["private"].size(), 1u);
    EXPECT_EQ(made["extendedProperties"]["private"]["ok"].get<std::string>().size(), 1024u);
}

}  // namespace
}  // namespace fakes
