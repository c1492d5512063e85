#include <gtest/gtest.h>

#include <set>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

const std::string stop_path = "/calendar/v3/channels/stop";

json channel(const std::string& id = "channel-1") {
    return {{"id", id}, {"type", "web_hook"}, {"address", "https://hybrid.example.net/n"}, {"token", "org=77"}};
}
std::string head(const Outgoing& out, const char* name) {
    const std::string* value = find_header(out.headers, name);
    return value == nullptr ? "absent" : *value;
}
void change(Domain& d) { d.ok("mia", "POST", events_of(), timed("New", "2026-03-09T10:00:00", "2026-03-09T11:00:00")); }
void answer(Domain& d, std::size_t which, int status) {
    Reply reply;
    reply.status = status;
    Effects effects;
    d.service().answered(d.outgoing[which].id, status == 0 ? nullptr : &reply, d.now, effects);
    for (Outgoing& out : effects.outgoing) d.outgoing.push_back(std::move(out));
}

TEST(Watch, AnswersWithAChannelAndSendsASyncMessageFirst) {
    Domain d;
    const json made = d.ok("mia", "POST", events_of() + "/watch", channel());
    EXPECT_EQ(made["kind"], "api#channel");
    EXPECT_EQ(made["resourceId"].get<std::string>().size(), 27u);
    EXPECT_EQ(made["resourceUri"], "https://www.googleapis.com/calendar/v3/calendars/mia@nordlys.example/events?maxResults=250&alt=json");
    EXPECT_EQ(made["token"], "org=77");
    EXPECT_EQ(made["expiration"], "1773043865000") << "seven days, whole seconds, as a string";
    ASSERT_EQ(d.outgoing.size(), 1u);
    const Outgoing& sync = d.outgoing[0];
    EXPECT_EQ(sync.url, "https://hybrid.example.net/n");
    EXPECT_TRUE(sync.body.empty());
    EXPECT_EQ(head(sync, "X-Goog-Resource-State"), "sync");
    EXPECT_EQ(head(sync, "X-Goog-Message-Number"), "1");
    EXPECT_EQ(head(sync, "X-Goog-Channel-ID"), "channel-1");
    EXPECT_EQ(head(sync, "X-Goog-Channel-Token"), "org=77");
    EXPECT_EQ(head(sync, "X-Goog-Resource-ID"), made["resourceId"].get<std::string>());
    EXPECT_EQ(head(sync, "X-Goog-Channel-Expiration"), "Mon, 09 Mar 2026 08:11:05 GMT");
}

