#include "sim/wire/masking.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace sim {
namespace {

constexpr int depth_searched = 6;
constexpr std::size_t shortest_searched = 12;  // shorter secrets would be found inside innocent text

bool equal_without_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

}  // namespace

bool is_secret_member(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{"access_token",  "refresh_token", "id_token",
                                                    "client_secret", "assertion",     "client_assertion"};
    for (const auto known : names)
        if (name == known) return true;
    return false;
}

const std::string& Masking::placeholder(const std::string& secret) {
    const auto found = placeholders_.find(secret);
    if (found != placeholders_.end()) return found->second;
    // What is a placeholder already stays one: a replay of a recording is recorded without change.
    const std::string name = secret.starts_with("masked-") ? secret : "masked-" + std::to_string(placeholders_.size() + 1);
    return placeholders_.emplace(secret, name).first->second;
}

std::string Masking::header(std::string_view name, const std::string& value) {
    if (equal_without_case(name, "authorization")) {
        const auto blank = value.find(' ');
        if (blank == std::string::npos) return placeholder(value);
        return value.substr(0, blank + 1) + placeholder(value.substr(blank + 1));
    }
    if (equal_without_case(name, "cookie") || equal_without_case(name, "set-cookie")) return placeholder(value);
    if (receivers_too_ && equal_without_case(name, "x-goog-channel-token")) return placeholder(value);
    return known(value);
}

bool Masking::is_secret(std::string_view name) const {
    return is_secret_member(name) || (receivers_too_ && (name == "clientState" || name == "token"));
}

bool Masking::replace(nlohmann::ordered_json& value, int depth) {
    if (depth == 0) return false;
    bool changed = false;
    if (value.is_array()) {
        for (auto& member : value) changed = replace(member, depth - 1) || changed;
        return changed;
    }
    if (!value.is_object()) return false;
    for (auto& [name, member] : value.items()) {
        if (!member.is_string()) {
            changed = replace(member, depth - 1) || changed;
        } else if (is_secret(name)) {
            member = placeholder(member.get<std::string>());
            changed = true;
        }
    }
    return changed;
}

std::string Masking::form(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('&', at), text.size());
        const std::string pair = text.substr(at, end - at);
        const auto equals = pair.find('=');
        if (at > 0) out += '&';
        if (equals != std::string::npos && is_secret(std::string_view(pair).substr(0, equals))) {
            out += pair.substr(0, equals + 1) + placeholder(pair.substr(equals + 1));
        } else {
            out += pair;
        }
        at = end + 1;
    }
    return out;
}

std::string Masking::body(const std::string& text) {
    bool any = false;
    for (const std::string_view word : {"token", "secret", "assertion", "clientState"})
        any = any || text.find(word) != std::string::npos;
    if (!any) return known(text);
    if (text.starts_with('{')) {
        auto value = nlohmann::ordered_json::parse(text, nullptr, false);
        if (value.is_discarded()) return known(text);
        if (!replace(value, receivers_too_ ? depth_searched : 1)) return known(text);
        return known(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    if (text.find('=') != std::string::npos && text.find_first_of("{<\n") == std::string::npos) return known(form(text));
    return known(text);
}

std::string Masking::known(std::string text) const {
    for (const auto& [secret, name] : placeholders_) {
        if (secret.size() < shortest_searched || secret == name) continue;
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + name.size()))
            text.replace(at, secret.size(), name);
    }
    return text;
}

}  // namespace sim
