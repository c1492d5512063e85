#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

json entry(const json& event, const std::string& who) {
    for (const json& attendee : event.value("attendees", json::array()))
        if (attendee["email"] == Domain::address(who)) return attendee;
    return {};
}
std::string answer_of(const json& event, const std::string& who) { return entry(event, who).value("responseStatus", "absent"); }

TEST(Copies, GuestsHaveTheSameEventWithTheirOwnSelf) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"mia", "olav"}))["id"];
    const json copy = d.ok("olav", "GET", events_of() + "/" + id);
    EXPECT_EQ(copy["organizer"], json({{"email", "mia@nordlys.example"}}));
    EXPECT_TRUE(entry(copy, "olav").value("self", false));
    EXPECT_FALSE(entry(copy, "mia").contains("self"));
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"summary", "Moved"}});
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "/" + id)["summary"], "Moved");
    EXPECT_EQ(d.refusal("eva", "GET", events_of() + "/" + id), "404 notFound");
}

TEST(Copies, PrivatePropertiesBelongToOneCopy) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"olav"}))["id"];
    const json olavs = d.ok("olav", "GET", events_of());
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"extendedProperties", {{"private", {{"k", "mine"}}}, {"shared", {{"s", "ours"}}}}}});
    const json copy = d.ok("olav", "GET", events_of() + "/" + id);
    EXPECT_EQ(copy["extendedProperties"], json({{"shared", {{"s", "ours"}}}}));
    d.ok("olav", "PATCH", events_of() + "/" + id, {{"extendedProperties", {{"private", {{"k", "his"}}}}}});
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["extendedProperties"]["private"]["k"], "mine");
    (void)olavs;
}

TEST(Copies, GuestAnswersWithoutTouchingTheList) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"mia", "olav", "eva"}))["id"];
    const json changed = d.ok("olav", "PATCH", events_of() + "/" + id + "?sendUpdates=all",
                              {{"attendeesOmitted", true}, {"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "accepted"}}}}});
    EXPECT_EQ(changed["attendees"].size(), 3u);
    EXPECT_EQ(answer_of(changed, "olav"), "accepted");
    EXPECT_EQ(answer_of(d.ok("mia", "GET", events_of() + "/" + id), "olav"), "accepted");
    EXPECT_EQ(d.refusal("olav", "PATCH", events_of() + "/" + id,
                        {{"attendeesOmitted", true}, {"attendees", {{{"email", "eva@nordlys.example"}, {"responseStatus", "declined"}}}}}),
              "400 participantIsNeitherOrganizerNorAttendee");
}

TEST(Copies, GuestMayNotChangeWhatIsShared) {
    Domain d;
    json event = timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"mia", "olav"});
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    EXPECT_EQ(d.refusal("olav", "PATCH", events_of() + "/" + id, {{"summary", "Mine now"}}), "403 forbiddenForNonOrganizer");
    EXPECT_EQ(d.refusal("olav", "PATCH", events_of() + "/" + id, {{"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "accepted"}}}}}),
              "403 forbiddenForNonOrganizer") << "the list would lose mia";
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["attendees"].size(), 2u);
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"guestsCanModify", true}});
    d.ok("olav", "PATCH", events_of() + "/" + id, {{"summary", "Ours"}});
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["summary"], "Ours");
}

TEST(Copies, GuestWhoDeletesHasDeclinedAndOrganizerCancelsForAll) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"mia", "olav", "eva"}))["id"];
    d.ok("olav", "DELETE", events_of() + "/" + id);
    EXPECT_EQ(answer_of(d.ok("mia", "GET", events_of() + "/" + id), "olav"), "declined");
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "/" + id)["status"], "cancelled");
    const json evas = d.ok("eva", "GET", events_of());
    d.ok("mia", "DELETE", events_of() + "/" + id);
    const json news = d.ok("eva", "GET", events_of() + "?syncToken=" + escaped(evas["nextSyncToken"].get<std::string>()));
    ASSERT_EQ(news["items"].size(), 1u);
    EXPECT_EQ(news["items"][0]["status"], "cancelled");
}

