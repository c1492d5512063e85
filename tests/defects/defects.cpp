// Planted defects of calendars, presence, statuses and of what happens in bad weather. To add one: a row here, or in
// the file of its subject.
#include "tests/defects/defects.hpp"

#include <chrono>

namespace defects {
namespace {

using fakes::Provider;

constexpr const char* personal_room = "keywords/webex_adds_the_personal_room";
constexpr const char* absence = "presence/scheduled_absence_begins_and_ends";

/// Every write to an event passes `edit`.
sim::Doubles in_every_write(std::function<void(Json&)> edit) {
    Meddle meddle;
    meddle.before = [edit = std::move(edit)](HttpRequest& request) {
        if (is(request, "PATCH", "/events/")) edit_json(request.body, edit);
    };
    return on_the_wire(std::move(meddle));
}

void in_every_text(Json& json, const std::function<void(std::string&)>& edit) {
    // What is written without a text (another end, an answer) stays without.
    if (!json.contains("description") && !(json.contains("body") && json["body"].contains("content"))) return;
    std::string text = json.contains("description") ? json["description"] : json["body"]["content"];
    edit(text);
    (json.contains("description") ? json["description"] : json["body"]["content"]) = text;
}

sim::Doubles texts_of_writes(std::function<void(std::string&)> edit) {
    return in_every_write([edit = std::move(edit)](Json& json) { in_every_text(json, edit); });
}

sim::Doubles notifications_lost(const char* actor) {
    Tamper tamper;
    tamper.actor = actor;
    tamper.swallow = [](const fakes::Outgoing& out) { return out.what.find("notification") != std::string::npos; };
    return at_the_service(std::move(tamper));
}

/// A notification makes the engine read an event; the double answers each reading with the last write once more.
sim::Doubles writing_again() {
    Meddle meddle;
    auto last = std::make_shared<std::optional<HttpRequest>>();
    auto count = std::make_shared<int>(0);
    meddle.also = [=](const HttpRequest& request, const HttpResult&) {
        std::vector<HttpRequest> more;
        if (is(request, "PATCH", "/events/")) {
            *last = request;
            std::erase_if((*last)->headers, [](const engine::Header& header) { return header.name == "If-Match"; });
        } else if (*last && *count < 20 && is(request, "GET", "/events")) {
            // Another text each time, so that the calendar has something to tell.
            HttpRequest again = **last;
            edit_json(again.body, [&](Json& json) { in_every_text(json, [&](std::string& text) { text += "<!-- " + std::to_string(*count) + " -->"; }); });
            ++*count;
            more.push_back(std::move(again));
        }
        return more;
    };
    return on_the_wire(std::move(meddle));
}

/// After a restart the first event read with a text gets that text once more.
sim::Doubles second_life_writes_again() {
    sim::Doubles doubles;
    doubles.http = [lives = std::make_shared<int>(0)](engine::HttpClient& real, engine::Clock& clock) {
        Meddle meddle;
        meddle.also = [second = ++*lives == 2, done = std::make_shared<bool>(false)](const HttpRequest& request, const HttpResult& result) {
            std::vector<HttpRequest> more;
            if (!second || *done || !is(request, "GET", "/calendars/ana%40calrig.example/events")) return more;
            const Json page = Json::parse(result.response.body, nullptr, false);
            if (!page.contains("items")) return more;
            for (const Json& event : page["items"]) {
                const std::string text = event.value("description", "");
                if (text.empty() || *done) continue;
                *done = true;
                HttpRequest write = like(request, "PATCH", request.url.substr(0, request.url.find('?')) + "/" + event.value("id", ""));
                write.headers.push_back({"Content-Type", "application/json"});
                write.body = Json{{"description", text + text}}.dump();
                more.push_back(std::move(write));
            }
            return more;
        };
        return on_the_wire(std::move(meddle)).http(real, clock);
    };
    return doubles;
}

/// The cloud is never told of users in this state.
sim::Doubles status_never_sent(std::string state) {
    Meddle meddle;
    meddle.instead = [state = std::move(state)](const HttpRequest& request) -> std::optional<HttpResult> {
        if (is(request, "PUT", "/calendarStatus") && request.body.find(state) != std::string::npos) return answer(204);
        return std::nullopt;
    };
    return on_the_wire(std::move(meddle));
}

std::vector<Defect> of_calendars() {
    return {
        {"JoinDetailsAppearTwice", "the join details are written twice", personal_room, Provider::microsoft, "calendar", "join details",
         [] {
             return texts_of_writes([](std::string& text) {
                 if (text.find("Do not delete or change") != std::string::npos) text += text;
             });
         }},
        {"JoinDetailsAreMissing", "the write leaves the text alone", personal_room, Provider::google, "calendar", "join details",
         [] { return in_every_write([](Json& json) { json.erase("description"); }); }},
        {"AuthorsTextIsLost", "the author's text is gone after the write", personal_room, Provider::microsoft, "calendar", "shared folder",
         [] { return texts_of_writes([](std::string& text) { replace_all(text, "Figures are in the shared folder.", ""); }); }},
        {"LettersAreLost", "letters beyond ASCII become question marks in the write", "bodies/letters_of_many_scripts_survive", Provider::google,
         "calendar", ".body",
         [] {
             return texts_of_writes([](std::string& text) {
                 for (char& c : text)
                     if (static_cast<unsigned char>(c) > 127) c = '?';
             });
         }},
        {"TablesAreCutOut", "the write keeps only what stands before the first table", "bodies/outlook_table_with_styles_keeps_its_text",
         Provider::microsoft, "calendar", ".body",
         [] {
             return texts_of_writes([](std::string& text) {
                 const std::size_t from = text.find("<table");
                 const std::size_t to = text.rfind("</table>");
                 if (from != std::string::npos && to != std::string::npos) text.erase(from, to - from);
             });
         }},
        {"EveryLanguageIsEnglish", "join details are in English whatever the user speaks", "language/join_details_speak_the_organizers_language",
         Provider::microsoft, "calendar", "Meeting beitreten", [] { return misread("de-DE", "en-US", "/mailboxSettings"); }},
        {"EveryLanguageIsEnglishOnGoogle", "join details are in English whatever the user speaks",
         "language/join_details_speak_the_organizers_language", Provider::google, "calendar", "Meeting beitreten",
         [] { return misread("de", "en", "/settings/locale"); }},
        {"KeywordIsDropped", "the keyword is taken out of the location", personal_room, Provider::google, "calendar", ".location",
         [] {
             return in_every_write([](Json& json) {
                 if (!json.contains("location")) return;
                 std::string location = json["location"];
                 replace_all(location, "@webex", "");
                 json["location"] = location;
             });
         }},
        {"KeywordInsideAnAddress", "a keyword inside an e-mail address counts", "keywords/keyword_counts_amid_other_words", Provider::microsoft,
         "calendar", "join details", [] { return misread("bob@webex.example.com", "@webex", "/events"); }},
        {"EventsAreWrittenAgain", "each notification makes the engine write again", personal_room, Provider::microsoft, "no echo loop",
         "the engine wrote one event", [] { return writing_again(); }},
        {"EachEventIsWrittenTwice", "what was written is written once more", "keywords/modifiers_override_the_default", Provider::google, "no echo loop",
         "the engine wrote one event 2 times",
         [] {
             Meddle meddle;
             meddle.also = [](const HttpRequest& request, const HttpResult&) {
                 std::vector<HttpRequest> more;
                 if (!is(request, "PATCH", "/events/")) return more;
                more.push_back(request);
                // The first write made another version of it.
                std::erase_if(more.back().headers, [](const auto& header) { return header.name == "If-Match"; });
                 return more;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"EventsAreWrittenAgainOnGoogle", "each notification makes the engine write again", personal_room, Provider::google, "no echo loop",
         "the engine wrote one event", [] { return writing_again(); }},
    };
}

std::vector<Defect> of_people() {
    return {
        {"PresenceIsNeverCleared", "presence stays out of office after the absence", absence, Provider::microsoft, "presence", "is out of office",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (is(request, "POST", "/apheleia/") && request.body.find("\"clear\"") != std::string::npos) return answer(204);
                 return std::nullopt;
             };
             // The presence would lapse by itself: the forgetful service also claims a long life.
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/apheleia/"))
                     edit_json(request.body, [](Json& json) { if (json.contains("ttl")) json["ttl"] = 2'000'000; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"PresenceIsPolledTooRarely", "automatic replies are looked at every three hours", absence, Provider::google, "presence", "",
         [] { return with_config([](engine::Config& c) { c.policies.away_poll = std::chrono::hours(40); }); }},
        {"PresenceIgnoresTheScheduledEnd", "a scheduled absence does not end", absence, Provider::microsoft, "presence", "is out of office",
         [] { return misread("2026-03-05T", "2026-04-05T", "/mailboxSettings"); }},
        {"PresenceIgnoresTheSchedule", "a scheduled absence begins at once", absence, Provider::microsoft, "presence", "is out of office",
         [] { return misread("\"scheduled\"", "\"alwaysEnabled\"", "/mailboxSettings"); }},
        {"PresenceLapsesTooSoon", "the presence is told with a life of a minute", "presence/open_ended_absence_stays", Provider::google, "presence",
         "is not out of office",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/apheleia/"))
                     edit_json(request.body, [](Json& json) { if (json.contains("ttl")) json["ttl"] = 60; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"AbsenceGivesWayToMeetings", "the cloud is not told of an absence while the person is in a meeting", "presence/absence_comes_before_meetings_and_calls",
         Provider::microsoft, "presence", "not out of office",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (is(request, "POST", "/apheleia/") && request.body.find("\"ooo\"") != std::string::npos) return answer(204);
                 return std::nullopt;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"ErrorStateIsNotReported", "a user who cannot be validated is not put in error", "activation/user_without_calendar_is_in_error",
         Provider::google, "status", "cy",
         [] { return status_never_sent("\"ERROR\""); }},
        {"ActivationIsNotReported", "activated users stay pending", "activation/activated_users_are_reported", Provider::google, "status", "ana",
         [] { return status_never_sent("\"ACTIVATED\""); }},
        {"ClosedMailboxLooksOpen", "a mailbox closed by the tenant is reported as activated", "security/blocked_mailbox_is_left_alone",
         Provider::microsoft, "status", "ben",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "PUT", "/calendarStatus") && request.body.find("mailbox_access_denied") != std::string::npos) edit_json(request.body, [](Json& json) { json = Json{{"state", "ACTIVATED"}}; });
             };
             return on_the_wire(std::move(meddle));
         }},
    };
}

/// Waits until the clock says a time, not for a while.
class ClockBound final : public engine::Clock {
  public:
    explicit ClockBound(engine::Clock& real) : real_(real) {}
    engine::Instant now() const override { return real_.now(); }
    engine::Duration passed() const override { return now().time_since_epoch(); }
    engine::Task<void> pause(engine::Duration length) override {
        const engine::Instant until = now() + length;
        while (now() < until) {
            const engine::Duration look = std::min<engine::Duration>(until - now(), std::chrono::seconds(1));
            co_await real_.pause(look);
        }
    }

  private:
    engine::Clock& real_;
};

sim::Doubles bound_to_the_clock() {
    sim::Doubles doubles;
    doubles.clock = [](engine::Clock& real) { return std::make_unique<ClockBound>(real); };
    return doubles;
}

std::vector<Defect> of_bad_weather() {
    return {
        {"SoonIsSeenLate", "events are worked on in the order in which they were made", "faults/soon_to_start_meetings_come_first", Provider::microsoft,
         "calendar", "join details", [] { return with_config([](engine::Config& config) { config.policies.page_size_events = 1; }); }},
        {"SoonIsSeenLateOnGoogle", "events are worked on in the order in which they were made", "faults/soon_to_start_meetings_come_first",
         Provider::google, "calendar", "join details", [] { return with_config([](engine::Config& config) { config.policies.page_size_events = 1; }); }},
        {"WaitsEndByTheClock", "a wait lasts until the clock says so, even when that is set back", "faults/clock_set_back_prolongs_no_wait",
         Provider::microsoft, "meeting-list", "missing", [] { return bound_to_the_clock(); }},
        {"WaitsAreCutShort", "a wait is over when the clock is set ahead", "faults/clock_set_ahead_cuts_no_wait_short", Provider::google, "calls",
         "", [] { return bound_to_the_clock(); }},
        {"OwnClockIsTheUsersFault", "what Google says of the service's clock is taken for the user's", "faults/clock_that_was_wrong_for_an_hour_leaves_nothing_wrong",
         Provider::google, "status", "ERROR", [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (is(request, "POST", "/token")) replace_all(result.response.body, "reasonable timeframe", "time");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"RetryAfterIsIgnored", "a throttled call is made again at once", "faults/retry_after_is_respected", Provider::microsoft, "calls",
         "at most",
         [] {
             Meddle meddle;
             meddle.also = [](const HttpRequest& request, const HttpResult& result) {
                 std::vector<HttpRequest> more;
                 if (result.response.status == 429) more.assign(20, request);
                 return more;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"RetryAfterIsNotRead", "the engine waits as it likes, not as it was told", "faults/retry_after_is_respected_on_google", Provider::google, "calls",
         "at most",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest&, HttpResult& result) {
                 std::erase_if(result.response.headers, [](const engine::Header& header) { return header.name == "Retry-After"; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"ServerErrorsAreFinal", "an answer 500 of the cloud is taken for done", "faults/server_errors_are_retried", Provider::microsoft,
         "meeting-list", "missing",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (is_item(request) && result.response.status >= 500) result = answer(200, "{}");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"SubscriptionIsNeverRenewed", "the engine believes that its subscription lasts forever",
         "faults/subscriptions_are_renewed_before_they_expire", Provider::microsoft, "meeting-list", "missing",
         [] {
             // Graph warns before the end; an engine that does not listen to that either.
             Tamper deaf;
             deaf.actor = "graph";
             deaf.swallow = [](const fakes::Outgoing& out) { return out.what == "graph lifecycle notification"; };
             sim::Doubles doubles = at_the_service(std::move(deaf));
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (is(request, "POST", "/subscriptions") && result.response.status == 201)
                     edit_json(result.response.body, [](Json& json) { json["expirationDateTime"] = "2027-01-01T00:00:00Z"; });
             };
             doubles.http = on_the_wire(std::move(meddle)).http;
             return doubles;
         }},
        {"ChannelIsNeverRenewed", "the engine believes that its channel lasts forever", "faults/subscriptions_are_renewed_before_they_expire",
         Provider::google, "meeting-list", "missing",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (is(request, "POST", "/events/watch") && result.response.status == 200)
                     edit_json(result.response.body, [](Json& json) { json["expiration"] = "1798761600000"; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"GoneTokenIsIgnored", "410 is taken for a page without changes", "faults/gone_sync_token_means_a_full_look", Provider::google,
         "meeting-list", "missing",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest&, HttpResult& result) {
                 if (result.response.status == 410) result = answer(200, R"({"kind":"calendar#events","items":[]})");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"NotificationsAreIgnored", "what the calendar tells is not heard", personal_room, Provider::microsoft, "meeting-list", "missing",
         [] { return notifications_lost("graph"); }},
        {"NotificationsAreIgnoredOnGoogle", "what the calendar tells is not heard", personal_room, Provider::google, "meeting-list", "missing",
         [] { return notifications_lost("google"); }},
        {"RestartForgetsWhatIsListed", "nothing reaches the store, so a new life does not know what it listed",
         "faults/cancelled_while_the_engine_is_down", Provider::microsoft, "meeting-list", "unexpected", [] { return with_forgetful_store(); }},
        {"RestartForgetsWhatIsListedOnGoogle", "nothing reaches the store, so a new life does not know what it listed",
         "faults/cancelled_while_the_engine_is_down", Provider::google, "meeting-list", "unexpected", [] { return with_forgetful_store(); }},
        {"RestartForgetsWhatIsLit", "a new life does not know which Join buttons are lit", "faults/what_ends_while_the_engine_is_down_goes_dark",
         Provider::microsoft, "join-button", "shows a Join button", [] { return with_forgetful_store(); }},
        {"RestartWritesTwice", "a new life writes its join details beside those of the last one", "faults/restart_in_the_middle_loses_nothing",
         Provider::google, "calendar", "join details", [] { return second_life_writes_again(); }},
    };
}

}  // namespace

std::vector<Defect> all_defects() {
    std::vector<Defect> all;
    for (const auto& part : {of_leaks(), of_lists(), of_keys(), of_operations(), of_provisioning(), of_devices(), of_scheduling(), of_calendars(), of_people(), of_bad_weather()}) all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace defects
