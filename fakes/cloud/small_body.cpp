#include "fakes/cloud/small_body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/json_tree.hpp"

namespace fakes {
namespace {

bool is_kind(const nlohmann::json& value, std::string_view kind) {
    if (kind == "string") return value.is_string() && !value.get_ref<const std::string&>().empty();
    if (kind == "number") return value.is_number_unsigned();
    if (kind == "object") return value.is_object();
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](const auto& entry) { return entry.is_string(); });
}

std::string wanted(std::string_view kind) {
    if (kind == "string") return "a string that is not empty";
    if (kind == "number") return "a whole number";
    if (kind == "object") return "an object";
    return "an array of strings";
}

}  // namespace

std::string text_in(const nlohmann::json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

SmallBody::SmallBody(std::string_view text, const std::vector<Member>& members)
    : json_(std::make_unique<nlohmann::json>(json_tree(text))) {
    check(members);
}
SmallBody::SmallBody(std::unique_ptr<nlohmann::json> json) : json_(std::move(json)) {}
SmallBody::SmallBody(SmallBody&&) noexcept = default;

SmallBody SmallBody::of(const nlohmann::json& object, const std::vector<Member>& members) {
    SmallBody body(std::make_unique<nlohmann::json>(object));
    body.check(members);
    return body;
}
SmallBody::~SmallBody() = default;

void SmallBody::check(const std::vector<Member>& members) {
    if (!json_->is_object()) {
        refusal_ = "the body must be a JSON object";
        return;
    }
    for (const auto& [name, value] : json_->items()) {
        const std::string_view seen = name;
        const auto member = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == seen; });
        if (member == members.end()) refusal_ = name + " is not a member of this call";
        else if (!is_kind(value, member->kind)) refusal_ = name + " must be " + wanted(member->kind);
        if (!refusal_.empty()) return;
    }
    for (const Member& member : members)
        if (!member.optional && !json_->contains(member.name)) {
            refusal_ = std::string(member.name) + " is missing";
            return;
        }
}

std::string SmallBody::text(std::string_view name) const {
    const auto found = json_->find(name);
    return found == json_->end() ? std::string() : found->get<std::string>();
}

std::vector<std::string> SmallBody::texts(std::string_view name) const {
    const auto found = json_->find(name);
    return found == json_->end() ? std::vector<std::string>() : found->get<std::vector<std::string>>();
}

}  // namespace fakes
