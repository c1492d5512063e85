// What devices ask of the calendar service, check-ins, guests, and a device without network.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cloud/stage.hpp"

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using stage::Stage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* requests = "/calendar/api/v1/deviceRequests";

json waiting(Stage& s) { return json::parse(s.cloud("GET", requests).body).at("items"); }

std::vector<std::string> shown_titles(const fakes::Edge& edge) {
    std::vector<std::string> out;
    for (const fakes::ShownMeeting& meeting : edge.screen().meetings) out.push_back(meeting.title);
    return out;
}

fakes::DeviceBooking huddle(const Stage& s) {
    fakes::DeviceBooking booking;
    booking.event = "huddle";
    booking.title = "Huddle";
    booking.start = s.now + 1h;
    return booking;
}

TEST(DeviceRequests, AreKeptForTheServiceUntilItAnswers) {
    Stage s;
    fakes::Edge& board = s.add_device("wawel");
    s.settle();
    board.book(huddle(s), s.now);
    s.settle();
    EXPECT_THAT(s.hook_bodies, ElementsAre(R"({"type":"device.requests"})"));
    const json items = waiting(s);
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].at("type"), "BOOK");
    EXPECT_EQ(items[0].at("userId"), s.id("wawel"));
    EXPECT_EQ(items[0].at("durationMinutes"), 30);
    EXPECT_THAT(items[0].dump(), Not(HasSubstr("Huddle")));
    // The service may read the key; nobody else may.
    const json retrieve{{"method", "retrieve"}, {"uri", items[0].at("encryptionKeyUrl")}};
    EXPECT_EQ(json::parse(s.key_message(retrieve.dump())).at("status"), 200);
    EXPECT_EQ(json::parse(s.key_message(retrieve.dump(), s.token("ana"))).at("status"), 403);
    ASSERT_THAT(board.screen().answers, SizeIs(1));
    EXPECT_EQ(board.screen().answers[0].state, "waiting");
    EXPECT_THAT(shown_titles(board), ElementsAre("Huddle")) << "shown while it waits";

    const std::string id = items[0].at("id");
    EXPECT_EQ(s.cloud("PUT", requests + ("/" + id), R"({"state":"DONE","itemId":"m1"})").status, 204);
    s.settle();
    EXPECT_EQ(board.screen().answers[0].state, "confirmed");
    EXPECT_EQ(board.screen().answers[0].item_id, "m1");
    EXPECT_THAT(waiting(s), SizeIs(0));
}

TEST(DeviceRequests, ADeskIsBookedForItsGuestAndGivenBackWhenTheyLeave) {
    Stage s;
    fakes::Edge& desk = s.add_device("wawel");
    s.settle();
    desk.sign_in("ben", s.id("ben"), s.token("ben"));
    desk.book_desk("his", s.now + std::chrono::hours(2), s.now);
    s.settle();
    json items = waiting(s);
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].at("guest"), s.id("ben"));
    EXPECT_EQ(items[0].at("durationMinutes"), 120);
    const std::string id = items[0].at("id");
    s.put("wawel", "m1", s.item("m1", "Hot desk", s.make_key({"wawel"}), items[0].at("startTime")));
    EXPECT_EQ(s.cloud("PUT", requests + ("/" + id), R"({"state":"DONE","itemId":"m1"})").status, 204);
    s.settle();
    desk.leave_desk(s.now);
    s.settle();
    items = waiting(s);
    ASSERT_THAT(items, SizeIs(1));
    EXPECT_EQ(items[0].at("type"), "RELEASE");
    EXPECT_EQ(items[0].at("cause"), "HotdeskSignout");
    EXPECT_EQ(desk.guest_key(), "");

    desk.sign_in("ben", s.id("ben"), s.token("ben"));
    desk.book_desk("again", s.now + std::chrono::minutes(30), s.now);
    s.advance(std::chrono::minutes(31));
    EXPECT_EQ(desk.guest_key(), "") << "signed out at the hour";
}

