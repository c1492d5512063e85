// The layout of answers: prettyPrint and the fields selector.
#include "fakes/google/shape.hpp"

#include <gtest/gtest.h>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

using nlohmann::ordered_json;

std::string selected(const std::string& fields, const std::string& body) {
    std::string wrong, out;
    const auto selector = google::Selector::parse(fields, wrong);
    if (!selector) return "wrong: " + wrong;
    selector->append(out, body);
    return out;
}

TEST(Fields, SelectByPathsListsAndStars) {
    const std::string body =
        R"({"kind":"k","etag":"\"1\"","items":[{"id":"a","start":{"date":"2026-01-01"},"summary":"x\"},{"},{"id":"b","attendees":[{"email":"e","self":true}]}],"nextPageToken":"t"})";
    ASSERT_TRUE(json::accept(body));
    EXPECT_EQ(selected("kind", body), R"({"kind":"k"})");
    EXPECT_EQ(selected("items/id", body), R"({"items":[{"id":"a"},{"id":"b"}]})");
    EXPECT_EQ(selected("items(id,start/date)", body), R"({"items":[{"id":"a","start":{"date":"2026-01-01"}},{"id":"b"}]})");
    EXPECT_EQ(selected("items/id,items/summary,etag", body), R"({"etag":"\"1\"","items":[{"id":"a","summary":"x\"},{"},{"id":"b"}]})");
    EXPECT_EQ(selected("items/attendees(email)", body), R"({"items":[{},{"attendees":[{"email":"e"}]}]})");
    EXPECT_EQ(selected("items(id),items", body), selected("items", body)) << "the whole wins";
    EXPECT_EQ(selected("*/id", body), R"({"kind":"k","etag":"\"1\"","items":[{"id":"a"},{"id":"b"}],"nextPageToken":"t"})");
    EXPECT_EQ(selected("*", body), body);
    EXPECT_EQ(selected("items/*/self", body), R"({"items":[{"id":"a","start":{},"summary":"x\"},{"},{"id":"b","attendees":[{"self":true}]}]})");
}

TEST(Fields, RefuseWhatDoesNotParseOrIsNowhere) {
    for (const char* bad : {"", ",", "items(", "items)", "items(id", "items()", "items//id", "a,,b", "items(id))", "nosuchmember"})
        EXPECT_TRUE(selected(bad, "{}").starts_with("wrong: ")) << bad;
    Domain d;
    const json refused = json::parse(d.call("mia", "GET", events_of() + "?fields=items/sumary").body);
    EXPECT_EQ(refused["error"]["message"], "Invalid field selection sumary");
    EXPECT_EQ(refused["error"]["errors"][0]["location"], "fields");
    const json properties = timed("P", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    EXPECT_EQ(d.refusal("mia", "GET", events_of() + "?fields=" + escaped("items/extendedProperties/private/any.key")), "200")
        << "property keys are people's own";
    EXPECT_EQ(d.refusal("mia", "POST", events_of() + "?fields=nonsense", properties), "400 invalidParameter");
    EXPECT_TRUE(d.ok("mia", "GET", events_of())["items"].empty()) << "nothing was done before the refusal";
}

TEST(Pretty, IsWhatATreeWouldPrint) {
    for (const char* text : {"{}", "[]", R"({"a":[],"b":{},"c":[1,-25,true,null,"x:,{}[]\"\\"],"d":{"e":[{"f":"g"},{}]}})"}) {
        std::string out;
        google::append_pretty(out, text, 1);
        EXPECT_EQ(out, ordered_json::parse(text).dump(1));
        out.clear();
        google::append_pretty(out, text, 2);
        EXPECT_EQ(out, ordered_json::parse(text).dump(2));
    }
}

TEST(Pretty, IsTheDefaultWhereAskedForAndNeverChangesTheContent) {
    GoogleOptions options;
    options.pretty_by_default = true;
    Domain pretty(options);
    Domain compact;
    for (Domain* d : {&pretty, &compact}) {
        json event = timed("P", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"mia", "olav"});
        event["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=3"};
        d->ok("mia", "POST", events_of(), event);
    }
    const std::string id = ids_in(pretty.ok("mia", "GET", events_of()))[0];
    for (const std::string& target : {events_of(), events_of() + "?singleEvents=true", events_of() + "?q=nothing", events_of() + "/" + id,
                                      events_of() + "/" + id + "/instances", events_of() + "?fields=items(id,start)",
                                      std::string("/calendar/v3/users/me/settings"), std::string("/calendar/v3/users/me/calendarList"),
                                      std::string("/calendar/v3/colors"), events_of() + "/nosuchevent"}) {
        const std::string laid_out = pretty.call("mia", "GET", target).body;
        EXPECT_EQ(laid_out, ordered_json::parse(laid_out).dump(1) + "\n") << target;
        EXPECT_EQ(ordered_json::parse(laid_out), ordered_json::parse(compact.call("mia", "GET", target).body)) << target;
        const std::string flat = target + (target.find('?') == std::string::npos ? "?" : "&") + "prettyPrint=false";
        EXPECT_EQ(pretty.call("mia", "GET", flat).body.find("\n "), std::string::npos);
    }
    const std::string front_end = pretty.raw({"GET", "www.googleapis.com", events_of(), {}, ""}).body;
    EXPECT_EQ(front_end, ordered_json::parse(front_end).dump(2) + "\n") << "the front end indents by two";
    EXPECT_EQ(compact.refusal("mia", "GET", events_of() + "?alt=csv"), "400 invalidParameter");
}

}  // namespace
}  // namespace fakes
