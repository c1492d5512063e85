#include "engine/json_text.hpp"

#include <nlohmann/json.hpp>

namespace engine {

std::string dumped(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

void append_json_text(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\') continue;
        out.append(text, from, at - from);
        from = at + 1;
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else {
            out.append("\\u00");
            out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
            out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
        }
    }
    out.append(text, from);
    out.push_back('"');
}

nlohmann::json parsed(const std::string& body, std::size_t limit_bytes) {
    return body.size() > limit_bytes ? nlohmann::json() : nlohmann::json::parse(body, nullptr, false);
}

std::string text_of(const nlohmann::json& from, const char* key) {
    if (!from.is_object()) return {};
    const auto found = from.find(key);
    return found != from.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace engine
