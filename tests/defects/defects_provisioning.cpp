// Planted defects of provisioning: an engine that believes what it should check.
#include <chrono>

#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

constexpr const char* accepted = "the act was accepted";
constexpr const char* acts = "acts are carried out";

/// The value of a parameter in a URL or form, where it stands; an empty view when it is not there.
std::string_view parameter(std::string_view text, std::string_view name) {
    for (const char mark : {'?', '&'})
        if (const std::size_t at = text.find(mark + std::string(name) + "="); at != std::string_view::npos) {
            const std::size_t begins = at + name.size() + 2;
            return text.substr(begins, std::min(text.find('&', begins), text.size()) - begins);
        }
    return {};
}

/// The engine's last question to Microsoft: the state it chose, and the browser's session.
struct Asked {
    std::string state, session;
};

void remember(Asked& asked, const engine::HttpResponse& answer) {
    const std::string* location = engine::find_header(answer.headers, "Location");
    const std::string& asks = location != nullptr ? *location : answer.body;
    if (const std::string_view state = parameter(asks, "state"); !state.empty()) asked.state = state;
    if (const std::string* cookie = engine::find_header(answer.headers, "Set-Cookie")) asked.session = cookie->substr(0, cookie->find(';'));
}

sim::Doubles states_are_not_compared() {
    auto asked = std::make_shared<Asked>();
    Door door;
    door.before = [=](HttpRequest& request) {
        if (is(request, "GET", "/microsoft/consented"))
            if (const std::string given(parameter(request.url, "state")); !given.empty()) replace_all(request.url, "state=" + given, "state=" + asked->state);
    };
    door.after = [=](const HttpRequest&, engine::HttpResponse& answer) { remember(*asked, answer); };
    return at_the_door(std::move(door));
}

sim::Doubles any_browser_will_do() {
    auto asked = std::make_shared<Asked>();
    Door door;
    door.before = [=](HttpRequest& request) {
        if (!is(request, "", "/provisioning/v1/microsoft/")) return;
        std::erase_if(request.headers, [](const engine::Header& header) { return header.name == "Cookie"; });
        request.headers.push_back({"Cookie", asked->session});
    };
    door.after = [=](const HttpRequest&, engine::HttpResponse& answer) { remember(*asked, answer); };
    return at_the_door(std::move(door));
}

/// Whoever declines has consented all the same; what comes back says that they declined, as it should.
sim::Doubles decliners_are_registered() {
    auto declined = std::make_shared<bool>(false);
    Tamper tamper;
    tamper.actor = "graph";
    tamper.request = [declined](fakes::Request& request) {
        if (request.method != "POST" || request.target.find("/adminconsent") == std::string::npos || request.body.find("decision=cancel") == std::string::npos) return;
        *declined = true;
        replace_all(request.body, "decision=cancel", "decision=accept");
    };
    Door door;
    door.before = [declined](HttpRequest& request) {
        const std::size_t query = request.url.find("/microsoft/consented?");
        if (query == std::string::npos || !std::exchange(*declined, false)) return;
        const std::size_t state = request.url.find("&state=");
        request.url = request.url.substr(0, request.url.find('?')) + "?error=access_denied&error_subcode=cancel" + request.url.substr(state);
    };
    sim::Doubles doubles = at_the_service(std::move(tamper));
    doubles.hook = at_the_door(std::move(door)).hook;
    return doubles;
}

/// In place of Microsoft's consent page the browser is sent home, as if all were well.
sim::Doubles nobody_consents() {
    Door door;
    door.after = [](const HttpRequest&, engine::HttpResponse& answer) {
        for (engine::Header& header : answer.headers)
            if (header.name == "Location" && header.value.find("/adminconsent") != std::string::npos)
                header.value = "https://admin.calrig.example/calendar?outcome=provisioned";
    };
    return at_the_door(std::move(door));
}

std::string part(const std::string& json) {
    std::string out = base64(json);
    std::erase(out, '=');
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

}  // namespace

