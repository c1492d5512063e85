// Batch requests as the clients write them, and what they insist on in the answer.
#include "fakes/google/batch.hpp"

#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

struct Part {
    std::string id, http;
};

Request batch(const std::vector<Part>& parts, const std::string& path = "/batch/calendar/v3", const std::string& end = "\r\n") {
    Request request{"POST", "www.googleapis.com", path, {{"Content-Type", "multipart/mixed; boundary=\"===============73==\""}}, ""};
    for (const Part& part : parts)
        request.body += "--===============73==" + end + "Content-Type: application/http" + end + "MIME-Version: 1.0" + end +
                        "Content-ID: <" + part.id + ">" + end + end + part.http + end;
    request.body += "--===============73==--" + end;
    return request;
}

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nAccept: application/json\r\n\r\n"; }

TEST(Batch, AnswersEachPartInItsOwnRight) {
    Domain d;
    const std::string body = timed("In a batch", "2026-03-09T10:00:00", "2026-03-09T11:00:00").dump();
    Request request = batch({{"b + 1", "POST " + events_of() + "?alt=json HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " +
                                           std::to_string(body.size()) + "\r\n\r\n" + body},
                             {"b + 2", get(events_of() + "/nosuchevent")},
                             {"b + 3", get("https://www.googleapis.com/calendar/v3/colors")},
                             {"b + 4", "no request at all"},
                             {"b + 5", get("/calendar/v3/calendars/primary") + "Authorization: late"},
                             {"b + 6", "GET /calendar/v3/calendars/primary HTTP/1.1\r\nAuthorization: Bearer " + d.token("olav") + "\r\n\r\n"}});
    request.headers.push_back({"Authorization", "Bearer " + d.token("mia")});
    const Reply reply = d.raw(request);
    ASSERT_EQ(reply.status, 200);
    const std::string& type = *find_header(reply.headers, "Content-Type");
    ASSERT_TRUE(type.starts_with("multipart/mixed; boundary=batch_")) << type;
    const std::string delimiter = "--" + type.substr(type.find('=') + 1);
    std::vector<std::string> parts;
    for (std::size_t at = reply.body.find(delimiter); at != std::string::npos;) {
        const std::size_t next = reply.body.find(delimiter, at + 1);
        if (next != std::string::npos) parts.push_back(reply.body.substr(at + delimiter.size() + 2, next - at - delimiter.size() - 2));
        at = next;
    }
    ASSERT_EQ(parts.size(), 6u) << reply.body;
    EXPECT_TRUE(reply.body.ends_with(delimiter + "--\r\n"));
    const std::vector<std::string> lines = {"200 OK", "404 Not Found", "200 OK", "400 Bad Request", "200 OK", "200 OK"};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string head = "Content-Type: application/http\r\nContent-ID: <response-b + " + std::to_string(i + 1) + ">\r\n\r\nHTTP/1.1 " + lines[i] + "\r\n";
        EXPECT_TRUE(parts[i].starts_with(head)) << parts[i];
        EXPECT_NE(parts[i].find("\r\nContent-Type: application/json; charset=UTF-8\r\n"), std::string::npos) << "the case of header names counts";
    }
    EXPECT_NE(parts[0].find("\r\nETag: \""), std::string::npos);
    EXPECT_EQ(json::parse(parts[0].substr(parts[0].find("\r\n\r\n{") + 4))["summary"], "In a batch");
    EXPECT_EQ(json::parse(parts[1].substr(parts[1].find("\r\n\r\n{") + 4))["error"]["code"], 404);
    EXPECT_EQ(json::parse(parts[5].substr(parts[5].find("\r\n\r\n{") + 4))["id"], "olav@nordlys.example") << "a part's own token";
}

TEST(Batch, TakesBareLineFeedsAndDeletes) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("A", "2026-03-09T10:00:00", "2026-03-09T11:00:00"))["id"];
    Request request = batch({{"x+1", "DELETE " + events_of() + "/" + id + " HTTP/1.1\nHost: www.googleapis.com\n\n"}}, "/batch/calendar/v3", "\n");
    request.headers.push_back({"Authorization", "Bearer " + d.token("mia")});
    const Reply reply = d.raw(request);
    EXPECT_NE(reply.body.find("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n\r\n"), std::string::npos) << reply.body;
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["status"], "cancelled");
}

TEST(Batch, HasLimitsAndAForm) {
    Domain d;
    const auto status = [&](Request request) {
        request.headers.push_back({"Authorization", "Bearer " + d.token("mia")});
        return d.raw(std::move(request)).status;
    };
    EXPECT_EQ(status(batch(std::vector<Part>(50, {"a", get("/calendar/v3/colors")}))), 200);
    EXPECT_EQ(status(batch(std::vector<Part>(51, {"a", get("/calendar/v3/colors")}))), 400);
    EXPECT_EQ(status(batch({})), 400);
    Request bad = batch({{"a", get("/calendar/v3/colors")}});
    bad.headers[0].value = "application/json";
    EXPECT_EQ(status(bad), 400);
    Request cut = batch({{"a", get("/calendar/v3/colors")}});
    cut.body.resize(cut.body.size() - 8);
    EXPECT_EQ(status(cut), 400);
    Request gmail = batch({{"a", get("/gmail/v1/users/me/settings/vacation")}, {"b", get("/calendar/v3/colors")}}, "/batch/gmail/v1");
    gmail.headers.push_back({"Authorization", "Bearer " + d.token("mia")});
    const Reply reply = d.raw(gmail);
    EXPECT_NE(reply.body.find("enableAutoReply"), std::string::npos);
    EXPECT_NE(reply.body.find("HTTP/1.1 400 Bad Request"), std::string::npos) << "a part belongs to the API of its endpoint";
    Request unauthorized = batch({{"a", get("/calendar/v3/colors")}});
    EXPECT_NE(d.raw(unauthorized).body.find("HTTP/1.1 401 Unauthorized"), std::string::npos);
}

}  // namespace
}  // namespace fakes
