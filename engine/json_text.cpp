#include "engine/json_text.hpp"

#include <nlohmann/json.hpp>

namespace engine {

std::string dumped(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

nlohmann::json parsed(const std::string& body, std::size_t limit_bytes) {
    return body.size() > limit_bytes ? nlohmann::json() : nlohmann::json::parse(body, nullptr, false);
}

std::string text_of(const nlohmann::json& from, const char* key) {
    if (!from.is_object()) return {};
    const auto found = from.find(key);
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace engine
