// Planted defects of the listed operations: an engine that does without one of them, or is answered with something else.
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

}  // namespace

std::vector<Defect> of_operations() {
    return {
        {"SingleEventsAreNotReadOnGraph", "a changed event is not read", "changes/changed_event_is_read_singly_on_microsoft", Provider::microsoft,
         "calls", "the engine made", [] { return without("OP-M-EVENT-GET", 404); }},
        {"SingleEventsAreNotReadOnGoogle", "the series of a moved occurrence is not read",
         "changes/one_moved_occurrence_is_read_by_its_series_on_google", Provider::google, "calls", "the engine made",
         [] { return without("OP-G-EVENT-GET", 404); }},
        {"InstancesAreNotAskedOfGraph", "a series is taken for one without occurrences", "recurrence/moved_occurrence_is_joined_at_its_new_time",
         Provider::microsoft, "meeting-list", "", [] { return without("OP-M-INSTANCES", 200, R"({"value":[]})"); }},
        {"InstancesAreNotAskedOfGoogle", "a series is taken for one without occurrences", "recurrence/moved_occurrence_is_joined_at_its_new_time",
         Provider::google, "meeting-list", "", [] { return without("OP-G-INSTANCES", 200, R"({"kind":"calendar#events","items":[]})"); }},
        {"EventsOfGraphAreNotListed", "the calendar is taken for an empty one", "activation/deactivation_ends_the_subscription_on_microsoft",
         Provider::microsoft, "calls", "the engine made", [] { return without("OP-M-EVENT-LIST", 200, R"({"value":[]})"); }},
        {"EventsOfGoogleAreNotListed", "the calendar is taken for an empty one", "activation/deactivation_stops_the_channel_on_google",
         Provider::google, "calls", "the engine made",
         [] { return without("OP-G-EVENT-LIST", 200, R"({"kind":"calendar#events","items":[],"nextSyncToken":"x"})"); }},
        {"NobodySubscribesToGraph", "the engine believes that it is subscribed", "faults/subscriptions_are_renewed_before_they_expire", Provider::microsoft,
         "meeting-list", "missing",
         [] { return without("OP-M-SUBSCRIBE", 201, R"({"id":"7f2b2f3e-0000-4000-8000-000000000001","expirationDateTime":"2027-03-07T00:00:00Z"})"); }},
        {"NobodyWatchesGoogle", "the engine believes that it is told of changes", "faults/subscriptions_are_renewed_before_they_expire", Provider::google,
         "meeting-list", "missing",
         [] { return without("OP-G-WATCH", 200, R"({"kind":"api#channel","id":"c","resourceId":"r","expiration":"1798761600000"})"); }},
        {"SubscriptionOutlivesTheActivation", "a deactivated user's subscription stays", "activation/deactivation_ends_the_subscription_on_microsoft",
         Provider::microsoft, "calls", "the engine made", [] { return without("OP-M-UNSUBSCRIBE", 204); }},
        {"ChannelOutlivesTheActivation", "a deactivated user's channel stays", "activation/deactivation_stops_the_channel_on_google",
         Provider::google, "calls", "the engine made", [] { return without("OP-G-STOP", 204); }},
        {"SettingsAreNotRead", "every mailbox is taken for an American one without automatic replies", "presence/absence_of_one_morning",
         Provider::microsoft, "presence", "", [] { return without("OP-M-SETTINGS", 200, R"({"language":{"locale":"en-US"},"automaticRepliesSetting":{"status":"disabled"}})"); }},
        {"VacationIsNotRead", "nobody is ever taken to be away", "presence/absence_of_one_morning", Provider::google, "presence", "",
         [] { return without("OP-G-VACATION", 200, R"({"enableAutoReply":false})"); }},
        {"LocaleIsNotRead", "everybody is taken to speak English", "language/join_details_speak_the_organizers_language", Provider::google,
         "calendar", "", [] { return without("OP-G-SETTING", 200, R"({"kind":"calendar#setting","id":"locale","value":"en"})"); }},
        {"EventsOfGraphAreNotWritten", "join details never reach the calendar", "keywords/webex_adds_the_personal_room", Provider::microsoft,
         "calendar", "join details", [] { return without("OP-M-EVENT-PATCH", 200, "{}"); }},
        {"EventsOfGoogleAreNotWritten", "join details never reach the calendar", "keywords/webex_adds_the_personal_room", Provider::google,
         "calendar", "join details", [] { return without("OP-G-EVENT-PATCH", 200, "{}"); }},
        {"RoomsAreNotShared", "an activated room gets no rule for the service", "rooms/activated_room_is_shared_with_the_service_by_a_rule",
         Provider::google, "calls", "the engine made",
         [] { return without("OP-G-ACL-ADD", 200, R"({"kind":"calendar#aclRule","id":"user:x","role":"writer","scope":{"type":"user","value":"x"}})"); }},
        {"RulesOutliveTheActivation", "a deactivated room keeps the service's rule", "rooms/activated_room_is_shared_with_the_service_by_a_rule",
         Provider::google, "calls", "the engine made", [] { return without("OP-G-ACL-DELETE", 204); }},
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
