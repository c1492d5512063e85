#pragma once
// Secrets out of recordings: each value becomes a placeholder, the same value always the same one, so that a recording
// still tells which token was used where.
#include <map>
#include <string>
#include <string_view>

namespace sim {

class Masking {
  public:
    /// "Bearer abc" -> "Bearer masked-1"; other headers come back unchanged unless they hold a known secret.
    std::string header(std::string_view name, const std::string& value);
    /// JSON and form bodies: access_token, refresh_token, id_token, client_secret, assertion, client_assertion.
    std::string body(const std::string& text);
    /// Any text in which a secret seen before may stand.
    std::string known(std::string text) const;

  private:
    const std::string& placeholder(const std::string& secret);
    std::string form(const std::string& text);
    std::map<std::string, std::string> placeholders_;  // by secret
};

bool is_secret_member(std::string_view name);

}  // namespace sim
