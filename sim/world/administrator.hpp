#pragma once
// An administrator at a browser: the meeting cloud's administration pages, Microsoft's sign-in and consent, and back. What
// they do crosses the network like everything else, and what they are shown is what the service answered.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/cloud/identity.hpp"
#include "fakes/microsoft/service.hpp"
#include "sim/judge/journal.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

inline constexpr const char* portal_host = "admin.calrig.example";

/// Accounts at Microsoft by the words of the language, and the tenants they belong to.
std::vector<fakes::SignInAccount> sign_in_accounts(const std::string& another_tenant, const std::string& government_tenant);
/// Roles in the meeting cloud by the words of the language.
std::vector<fakes::Administrator> administrators();

class Administrator final : public fakes::Server {
  public:
    struct Settings {
        std::string service;  // https://host of the engine
        std::string org_id, another_tenant;
        bool google = false;
        std::shared_ptr<const fakes::Identity> identity;
        std::map<std::string, std::string> addresses;  // of people, by key
    };
    explicit Administrator(Settings settings) : settings_(std::move(settings)) {}

    /// Begins what the step says, if it is one for an administrator's browser. Its end is told by `take_done`.
    bool begins(const Step& step);
    /// Looks at the page of the service.
    void look();
    std::vector<ActDone> take_done();
    /// What has not come to an end when the world has.
    std::vector<ActDone> unfinished() const;

    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) override;
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) override;
    void wake(fakes::Instant now, fakes::Effects& effects) override;
    std::optional<fakes::Instant> next_wake() const override;

  private:
    struct Journey {
        ActDone done;
        Provision act;  // of a provisioning
        bool provisions = false, over = false, repeated = false;
        int steps = 0;
        std::map<std::string, std::map<std::string, std::string>> cookies;  // by host
        std::string last_answer;  // the URL with which Microsoft's last answer was brought back
    };
    void portal(const std::shared_ptr<Journey>& journey, const std::string& role, const char* method, const std::string& path, std::string body);
    void browse(const std::shared_ptr<Journey>& journey, const char* method, std::string url, std::string form);
    void follow(Journey& journey, const fakes::Reply& reply, const std::string& at);
    void fill_in(Journey& journey, const std::string& page, const std::string& at);
    void arrived(Journey& journey, const std::string& portal_url);
    void end(Journey& journey, std::string refusal);
    std::string carried_back(Journey& journey, std::string url) const;
    void send(const std::shared_ptr<Journey>& journey, fakes::Outgoing out);

    struct Sent {
        std::shared_ptr<Journey> journey;  // none: a look at the page
        std::string url;
        bool from_portal = false;
    };
    Settings settings_;
    std::vector<std::shared_ptr<Journey>> journeys_;
    std::shared_ptr<Journey> current_;  // while an answer is read ...
    fakes::Instant now_{};              // ... at this time
    std::deque<fakes::Outgoing> waiting_;
    std::map<fakes::OutgoingId, Sent> sent_;
    fakes::OutgoingId ids_ = 0;
    std::string earlier_sign_in_;  // the last id_token that was brought back
};

}  // namespace sim
