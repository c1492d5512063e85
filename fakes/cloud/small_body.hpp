#pragma once
// A small JSON request body with a fixed set of members: parsed once, each checked to be there and of its kind.
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fakes {

/// A string member; empty when `object` is no object, or has none.
std::string text_in(const nlohmann::json& object, const char* name);

class SmallBody {
  public:
    struct Member {
        std::string_view name;
        std::string_view kind;  // string, number (a whole one, not negative), object, strings
        bool optional = false;
    };
    SmallBody(std::string_view text, const std::vector<Member>& members);
    /// The same for an object inside a body.
    static SmallBody of(const nlohmann::json& object, const std::vector<Member>& members);
    SmallBody(SmallBody&&) noexcept;
    ~SmallBody();

    /// Empty when the body is right; else a sentence naming the member.
    const std::string& refusal() const { return refusal_; }
    const nlohmann::json& json() const { return *json_; }
    /// A string member, or empty when it was left out.
    std::string text(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;

  private:
    explicit SmallBody(std::unique_ptr<nlohmann::json> json);
    void check(const std::vector<Member>& members);

    std::unique_ptr<nlohmann::json> json_;
    std::string refusal_;
};

}  // namespace fakes