TEST(DeviceRequests, AGuestGoesWithTheirBooking) {
    for (const std::string& ends : {"moved away", "cancelled", "shortened"}) {
        Stage s;
        fakes::Edge& desk = s.add_device("wawel");
        s.settle();
        desk.sign_in("ben", s.id("ben"), s.token("ben"));
        desk.book_desk("his", s.now + std::chrono::hours(2), s.now);
        s.settle();
        const json asked = waiting(s)[0];
        const std::string key = s.make_key({"wawel"});
        s.put("wawel", "m1", s.item("m1", "Hot desk", key, asked.at("startTime")));  // thirty minutes
        EXPECT_EQ(s.cloud("PUT", requests + ("/" + asked.at("id").get<std::string>()), R"({"state":"DONE","itemId":"m1"})").status, 204);
        s.settle();
        EXPECT_EQ(desk.guest_key(), "ben") << ends;
        EXPECT_EQ(desk.screen().guest, "ben");
        if (ends == "moved away") s.put("wawel", "m1", s.item("m1", "Hot desk", key, "2026-03-02T23:00:00.000Z"));
        if (ends == "cancelled") s.cloud("DELETE", s.item_path("wawel", "m1"), "");
        s.advance(ends == "shortened" ? std::chrono::minutes(31) : std::chrono::minutes(1));
        EXPECT_EQ(desk.guest_key(), "") << ends;
        EXPECT_EQ(desk.screen().guest, "") << ends;
    }
}

TEST(DeviceRequests, AreOverAfterAMinute) {
    Stage s;
    fakes::Edge& board = s.add_device("wawel");
    s.settle();
    board.book(huddle(s), s.now);
    s.settle();
    const std::string id = waiting(s).at(0).at("id");
    s.advance(61s);
    EXPECT_EQ(board.screen().answers[0].state, "failed");
    EXPECT_EQ(board.screen().answers[0].cause, "Timeout");
    EXPECT_THAT(shown_titles(board), IsEmpty());
    EXPECT_THAT(waiting(s), SizeIs(0));
    EXPECT_EQ(s.cloud("PUT", requests + ("/" + id), R"({"state":"DONE","itemId":"m1"})").status, 404) << "the service must take it back";
}

TEST(DeviceRequests, FailWithTheCauseOfWhatIsMissing) {
    Stage s;
    fakes::Edge& board = s.add_device("wawel");
    s.settle();
    s.keys->refuse(true);
    board.book(huddle(s), s.now);
    s.settle();
    EXPECT_EQ(board.screen().answers.back().cause, "KmsError");
    s.keys->refuse(false);
    s.lose = [](const fakes::Outgoing& out) { return out.what == "device request"; };
    board.book(huddle(s), s.now);
    s.settle();
    EXPECT_EQ(board.screen().answers.back().cause, "HttpError");
    board.go_offline(s.now);
    board.book(huddle(s), s.now);
    EXPECT_EQ(board.screen().answers.back().cause, "HttpError");
    EXPECT_THAT(shown_titles(board), IsEmpty());
}

