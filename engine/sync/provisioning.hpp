#pragma once
// The administrator's door: begins and ends the service for the organisation, takes Microsoft's answers, tests a mailbox,
// shows how things stand. The rules are in engine/provisioning; here is what waits and calls.
//   GET    /provisioning/v1/orgs/{org}        how it stands
//   POST   /provisioning/v1/orgs/{org}        begin: {"provider": "microsoft", "cloud"?} or {"provider": "google", "account"?}
//   POST   /provisioning/v1/orgs/{org}/test   {"mailbox"}
//   DELETE /provisioning/v1/orgs/{org}        end
//   POST   /provisioning/v1/microsoft/signed-in, GET /provisioning/v1/microsoft/consented   Microsoft's answers
#include <functional>
#include <memory>

#include "engine/provisioning/consent_book.hpp"
#include "engine/provisioning/standing.hpp"
#include "engine/sync/cloud_admin.hpp"
#include "engine/sync/provider.hpp"
#include "engine/sync/records.hpp"
#include "engine/sync/tokens.hpp"

namespace engine::sync {

class Provisioning {
  public:
    struct Friends {
        Ports& ports;
        Config& config;  // tenant and data_base are set when the organisation is provisioned
        HttpCalls& calls;
        Bearer& cloud_token;
        EntraTokens& entra;
        GoogleTokens& google;
        CalendarProvider& provider;
        Records& records;
    };
    struct Calls {
        std::function<void()> begin;     // work may begin, or begin anew after an error
        std::function<void()> end;       // everybody is to be deactivated
        std::function<bool()> all_gone;  // and that is done
        std::function<provisioning::UserCounts()> users;
    };
    Provisioning(Friends friends, Calls calls);

    /// From the store: how it stood when the engine ended.
    void load();
    bool works() const { return standing_.works(); }
    bool ending() const { return standing_.state == provisioning::Standing::State::ending; }
    /// Somebody was deactivated: perhaps the last one.
    void somebody_left();

    static bool is_for(const HttpRequest& request);
    Task<HttpResponse> answer(HttpRequest request);

  private:
    struct Visit;  // one request, read
    Task<HttpResponse> portal(Visit visit);
    Task<HttpResponse> begin(Visit visit);
    Task<HttpResponse> begin_google(Visit visit, std::string region, std::string country);
    Task<HttpResponse> test(Visit visit);
    Task<HttpResponse> signed_in(Visit visit);
    Task<HttpResponse> consented(Visit visit);
    Task<Outcome<provisioning::OpenConsent>> sign_in_checked(provisioning::OpenConsent consent, std::string id_token);
    Task<provisioning::Refusal> visitor(const Visit& visit);
    Task<provisioning::Refusal> place(std::string& region, std::string& country);
    Task<provisioning::Refusal> granted_by(const std::string& tenant, std::set<std::string>& permissions);
    Task<provisioning::Refusal> scopes_of(const std::string& account, std::set<std::string>& permissions);
    Task<Outcome<std::string>> document(std::string url);

    HttpResponse shown() const;
    HttpResponse refused(const provisioning::Refusal& why) const;
    HttpResponse back_to_portal(const provisioning::Refusal& why) const;
    std::string own_url(const char* path) const;
    std::string app_scope() const;
    void provisioned(provisioning::Standing standing);
    void apply();
    void save();
    std::optional<provisioning::OpenConsent> taken(provisioning::OpenConsent::Stage stage, const std::string& state, const std::string& session);
    void tenant_said(const std::string& token, const Failure& failure);

    Friends f_;
    Calls calls_;
    CloudAdmin admin_;
    Turnstile turnstile_;  // one change at a time
    provisioning::ConsentBook consents_;
    provisioning::Standing standing_;
    provisioning::Refusal sign_in_refusal_;
};

}  // namespace engine::sync