TEST(Watch, ParametersOfTheListNarrowWhatIsTold) {
    Domain d;
    const auto watch = [&](const std::string& query, const char* id) { return d.ok("mia", "POST", events_of() + "/watch?" + query, channel(id)); };
    const json absences = watch("eventTypes=outOfOffice", "absences");
    watch("q=Plan%20B", "plans");
    watch("timeMin=2026-04-01T00:00:00Z", "april");
    watch("iCalUID=nobody@nowhere", "stranger");
    const json all = watch("maxResults=10", "all");
    EXPECT_NE(absences["resourceId"], all["resourceId"]) << "another collection";
    EXPECT_TRUE(absences["resourceUri"].get<std::string>().ends_with("&eventTypes=outOfOffice"));
    d.outgoing.clear();
    const auto told = [&] {
        std::set<std::string> out;
        for (const Outgoing& one : d.outgoing) out.insert(head(one, "X-Goog-Channel-ID"));
        d.outgoing.clear();
        return out;
    };
    using Names = std::set<std::string>;
    const json made = d.ok("mia", "POST", events_of(), timed("plan b", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    EXPECT_EQ(told(), (Names{"all", "plans"}));
    json away = timed("Away", "2026-04-09T10:00:00", "2026-04-09T11:00:00");
    away["eventType"] = "outOfOffice";
    d.ok("mia", "POST", events_of(), away);
    EXPECT_EQ(told(), (Names{"absences", "all", "april"}));
    json series = timed("Weekly", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    series["recurrence"] = {"RRULE:FREQ=WEEKLY"};
    d.ok("mia", "POST", events_of(), series);
    EXPECT_EQ(told(), (Names{"all", "april"})) << "a series reaches into April";
    d.ok("mia", "DELETE", events_of() + "/" + made["id"].get<std::string>());
    EXPECT_EQ(told(), (Names{"all", "plans"})) << "a deletion is a change, too";
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/watch?eventTypes=holiday", channel("bad")), "400 invalidParameter");
}

TEST(Watch, TellsOfEveryChangeWhoeverMadeIt) {
    Domain d;
    d.ok("mia", "POST", events_of() + "/watch", channel());
    change(d);
    ASSERT_EQ(d.outgoing.size(), 2u);
    EXPECT_EQ(head(d.outgoing[1], "X-Goog-Resource-State"), "exists");
    EXPECT_GT(std::stoll(head(d.outgoing[1], "X-Goog-Message-Number")), 1);
    d.ok("olav", "POST", events_of(), timed("Invited", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia"}));
    EXPECT_EQ(d.outgoing.size(), 3u);
    Draft draft;
    draft.title = "By hand";
    draft.when.start = std::chrono::local_days{std::chrono::year{2026} / 3 / 10} + std::chrono::hours{10};
    draft.when.end = draft.when.start + std::chrono::hours{1};
    draft.when.zone = "Europe/Oslo";
    EXPECT_TRUE(d.service().create(Domain::address("mia"), draft, d.now).ok);
    EXPECT_EQ(d.outgoing.size(), 3u);
    ASSERT_TRUE(d.service().next_wake().has_value());
    d.pass(std::chrono::milliseconds{0});
    EXPECT_EQ(d.outgoing.size(), 4u);
    d.ok("eva", "POST", events_of(), timed("Elsewhere", "2026-03-09T10:00:00", "2026-03-09T11:00:00"));
    EXPECT_EQ(d.outgoing.size(), 4u);
}

TEST(Watch, RefusesWhatGoogleRefuses) {
    Domain d;
    const auto with = [&](const char* name, const json& value) {
        json body = channel("c-" + std::string(name));
        body[name] = value;
        return d.refusal("mia", "POST", events_of() + "/watch", body);
    };
    EXPECT_EQ(with("address", "http://hybrid.example.net/n"), "400 push.webhookUrlNotHttps");
    EXPECT_EQ(with("address", "https:///n"), "400 push.webhookUrlNoHostOrAddress");
    EXPECT_EQ(with("type", "email"), "400 push.channelTypeNotSupported");
    EXPECT_EQ(with("id", "has space"), "400 push.channelIdInvalid");
    EXPECT_EQ(with("expiration", "1000"), "400 invalid");
    d.ok("mia", "POST", events_of() + "/watch", channel());
    EXPECT_EQ(d.refusal("olav", "POST", events_of() + "/watch", channel()), "400 channelIdNotUnique");
    EXPECT_EQ(d.refusal("mia", "POST", events_of("no.norwegian#holiday@group.v.calendar.google.com") + "/watch", channel("c3")),
              "400 pushNotSupportedForRequestedResource");
    EXPECT_EQ(d.refusal("mia", "POST", events_of(Domain::address("olav")) + "/watch", channel("c4")), "404 notFound");
}

TEST(Watch, StopEndsDeliveries) {
    Domain d;
    const json made = d.ok("mia", "POST", events_of() + "/watch", channel());
    const json pair = {{"id", "channel-1"}, {"resourceId", made["resourceId"]}};
    EXPECT_EQ(d.refusal("mia", "POST", stop_path, {{"id", "channel-1"}, {"resourceId", "other"}}), "404 notFound");
    EXPECT_EQ(d.call("olav", "POST", stop_path, pair).status, 204) << "any user of the service account may stop it";
    EXPECT_EQ(d.refusal("mia", "POST", stop_path, pair), "404 notFound");
    change(d);
    EXPECT_EQ(d.outgoing.size(), 1u);
}

TEST(Watch, EndsSilentlyAtItsExpiration) {
    Domain d;
    json body = channel();
    body["params"] = {{"ttl", "600"}};
    d.ok("mia", "POST", events_of() + "/watch", body);
    d.pass(std::chrono::minutes{10});
    change(d);
    EXPECT_EQ(d.outgoing.size(), 1u);
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "/watch", channel()), "200") << "the id is free again";
}

TEST(Watch, LivesThirtyDaysAtMost) {
    Domain d;
    json body = channel();
    body["expiration"] = 1893456000000;
    EXPECT_EQ(d.ok("mia", "POST", events_of() + "/watch", body)["expiration"], "1775031065000");
}

TEST(Watch, RetriesServerErrorsOnlyAndBacksOff) {
    Domain d;
    d.ok("mia", "POST", events_of() + "/watch", channel());
    change(d);
    answer(d, 1, 503);
    ASSERT_EQ(d.outgoing.size(), 3u);
    EXPECT_EQ(head(d.outgoing[2], "X-Goog-Message-Number"), head(d.outgoing[1], "X-Goog-Message-Number"));
    EXPECT_GT(d.outgoing[2].not_before, d.now);
    const auto first_delay = d.outgoing[2].not_before - d.now;
    answer(d, 2, 500);
    ASSERT_EQ(d.outgoing.size(), 4u);
    EXPECT_GT(d.outgoing[3].not_before - d.now, first_delay);
    answer(d, 3, 200);
    answer(d, 3, 503);
    EXPECT_EQ(d.outgoing.size(), 4u) << "an outcome counts once";
    for (const int status : {404, 400, 0}) {
        change(d);
        const std::size_t size = d.outgoing.size();
        answer(d, size - 1, status);
        EXPECT_EQ(d.outgoing.size(), size) << status;
    }
    change(d);
    for (int i = 0; i < 20; ++i) answer(d, d.outgoing.size() - 1, 503);
    EXPECT_LT(d.outgoing.size(), 20u) << "retries have an end";
}

TEST(Watch, IsForgottenWithoutAWord) {
    Domain d;
    const json made = d.ok("mia", "POST", events_of() + "/watch", channel());
    d.service().drop_subscriptions(d.now);
    change(d);
    EXPECT_EQ(d.outgoing.size(), 1u);
    EXPECT_EQ(d.refusal("mia", "POST", stop_path, {{"id", "channel-1"}, {"resourceId", made["resourceId"]}}), "404 notFound");
}

TEST(Watch, ReminderChangesAreNoNews) {
    Domain d;
    const std::string id = d.ok("mia", "POST", events_of(), timed("New", "2026-03-09T10:00:00", "2026-03-09T11:00:00"))["id"];
    d.ok("mia", "POST", events_of() + "/watch", channel());
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"reminders", {{"useDefault", false}, {"overrides", {{{"method", "popup"}, {"minutes", 5}}}}}}});
    EXPECT_EQ(d.outgoing.size(), 1u);
    EXPECT_EQ(d.ok("mia", "GET", events_of() + "/" + id)["reminders"]["overrides"][0]["minutes"], 5);
}

}  // namespace
}  // namespace fakes
