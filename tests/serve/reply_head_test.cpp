#include "sim/serve/reply_head.hpp"

#include <gtest/gtest.h>

namespace {

std::string head_of(const fakes::Reply& reply, bool old_client = false, bool keeps_alive = true) {
    std::string out;
    sim::append_reply_head(out, reply, old_client, keeps_alive, "Mon, 02 Mar 2026 08:00:00 GMT");
    return out;
}

TEST(ReplyHead, SaysLengthAndDate) {
    EXPECT_EQ(head_of({200, {{"ETag", "\"1\""}}, "abc", {}}),
              "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\nContent-Length: 3\r\n\r\n");
}

TEST(ReplyHead, KeepsTheServicesDate) {
    EXPECT_EQ(head_of({201, {{"Date", "D"}}, "", {}}), "HTTP/1.1 201 Created\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
}

TEST(ReplyHead, AnswersWithoutBodySayNoLength) {
    for (const int status : {204, 304}) EXPECT_EQ(head_of({status, {}, "", {}}).find("Content-Length"), std::string::npos) << status;
}

TEST(ReplyHead, SaysHowTheBodyGoesOut) {
    std::string out;
    sim::append_reply_head(out, {200, {{"Vary", "Origin"}}, "plain", {}}, false, true, "D", {true, 3});
    EXPECT_NE(out.find("Content-Length: 3\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"), std::string::npos) << out;
}

TEST(ReplyHead, TellsWhetherTheConnectionStays) {
    EXPECT_NE(head_of({200, {}, "", {}}, false, false).find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(head_of({200, {}, "", {}}).find("Connection:"), std::string::npos);
    EXPECT_TRUE(head_of({200, {}, "", {}}, true).starts_with("HTTP/1.0 200"));
    EXPECT_NE(head_of({200, {}, "", {}}, true).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(ReplyHead, NoValueBecomesAHeaderOfItsOwn) {
    const std::string head = head_of({200, {{"X", "a\r\nSet-Cookie: b"}, {"Y", "fine"}}, "", {}});
    EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
    EXPECT_NE(head.find("Y: fine\r\n"), std::string::npos);
}

}  // namespace
