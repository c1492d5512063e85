#include "sim/wire/http_reader.hpp"

#include <gtest/gtest.h>

#include "sim/wire/message.hpp"

namespace {

using sim::HttpReader;
using State = HttpReader::State;

HttpReader::State feed_all(HttpReader& reader, std::string_view text, std::size_t piece, std::string* rest = nullptr) {
    State state = State::more;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        std::string_view bytes = text.substr(at, piece);
        do state = reader.feed(bytes);
        while (state == State::waits);
        if (state == State::complete || state == State::refused) {
            if (rest != nullptr) *rest = std::string(bytes) + std::string(text.substr(std::min(text.size(), at + piece)));
            break;
        }
        EXPECT_TRUE(bytes.empty());
    }
    return state;
}

constexpr std::string_view post =
    "POST /v1.0/users/a%40b/events?$top=1 HTTP/1.1\r\nHost: LocalHost:8443\r\nContent-Type: application/json\r\n"
    "Content-Length: 13\r\nX-Empty:\r\nX-Blank:   two words \t\r\n\r\n{\"a\":\"b\\\\cd\"}";

TEST(HttpReader, ReadsARequestInAnyPieces) {
    const sim::HttpLimits limits;
    for (std::size_t piece = 1; piece <= post.size(); ++piece) {
        HttpReader reader(limits);
        ASSERT_EQ(feed_all(reader, post, piece), State::complete) << piece;
        const fakes::Request& request = reader.request();
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.host, "localhost");
        EXPECT_EQ(request.target, "/v1.0/users/a%40b/events?$top=1");
        ASSERT_EQ(request.headers.size(), 3u);
        EXPECT_EQ(request.headers[0].value, "application/json");
        EXPECT_EQ(request.headers[1].value, "");
        EXPECT_EQ(request.headers[2].value, "two words");
        EXPECT_EQ(request.body, "{\"a\":\"b\\\\cd\"}");
        EXPECT_TRUE(reader.keeps_alive());
    }
}

TEST(HttpReader, ReadsChunksAndTrailersInAnyPieces) {
    const sim::HttpLimits limits;
    const std::string text =
        "PATCH /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;name=\"v\"\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\nNEXT";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        HttpReader reader(limits);
        std::string rest;
        ASSERT_EQ(feed_all(reader, text, piece, &rest), State::complete) << piece;
        EXPECT_EQ(reader.request().body, "hello 0123456789");
        EXPECT_EQ(rest, "NEXT");
    }
}

TEST(HttpReader, LeavesTheNextMessageAlone) {
    const sim::HttpLimits limits;
    HttpReader reader(limits);
    std::string_view bytes = "GET /1 HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
    ASSERT_EQ(reader.feed(bytes), State::complete);
    EXPECT_EQ(reader.request().target, "/1");
    EXPECT_EQ(reader.request().headers.size(), 2u);
    reader.next();
    ASSERT_EQ(reader.feed(bytes), State::complete);
    EXPECT_EQ(reader.request().target, "/2");
    EXPECT_TRUE(reader.request().headers.empty());
    EXPECT_TRUE(bytes.empty());
}

TEST(HttpReader, TellsWhoWaitsForPermission) {
    const sim::HttpLimits limits;
    HttpReader reader(limits);
    std::string_view bytes = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    ASSERT_EQ(reader.feed(bytes), State::waits);
    bytes = "ok";
    ASSERT_EQ(reader.feed(bytes), State::complete);
    EXPECT_EQ(reader.request().body, "ok");
}

