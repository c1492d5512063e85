#pragma once
// A small Workspace domain under test: people, a signing service account, and calls as a client makes them.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fakes/google/service.hpp"

namespace fakes {

using nlohmann::json;

inline constexpr const char* calendar_scope = "https://www.googleapis.com/auth/calendar";
inline constexpr const char* gmail_scope = "https://www.googleapis.com/auth/gmail.settings.basic";

/// 2026-03-02 08:11:05.412 UTC, a Monday.
Instant start_of_play();

class Domain {
  public:
    explicit Domain(GoogleOptions options = {});

    /// mia, olav, eva: people; fjord: a room; mute: a room that never answers; ghost: no mailbox; admin.
    static Organisation organisation();
    static std::string address(const std::string& key);

    Reply call(const std::string& user, const std::string& method, const std::string& target, const json& body = nullptr,
               std::vector<Header> headers = {});
    Reply raw(Request request);
    /// The body of a successful call; a failure fails the test with the refusal.
    json ok(const std::string& user, const std::string& method, const std::string& target, const json& body = nullptr,
            std::vector<Header> headers = {});
    /// The reason of a refused call: "404 notFound".
    std::string refusal(const std::string& user, const std::string& method, const std::string& target,
                        const json& body = nullptr, std::vector<Header> headers = {});

    std::string token(const std::string& user);
    std::string token_with(const std::string& user, const std::string& scopes);
    static std::string assertion(json claims, const json& header = {{"alg", "RS256"}, {"typ", "JWT"}});
    json claims(const std::string& user, const std::string& scopes) const;
    Reply post_token(const std::string& assertion);

    void pass(std::chrono::milliseconds time);  // and do what is due

    GoogleService& service() { return *service_; }
    Instant now{};
    std::vector<Outgoing> outgoing;  // everything the service wanted to send, in order

  private:
    std::unique_ptr<GoogleService> service_;
    std::map<std::string, std::string> tokens_;
    ExchangeId last_ = 0;
};

json timed(const std::string& summary, const std::string& start, const std::string& end,
           const std::vector<std::string>& guests = {});
std::string events_of(const std::string& calendar = "primary");
std::string acl_of(const std::string& calendar = "primary");
std::vector<std::string> ids_in(const json& listing);

/// What the published discovery documents have against an answer, "" if nothing, or if they are not beside the sources.
std::string complaints_about(const Request& request, const Reply& reply);
/// Where they are; empty when they are not there.
std::string published_api_folder();
std::string escaped(const std::string& text);

/// A body as the service sends one: JSON, or the front end's page where no API is.
bool is_readable(const fakes::Reply& reply);

}  // namespace fakes