std::vector<Defect> of_provisioning() {
    return {
        {"EverybodyIsPrivileged", "every administrator is taken for a full one", "provisioning/only_privileged_administrators_provision",
         Provider::microsoft, acts, accepted,
         [] {
             return after_reading("/identity/api/v1/users/me", [](HttpResult& result) {
                 edit_json(result.response.body, [](Json& json) { json["roles"] = Json::array({"id_full_admin"}); });
             });
         }},
        {"StatesAreNotCompared", "an answer with somebody else's state counts", "provisioning/forged_answers_to_a_consent_count_for_nothing",
         Provider::microsoft, acts, accepted, [] { return states_are_not_compared(); }},
        {"AnyBrowserWillDo", "an answer counts in whatever browser it arrives", "provisioning/forged_answers_to_a_consent_count_for_nothing",
         Provider::microsoft, acts, accepted, [] { return any_browser_will_do(); }},
        {"NobodyIsAskedToConsent", "the administrator is told of success without Microsoft's consent", "provisioning/application_is_listed_in_the_tenant",
         Provider::microsoft, "tenant", "not listed", [] { return nobody_consents(); }},
        {"DeclinersAreRegistered", "the application is registered although the administrator declined", "provisioning/application_is_listed_in_the_tenant",
         Provider::microsoft, "tenant", "", [] { return decliners_are_registered(); }},
        {"TheTenantIsForgotten", "after a restart the service knows no tenant: what was noted of it first is lost", "provisioning/second_tenant_is_refused", Provider::microsoft, acts, accepted,
         [] { return with_forgetful_store("o/standing", 1); }},
        {"EveryCloudLooksWorldwide", "a government's tenant is taken for one of the worldwide cloud", "provisioning/national_clouds_are_refused",
         Provider::microsoft, acts, accepted,
         [] {
             return after_reading("/.well-known/openid-configuration", [](HttpResult& result) {
                 edit_json(result.response.body, [](Json& json) {
                     json.erase("tenant_region_sub_scope");
                     json["cloud_instance_name"] = "microsoftonline.com";
                 });
             });
         }},
        {"ChosenCloudIsIgnored", "whatever cloud is chosen, the worldwide one is asked", "provisioning/national_clouds_are_refused", Provider::microsoft,
         acts, accepted,
         [] {
             Door door;
             door.before = [](HttpRequest& request) {
                 if (is(request, "POST", "/provisioning/v1/orgs/")) edit_json(request.body, [](Json& json) { json["cloud"] = "worldwide"; });
             };
             return at_the_door(std::move(door));
         }},
        {"DataFollowsTheTenant", "data is kept where the tenant keeps its own", "provisioning/data_is_kept_in_the_region_of_the_country",
         Provider::microsoft, "provisioning", "region  expected us, shown eu",
         [] {
             return after_reading("/identity/api/v1/orgs/", [](HttpResult& result) { replace_all(result.response.body, "\"CA\"", "\"DE\""); });
         }},
        {"RegionsAreOneHost", "data of every region goes to one place", "provisioning/data_is_kept_in_the_region_of_the_country", Provider::microsoft,
         "stored-data", "nothing was stored",
         [] { return with_config([](engine::Config& config) { config.region_base = config.cloud_base; }); }},
        {"PermissionsAreNotCompared", "permissions beyond those asked for are not seen", "provisioning/application_that_asks_too_much_is_refused",
         Provider::microsoft, acts, accepted,
         [] {
             // What is sent is the true token: only what the engine reads in it is wrong.
             Meddle meddle;
             const std::string read = "x." + part(R"({"roles":["Calendars.ReadWrite","MailboxSettings.ReadWrite"]})") + ".x";
             auto issued = std::make_shared<std::string>();
             meddle.before = [=](HttpRequest& request) {
                 for (engine::Header& header : request.headers) replace_all(header.value, read, *issued);
             };
             meddle.after = [=](const HttpRequest& request, HttpResult& result) {
                 if (!is(request, "POST", "/oauth2/v2.0/token") || result.response.status != 200) return;
                 edit_json(result.response.body, [&](Json& json) {
                     *issued = json.value("access_token", "");
                     json["access_token"] = read;
                 });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"PermissionsAreReadOnce", "what is taken away later is not seen", "provisioning/permissions_are_just_those_that_are_needed", Provider::microsoft,
         "provisioning", "expected error",
         [] {
             Meddle meddle;
             auto first = std::make_shared<std::string>();
             meddle.after = [=](const HttpRequest& request, HttpResult& result) {
                 if (!is(request, "POST", "/oauth2/v2.0/token") || result.response.status != 200) return;
                 if (first->empty()) *first = result.response.body;
                 result.response.body = *first;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"EveryTestPasses", "a mailbox that is not there passes its test", "provisioning/test_mailbox_proves_the_permissions", Provider::microsoft, acts,
         accepted,
         [] {
             Meddle meddle;
             meddle.after = [](const HttpRequest& request, HttpResult& result) {
                 if (result.response.status != 404) return;
                 if (is(request, "GET", "/users/dee%40calrig.example/")) result = answer(200, R"({"language":{"locale":"en-US"}})");
                 if (is(request, "POST", "/users/dee%40calrig.example/")) result = answer(201, "{}");
             };
             return on_the_wire(std::move(meddle));
         }},
        {"TestsAddNoEvent", "a test proves that settings can be read, and nothing more", "provisioning/test_mailbox_proves_the_permissions",
         Provider::microsoft, "calls", "at least 1", [] { return never_sent("POST", "/calendar/events", 201, "{}"); }},
        {"EventsAreAddedOutsideOfTests", "an event is added although nobody asked for a test", "keywords/webex_adds_the_personal_room",
         Provider::microsoft, "only listed operations", "outside a test",
         [] {
             Meddle meddle;
             meddle.also = [](const HttpRequest& request, const HttpResult&) {
                 std::vector<HttpRequest> more;
                 if (!is(request, "GET", "/mailboxSettings")) return more;
                 std::string url = request.url;
                 replace_all(url, "/mailboxSettings", "/calendar/events");
                 more.push_back(like(request, "POST", url));
                 return more;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"DataOutlivesTheService", "lists stay in the cloud when the service has ended", "provisioning/end_of_the_service_deletes_what_was_stored",
         Provider::google, "stored-data", "still in the meeting cloud", [] { return never_sent("DELETE", "/calendarEvents/", 204); }},
        {"EndedServiceLooksActivated", "users stay activated when the service has ended", "provisioning/end_of_the_service_deletes_what_was_stored",
         Provider::microsoft, "status", "status of ana",
         [] {
             Meddle meddle;
             meddle.instead = [](const HttpRequest& request) -> std::optional<HttpResult> {
                 if (is(request, "PUT", "/calendarStatus") && request.body.find("NOT_ACTIVATED") != std::string::npos) return answer(204);
                 return std::nullopt;
             };
             return on_the_wire(std::move(meddle));
         }},
        {"RestartForgetsOpenConsents", "a new life does not know which consents were asked for", "provisioning/restart_amid_a_consent_loses_nothing",
         Provider::microsoft, acts, "consent_unknown", [] { return with_forgetful_store(); }},
        {"WithdrawnConsentIsNotSeen", "the tenant's refusals are taken for passing trouble", "provisioning/withdrawn_consent_is_seen_and_mended",
         Provider::microsoft, "provisioning", "expected error",
         [] {
             return after_reading("/oauth2/v2.0/token", [](HttpResult& result) {
                 if (result.response.status == 400) result.response.status = 503;
             });
         }},
        {"ScopesAreNotProbed", "a scope that is missing is taken for granted", "provisioning/missing_scope_fails_provisioning_and_activation",
         Provider::google, acts, accepted,
         [] {
             return after_reading("oauth2.googleapis.com/token", [](HttpResult& result) {
                 if (result.response.status == 401) result = answer(200, R"({"access_token":"x","expires_in":3599})");
             });
         }},
        {"StrangersAreActivated", "a user whom Google does not know is reported as activated", "provisioning/user_with_another_google_address_is_in_error",
         Provider::google, "status", "status of ben",
         [] {
             Meddle meddle;
             meddle.before = [](HttpRequest& request) {
                 if (!is(request, "PUT", "/calendarStatus")) return;
                 edit_json(request.body, [](Json& json) {
                     if (json.value("reason", "") == "user_not_found") json = Json{{"state", "ACTIVATED"}};
                 });
             };
             return on_the_wire(std::move(meddle));
         }},
        {"EveryAddressIsProved", "nobody asks whether an address was proved", "provisioning/unverified_address_waits_for_a_sign_in", Provider::google,
         "status", "status of ben", [] { return misread("\"emailVerified\":false", "\"emailVerified\":true", "/users"); }},
        {"ErrorsAreTriedTooRarely", "users in error are tried again twice a day", "provisioning/error_is_tried_again_hourly_then_daily", Provider::google,
         "calls", "expected at least 9", [] { return with_config([](engine::Config& config) { config.policies.activation_retry = std::chrono::hours(12); }); }},
    };
}

}  // namespace defects