TEST(DeviceRequests, AreRefusedWhenTheySayTooMuchOrTooLittle) {
    Stage s;
    const std::string board = s.token("wawel");
    const auto status = [&](const std::string& body) { return s.cloud("POST", requests, body, board); };
    const std::string key = s.make_key({"wawel"});
    const auto refused = [&](const std::string& body, const char* why) {
        const fakes::Reply reply = status(body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_THAT(reply.body, HasSubstr(why));
    };
    refused(R"({"type":"PARTY"})", "type must be");
    refused(R"({"type":"BOOK","title":"Huddle","encryptionKeyUrl":")" + key + R"(","startTime":"2026-03-02T09:00:00Z","durationMinutes":30})", "plaintext is refused");
    refused(R"({"type":"BOOK","title":")" + s.seal(key, "x") + R"(","encryptionKeyUrl":")" + key + R"(","startTime":"nine","durationMinutes":30})", "startTime");
    refused(R"({"type":"BOOK","title":")" + s.seal(key, "x") + R"(","encryptionKeyUrl":")" + key + R"(","startTime":"2026-03-02T09:00:00Z","durationMinutes":1441})", "1 to 1440");
    refused(R"({"type":"BOOK","title":")" + s.seal(key, "x") + R"(","encryptionKeyUrl":")" + key + R"(","startTime":"2026-03-02T09:00:00Z","durationMinutes":30,"guest":"nobody"})", "guest must be a user");
    refused(R"({"type":"QUICK_BOOK","words":")" + s.seal(key, "x") + R"(","encryptionKeyUrl":")" + key + R"(","guest":")" + s.id("ben") + R"("})", "says more than a QUICK_BOOK may");
    refused(R"({"type":"EXTEND","durationMinutes":5})", "itemId is missing");
    refused(R"({"type":"EXTEND","itemId":"m1","durationMinutes":5,"cause":"NoShow"})", "says more than");
    refused(R"({"type":"RESPOND","itemId":"m1","response":"MAYBE"})", "response must be");
    EXPECT_EQ(status(R"({"type":"EXTEND","itemId":"m1","durationMinutes":5})").status, 404) << "not in the room's list";
    EXPECT_EQ(s.cloud("POST", requests, R"({"type":"EXTEND","itemId":"m1","durationMinutes":5})").status, 403) << "the service asks nothing";
    EXPECT_EQ(s.cloud("GET", requests, {}, board).status, 403) << "a device does not see what others ask";
    EXPECT_EQ(s.cloud("PUT", std::string(requests) + "/x", R"({"state":"FAILED"})").status, 400) << "a failure has a cause";
}

TEST(CheckIn, IsKeptOverARebootAndEndsWithTheMeeting) {
    Stage s;
    const std::string key = s.make_key({"wawel"});
    fakes::Edge& board = s.add_device("wawel");
    s.put("wawel", "m1", s.item("m1", "Review", key));
    s.settle();
    const std::string path = "/calendar/api/v1/checkIns/" + fakes::base64url_encode("m1");
    EXPECT_EQ(s.cloud("PUT", path, {}, s.token("wawel")).status, 204);
    EXPECT_EQ(s.cloud("PUT", "/calendar/api/v1/checkIns/" + fakes::base64url_encode("m2"), {}, s.token("wawel")).status, 404);
    board.reboot();
    s.settle();
    EXPECT_THAT(board.screen().checked_in, ElementsAre("m1"));
    s.cloud("DELETE", s.item_path("wawel", "m1"));
    board.reboot();
    s.settle();
    EXPECT_THAT(board.screen().checked_in, IsEmpty());
}

TEST(Guest, IsShownUntilTheySignOut) {
    Stage s;
    fakes::Edge& desk = s.add_device("wawel");
    const std::string bens = s.make_key({"ben"});
    s.put("ben", "m1", s.item("m1", "Review", bens));
    s.settle();
    EXPECT_THAT(shown_titles(desk), IsEmpty());
    desk.sign_in("ben", s.id("ben"), s.token("ben"));
    s.meeting_cloud->connect_guest("ben", "wawel", true);
    s.settle();
    EXPECT_THAT(shown_titles(desk), ElementsAre("Review"));
    s.put("ben", "m2", s.item("m2", "Budget", bens, "2026-03-02T10:00:00.000Z"));
    s.settle();
    EXPECT_THAT(shown_titles(desk), ElementsAre("Review", "Budget"));
    s.meeting_cloud->connect_guest("ben", "wawel", false);
    desk.sign_out();
    EXPECT_THAT(shown_titles(desk), IsEmpty());
    const std::size_t sent = s.sent.size();
    s.put("ben", "m3", s.item("m3", "Harbour", bens));
    s.advance(1min);
    for (std::size_t i = sent; i < s.sent.size(); ++i) EXPECT_THAT(s.sent[i].url, Not(HasSubstr("/push/guest")));
    EXPECT_THAT(shown_titles(desk), IsEmpty());
}

TEST(Offline, DeviceKeepsItsScreenAndCatchesUp) {
    Stage s;
    fakes::Edge& board = s.add_device("wawel");
    const std::string key = s.make_key({"wawel"});
    s.put("wawel", "m1", s.item("m1", "Review", key));
    s.settle();
    board.go_offline(s.now);
    s.put("wawel", "m1", s.item("m1", "Reviews", key));
    s.advance(1min);
    EXPECT_THAT(shown_titles(board), ElementsAre("Review"));
    board.come_back(s.now);
    s.settle();
    EXPECT_THAT(shown_titles(board), ElementsAre("Reviews"));
}

}  // namespace
