#include "engine/sync/provisioning.hpp"

#include <nlohmann/json.hpp>

#include "engine/provisioning/grants.hpp"
#include "engine/provisioning/region.hpp"
#include "engine/sync/provisioning_visit.hpp"

namespace engine::sync {

using namespace provisioning;
using namespace visiting;

namespace {

using Json = nlohmann::json;

constexpr std::string_view kRoot = "/provisioning/v1";
constexpr std::string_view kCookie = "__Host-calendar-consent";
constexpr std::size_t kBodyLimitBytes = 65'536;
constexpr std::size_t kAddressLimitBytes = 320;

/// Clouds an administrator can choose, by Microsoft's names of its instances.
bool is_cloud(std::string_view name) {
    return name == "worldwide" || name == "USGovDoD" || name == "USGovGCCHigh" || name == "China" || name == "Germany";
}

/// What keeps the service out of one mailbox.
Refusal mailbox_refusal(const Failure& failure) {
    if (failure.passing()) return no(reason::service_unreachable);
    if (failure.code == "unauthorized_client" || failure.code == "invalid_client") return no(reason::consent_withdrawn);
    const bool absent = failure.kind == Failure::Kind::gone || failure.code == "MailboxNotEnabledForRESTAPI" || failure.code == "ErrorInvalidUser" ||
                        failure.code == "ResourceNotFound" || failure.code == "Request_ResourceNotFound" || failure.code == "invalid_grant" ||
                        failure.code == "notACalendarUser" || failure.code == "notFound";
    return no(absent ? reason::mailbox_not_found : reason::mailbox_closed);
}

}  // namespace

Provisioning::Provisioning(Friends friends, Calls calls)
    : f_(friends), calls_(std::move(calls)), admin_(friends.config, friends.calls, friends.cloud_token),
      turnstile_(friends.ports.executor), consents_(friends.ports.random) {
    f_.entra.listen([this](const std::string& token, const Failure& failure) { tenant_said(token, failure); });
}

void Provisioning::load() {
    if (const std::optional<std::string> open = f_.records.load_consents()) consents_.from_record(*open, f_.ports.clock.now());
    const std::optional<std::string> record = f_.records.load_standing();
    if (!record) return;
    if (const std::optional<Standing> standing = from_record(*record)) standing_ = *standing;
    apply();
}

void Provisioning::apply() {
    if (standing_.state == Standing::State::none) return;
    f_.config.tenant = standing_.tenant;
    if (!standing_.region.empty()) f_.config.data_base = in_region(f_.config.region_base, standing_.region);
}

/// Used up before anything comes of it: no end of the engine makes a state count twice.
std::optional<OpenConsent> Provisioning::taken(OpenConsent::Stage stage, const std::string& state, const std::string& session) {
    std::optional<OpenConsent> asked = consents_.take(stage, state, session, f_.ports.clock.now());
    f_.records.save_consents(consents_.to_record(f_.ports.clock.now()));
    return asked;
}

void Provisioning::save() {
    f_.records.save_standing(standing_.state == Standing::State::none ? std::string() : to_record(standing_));
}

void Provisioning::provisioned(Standing standing) {
    standing_ = std::move(standing);
    standing_.state = Standing::State::provisioned;
    standing_.since = f_.ports.clock.now();
    save();
    apply();
    f_.entra.forget();
    f_.ports.log.line(Log::Level::info, "provisioning.done region=" + standing_.region + " permissions=" + std::to_string(standing_.permissions.size()));
    calls_.begin();
}

/// Consent can be withdrawn, and permissions taken away or added, at any time: every token tells.
void Provisioning::tenant_said(const std::string& token, const Failure& failure) {
    if (!standing_.works()) return;
    Refusal why;
    if (failure.any()) {
        if (failure.passing()) return;
        why = no(failure.code == "unauthorized_client" ? reason::consent_withdrawn : reason::consent_missing);
    } else if (const auto roles = roles_in(token)) {
        const Compared compared = compare(*roles, graph_roles_asked());
        if (!compared.missing.empty()) why = no(reason::permission_missing, joined(compared.missing));
        else if (!compared.excess.empty()) why = no(reason::permission_excess, joined(compared.excess));
        standing_.permissions = *roles;
    }
    if (failure.any()) standing_.permissions.clear();
    const Standing::State state = why.any() ? Standing::State::error : Standing::State::provisioned;
    if (state == standing_.state && why == standing_.why) return;
    standing_.state = state;
    standing_.why = why;
    save();
    f_.ports.log.line(why.any() ? Log::Level::error : Log::Level::info, "provisioning." + (why.any() ? "broken reason=" + why.word : std::string("mended")));
    if (!why.any()) calls_.begin();
}

void Provisioning::somebody_left() {
    if (!ending() || !calls_.all_gone()) return;
    standing_ = Standing{};
    save();
    f_.records.save_consents(consents_.to_record(f_.ports.clock.now()));
    f_.config.tenant.clear();
    f_.config.data_base.clear();
    f_.entra.forget();
    f_.ports.log.line(Log::Level::info, "provisioning.removed");
}

// ---- the door -------------------------------------------------------------------------------------------------------

bool Provisioning::is_for(const HttpRequest& request) { return path_of(request.url).starts_with(kRoot); }

std::string Provisioning::own_url(const char* path) const { return std::string(origin(f_.config.hook_base)) + std::string(kRoot) + path; }

std::string Provisioning::app_scope() const { return f_.config.graph_scope.empty() ? std::string(origin(f_.config.graph_base)) + "/.default" : f_.config.graph_scope; }

HttpResponse Provisioning::shown() const { return json_answer(200, provisioning::shown(standing_, f_.config.provider, calls_.users())); }

HttpResponse Provisioning::refused(const Refusal& why) const {
    f_.ports.log.line(Log::Level::warning, "provisioning.refused reason=" + why.word);
    return json_answer(about(why.word).status, provisioning::shown(why));
}

HttpResponse Provisioning::back_to_portal(const Refusal& why) const {
    if (why.any()) f_.ports.log.line(Log::Level::warning, "provisioning.refused reason=" + why.word);
    if (!why.any()) return see_other(f_.config.portal_base + "?outcome=provisioned");
    return see_other(f_.config.portal_base + "?outcome=refused&reason=" + why.word + "&message=" + percent(why.message()));
}

Task<HttpResponse> Provisioning::answer(HttpRequest request) {
    Visit visit;
    visit.method = request.method;
    std::string_view path = path_of(request.url);
    path.remove_prefix(kRoot.size());
    if (const std::size_t mark = request.url.find('?'); mark != std::string::npos) visit.query = request.url.substr(mark + 1);
    if (request.body.size() > kBodyLimitBytes || visit.query.size() > kBodyLimitBytes) co_return json_answer(413, std::string());
    visit.body = std::move(request.body);
    visit.token = bearer(request);
    visit.session = cookie(request, kCookie);
    if (path.starts_with("/orgs/")) {
        path.remove_prefix(6);
        visit.org = unpercent(path.substr(0, path.find('/')));
        if (const std::size_t slash = path.find('/'); slash != std::string_view::npos) visit.what = path.substr(slash + 1);
        if (!visit.what.empty() && visit.what != "test") co_return json_answer(404, std::string());
        co_return co_await portal(std::move(visit));
    }
    const bool posted = request.method == "POST";
    if (path != "/microsoft/signed-in" && path != "/microsoft/consented") co_return json_answer(404, std::string());
    if (posted != (path == "/microsoft/signed-in") || (!posted && request.method != "GET")) co_return json_answer(405, std::string());
    co_await turnstile_.enter();
    const Turnstile::Hold hold(turnstile_);
    Task<HttpResponse> taken = posted ? signed_in(std::move(visit)) : consented(std::move(visit));
    co_return co_await std::move(taken);
}

/// ADMIN-PRIVILEGED: the meeting cloud says who it is and what they may.
Task<Refusal> Provisioning::visitor(const Visit& visit) {
    if (visit.token.empty()) co_return no(reason::not_signed_in);
    const Outcome<SignedIn> who = co_await admin_.bearer_of(visit.token);
    if (who.failure.passing()) co_return no(reason::service_unreachable);
    if (!who.ok()) co_return no(reason::not_signed_in);
    if (visit.org != f_.config.org_id || !who.value.privileged(f_.config.org_id)) co_return no(reason::not_privileged);
    co_return Refusal{};
}

Task<HttpResponse> Provisioning::portal(Visit visit) {
    const Refusal refusal = co_await visitor(visit);
    if (refusal.any()) co_return refused(refusal);
    if (visit.method == "GET" && visit.what.empty()) co_return shown();
    if (visit.method != "POST" && (visit.method != "DELETE" || !visit.what.empty())) co_return json_answer(405, std::string());
    co_await turnstile_.enter();
    const Turnstile::Hold hold(turnstile_);
    if (ending()) co_return refused(no(reason::being_removed));
    if (visit.method == "POST") {
        Task<HttpResponse> done = visit.what == "test" ? test(std::move(visit)) : begin(std::move(visit));
        co_return co_await std::move(done);
    }
    if (!standing_.works()) co_return refused(no(reason::not_provisioned));
    standing_.state = Standing::State::ending;
    save();
    calls_.end();
    somebody_left();  // when there was nobody
    co_return shown();
}

/// RESIDENCY: the organisation's country decides.
Task<Refusal> Provisioning::place(std::string& region, std::string& country) {
    const Outcome<std::string> read = co_await admin_.country();
    if (!read.ok()) co_return no(reason::service_unreachable);
    const std::optional<std::string> found = region_of(read.value);
    if (!found) co_return no(reason::country_missing);
    region = *found;
    country = read.value;
    co_return Refusal{};
}

Task<HttpResponse> Provisioning::begin(Visit visit) {
    const Json body = Json::parse(visit.body, nullptr, false);
    const auto text = [&body](const char* key) {
        return body.is_object() && body.contains(key) && body[key].is_string() ? body[key].get<std::string>() : std::string();
    };
    const bool google = f_.config.provider == engine::Provider::google;
    const std::string provider = text("provider");
    if (provider != "microsoft" && provider != "google") co_return refused(no(reason::request_unreadable, "provider is microsoft or google"));
    if ((provider == "google") != google) co_return refused(no(reason::other_provider));
    const std::string cloud = body.contains("cloud") ? text("cloud") : "worldwide";
    if (!google && !is_cloud(cloud)) co_return refused(no(reason::request_unreadable, "cloud is worldwide, USGovDoD, USGovGCCHigh, China or Germany"));
    if (!google && cloud != "worldwide") co_return refused(no(reason::unsupported_cloud, cloud));
    std::string region, country;
    const Refusal nowhere = co_await place(region, country);
    if (nowhere.any()) co_return refused(nowhere);
    if (google) {
        Task<HttpResponse> done = begin_google(std::move(visit), std::move(region), std::move(country));
        co_return co_await std::move(done);
    }
    const OpenConsent& consent = consents_.open(std::move(region), std::move(country), f_.ports.clock.now());
    f_.records.save_consents(consents_.to_record(f_.ports.clock.now()));
    // "Sign in and read the profile" is all this asks of the administrator's own account (Entra docs: OpenID Connect).
    const std::string url = f_.config.authority_base + "/organizations/oauth2/v2.0/authorize?client_id=" + percent(f_.config.client_id) +
                            "&response_type=id_token&response_mode=form_post&scope=" + percent("openid profile") +
                            "&redirect_uri=" + percent(own_url("/microsoft/signed-in")) + "&prompt=select_account&state=" + percent(consent.state) +
                            "&nonce=" + percent(consent.nonce);
    HttpResponse answer = json_answer(200, Json{{"signInUrl", url}}.dump());
    // Microsoft answers by a form from its own site: SameSite=None lets the cookie come with it.
    answer.headers.push_back(Header{"Set-Cookie", std::string(kCookie) + "=" + consent.session + "; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=900"});
    co_return answer;
}

/// O365-TEST-MAIL. The outcome is kept and shown; the address is not.
Task<HttpResponse> Provisioning::test(Visit visit) {
    if (!standing_.works()) co_return refused(no(reason::not_provisioned));
    const Json body = Json::parse(visit.body, nullptr, false);
    MailboxRef who;
    if (body.is_object() && body.contains("mailbox") && body["mailbox"].is_string()) who.address = body["mailbox"].get<std::string>();
    if (who.address.empty() || who.address.size() > kAddressLimitBytes || who.address.find('@') == std::string::npos)
        co_return refused(no(reason::request_unreadable, "mailbox is an e-mail address"));
    const Instant now = f_.ports.clock.now();
    // A held token carries the permissions of its hour, not today's.
    f_.entra.forget();
    const Failure failure = co_await f_.provider.prove(who, now);
    const bool lacks = standing_.why.word == reason::permission_missing;
    standing_.test_why = !failure.any() ? Refusal{} : lacks ? standing_.why : mailbox_refusal(failure);
    standing_.test = failure.any() ? Standing::Test::failed : Standing::Test::passed;
    save();
    if (failure.any()) co_return refused(standing_.test_why);
    co_return shown();
}

// ---- Google ---------------------------------------------------------------------------------------------------------

/// G-SCOPES: each scope by itself, so that the one that is missing can be named.
Task<Refusal> Provisioning::scopes_of(const std::string& account, std::set<std::string>& permissions) {
    std::vector<std::string> missing;
    for (const std::string_view scope : kGoogleScopes) {
        const Failure failure = co_await f_.google.probe(account, std::string(scope));
        if (failure.passing()) co_return no(reason::service_unreachable);
        if (failure.code == "unauthorized_client") missing.emplace_back(short_scope(scope));
        else if (failure.any()) co_return no(reason::account_not_found);
        else permissions.emplace(short_scope(scope));
    }
    co_return missing.empty() ? Refusal{} : no(reason::scope_missing, joined(missing));
}

Task<HttpResponse> Provisioning::begin_google(Visit visit, std::string region, std::string country) {
    const Json body = Json::parse(visit.body, nullptr, false);
    std::string account = f_.config.google_admin;
    if (body.contains("account") && body["account"].is_string()) account = body["account"].get<std::string>();
    if (account.size() > kAddressLimitBytes) co_return refused(no(reason::request_unreadable, "account is an e-mail address"));
    Standing standing = standing_;
    standing.region = std::move(region);
    standing.country = std::move(country);
    standing.why = Refusal{};
    standing.permissions.clear();
    const Refusal refusal = co_await scopes_of(account, standing.permissions);
    if (refusal.any()) co_return refused(refusal);
    provisioned(std::move(standing));
    co_return shown();
}

}  // namespace engine::sync
