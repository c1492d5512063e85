// Planted defects of the listed operations: an engine that does without one of them, or is answered with something else.
#include <map>
#include <set>

#include "sim/wire/classify.hpp"
#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

bool does(const HttpRequest& request, std::string_view operation) {
    const std::size_t host = request.url.find("//") + 2;
    const std::size_t path = std::min(request.url.find('/', host), request.url.size());
    fakes::Request seen;
    seen.method = request.method;
    seen.host = request.url.substr(host, path - host);
    seen.target = request.url.substr(path);
    return sim::classify(seen, [](std::string_view) { return std::string(); }).operation == operation;
}

/// The operation is never sent; the engine believes that it was answered with this.
sim::Doubles without(std::string operation, int status, std::string body = {}) {
    Meddle meddle;
    meddle.instead = [=](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!does(request, operation)) return std::nullopt;
        return answer(status, body);
    };
    return on_the_wire(std::move(meddle));
}

/// The operation's answers, where they are 2xx, pass `edit`.
sim::Doubles answered_with(std::string operation, std::function<void(const HttpRequest&, Json&)> edit) {
    Meddle meddle;
    meddle.after = [=](const HttpRequest& request, HttpResult& result) {
        if (result.response.status / 100 == 2 && does(request, operation)) edit_json(result.response.body, [&](Json& json) { edit(request, json); });
    };
    return on_the_wire(std::move(meddle));
}

void erase_if(Json& list, const std::function<bool(const Json&)>& unwanted) {
    for (std::size_t i = list.size(); i-- > 0;)
        if (unwanted(list[i])) list.erase(i);
}

/// Only the first of these operations for each address is sent; the engine believes that later ones were answered with this.
sim::Doubles only_the_first(std::string operation, int status, std::string body) {
    Meddle meddle;
    meddle.instead = [=, seen = std::make_shared<std::set<std::string>>()](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!does(request, operation)) return std::nullopt;
        const Json asked = Json::parse(request.body, nullptr, false);
        const std::string whose = asked.value("resource", "");
        return seen->insert(whose.empty() ? request.url : whose).second ? std::nullopt : std::optional(answer(status, body));
    };
    return on_the_wire(std::move(meddle));
}

/// A title that was read by this operation once is what every later reading of the same event says.
sim::Doubles titles_stay_as_first_read(std::string operation, std::string member) {
    return answered_with(std::move(operation), [member, first = std::make_shared<std::map<std::string, std::string>>()](const HttpRequest& request, Json& event) {
        if (!event.contains(member)) return;
        const std::string address = request.url.substr(0, request.url.find('?'));
        event[member] = first->emplace(address, event[member].get<std::string>()).first->second;
    });
}

/// Only the first of these operations for each address is sent; later ones find nothing.
sim::Doubles found_once(std::string operation) {
    Meddle meddle;
    meddle.instead = [operation, seen = std::make_shared<std::set<std::string>>()](const HttpRequest& request) -> std::optional<HttpResult> {
        if (!does(request, operation) || seen->insert(request.url).second) return std::nullopt;
        return answer(404);
    };
    return on_the_wire(std::move(meddle));
}

/// This member never stands in what the operation sends.
sim::Doubles sent_without(std::string operation, std::string member) {
    Meddle meddle;
    meddle.before = [=](HttpRequest& request) {
        if (does(request, operation)) edit_json(request.body, [&](Json& json) { json.erase(member); });
    };
    return on_the_wire(std::move(meddle));
}

}  // namespace

