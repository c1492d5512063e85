// Strangers' bytes for the fake of Google: whatever comes, the answer is a 2xx, 3xx or 4xx with a body that parses.
// Input: a line that names the way in (target, fields, event, recurrence, assertion, batch, bodies), then the bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "fakes/google/shape.hpp"
#include "tests/google/domain.hpp"

namespace {

using fakes::Domain;
using fakes::events_of;
using fakes::json;

/// A domain that lives for some inputs, so that they meet state others left, and then starts anew.
Domain& domain() {
    static std::unique_ptr<Domain> kept;
    static int uses = 0;
    if (!kept || ++uses % 500 == 0) {
        kept = std::make_unique<Domain>();
        json series = fakes::timed("Series", "2026-03-09T10:00:00", "2026-03-09T11:00:00", {"olav", "fjord"});
        series["recurrence"] = {"RRULE:FREQ=DAILY;COUNT=5"};
        series["id"] = "series00001";
        kept->ok("mia", "POST", events_of(), series);
    }
    return *kept;
}

void expect_sane(const fakes::Reply& reply) {
    EXPECT_GE(reply.status, 200);
    EXPECT_LT(reply.status, 500);
    if (!reply.body.empty()) EXPECT_TRUE(is_readable(reply)) << reply.body.substr(0, 500);
}

fakes::Reply call(const std::string& method, const std::string& target, const std::string& body) {
    Domain& d = domain();
    return d.raw({method, "www.googleapis.com", target, {{"Authorization", "Bearer " + d.token("mia")}}, body});
}

/// A request line's target, for reading methods.
void target(std::string_view input) {
    const std::string text = "/" + std::string(input);
    expect_sane(call("GET", text, ""));
    expect_sane(call("DELETE", "/calendar/v3/calendars/primary/events/" + std::string(input), ""));
}

/// A selector, a line end, a JSON value.
void fields(std::string_view input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const json value = json::parse(input.substr(std::min(end + 1, input.size())), nullptr, false);
    const std::string body = value.is_discarded() ? R"({"items":[{"id":"a"},{}],"kind":"\\\""})" : value.dump(-1, ' ', false, json::error_handler_t::replace);
    std::string pretty;
    fakes::google::append_pretty(pretty, body, 2);
    EXPECT_EQ(json::parse(pretty, nullptr, false), json::parse(body, nullptr, false));
    std::string wrong, selected;
    const auto selector = fakes::google::Selector::parse(input.substr(0, end), wrong);
    if (!selector) return;
    selector->append(selected, body);
    EXPECT_TRUE(json::accept(selected)) << selected;
}

/// An Event body: inserted, patched into a series and one of its occurrences, imported.
void event(std::string_view input) {
    const std::string body(input);
    const fakes::Reply made = call("POST", events_of(), body);
    expect_sane(made);
    expect_sane(call("PATCH", events_of() + "/series00001_20260310T090000Z", body));
    expect_sane(call("PATCH", events_of() + "/series00001", body));
    expect_sane(call("POST", events_of() + "/import", body));
    expect_sane(call("GET", events_of() + "?singleEvents=true&timeMin=2026-03-01T00:00:00Z&timeMax=2026-04-01T00:00:00Z&maxResults=20", ""));
    const json answer = json::parse(made.body, nullptr, false);
    if (made.status == 200) expect_sane(call("DELETE", events_of() + "/" + answer["id"].get<std::string>(), ""));
}

/// Recurrence lines.
void recurrence(std::string_view input) {
    json body = fakes::timed("R", "2026-03-09T10:00:00", "2026-03-09T11:00:00");
    body["recurrence"] = json::array();
    while (!input.empty()) {
        const std::size_t end = std::min(input.find('\n'), input.size());
        body["recurrence"].push_back(std::string(input.substr(0, end)));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    const fakes::Reply made = call("POST", events_of(), body.dump(-1, ' ', false, json::error_handler_t::replace));
    expect_sane(made);
    if (made.status != 200) return;
    const std::string at = events_of() + "/" + json::parse(made.body)["id"].get<std::string>();
    expect_sane(call("GET", at + "/instances?maxResults=20&timeMax=2027-01-01T00:00:00Z", ""));
    expect_sane(call("DELETE", at, ""));
}

/// A JWT as it comes, and claims that are rightly signed.
void assertion(std::string_view input) {
    Domain& d = domain();
    const std::string body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + std::string(input);
    expect_sane(d.raw({"POST", "oauth2.googleapis.com", "/token", {}, body}));
    expect_sane(d.raw({"POST", "oauth2.googleapis.com", "/token", {}, std::string(input)}));
    const json claims = json::parse(input, nullptr, false);
    if (claims.is_object() && input.size() < 4096) {
        try {
            expect_sane(d.post_token(Domain::assertion(claims)));
        } catch (const json::exception&) {
            // claims that cannot be written as UTF-8 are no JWT at all
        }
    }
}

/// A batch body with the boundary "b".
void batch(std::string_view input) {
    Domain& d = domain();
    const fakes::Request request{"POST", "www.googleapis.com", "/batch/calendar/v3",
                                 {{"Content-Type", "multipart/mixed; boundary=b"}, {"Authorization", "Bearer " + d.token("mia")}}, std::string(input)};
    const fakes::Reply reply = d.raw(request);
    if (reply.status != 200) return expect_sane(reply);
    EXPECT_TRUE(reply.body.starts_with("--batch_")) << reply.body.substr(0, 200);
    EXPECT_TRUE(reply.body.ends_with("--\r\n"));
}

/// Any other body: rules, channels, free/busy, calendars, vacations.
void bodies(std::string_view input) {
    const std::string body(input);
    for (const char* path : {"/calendar/v3/calendars/primary/acl", "/calendar/v3/calendars/primary/events/watch", "/calendar/v3/channels/stop",
                             "/calendar/v3/freeBusy", "/calendar/v3/calendars", "/calendar/v3/users/me/calendarList"})
        expect_sane(call("POST", path, body));
    expect_sane(call("PATCH", "/calendar/v3/calendars/primary", body));
    expect_sane(call("PUT", "/calendar/v3/users/me/calendarList/primary", body));
    expect_sane(call("PUT", "/gmail/v1/users/me/settings/vacation", body));
}

struct WayIn {
    std::string_view name;
    void (*play)(std::string_view);
};
constexpr WayIn ways_in[] = {{"target", target},       {"fields", fields}, {"event", event},  {"recurrence", recurrence},
                             {"assertion", assertion}, {"batch", batch},   {"bodies", bodies}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 64 * 1024) return 0;
    GTEST_FLAG_SET(break_on_failure, true);  // a broken promise is a crash
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t end = std::min(input.find('\n'), input.size());
    for (const WayIn& way : ways_in)
        if (way.name == input.substr(0, end)) way.play(input.substr(std::min(end + 1, input.size())));
    return 0;
}
