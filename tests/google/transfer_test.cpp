// events.move, events.import, and the mails that sendUpdates asks for.
#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

const std::string mias = Domain::address("mia");
const std::string room = Domain::address("fjord");

std::string secondary(Domain& d, const std::string& name) {
    return d.ok("mia", "POST", "/calendar/v3/calendars", {{"summary", name}})["id"];
}

TEST(Sequence, GrowsIsTakenAndNeverGoesBack) {
    Domain d;
    json event = timed("Plan", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    event["sequence"] = 3;
    json made = d.ok("mia", "POST", events_of(), event);
    EXPECT_EQ(made["sequence"], 3);
    const std::string path = events_of() + "/" + made["id"].get<std::string>();
    EXPECT_EQ(d.refusal("mia", "PATCH", path, {{"summary", "Older"}, {"sequence", 2}}), "400 invalid");
    EXPECT_EQ(d.ok("mia", "PATCH", path, {{"summary", "Same"}, {"sequence", 3}})["sequence"], 3);
    EXPECT_EQ(d.ok("mia", "PATCH", path, {{"summary", "Newer"}, {"sequence", 7}})["sequence"], 7);
    EXPECT_EQ(d.ok("mia", "PATCH", path, {{"location", "Oslo"}})["sequence"], 8);
    made["location"] = "Bergen";
    EXPECT_EQ(d.refusal("mia", "PUT", path, made), "400 invalid") << "what was fetched long ago";

    json foreign = timed("Theirs", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    foreign["iCalUID"] = "one@elsewhere.example";
    foreign["sequence"] = 5;
    EXPECT_EQ(d.ok("mia", "POST", events_of() + "/import", foreign)["sequence"], 5);
    foreign["sequence"] = 4;
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/import", foreign), "400 invalid");
}

TEST(Move, MakesAnotherCalendarTheOrganizer) {
    Domain d;
    const std::string other = secondary(d, "Projects");
    json event = timed("Plan", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"olav"});
    event["extendedProperties"] = {{"private", {{"k", "v"}}}};
    event["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=4"};
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    const std::string second = id + "_20260310T090000Z";
    d.ok("mia", "PATCH", events_of() + "/" + second, {{"summary", "Changed"}});
    const std::string token = escaped(d.ok("mia", "GET", events_of())["nextSyncToken"].get<std::string>());
    const std::string move = events_of() + "/" + id + "/move";
    EXPECT_EQ(d.refusal("mia", "POST", move), "400 required");
    EXPECT_EQ(d.refusal("mia", "POST", move + "?destination=nosuch"), "404 notFound");
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/" + second + "/move?destination=" + escaped(other)), "400 cannotChangeOrganizerOfInstance");
    EXPECT_EQ(d.refusal("olav", "POST", move + "?destination=" + escaped(other)), "404 notFound");
    const json moved = d.ok("mia", "POST", move + "?destination=" + escaped(other));
    EXPECT_EQ(moved["id"], id);
    EXPECT_EQ(moved["organizer"]["email"], other);
    EXPECT_EQ(moved["extendedProperties"]["private"]["k"], "v");
    EXPECT_EQ(d.ok("mia", "GET", events_of(other) + "/" + second)["summary"], "Changed") << "exceptions come along";
    EXPECT_EQ(d.ok("mia", "GET", events_of(other) + "/" + id + "/instances")["items"].size(), 4u);
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["status"], "cancelled") << "it stays behind cancelled";
    const json news = d.ok("mia", "GET", events_of() + "?syncToken=" + token);
    ASSERT_EQ(news["items"].size(), 1u) << "occurrences of a cancelled series are not told one by one";
    EXPECT_EQ(news["items"][0]["status"], "cancelled");
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "/" + id)["organizer"]["email"], other) << "guests see the new organizer";
    EXPECT_EQ(d.refusal("mia", "PATCH", events_of(other) + "/" + id, {{"summary", "Still editable"}}), "200");
}

