// What proxies, gateways and broken services answer in place of what was asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/sync/http_calls.hpp"
#include "tests/engine_sync/world.hpp"

namespace {

using namespace std::chrono_literals;
using namespace world;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Fault answered(std::string body) {
    Fault fault;
    fault.kind = Fault::Kind::answer;
    fault.answer.status = 200;
    fault.answer.body = std::move(body);
    return fault;
}

World::Wish on(engine::Provider provider) {
    World::Wish wish;
    wish.provider = provider;
    return wish;
}

class Junk : public ::testing::TestWithParam<engine::Provider> {};
INSTANTIATE_TEST_SUITE_P(Providers, Junk, ::testing::Values(engine::Provider::microsoft, engine::Provider::google),
                         [](const auto& it) { return std::string(it.param == engine::Provider::google ? "google" : "microsoft"); });

TEST_P(Junk, AnEventThatCouldNotBeReadIsLookedAtAgainSoon) {
    World w(on(GetParam()));
    w.start_engine();
    w.run_for(1min);
    bool spoiled = true;
    w.fault = [&](const engine::HttpRequest& request) {
        const bool one_event = request.method == "PATCH" || (request.method == "GET" && request.url.find("/events/") != std::string::npos);
        return spoiled && one_event ? answered("<html><body>One moment, please</body></html>") : Fault{};
    };
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(90s);
    EXPECT_THAT(w.app("ana").meetings, IsEmpty());
    const std::size_t calls = w.sent.size();
    spoiled = false;
    w.run_for(4min);
    EXPECT_THAT(w.app("ana").meetings, SizeIs(1)) << "no notification comes again";
    EXPECT_GT(w.sent.size(), calls);
}

TEST_P(Junk, WhatStaysUnreadableIsNotAskedForWithoutEnd) {
    World w(on(GetParam()));
    w.start_engine();
    w.run_for(1min);
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.fault = [](const engine::HttpRequest& request) {
        return request.method == "GET" && request.url.find("/events/") != std::string::npos ? answered("{\"id\":[1") : Fault{};
    };
    w.run_for(12h);
    EXPECT_LT(w.sent_to("GET", "/events/").size(), 40u);
}

TEST_P(Junk, AListThatLeadsInACircleIsLeft) {
    World w(on(GetParam()));
    w.start_engine();
    ASSERT_TRUE(w.hands().create(w.address("ana"), w.webex_draft(), w.now).ok);
    w.run_for(1min);
    ASSERT_THAT(w.app("ana").meetings, SizeIs(1));
    const std::size_t before = w.sent.size();
    w.fault = [](const engine::HttpRequest& request) {
        if (request.method != "GET" || (request.url.find("/events?") == std::string::npos && request.url.find("$skip") == std::string::npos)) return Fault{};
        const std::string origin(engine::sync::origin(request.url));
        return answered(R"({"value":[],"items":[],"nextPageToken":"once more","@odata.nextLink":")" + origin + R"(/v1.0/users/x/calendar/events?$skip=1"})");
    };
    w.run_for(25h);  // with the daily look
    EXPECT_LT(w.sent.size() - before, 2'500u) << "a few pages an hour";
    EXPECT_THAT(w.app("ana").meetings, SizeIs(1)) << "a list without end deletes nothing";
}

TEST_P(Junk, AnErrorSentAs200EndsNobodysAbsence) {
    World w(on(GetParam()));
    w.start_engine();
    w.run_for(1min);
    fakes::AutomaticReplies replies;
    replies.on = true;
    ASSERT_TRUE(w.hands().set_automatic_replies(w.address("ana"), replies, w.now).ok);
    w.run_for(21min);
    ASSERT_EQ(w.cloud->presence("ana"), "ooo");
    w.fault = [](const engine::HttpRequest& request) {
        const bool asked = request.url.ends_with("/mailboxSettings") || request.url.ends_with("/settings/vacation");
        return asked ? answered(R"({"error":{"code":"InternalServerError","message":"try later"}})") : Fault{};
    };
    w.run_for(25min);
    EXPECT_EQ(w.cloud->presence("ana"), "ooo");
}

TEST(RetryAfter, IsSecondsOrADateAndNothingElse) {
    const engine::Instant now{1'700'000'000'000ms};
    using engine::sync::retry_after;
    EXPECT_EQ(retry_after("45", now), 45s);
    EXPECT_EQ(retry_after("Tue, 14 Nov 2023 22:13:30 GMT", now), 10s);
    EXPECT_EQ(retry_after("Tue, 14 Nov 2023 22:13:10 GMT", now), 0s) << "already past";
    EXPECT_GT(retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now), std::optional<engine::Duration>(1h));
    for (const char* word : {"-5", "", "soon", "infinite-past", "infinite-future", "99999999999999999999", "1.5", "45 "})
        EXPECT_EQ(retry_after(word, now), std::nullopt) << word;
}

TEST(Strangers, OneRequestMakesOneLineOfLog) {
    World w;
    w.start_engine();
    w.run_for(1min);
    nlohmann::json notices;
    for (int i = 0; i < 3'000; ++i) notices["value"].push_back({{"subscriptionId", "no-such-" + std::to_string(i)}, {"clientState", "guess"}});
    engine::HttpRequest knock;
    knock.method = "POST";
    knock.url = "https://hooks.example/hooks/graph";
    knock.body = notices.dump();
    const std::size_t lines = w.log.size();
    EXPECT_EQ(w.at_the_hook(knock).status, 202);
    EXPECT_EQ(w.log.size() - lines, 1u);
}

}  // namespace
