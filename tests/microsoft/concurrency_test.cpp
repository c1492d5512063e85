// Requests under way: each takes its time, and the fifth at once of one application to one mailbox is refused.
#include <gtest/gtest.h>

#include <map>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using namespace std::chrono_literals;

namespace {

struct Burst {
    Tenant tenant;
    std::map<fakes::ExchangeId, fakes::Reply> answers;
    fakes::ExchangeId last = 1'000;

    Burst() : tenant([] {
        fakes::MicrosoftOptions options;
        options.request_takes = 200ms;
        return options;
    }()) {}
    void keep(fakes::Effects& effects) {
        for (auto& answer : effects.answers) answers.emplace(answer.to, std::move(answer.reply));
    }
    fakes::ExchangeId send(const std::string& user, const std::string& verb = "GET", const json& body = nullptr, const std::string& path = "/events?$top=1") {
        fakes::Request request;
        request.method = verb;
        request.host = "graph.microsoft.com";
        request.target = verb == "POST" && path == "/$batch" ? "/v1.0/$batch" : "/v1.0/users/" + user + "@calrig.example" + path;
        request.headers = {{"Authorization", tenant.bearer}, {"Content-Type", "application/json"}};
        if (!body.is_null()) request.body = body.dump();
        fakes::Effects effects;
        tenant.service->request(++last, request, tenant.now, effects);
        keep(effects);
        return last;
    }
    void pass(std::chrono::milliseconds span) {
        tenant.now += span;
        fakes::Effects effects;
        tenant.service->wake(tenant.now, effects);
        keep(effects);
    }
};

}  // namespace

TEST(MicrosoftConcurrency, TheFifthRequestAtOnceToAMailboxIsRefused) {
    Burst burst;
    std::vector<fakes::ExchangeId> sent;
    for (int i = 0; i < 6; ++i) sent.push_back(burst.send("ada"));
    const fakes::ExchangeId other = burst.send("bo");
    ASSERT_EQ(burst.answers.size(), 2u) << "four are under way, two are refused at once, another mailbox has four of its own";
    for (const std::size_t late : {4u, 5u}) {
        ASSERT_TRUE(burst.answers.contains(sent[late]));
        const fakes::Reply& refused = burst.answers.at(sent[late]);
        EXPECT_EQ(refused.status, 429);
        const json error = json::parse(refused.body)["error"];
        EXPECT_EQ(error["code"], "ApplicationThrottled");
        EXPECT_EQ(error["message"], "Application is over its MailboxConcurrency limit.");
        EXPECT_NE(fakes::find_header(refused.headers, "Retry-After"), nullptr);
    }
    ASSERT_TRUE(burst.tenant.service->next_wake());
    burst.pass(199ms);
    EXPECT_EQ(burst.answers.size(), 2u);
    burst.pass(1ms);
    EXPECT_EQ(burst.answers.size(), 7u);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(burst.answers.at(sent[static_cast<std::size_t>(i)]).status, 200);
    EXPECT_EQ(burst.answers.at(other).status, 200);
    const fakes::ExchangeId again = burst.send("ada");
    burst.pass(200ms);
    EXPECT_EQ(burst.answers.at(again).status, 200) << "the places are free again";
}

TEST(MicrosoftConcurrency, ABatchRunsItsStepsAFewAtATimeByItself) {
    Burst burst;
    json steps = json::array();
    for (int i = 0; i < 10; ++i) steps.push_back({{"id", std::to_string(i)}, {"method", "GET"}, {"url", "/users/ada@calrig.example/events?$top=1"}});
    const fakes::ExchangeId id = burst.send("ada", "POST", {{"requests", steps}}, "/$batch");
    burst.pass(1s);
    ASSERT_TRUE(burst.answers.contains(id));
    const json answer = json::parse(burst.answers.at(id).body);
    EXPECT_EQ(answer["responses"].size(), 10u);
    for (const json& step : answer["responses"]) EXPECT_EQ(step["status"], 200);
}
