#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

constexpr const char* sealed = "security/everything_at_rest_and_on_the_way_is_sealed";
constexpr const char* leak = "nothing sensitive leaves in clear";
constexpr const char* title = "Merger with the Bydgoszcz dairy";
constexpr const char* body_piece = "Price per share: 412 zł and 17 groszy";

/// Items carry `text` as one more header, in clear.
template <typename Edit>
sim::Doubles with_items(Edit edit) {
    Meddle meddle;
    meddle.before = [edit](HttpRequest& request) {
        if (is_item(request)) edit(request);
    };
    return on_the_wire(std::move(meddle));
}

/// Each letter as four hexadecimal digits between `before` and `after`.
std::string each_letter(const std::string& text, const std::string& before, const std::string& after) {
    std::string out;
    for (const char letter : text) out += before + "00" + hex(std::string_view(&letter, 1)) + after;
    return out;
}

sim::Doubles calling_also(const char* when, const char* method, const char* url) {
    Meddle meddle;
    meddle.also = [=, done = std::make_shared<bool>(false)](const HttpRequest& request, const HttpResult&) {
        std::vector<HttpRequest> more;
        if (!*done && is(request, "GET", when)) more.push_back(like(request, method, url));
        *done = *done || !more.empty();
        return more;
    };
    return on_the_wire(std::move(meddle));
}

/// One look into each calendar that the directory says is not to be touched, beside the first activation; nothing comes of it.
sim::Doubles whoever_is_in_the_directory_is_read() {
    Meddle meddle;
    auto others = std::make_shared<std::vector<std::string>>();
    meddle.also = [others](const HttpRequest& request, const HttpResult& result) {
        if (is(request, "GET", "/users") && request.url.find("/identity/") != std::string::npos) {
            const Json page = Json::parse(result.response.body, nullptr, false);
            for (const Json& user : page.is_object() ? page.value("items", Json::array()) : Json::array())
                if (!user["calendar"].value("enabled", true)) others->push_back(user.value("email", ""));
        }
        std::vector<HttpRequest> more;
        if (!is(request, "PUT", "/calendarStatus")) return more;
        for (const std::string& address : std::exchange(*others, {})) {
            HttpRequest look;
            look.method = "GET";
            look.url = "https://www.googleapis.com/calendar/v3/calendars/" + address + "/events";
            more.push_back(std::move(look));
        }
        return more;
    };
    return on_the_wire(std::move(meddle));
}

}  // namespace

