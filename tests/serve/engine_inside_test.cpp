// The real engine at a seat of a served world: lists fill, buttons light, and the page's ledger knows what it asked.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/serve/controlled.hpp"

namespace {

using nlohmann::json;
using serve_test::Controlled;

class EngineInside : public testing::TestWithParam<sim::Provider> {
  protected:
    static sim::HostSettings settings() {
        sim::HostSettings out = serve_test::plain_settings();
        out.engine = GetParam();
        return out;
    }
};

TEST_P(EngineInside, ListsFillButtonsLightAndNewMeetingsFollow) {
    Controlled it(settings());
    const auto meeting = [&](const std::string& title) {
        const json ben = it.ask("GET", "/people/ben");
        for (const json& one : ben["screens"][0]["meetings"])
            if (one["title"] == title && one["start"] >= "2026-03-02T08:00:00Z") return one;
        return json();
    };
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    const json standup = meeting("Stand-up");
    ASSERT_FALSE(standup.is_null()) << it.ask("GET", "/state").dump(1);
    EXPECT_EQ(standup["start"], "2026-03-02T08:00:00Z");
    EXPECT_EQ(standup["join"], "https://calrig.webex.com/meet/ana");
    EXPECT_EQ(standup["button"], true) << "it has just begun";
    it.ask("POST", "/acts", R"({"ana creates": {"id": "talk", "title": "Talk", "when": "12:00-13:00", "location": "@webex", "invites": ["ben"]}})");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_EQ(meeting("Talk")["button"], false);
    it.ask("PUT", "/clock", R"({"now": "11:56"})");
    EXPECT_EQ(meeting("Talk")["button"], true);
    EXPECT_GT(it.ask("GET", "/coverage")["called"], 2);
    const json subscriptions = it.ask("GET", "/subscriptions");
    EXPECT_GT(subscriptions[GetParam() == sim::Provider::google ? "google" : "microsoft"].size(), 3u);
}

TEST_P(EngineInside, IsProvisionedByAnAdministratorWhereTheWorldSaysSo) {
    Controlled it(settings());
    const json loaded = it.ask("PUT", "/world", "title: t\nclock: 2026-03-02 08:00 Europe/Warsaw\norganisation: { provisioned: no }\npeople: { ana: {}, ben: {} }\n");
    ASSERT_FALSE(loaded.contains("error")) << loaded.dump();
    const auto journeys = [&] { return it.ask("GET", "/state")["journeys"]["ended"]; };
    it.ask("POST", "/acts", R"({"admin provisions": {"as": "user", "refused": "yes"}})");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    ASSERT_EQ(journeys().size(), 1u);
    EXPECT_NE(journeys()[0].value("refusal", "").find("not_privileged"), std::string::npos) << journeys().dump();
    it.ask("POST", "/acts", R"({"admin provisions": {}})");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    ASSERT_EQ(journeys().size(), 2u);
    EXPECT_EQ(journeys()[1].value("done", false), true) << journeys().dump();
    it.ask("POST", "/acts", R"({"ana creates": {"id": "talk", "title": "Talk", "when": "12:00-13:00", "location": "@webex", "invites": ["ben"]}})");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    const json ben = it.ask("GET", "/people/ben");
    ASSERT_EQ(ben["screens"][0]["meetings"].size(), 1u) << it.ask("GET", "/state").dump(1);
    EXPECT_EQ(ben["screens"][0]["meetings"][0]["join"], "https://calrig.webex.com/meet/ana");
}

TEST_P(EngineInside, RestartsWithWhatItsStoreHolds) {
    Controlled it(settings());
    const auto titles = [&] {
        std::string out;
        const json ben = it.ask("GET", "/people/ben");
        for (const json& one : ben["screens"][0]["meetings"]) out += one.value("title", "") + " ";
        return out;
    };
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    const auto asked_tokens = [&] { return it.ask("GET", "/coverage")["actors"].dump(); };
    const std::string before = asked_tokens();
    const json done = it.ask("POST", "/acts", "engine restarts: {}");
    EXPECT_EQ(done["acts"][0]["did"], "restarts");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_NE(asked_tokens(), before) << "a new life asks for tokens of its own";
    it.ask("POST", "/acts", R"({"ana creates": {"id": "talk", "title": "Talk", "when": "12:00-13:00", "location": "@webex", "invites": ["ben"]}})");
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_NE(titles().find("Talk"), std::string::npos) << titles();
    EXPECT_NE(titles().find("Stand-up"), std::string::npos) << titles();

    it.ask("POST", "/acts", "engine restarts: 10m");
    it.ask("POST", "/acts", R"({"ana creates": {"id": "late", "title": "Late talk", "when": "14:00-15:00", "location": "@webex", "invites": ["ben"]}})");
    it.ask("POST", "/clock/advance", R"({"by": "5m"})");
    EXPECT_EQ(titles().find("Late talk"), std::string::npos) << "it is down";
    it.ask("POST", "/clock/advance", R"({"by": "30m"})");
    EXPECT_NE(titles().find("Late talk"), std::string::npos) << titles();
}

TEST_P(EngineInside, ItsHostsClockIsSetAndComesToMindAfterARestartToo) {
    Controlled it(settings());
    it.ask("POST", "/clock/advance", R"({"by": "1m"})");
    EXPECT_EQ(it.ask("POST", "/acts", "engine clock jumps: { ahead: 2h }")["acts"][0]["did"], "finds its clock set ahead");
    it.ask("POST", "/acts", "engine restarts: {}");
    it.ask("POST", "/acts", R"({"ana creates": {"id": "talk", "title": "Talk", "when": "15:00-16:00", "location": "@webex", "invites": ["ben"]}})");
    it.ask("POST", "/clock/advance", R"({"by": "10m"})");
    it.ask("POST", "/acts", "engine clock jumps: { back: 3h }");
    it.ask("POST", "/clock/advance", R"({"by": "30m"})");
    const json ben = it.ask("GET", "/people/ben");
    EXPECT_NE(ben["screens"][0]["meetings"].dump().find("Talk"), std::string::npos) << ben.dump(1);
    // Without an engine inside there is no such clock.
    Controlled outside(serve_test::plain_settings());
    const json refused = outside.ask("POST", "/acts", "engine clock jumps: { back: 1h }", 409);
    EXPECT_NE(refused["error"]["message"].get<std::string>().find("--with-engine"), std::string::npos) << refused.dump();
}

TEST_P(EngineInside, TheSameSeedGivesTheSameExchanges) {
    const auto story = [] {
        Controlled it(settings());
        it.ask("POST", "/clock/advance", R"({"by": "1h"})");
        return it.ask("GET", "/exchanges?limit=200")["exchanges"].dump();
    };
    std::string once = story(), again = story();
    // The port is the machine's choice.
    const auto without_port = [](std::string text) {
        for (auto at = text.find("localhost"); at != std::string::npos; at = text.find("localhost", at + 9))
            while (text.size() > at + 9 && (text[at + 9] == ':' || text[at + 9] == '%' || std::isalnum(static_cast<unsigned char>(text[at + 9])) != 0)) text.erase(at + 9, 1);
        return text;
    };
    EXPECT_EQ(without_port(once), without_port(again));
}

INSTANTIATE_TEST_SUITE_P(Both, EngineInside, testing::Values(sim::Provider::microsoft, sim::Provider::google),
                         [](const auto& info) { return info.param == sim::Provider::google ? "google" : "microsoft"; });

}  // namespace