std::vector<Defect> of_operations() {
    return {
        {"SingleEventsAreNotReadOnGraph", "a changed event is not read", "changes/changed_event_is_read_singly_on_microsoft", Provider::microsoft,
         "calls", "the engine made", [] { return without("OP-M-EVENT-GET", 404); }},
        {"TitlesOfGraphStayAsFirstRead", "a changed event is read as it was", "changes/flurry_of_changes_ends_in_the_last_state", Provider::microsoft,
         "meeting-list", "", [] { return titles_stay_as_first_read("OP-M-EVENT-GET", "subject"); }},
        {"EventsOfGoogleAreFoundOnce", "an event that was read singly is not found again", "recurrence/occurrence_with_a_time_a_title_and_a_guest_of_its_own",
         Provider::google, "meeting-list", "", [] { return found_once("OP-G-EVENT-GET"); }},
        {"LocationsOfGraphAreNotWritten", "the join link is not written into the location", "links/own_details_win_over_other_links_in_the_body",
         Provider::microsoft, "meeting-list", "", [] { return sent_without("OP-M-EVENT-PATCH", "location"); }},
        {"RecordsOfGraphAreNotWritten", "what was done is not written into the event", "keywords/policy_takes_the_details_out_with_the_keyword",
         Provider::microsoft, "calendar", "", [] { return sent_without("OP-M-EVENT-PATCH", "singleValueExtendedProperties"); }},
        {"SingleEventsAreNotReadOnGoogle", "the series of a moved occurrence is not read",
         "changes/one_moved_occurrence_is_read_by_its_series_on_google", Provider::google, "calls", "the engine made",
         [] { return without("OP-G-EVENT-GET", 404); }},
        {"ExceptionsOfGraphAreLost", "what a series' occurrences have of their own is not read", "recurrence/moved_occurrence_is_joined_at_its_new_time",
         Provider::microsoft, "meeting-list", "",
         [] {
             return answered_with("OP-M-INSTANCES", [](const HttpRequest&, Json& page) {
                 if (page.contains("value")) erase_if(page["value"], [](const Json& one) { return one.value("type", "") == "exception"; });
             });
         }},
        {"ExceptionsOfGoogleAreLost", "a moved occurrence is not read", "recurrence/moved_occurrence_is_joined_at_its_new_time", Provider::google,
         "meeting-list", "",
         [] {
             return answered_with("OP-G-INSTANCES", [](const HttpRequest&, Json& page) {
                 const auto has_moved = [](const Json& one) {
                     return one.contains("start") && one.contains("originalStartTime") && one["start"].value("dateTime", "") != one["originalStartTime"].value("dateTime", "");
                 };
                 if (page.contains("items")) erase_if(page["items"], has_moved);
             });
         }},
        {"EventsOfGraphAreNotListed", "the calendar is taken for an empty one", "activation/deactivation_ends_the_subscription_on_microsoft",
         Provider::microsoft, "calls", "the engine made", [] { return without("OP-M-EVENT-LIST", 200, R"({"value":[]})"); }},
        {"FullLooksAtGoogleSeeNothing", "a calendar that is looked at as a whole is taken for an empty one", "faults/gone_sync_token_means_a_full_look",
         Provider::google, "meeting-list", "missing",
         [] {
             return answered_with("OP-G-EVENT-LIST", [](const HttpRequest& request, Json& page) {
                 if (request.url.find("syncToken=") == std::string::npos && page.contains("items")) page["items"] = Json::array();
             });
         }},
        {"SubscriptionsAreNotMadeAgain", "the engine believes that a subscription was made again", "faults/subscriptions_are_renewed_before_they_expire", Provider::microsoft,
         "meeting-list", "missing",
         [] { return only_the_first("OP-M-SUBSCRIBE", 201, R"({"id":"7f2b2f3e-0000-4000-8000-000000000001","expirationDateTime":"2027-03-07T00:00:00Z"})"); }},
        {"ChannelsAreNotMadeAgain", "the engine believes that a channel was made again", "faults/subscriptions_are_renewed_before_they_expire", Provider::google,
         "meeting-list", "missing",
         [] { return only_the_first("OP-G-WATCH", 200, R"({"kind":"api#channel","id":"c","resourceId":"r","expiration":"1798761600000"})"); }},
        {"SubscriptionOutlivesTheActivation", "a deactivated user's subscription stays", "activation/deactivation_ends_the_subscription_on_microsoft",
         Provider::microsoft, "calls", "the engine made", [] { return without("OP-M-UNSUBSCRIBE", 204); }},
        {"ChannelOutlivesTheActivation", "a deactivated user's channel stays", "activation/deactivation_stops_the_channel_on_google",
         Provider::google, "calls", "the engine made", [] { return without("OP-G-STOP", 204); }},
        {"SettingsSayNobodyIsAway", "automatic replies are not read from the settings", "presence/absence_of_one_morning", Provider::microsoft, "presence", "",
         [] {
             return answered_with("OP-M-SETTINGS", [](const HttpRequest&, Json& settings) {
                 if (settings.contains("automaticRepliesSetting")) settings["automaticRepliesSetting"]["status"] = "disabled";
             });
         }},
        {"VacationIsNotRead", "nobody is ever taken to be away", "presence/absence_of_one_morning", Provider::google, "presence", "",
         [] { return without("OP-G-VACATION", 200, R"({"enableAutoReply":false})"); }},
        {"LocaleIsNotRead", "everybody is taken to speak English", "language/join_details_speak_the_organizers_language", Provider::google,
         "calendar", "",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (!does(request, "OP-G-SETTING") || request.url.find("/locale") == std::string::npos) return std::nullopt;
                 return answer(200, R"({"kind":"calendar#setting","id":"locale","value":"en"})");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"EventsOfGraphAreNotWritten", "join details never reach the calendar", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "calendar", "join details", [] { return without("OP-M-EVENT-PATCH", 200, "{}"); }},
        {"EventsOfGoogleAreNotWritten", "join details never reach the calendar", "keywords/webex_adds_the_personal_room", Provider::google,
         "calendar", "join details", [] { return without("OP-G-EVENT-PATCH", 200, "{}"); }},
        {"AnswersOfRoomsAreNotWritten", "what a room answers never reaches its calendar", "devices/room_is_answered_for_at_its_board", Provider::google,
         "calendar", "",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (!does(request, "OP-G-EVENT-PATCH") || request.body.find("responseStatus") == std::string::npos) return std::nullopt;
                 return answer(200, "{}");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"RoomsAreNotShared", "an activated room gets no rule for the service", "rooms/activated_room_is_shared_with_the_service_by_a_rule",
         Provider::google, "calls", "the engine made",
         [] { return without("OP-G-ACL-ADD", 200, R"({"kind":"calendar#aclRule","id":"user:x","role":"writer","scope":{"type":"user","value":"x"}})"); }},
        {"RulesOutliveTheActivation", "a deactivated room keeps the service's rule", "rooms/activated_room_is_shared_with_the_service_by_a_rule",
         Provider::google, "calls", "the engine made", [] { return without("OP-G-ACL-DELETE", 204); }},
        {"RefusedAssertionsAreMadeUpFor", "a user whose assertion is refused is acted for with the service account's own token", "provisioning/user_with_another_google_address_is_in_error",
         Provider::google, "status", "",
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (!is(request, "POST", "oauth2.googleapis.com/token") || result.response.status == 200) return;
                 result = answer(200, R"({"access_token":"ya29.of-the-service-account-itself","expires_in":3599,"token_type":"Bearer"})");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"AssertionsAreForTheServiceItself", "the assertion names no user to act for", "faults/refused_token_is_tried_again", Provider::google,
         "calendar", "",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (!is(request, "POST", "oauth2.googleapis.com/token")) return std::nullopt;
                 return answer(200, R"({"access_token":"ya29.of-the-service-account-itself","expires_in":3599,"token_type":"Bearer"})");
             };
             return on_the_wire(std::move(meddle));
         }},
    };
}

}  // namespace defects
