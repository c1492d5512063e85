#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

std::chrono::local_seconds local(int month, int day, int hour, int minute = 0) {
    return std::chrono::local_days{std::chrono::year{2026} / month / day} + std::chrono::hours{hour} + std::chrono::minutes{minute};
}
Date date(int month, int day) { return std::chrono::year{2026} / month / day; }

Draft draft(const std::vector<std::string>& guests = {}) {
    Draft made;
    made.title = "Stand-up";
    made.body = "Status round.";
    made.location = "@webex";
    made.when = {local(3, 23, 9), local(3, 23, 9, 15), "Central European Standard Time", false};
    for (const std::string& guest : guests) made.invitees.push_back({Domain::address(guest), Role::required});
    return made;
}
std::vector<SeenEvent> seen(Domain& d, const std::string& who) {
    return d.service().calendar(Domain::address(who), start_of_play(), start_of_play() + std::chrono::days{60});
}

TEST(Hands, CreateIsSeenByAllAndOnTheWire) {
    Domain d;
    const std::uint64_t before = d.service().calendar_revision(Domain::address("olav"));
    const Done done = d.service().create(Domain::address("mia"), draft({"olav"}), d.now);
    ASSERT_TRUE(done.ok) << done.refusal;
    EXPECT_GT(d.service().calendar_revision(Domain::address("olav")), before);
    const std::vector<SeenEvent> rows = seen(d, "olav");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].uid, done.uid);
    EXPECT_EQ(rows[0].title, "Stand-up");
    EXPECT_EQ(rows[0].own_response, Response::none);
    EXPECT_EQ(rows[0].attendees.size(), 1u);
    EXPECT_EQ(seen(d, "mia")[0].own_response, Response::organizer);
    const json event = d.ok("mia", "GET", events_of() + "?iCalUID=" + escaped(done.uid))["items"][0];
    EXPECT_EQ(event["attendees"][0]["responseStatus"], "accepted") << "calendar clients add the organizer";
    EXPECT_EQ(event["start"]["dateTime"], "2026-03-23T09:00:00+01:00");
}

TEST(Hands, SeriesOverSummerTimeWithMovedAndCancelledOccurrences) {
    Domain d;
    Draft series = draft({"olav"});
    series.repeat.emplace();
    series.repeat->every = Repeat::Every::week;
    series.repeat->days = {std::chrono::Monday};
    series.repeat->count = 3;
    const Done done = d.service().create(Domain::address("mia"), series, d.now);
    ASSERT_TRUE(done.ok) << done.refusal;
    Change moved;
    moved.when = When{local(3, 31, 14), local(3, 31, 15), "Europe/Oslo", false};
    ASSERT_TRUE(d.service().change(Domain::address("mia"), {done.uid, date(3, 30)}, moved, d.now).ok);
    ASSERT_TRUE(d.service().cancel(Domain::address("mia"), {done.uid, date(4, 6)}, d.now).ok);
    const std::vector<SeenEvent> rows = seen(d, "olav");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].occurrence, date(3, 23));
    EXPECT_FALSE(rows[0].exception);
    EXPECT_EQ(rows[1].occurrence, date(3, 30));
    EXPECT_TRUE(rows[1].exception);
    EXPECT_EQ(rows[1].start, Instant{std::chrono::sys_days{date(3, 31)} + std::chrono::hours{12}});
    EXPECT_FALSE(d.service().cancel(Domain::address("mia"), {done.uid, date(4, 6)}, d.now).ok) << "twice";
    EXPECT_FALSE(d.service().change(Domain::address("mia"), {done.uid, date(4, 7)}, moved, d.now).ok) << "no such slot";
}

TEST(Hands, RespondAndCancelByGuests) {
    Domain d;
    const Done done = d.service().create(Domain::address("mia"), draft({"olav", "eva"}), d.now);
    EXPECT_TRUE(d.service().respond(Domain::address("olav"), {done.uid, {}}, Response::tentative, true, d.now).ok);
    EXPECT_EQ(seen(d, "olav")[0].own_response, Response::tentative);
    EXPECT_EQ(seen(d, "mia")[0].attendees[0].second, Response::tentative);
    EXPECT_TRUE(d.service().cancel(Domain::address("eva"), {done.uid, {}}, d.now).ok);
    EXPECT_TRUE(seen(d, "eva").empty());
    EXPECT_EQ(seen(d, "mia")[0].attendees[1].second, Response::declined);
    Change change;
    change.title = "Not hers";
    const Done refused = d.service().change(Domain::address("olav"), {done.uid, {}}, change, d.now);
    EXPECT_FALSE(refused.ok);
    EXPECT_FALSE(refused.refusal.empty());
    EXPECT_FALSE(d.service().respond(Domain::address("mia"), {"unknown@google.com", {}}, Response::accepted, true, d.now).ok);
    EXPECT_FALSE(d.service().create("nobody@nordlys.example", draft(), d.now).ok);
    EXPECT_FALSE(d.service().create(Domain::address("ghost"), draft(), d.now).ok);
}

