// What mailboxes keep of a meeting's words comes back as it was put there.
#include <gtest/gtest.h>

#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/event.hpp"
#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;
using fakes::microsoft::Content;
using fakes::microsoft::Importance;
using fakes::microsoft::KeptContent;
using fakes::microsoft::stored_html;
using fakes::microsoft::stored_text;
using fakes::microsoft::unwrapped;
using fakes::microsoft::wrapped;

namespace {

Content plain() {
    Content out;
    out.subject = "Planning";
    out.has_subject = true;
    out.start = {wall("2026-03-10T10:00:00"), fakes::recurrence::Zone::find("Europe/Warsaw"), "Europe/Warsaw"};
    out.end = {wall("2026-03-10T11:30:00"), out.start.zone, "Europe/Warsaw"};
    out.start_at = at("2026-03-10T09:00:00Z");
    out.end_at = at("2026-03-10T10:30:00Z");
    out.organizer_name = "Ada Adams";
    out.organizer_address = "ada@calrig.example";
    return out;
}

/// Every member other than its default.
Content full() {
    Content out = plain();
    out.body = std::make_shared<const std::string>(stored_text("a < b\nsecond"));
    out.end.zone = fakes::recurrence::Zone::find("UTC");
    out.end.zone_name = "tzone://Microsoft/Utc";
    out.start.local = wall("1969-12-31T23:00:00");
    out.all_day = true;
    out.locations.resize(2);
    out.locations[0].name = "Room";
    out.locations[1] = {"Wawel", "wawel@calrig.example", "https://wawel.example", "conferenceRoom", R"({"city":"Krakow"})", R"({"latitude":50.0})"};
    out.attendees = {{"bo@calrig.example", "Bo", fakes::Role::optional}, {"oak@calrig.example", "Oak", fakes::Role::resource}};
    out.importance = Importance::high;
    out.sensitivity = fakes::Sensitivity::confidential;
    out.show_as = fakes::ShowAs::working_elsewhere;
    out.response_requested = out.allow_new_times = false;
    out.hide_attendees = true;
    return out;
}

}  // namespace

TEST(MicrosoftKeptContent, ComesBackAsItWas) {
    for (const Content& content : {Content(), plain(), full()}) {
        const KeptContent kept(std::make_shared<const Content>(content));
        EXPECT_EQ(*kept, content);
        EXPECT_EQ(*kept.whole(), content);
        EXPECT_EQ(kept.subject(), content.subject);
        EXPECT_EQ(kept.start_at(), content.start_at);
        EXPECT_EQ(kept.end_at(), content.end_at);
        EXPECT_FALSE(kept.is_series());
    }
}

TEST(MicrosoftKeptContent, SeriesAndOnlineMeetingsStayTheSameObjects) {
    Content series = plain();
    series.rule = std::make_shared<const fakes::microsoft::SeriesRule>();
    const auto shared = std::make_shared<const Content>(series);
    EXPECT_EQ(KeptContent(shared).whole().get(), shared.get());
    EXPECT_TRUE(KeptContent(shared).is_series());
    Content online = plain();
    online.online = std::make_shared<const fakes::microsoft::OnlineMeeting>();
    EXPECT_EQ(KeptContent(std::make_shared<const Content>(online))->online, online.online);
}

TEST(MicrosoftKeptContent, IsSharedAndToldApart) {
    KeptContent first(std::make_shared<const Content>(full()));
    const KeptContent same = first, equal(std::make_shared<const Content>(full()));
    EXPECT_EQ(first, same);
    EXPECT_NE(first, equal) << "equal words, but not the same ones";
    first = KeptContent();
    EXPECT_FALSE(first);
    EXPECT_EQ(first.whole(), nullptr);
    EXPECT_EQ(*same, full()) << "the other holder keeps it";
}

TEST(MicrosoftKeptContent, BodiesOfEveryKindComeBackByteByByte) {
    for (const std::string& body : {stored_text("x"), stored_text("<&>"), stored_html("<p>x</p>"), stored_html("<html><body>own</body></html>"), std::string("x"),
                                    stored_html("<div class=\"PlainText\">no end"), stored_html("</div>"), stored_text(std::string(300, 'x'))}) {
        Content content = plain();
        content.body = std::make_shared<const std::string>(body);
        EXPECT_EQ(*(*KeptContent(std::make_shared<const Content>(content))).body, body);
        const fakes::microsoft::Unwrapped parts = unwrapped(body);
        EXPECT_EQ(wrapped(parts.wrapping, parts.inner), body);
    }
}

TEST(MicrosoftMailbox, PlacesOfRemovedEventsAreUsedAgainAndOthersStayFound) {
    Tenant tenant;
    std::vector<std::string> ids;
    for (int i = 0; i < 60; ++i) ids.push_back(tenant.call("POST", tenant.events("ada"), tenant.meeting("m" + std::to_string(i), "2026-03-10T10:00:00", "2026-03-10T11:00:00")).body["id"]);
    for (std::size_t i = 0; i < ids.size(); i += i % 3 == 0 ? 1 : 2) EXPECT_EQ(tenant.call("DELETE", tenant.events("ada") + "/" + ids[i]).status, 204);
    for (int i = 60; i < 80; ++i) ids.push_back(tenant.call("POST", tenant.events("ada"), tenant.meeting("m" + std::to_string(i), "2026-03-10T10:00:00", "2026-03-10T11:00:00")).body["id"]);
    std::size_t found = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const Answer got = tenant.call("GET", tenant.events("ada") + "/" + ids[i]);
        if (got.status != 200) continue;
        EXPECT_EQ(got.body["subject"], "m" + std::to_string(i));
        ++found;
    }
    EXPECT_GT(found, 20u);
    EXPECT_EQ(found, tenant.call("GET", tenant.events("ada") + "?$top=100").body["value"].size());
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/$count").text, std::to_string(found));
}
