#pragma once
// Secrets out of recordings: each value becomes a placeholder, the same value always the same one, so that a recording
// still tells which token was used where.
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace sim {

/// Whose secrets: a recording must still prove to a replayed client that a notification is meant for it, so the words that
/// receivers compare (clientState, channel tokens) stay there; what people read has none.
enum class Secrets { of_callers, of_callers_and_receivers };

class Masking {
  public:
    explicit Masking(Secrets secrets = Secrets::of_callers) : receivers_too_(secrets == Secrets::of_callers_and_receivers) {}
    /// "Bearer abc" -> "Bearer masked-1"; other headers come back unchanged unless they hold a known secret.
    std::string header(std::string_view name, const std::string& value);
    /// JSON and form bodies: access_token, refresh_token, id_token, client_secret, assertion, client_assertion.
    std::string body(const std::string& text);
    /// Any text in which a secret seen before may stand.
    std::string known(std::string text) const;

  private:
    const std::string& placeholder(const std::string& secret);
    std::string form(const std::string& text);
    bool is_secret(std::string_view name) const;
    /// True when something was replaced.
    bool replace(nlohmann::ordered_json& value, int depth);
    bool receivers_too_;
    std::map<std::string, std::string> placeholders_;  // by secret
};

bool is_secret_member(std::string_view name);

}  // namespace sim