TEST(Hands, GuestsComeAndGo) {
    Domain d;
    const Done done = d.service().create(Domain::address("mia"), draft({"olav"}), d.now);
    Change change;
    change.add = {{Domain::address("eva"), Role::optional}, {Domain::address("fjord"), Role::resource}};
    change.remove = {Domain::address("olav")};
    ASSERT_TRUE(d.service().change(Domain::address("mia"), {done.uid, {}}, change, d.now).ok);
    d.pass(std::chrono::seconds{5});
    EXPECT_TRUE(seen(d, "olav").empty());
    ASSERT_EQ(seen(d, "eva").size(), 1u);
    EXPECT_EQ(seen(d, "fjord")[0].own_response, Response::accepted);
}

TEST(Hands, PrivateMeetingsAndProviderMeetings) {
    Domain d;
    Draft secret = draft({"olav"});
    secret.sensitivity = Sensitivity::private_;
    secret.provider_meeting = true;
    secret.show_as = ShowAs::free;
    const Done done = d.service().create(Domain::address("mia"), secret, d.now);
    EXPECT_TRUE(seen(d, "mia")[0].private_);
    EXPECT_TRUE(seen(d, "olav")[0].private_);
    const json event = d.ok("mia", "GET", events_of() + "?iCalUID=" + escaped(done.uid))["items"][0];
    EXPECT_EQ(event["transparency"], "transparent");
    EXPECT_EQ(event["hangoutLink"].get<std::string>().rfind("https://meet.google.com/", 0), 0u);
    Change change;
    change.sensitivity = Sensitivity::normal;
    d.service().change(Domain::address("mia"), {done.uid, {}}, change, d.now);
    EXPECT_FALSE(seen(d, "olav")[0].private_);
}

TEST(Hands, ExtendedPropertiesOfTheOwnCopyAreSeen) {
    Domain d;
    const Done done = d.service().create(Domain::address("mia"), draft({"olav"}), d.now);
    const std::string id = d.ok("mia", "GET", events_of())["items"][0]["id"];
    d.ok("mia", "PATCH", events_of() + "/" + id, {{"extendedProperties", {{"private", {{"k", "v"}}}}}});
    ASSERT_EQ(seen(d, "mia")[0].extended_properties.size(), 1u);
    EXPECT_TRUE(seen(d, "olav")[0].extended_properties.empty());
}

TEST(Hands, TheSameSeedTellsTheSameStory) {
    const auto story = [] {
        Domain d;
        const Done done = d.service().create(Domain::address("mia"), draft({"olav"}), d.now);
        d.ok("mia", "POST", events_of() + "/watch", {{"id", "c"}, {"type", "web_hook"}, {"address", "https://h.example/n"}});
        d.ok("mia", "PATCH", events_of() + "/" + done.uid.substr(0, done.uid.find('@')), {{"summary", "x"}});
        std::string text = d.call("mia", "GET", events_of()).body;
        for (const Outgoing& out : d.outgoing)
            for (const Header& header : out.headers) text += header.name + header.value;
        return text;
    };
    EXPECT_EQ(story(), story());
}

TEST(Hands, AGroupTakenOffTakesAlongWhoCameWithItOnly) {
    GoogleOptions options;
    options.groups = {{"team@nordlys.example", "The team", {"olav@nordlys.example", "eva@nordlys.example"}}};
    Domain d(options);
    const Done made = d.service().create(Domain::address("mia"), draft({"team"}), d.now);
    ASSERT_TRUE(made.ok) << made.refusal;
    ASSERT_EQ(seen(d, "eva").size(), 1u);
    Change by_name;
    by_name.add.push_back({Domain::address("olav"), Role::required});
    ASSERT_TRUE(d.service().change(Domain::address("mia"), {made.uid, {}}, by_name, d.now).ok);
    Change off;
    off.remove.push_back(Domain::address("team"));
    ASSERT_TRUE(d.service().change(Domain::address("mia"), {made.uid, {}}, off, d.now).ok);
    EXPECT_TRUE(seen(d, "eva").empty() || seen(d, "eva")[0].cancelled);
    ASSERT_EQ(seen(d, "olav").size(), 1u);
    EXPECT_FALSE(seen(d, "olav")[0].cancelled) << "invited by name, too";
}

}  // namespace
}  // namespace fakes