std::vector<Defect> of_leaks() {
    return {
        {"TitleInTheRequestLine", "the title is a parameter of a request to the cloud", sealed, Provider::microsoft, leak, "the request line",
         [] { return with_items([](HttpRequest& request) { request.url += "?title=" + percent(title); }); }},
        {"AddressInARequestHeader", "the organizer's address is a header of a request to the cloud", sealed, Provider::google, leak,
         "request header X-On-Behalf-Of",
         [] { return with_items([](HttpRequest& request) { request.headers.push_back({"X-On-Behalf-Of", "ana@calrig.example"}); }); }},
        {"TitleInABody", "the title goes to the cloud beside its ciphertext", sealed, Provider::microsoft, leak, "title of merger (plain)",
         [] { return in_every_item([](Json& item) { item["subject"] = title; }); }},
        {"TextInABodyAsBase64", "the invitation's text is in base64, not in ciphertext", sealed, Provider::google, leak, "(base64)",
         [] { return in_every_item([](Json& item) { item["encryptedNotes"] = base64(std::string("x") + body_piece); }); }},
        {"TitleInABodyPercentEncoded", "the title is in a percent-encoded link of an item", sealed, Provider::microsoft, leak, "(percent)",
         [] { return in_every_item([](Json& item) { item["links"][0]["href"] = "https://cloud.calrig.example/?q=" + percent(title); }); }},
        {"TitleInABodyAsHex", "an item's link holds the title's bytes in hex", sealed, Provider::google, leak, "title of merger (hex)",
         [] { return in_every_item([](Json& item) { item["links"][0]["href"] = "https://cloud.calrig.example/" + hex(title); }); }},
        {"NameInABodyWithJsonEscapes", "a name is in clear with JSON escapes", sealed, Provider::microsoft, leak, "name of ana (JSON)",
         [] {
             return with_items([](HttpRequest& request) { request.body.insert(1, R"("organizerName":"Anastazja Wr\u00f3blewska-Kot",)"); });
         }},
        {"TitleWithEveryLetterEscaped", "every letter of the title is a JSON escape", sealed, Provider::google, leak, "title of merger (plain, escaped)",
         [] { return with_items([](HttpRequest& request) { request.body.insert(1, "\"note\":\"" + each_letter(title, "\\u", "") + "\","); }); }},
        {"TitleAsCharacterReferences", "the title is a comment of HTML character references", sealed, Provider::microsoft, leak, "(plain, escaped)",
         [] { return in_every_item([](Json& item) { item["comment"] = each_letter(title, "&#x", ";"); }); }},
        {"PlaceBesideItsCiphertext", "the place goes to the cloud beside its ciphertext", "keywords/keyword_taken_out_keeps_the_details", Provider::google,
         leak, "location of dome (plain)", [] { return in_every_item([](Json& item) { item["place"] = "Scaffold 3"; }); }},
        {"TitleAtTheTokenEndpoint", "a request for a token tells the title", sealed, Provider::microsoft, leak, "to entra",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/oauth2/v2.0/token")) request.body += "&note=" + percent(title);
             };
             return on_the_wire(std::move(meddle));
         }},
        {"CompressedInTheStore", "the store holds what nobody can search", sealed, Provider::google, leak, "the store's value of c/1",
         [] { return with_stored("c/1", std::string("\x1F\x8B\x08\0\0\0\0\0", 8)); }},
        {"TitleInAnErrorMessage", "the reason of an error that users and administrators read tells the title", sealed, Provider::microsoft, leak,
         "title of merger (plain)",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "PUT", "/calendarStatus"))
                     edit_json(request.body, [](Json& json) { json["reason"] = std::string("cannot read \"") + title + "\""; });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"InviteesAddressAtTheKeyServer", "keys are asked for by address", sealed, Provider::microsoft, leak, "to kms",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/kms/messages")) request.headers.push_back({"X-For", "notary.grzegorzewska@lawyers.example"});
             };
             return on_the_wire(std::move(meddle));
         }},
        {"TitleInTheLog", "the log tells the title", sealed, Provider::google, leak, "a log line",
         [] { return with_log_line([] { return std::string("published title=\"") + title + "\""; }); }},
        {"NonceIsUsedTwice", "the title and the notes of an item are sealed with one nonce", sealed, Provider::google, "no nonce is used twice",
         "two texts are sealed with one nonce",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (!is(request, "PUT", "/calendarEvents/")) return;
                 edit_json(request.body, [](Json& item) {
                     const std::string title_sealed = item["encryptedSubject"];
                     std::string notes = item.value("encryptedNotes", "");
                     constexpr std::size_t nonce_letters = 16;
                     if (notes.empty()) return;
                     notes.replace(notes.find("..") + 2, nonce_letters, title_sealed, title_sealed.find("..") + 2, nonce_letters);
                     item["encryptedNotes"] = notes;
                 });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"TokenInTheLog", "the log tells which bearer token was sent", sealed, Provider::microsoft, leak, "a bearer token at byte",
         [] {
             const auto sent = std::make_shared<std::string>();
             Meddle meddle;
             meddle.before = [sent](HttpRequest& request) {
                 for (const engine::Header& header : request.headers)
                     if (header.value.starts_with("Bearer ")) *sent = header.value.substr(7);
             };
             sim::Doubles doubles = on_the_wire(std::move(meddle));
             doubles.log = with_log_line([sent] { return "sent bearer=" + *sent; }).log;
             return doubles;
         }},
        {"AddressInAKeyOfTheStore", "the store's keys hold addresses", sealed, Provider::microsoft, leak, "a key of the store",
         [] { return with_stored("x/ben@calrig.example", "1"); }},
        {"TextInAValueOfTheStore", "the store's values hold the invitation's text", sealed, Provider::google, leak, "the store's value",
         [] { return with_stored("x/1", std::string("agenda: ") + body_piece + "."); }},
        {"TitleInAReplyToTheProvider", "the answer to a notification tells the title", sealed, Provider::microsoft, leak, "the engine's reply",
         [] {
             // The engine echoes the token of a handshake; this one carries what nobody but the calendar may tell.
             Tamper tamper;
             tamper.actor = "graph";
             tamper.wake = [done = std::make_shared<bool>(false)](fakes::Effects& effects, fakes::Instant now) {
                 if (*done) return;
                 *done = true;
                 fakes::Outgoing ask;
                 ask.id = 987'654'321;
                 ask.not_before = now;
                 ask.url = "https://engine.calrig.example/hooks/graph?validationToken=" + percent(title);
                 effects.outgoing.push_back(std::move(ask));
             };
             return at_the_service(std::move(tamper));
         }},
        {"CalendarViewIsAsked", "the engine reads calendarView, which is not on the list", "keywords/webex_adds_the_personal_room",
         Provider::microsoft, "only listed operations", "calendarView",
         [] {
             return calling_also("/calendar/events", "GET",
                                 "https://graph.microsoft.com/v1.0/users/katarzyna%40calrig.example/calendarView?startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-03T00:00:00Z");
         }},
        {"DeltaIsAsked", "the engine reads a delta, which is not on the list", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "only listed operations", "delta",
         [] {
             return calling_also("/calendar/events", "GET",
                                 "https://graph.microsoft.com/v1.0/users/katarzyna%40calrig.example/events/delta");
         }},
        {"CalendarsAreListed", "the engine lists a Google user's calendars, which is not on the list", "keywords/webex_adds_the_personal_room",
         Provider::google, "only listed operations", "calendarList",
         [] { return calling_also("/events", "GET", "https://www.googleapis.com/calendar/v3/users/me/calendarList"); }},
        {"MoreIsAskedThanWasRecorded", "the engine asks for a setting that it did not ask for when it was recorded",
         "recorded/webex_keyword_on_google", Provider::google, "recording is followed", "weekStart",
         [] { return calling_also("/events", "GET", "https://www.googleapis.com/calendar/v3/users/me/settings/weekStart"); }},
        {"EverybodyIsTakenForActivated", "the engine reads the calendars of users who are not activated", "activation/only_activated_users_are_touched",
         Provider::google, "only activated users", "cy", [] { return whoever_is_in_the_directory_is_read(); }},
        {"DeactivationIsIgnored", "the engine goes on after a user was deactivated", "activation/deactivated_user_is_left_alone",
         Provider::google, "only activated users", "ben",
         [] { return misread("\"enabled\":false", "\"enabled\":true", "/identity/"); }},
        {"ItemsHaveAMemberTooMany", "items have a member the cloud does not know", "keywords/webex_adds_the_personal_room", Provider::google,
         "no bad requests", "", [] { return in_every_item([](Json& item) { item["mood"] = "good"; }); }},
        {"ItemsLackTheirStart", "items go out without a start", "keywords/webex_adds_the_personal_room", Provider::microsoft, "no bad requests", "",
         [] { return in_every_item([](Json& item) { item.erase("start"); }); }},
    };
}

}  // namespace defects