TEST(Move, AnOrganizerWhoIsAGuestKeepsACopy) {
    Domain d;
    const std::string other = secondary(d, "Projects");
    const std::string id = d.ok("mia", "POST", events_of(), timed("P", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia", "olav"}))["id"];
    d.ok("mia", "POST", events_of() + "/" + id + "/move?destination=" + escaped(other));
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["status"], "confirmed");
    EXPECT_EQ(d.refusal("olav", "POST", events_of() + "/" + id + "/move?destination=primary"), "400 cannotChangeOrganizer");
    json away = timed("Away", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    away["eventType"] = "outOfOffice";
    const std::string away_id = d.ok("mia", "POST", events_of(), away)["id"];
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/" + away_id + "/move?destination=" + escaped(other)), "400 eventTypeRestriction");
    EXPECT_EQ(d.refusal("mia", "POST", events_of(other), away), "400 eventTypeRestriction");
}

TEST(Import, KeepsAForeignOrganizerAndUpdatesByUid) {
    Domain d;
    json event = timed("From outside", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia", "olav"});
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/import", event), "400 required");
    event["iCalUID"] = "abc-1@elsewhere.example";
    event["organizer"] = {{"email", "Boss@elsewhere.example"}, {"displayName", "The boss"}};
    event["sequence"] = 3;
    const json made = d.ok("mia", "POST", events_of() + "/import", event);
    EXPECT_EQ(made["organizer"], json({{"email", "boss@elsewhere.example"}, {"displayName", "The boss"}}));
    EXPECT_EQ(made["sequence"], 3);
    EXPECT_TRUE(d.ok("olav", "GET", events_of())["items"].empty()) << "an import invites nobody";
    event["summary"] = "Newer";
    const json again = d.ok("mia", "POST", events_of() + "/import", event);
    EXPECT_EQ(again["id"], made["id"]);
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "?iCalUID=" + escaped("abc-1@elsewhere.example"))["items"][0]["summary"], "Newer");
    d.ok("mia", "DELETE", events_of() + "/" + made["id"].get<std::string>());
    EXPECT_EQ(d.ok("mia", "POST", events_of() + "/import", event)["status"], "confirmed") << "an import brings it back";
    EXPECT_EQ(d.ok("olav", "POST", events_of() + "/import", event)["id"], made["id"]) << "one id in the domain";
    event["eventType"] = "outOfOffice";
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/import", event), "400 eventTypeRestriction");
}

TEST(Import, OccurrencesBecomeExceptionsOfTheirSeries) {
    Domain d;
    json series = timed("Weekly", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    series["iCalUID"] = "series@elsewhere.example";
    series["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=4"};
    const json made = d.ok("mia", "POST", events_of() + "/import", series);
    json moved = timed("Later", "2026-03-16T14:00:00", "2026-03-16T15:00:00");
    moved["iCalUID"] = "series@elsewhere.example";
    moved["originalStartTime"] = {{"dateTime", "2026-03-16T10:00:00"}, {"timeZone", series["start"]["timeZone"]}};
    const json exception = d.ok("mia", "POST", events_of() + "/import", moved);
    EXPECT_EQ(exception["recurringEventId"], made["id"]);
    EXPECT_EQ(exception["summary"], "Later");
    json gone = moved;
    gone["originalStartTime"]["dateTime"] = "2026-03-23T10:00:00";
    gone["status"] = "cancelled";
    d.call("mia", "POST", events_of() + "/import", gone);
    std::string shown;
    const json rows = d.ok("mia", "GET", events_of() + "/" + made["id"].get<std::string>() + "/instances")["items"];
    for (const json& each : rows)
        shown += each["summary"].get<std::string>() + each["start"]["dateTime"].get<std::string>().substr(5, 8) + " ";
    EXPECT_EQ(shown, "Weekly03-09T10 Later03-16T14 Weekly03-30T10 ");
    gone["originalStartTime"]["dateTime"] = "2026-03-24T10:00:00";
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/import", gone), "400 invalid");
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + made["id"].get<std::string>())["recurrence"], series["recurrence"]) << "the series stays";
}