TEST(HttpReader, KnowsWhenAConnectionEnds) {
    const sim::HttpLimits limits;
    const auto keeps = [&](std::string_view text) {
        HttpReader reader(limits);
        EXPECT_EQ(feed_all(reader, text, text.size()), State::complete) << text;
        return reader.keeps_alive();
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(HttpReader, TurnsHeadIntoGet) {
    const sim::HttpLimits limits;
    HttpReader reader(limits);
    ASSERT_EQ(feed_all(reader, "HEAD http://other.example/p?q HTTP/1.1\r\nHost: h\r\n\r\n", 7), State::complete);
    EXPECT_TRUE(reader.is_head());
    EXPECT_EQ(reader.request().method, "GET");
    EXPECT_EQ(reader.request().target, "/p?q");
}

struct Bad {
    const char* text;
    int status;
};

class HttpReaderRefuses : public testing::TestWithParam<Bad> {};

TEST_P(HttpReaderRefuses, InAnyPieces) {
    sim::HttpLimits limits;
    limits.head_bytes = 1000;
    limits.target_bytes = 100;
    limits.headers = 5;
    limits.body_bytes = 20;
    const std::string_view text = GetParam().text;
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, text.size()}) {
        HttpReader reader(limits);
        EXPECT_EQ(feed_all(reader, text, piece), State::refused) << text;
        EXPECT_EQ(reader.status(), GetParam().status) << text;
        EXPECT_FALSE(reader.keeps_alive());
        std::string_view more = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        EXPECT_EQ(reader.feed(more), State::refused) << "nothing is read after a refusal";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, HttpReaderRefuses,
    testing::Values(Bad{"GET /\r\n\r\n", 400}, Bad{"GET / HTTP/2.0\r\n\r\n", 505}, Bad{"GET / FTP/1.1\r\n\r\n", 400}, Bad{"G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Bad{"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400}, Bad{"GET a HTTP/1.1\r\nHost: h\r\n\r\n", 400}, Bad{"GET / HTTP/1.1\r\n\r\n", 400},
                    Bad{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400}, Bad{"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
                    Bad{"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400}, Bad{"GET / HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n\r\n", 400},
                    Bad{"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", 400}, Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400}, Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
                    Bad{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}, Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\n\r\n", 413}, Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n", 413}, Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nab\r\n", 400},
                    Bad{"POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417},
                    Bad{"GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\nF: 1\r\n\r\n", 431}));

TEST(HttpReader, NamesTheLimitOfAHead) {
    sim::HttpLimits limits;
    limits.head_bytes = 200;
    limits.target_bytes = 100;
    HttpReader long_line(limits), long_target(limits), long_head(limits);
    EXPECT_EQ(feed_all(long_line, "GET /" + std::string(300, 'a'), 10), State::refused);
    EXPECT_EQ(long_line.status(), 414);
    EXPECT_EQ(feed_all(long_target, "GET /" + std::string(120, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 1000), State::refused);
    EXPECT_EQ(long_target.status(), 414);
    EXPECT_EQ(feed_all(long_head, "GET /v1.0/me HTTP/1.1\r\nHost: h\r\nX: " + std::string(300, 'a'), 10), State::refused);
    EXPECT_EQ(long_head.status(), 431);
    EXPECT_EQ(long_head.request().target, "/v1.0/me") << "the path tells whose error body is due";
}

TEST(HttpReader, ReadsRepliesInAnyPieces) {
    const sim::HttpLimits limits;
    const std::string_view plain = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone";
    const std::string_view chunked = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
    const std::string_view empty = "HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n";
    for (std::size_t piece = 1; piece <= plain.size(); ++piece) {
        HttpReader reader(limits, HttpReader::Reads::replies);
        ASSERT_EQ(feed_all(reader, plain, piece), State::complete) << piece;
        EXPECT_EQ(reader.reply_status(), 404);
        EXPECT_EQ(reader.request().body, "gone");
        ASSERT_EQ(reader.request().headers.size(), 1u);
        reader.next();
        ASSERT_EQ(feed_all(reader, chunked, piece), State::complete) << piece;
        EXPECT_EQ(reader.reply_status(), 200);
        EXPECT_EQ(reader.request().body, "abcd");
        reader.next();
        ASSERT_EQ(feed_all(reader, empty, piece), State::complete) << piece;
        EXPECT_EQ(reader.reply_status(), 204);
        EXPECT_EQ(reader.request().body, "");
    }
}

TEST(HttpReader, RefusesRepliesWhoseEndNobodyKnows) {
    const sim::HttpLimits limits;
    for (const std::string_view text : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
                                        "HTTP/1.1 2000\r\nContent-Length: 0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"}) {
        HttpReader reader(limits, HttpReader::Reads::replies);
        EXPECT_EQ(feed_all(reader, text, text.size()), State::refused) << text;
    }
}

TEST(HttpReader, FindsControlsWhereverTheyStand) {
    for (std::size_t size = 1; size < 20; ++size)
        for (std::size_t at = 0; at < size; ++at)
            for (int c = 0; c < 256; ++c) {
                std::string text(size, 'x');
                text[at] = static_cast<char>(c);
                ASSERT_EQ(sim::holds_control(text), (c < ' ' && c != '\t') || c == 0x7f) << size << ' ' << at << ' ' << c;
                ASSERT_EQ(sim::holds_blank(text), c <= ' ' || c == 0x7f) << size << ' ' << at << ' ' << c;
            }
    EXPECT_FALSE(sim::holds_control(""));
}

}  // namespace