TEST(Copies, UninvitedGuestSeesACancelledEventAndComesBackWhenInvited) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("Review", "2026-03-09T10:00:00", "2026-03-09T10:45:00", {"olav", "eva"}))["id"];
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"attendees", {{{"email", "eva@nordlys.example"}}}}});
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "/" + id)["status"], "cancelled");
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"attendees", {{{"email", "eva@nordlys.example"}}, {{"email", "olav@nordlys.example"}}}}});
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "/" + id)["status"], "confirmed");
}

TEST(Copies, OneOccurrenceMayHaveAGuestOfItsOwn) {
    Domain d;
    json event = timed("Weekly", "2026-03-16T10:00:00", "2026-03-16T10:30:00", {"olav"});
    event["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=4"};
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    const std::string second = id + "_20260323T090000Z";
    d.ok("mia", "PATCH", events_of() + "/" + second, {{"attendees", {{{"email", "olav@nordlys.example"}}, {{"email", "eva@nordlys.example"}}}}});
    EXPECT_EQ(ids_in(d.ok("eva", "GET", events_of())), (std::vector{second}));
    EXPECT_EQ(d.ok("olav", "GET", events_of() + "?singleEvents=true")["items"].size(), 4u);
    d.ok("olav", "PATCH", events_of() + "/" + id, {{"attendeesOmitted", true}, {"attendees", {{{"email", "olav@nordlys.example"}, {"responseStatus", "accepted"}}}}});
    EXPECT_EQ(answer_of(d.ok("mia", "GET", events_of() + "/" + second), "olav"), "accepted") << "an answer to the series is one to all";
}

TEST(Rooms, AnswerByThemselvesByAvailability) {
    Domain d;
    const std::string first = d.ok("mia", "POST", events_of(), timed("One", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"fjord"}))["id"];
    EXPECT_EQ(answer_of(d.ok("mia", "GET", events_of() + "/" + first), "fjord"), "needsAction");
    d.pass(std::chrono::seconds{2});
    EXPECT_EQ(answer_of(d.ok("mia", "GET", events_of() + "/" + first), "fjord"), "accepted");
    const std::string second = d.ok("olav", "POST", events_of(), timed("Two", "2026-03-09T10:30:00", "2026-03-09T11:30:00", {"fjord", "mute"}))["id"];
    d.pass(std::chrono::seconds{5});
    const json refused = d.ok("olav", "GET", events_of() + "/" + second);
    EXPECT_EQ(answer_of(refused, "fjord"), "declined");
    EXPECT_EQ(answer_of(refused, "mute"), "needsAction");
    d.ok("olav", "PATCH", events_of() + "/" + second, {{"start", {{"dateTime", "2026-03-09T12:00:00"}}}, {"end", {{"dateTime", "2026-03-09T13:00:00"}}}});
    d.pass(std::chrono::seconds{5});
    EXPECT_EQ(answer_of(d.ok("olav", "GET", events_of() + "/" + second), "fjord"), "accepted") << "a moved meeting is asked again";
}

TEST(Rooms, SeriesWithFewConflictsIsAcceptedExceptThere) {
    Domain d;
    const auto daily = [&](const std::string& user, int count) {
        json event = timed("Daily " + user, "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"fjord"});
        event["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=" + std::to_string(count)};
        const std::string id = d.ok(user, "POST", events_of(), event)["id"];
        d.pass(std::chrono::seconds{5});
        return id;
    };
    daily("mia", 2);
    const std::string id = daily("olav", 10);
    EXPECT_EQ(answer_of(d.ok("olav", "GET", events_of() + "/" + id), "fjord"), "accepted");
    EXPECT_EQ(answer_of(d.ok("olav", "GET", events_of() + "/" + id + "_20260310T090000Z"), "fjord"), "declined");
    EXPECT_EQ(answer_of(d.ok("olav", "GET", events_of() + "/" + id + "_20260311T090000Z"), "fjord"), "accepted");
    const std::string late = daily("eva", 10);
    EXPECT_EQ(answer_of(d.ok("eva", "GET", events_of() + "/" + late), "fjord"), "declined") << "too many conflicts";
}

}  // namespace
}  // namespace fakes
