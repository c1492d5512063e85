#include <gtest/gtest.h>

#include <ctime>

#include "fakes/dice.hpp"
#include "tests/google/domain.hpp"

namespace fakes {
namespace {

TEST(Robustness, MangledRequestsGetAnAnswerAndNeverMore) {
    Domain d;
    json event = timed("Weekly", "2026-03-16T10:00:00", "2026-03-16T10:30:00", {"olav", "fjord"});
    event["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=9"};
    event["extendedProperties"] = {{"private", {{"k", "v"}}}};
    event["reminders"] = {{"useDefault", false}, {"overrides", {{{"method", "popup"}, {"minutes", 5}}}}};
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    const std::string token = "Bearer " + d.token("mia");
    const std::string body = event.dump();
    const std::vector<std::string> targets = {
        events_of(), events_of() + "/" + id, events_of() + "/" + id + "_20260323T090000Z", events_of() + "/" + id + "/instances?timeMin=2026-03-01T00:00:00Z",
        events_of() + "?singleEvents=true&timeMin=2026-03-01T00:00:00Z&maxResults=3", events_of() + "/watch", "/calendar/v3/channels/stop",
        "/calendar/v3/freeBusy", "/calendar/v3/calendars/primary/acl", "/token", "/gmail/v1/users/me/settings/vacation",
        events_of() + "/quickAdd?text=Lunch+with+a@b.c+tomorrow+12:30+until+June+at"};
    const std::vector<std::string> methods = {"GET", "POST", "PATCH", "PUT", "DELETE", "BREW"};
    Dice dice(7);
    for (int round = 0; round < 3000; ++round) {
        Request request{methods[dice.below(methods.size())], "www.googleapis.com", targets[dice.below(targets.size())], {{"Authorization", token}}, body};
        for (std::uint64_t cuts = dice.below(4); cuts > 0; --cuts) {
            std::string& text = dice.below(2) == 0 ? request.target : request.body;
            if (text.empty()) continue;
            const std::size_t at = dice.below(text.size());
            switch (dice.below(4)) {
                case 0: text[at] = static_cast<char>(dice.below(256)); break;
                case 1: text.erase(at, dice.below(20)); break;
                case 2: text.insert(at, text.substr(dice.below(text.size()), 12)); break;
                default: text.insert(at, dice.text(3, "%/&=?_\"{}[]:,0-Z")); break;
            }
        }
        const Reply reply = d.raw(request);
        EXPECT_TRUE(reply.status >= 200 && reply.status < 500) << reply.status;
        if (!reply.body.empty()) EXPECT_TRUE(is_readable(reply)) << reply.body.substr(0, 300);
        if (round % 100 == 0) d.pass(std::chrono::milliseconds{500});
    }
}

TEST(Robustness, SizesAndDepthsHaveLimits) {
    Domain d;
    std::string deep = "{\"summary\":";
    for (int i = 0; i < 10000; ++i) deep += "[";
    const auto post = [&](const std::string& body) {
        return d.raw({"POST", "www.googleapis.com", events_of(), {{"Authorization", "Bearer " + d.token("mia")}}, body}).status;
    };
    EXPECT_EQ(post(deep), 400);
    EXPECT_EQ(post(std::string(2 * 1024 * 1024, ' ')), 413);
    EXPECT_EQ(post("{\"start\":\xFF}"), 400);
    EXPECT_EQ(post("[]"), 400);
    json event = timed("x", "2026-03-16T10:00:00", "2026-03-16T10:30:00");
    event["recurrence"] = {"RRULE:FREQ=DAILY"};
    const std::string id = d.ok("mia", "POST", events_of(), event)["id"];
    EXPECT_LE(d.ok("mia", "GET", events_of() + "/" + id + "/instances?maxResults=2500")["items"].size(), 731u) << "an endless series has a horizon";
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id + "/instances?maxResults=9999999&timeMax=2026-04-01T00:00:00Z")["items"].size(), 16u);
}

TEST(Robustness, ListsAndGetsAreCheap) {
    Domain d;
    std::string id;
    for (int i = 0; i < 50; ++i) {
        json event = timed("Event " + std::to_string(i), "2026-03-16T10:00:00", "2026-03-16T10:30:00", {"olav", "eva"});
        event["description"] = std::string(600, 'x');
        id = d.ok("mia", "POST", events_of(), event)["id"];
    }
    const auto cost = [&](const std::string& target) {
        const Request request{"GET", "www.googleapis.com", target, {{"Authorization", "Bearer " + d.token("mia")}}, ""};
        Effects effects;
        const int rounds = 500;
        const std::clock_t begin = std::clock();  // processor time: a busy machine does not count
        for (int i = 0; i < rounds; ++i) {
            effects.answers.clear();
            d.service().request(static_cast<ExchangeId>(1000 + i), request, d.now, effects);
        }
        return static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / rounds;
    };
    const double list = cost(events_of());
    const double get = cost(events_of() + "/" + id);
    RecordProperty("list_us", std::to_string(list));
    RecordProperty("get_us", std::to_string(get));
    std::printf("list of 50: %.1f us, get: %.1f us\n", list, get);
    // Unoptimised builds pass too; a rendering per answer would not.
    EXPECT_LT(list, 3000.0);
    EXPECT_LT(get, 500.0);
}

}  // namespace
}  // namespace fakes