TEST(StatusEvents, DeclineInvitationsAsTheySay) {
    Domain d;
    const auto answer_of = [&](const std::string& id, const std::string& slot = "") { return d.ok("mia", "GET", events_of() + "/" + id + slot)["attendees"][0]; };
    const auto invite = [&](const std::string& day, json more = json::object()) {
        json event = timed("Talk", "2026-03-" + day + "T10:00:00", "2026-03-" + day + "T11:00:00", {"olav"});
        event.update(more);
        const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
        d.pass(std::chrono::seconds(1));
        return id;
    };
    const std::string before = invite("10"), other = invite("13");
    json away = timed("Away", "2026-03-10T00:00:00", "2026-03-11T00:00:00");
    away["eventType"] = "outOfOffice";
    away["outOfOfficeProperties"] = {{"autoDeclineMode", "declineOnlyNewConflictingInvitations"}, {"declineMessage", "I am away"}};
    const std::string status = d.ok("olav", "POST", events_of(), away)["id"];
    d.pass(std::chrono::seconds(1));
    EXPECT_EQ(answer_of(before)["responseStatus"], "needsAction") << "only new ones";
    const json declined = answer_of(invite("10"));
    EXPECT_EQ(declined["responseStatus"], "declined");
    EXPECT_EQ(declined["comment"], "I am away");
    EXPECT_EQ(answer_of(invite("12"))["responseStatus"], "needsAction");
    d.ok("olav", "PATCH", events_of() + "/" + status, {{"outOfOfficeProperties", {{"autoDeclineMode", "declineAllConflictingInvitations"}}}});
    d.pass(std::chrono::seconds(1));
    EXPECT_EQ(answer_of(before)["responseStatus"], "declined");
    EXPECT_EQ(answer_of(other)["responseStatus"], "needsAction");
    const std::string series = invite("09", {{"recurrence", {"RRULE:FREQ=DAILY;COUNT=3"}}});
    const json days = d.ok("mia", "GET", events_of() + "/" + series + "/instances")["items"];
    EXPECT_EQ(days[0]["attendees"][0]["responseStatus"], "needsAction");
    EXPECT_EQ(days[1]["attendees"][0]["responseStatus"], "declined") << "one occurrence";
    d.ok("mia", "PATCH", events_of() + "/" + other, {{"start", days[1]["start"]}, {"end", days[1]["end"]}});
    d.pass(std::chrono::seconds(1));
    EXPECT_EQ(answer_of(other)["responseStatus"], "declined") << "moved there";
    away["outOfOfficeProperties"] = {{"autoDeclineMode", "declineNone"}};
    away["start"]["dateTime"] = "2026-03-20T00:00:00";
    away["end"]["dateTime"] = "2026-03-21T00:00:00";
    d.ok("olav", "POST", events_of(), away);
    EXPECT_EQ(answer_of(invite("20"))["responseStatus"], "needsAction");
    away["outOfOfficeProperties"] = {{"declineMessage", 5}};
    EXPECT_EQ(d.refusal("olav", "POST", events_of(), away), "400 invalid");
}

std::vector<std::string> mails(Domain& d) {
    std::vector<std::string> out;
    for (const Mail& mail : d.service().outbox())
        out.push_back(std::string(name_of(mail.about)) + " " + mail.from.substr(0, mail.from.find('@')) + " to " + mail.to + ": " + mail.subject);
    d.service().clear_outbox();
    return out;
}

TEST(SendUpdates, DecidesWhoHears) {
    Domain d;
    json event = timed("Plan", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia", "olav", "fjord"});
    event["attendees"].push_back({{"email", "guest@elsewhere.example"}});
    const std::string id = d.ok("mia", "POST", events_of() + "?sendUpdates=all", event)["id"];
    EXPECT_EQ(mails(d), (std::vector<std::string>{"invitation mia to olav@nordlys.example: Invitation: Plan",
                                                  "invitation mia to guest@elsewhere.example: Invitation: Plan"}));
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"summary", "Quiet"}});
    EXPECT_TRUE(mails(d).empty()) << "nobody hears when nothing is said";
    d.ok("mia", "PATCH", events_of() + "/" + id + "?sendUpdates=externalOnly", {{"summary", "Plan B"}});
    EXPECT_EQ(mails(d), std::vector<std::string>{"update mia to guest@elsewhere.example: Updated invitation: Plan B"});
    d.ok("olav", "PATCH", events_of() + "/" + id + "?sendUpdates=all",
         {{"attendeesOmitted", true}, {"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "accepted"}}}}});
    EXPECT_EQ(mails(d), std::vector<std::string>{"reply olav to mia@nordlys.example: Reply: Plan B"});
    d.ok("mia", "PATCH", events_of() + "/" + id + "?sendUpdates=all", {{"attendees", {{{"email", "mia@nordlys.example"}}, {{"email", "eva@nordlys.example"}}}}});
    EXPECT_EQ(mails(d), (std::vector<std::string>{"cancellation mia to olav@nordlys.example: Cancelled event: Plan B",
                                                  "cancellation mia to guest@elsewhere.example: Cancelled event: Plan B",
                                                  "invitation mia to eva@nordlys.example: Invitation: Plan B"}));
    d.call("mia", "DELETE", events_of() + "/" + id + "?sendNotifications=true");
    EXPECT_EQ(mails(d), std::vector<std::string>{"cancellation mia to eva@nordlys.example: Cancelled event: Plan B"});
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "?sendUpdates=everybody", event), "400 invalidParameter");
}

}  // namespace
}  // namespace fakes
