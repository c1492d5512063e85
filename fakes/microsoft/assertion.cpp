#include "fakes/microsoft/assertion.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "fakes/json_tree.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using nlohmann::json;

json object_in(std::string_view part) {
    const std::optional<std::string> text = signing::jwt_part_decode(part);
    if (!text || deeper_than(*text, limits::json_depth)) return {};
    json value = json_tree(*text);
    return value.is_object() ? value : json();
}

std::string member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// As the refusals show it: hex, in upper case.
std::string named_thumbprint(const json& header) {
    for (const char* name : {"x5t#S256", "x5t"})
        if (const std::string value = member(header, name); !value.empty()) {
            std::string out;
            for (const char byte : signing::jwt_part_decode(value.substr(0, 86)).value_or(""))
                for (const unsigned digit : {static_cast<unsigned char>(byte) / 16u, static_cast<unsigned char>(byte) % 16u}) out.push_back("0123456789ABCDEF"[digit]);
            return out;
        }
    return member(header, "kid").substr(0, 86);
}

std::optional<Instant> instant_member(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    const double seconds = found->get<double>();
    if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
    return Instant(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace

std::optional<TokenFault> check_assertion(std::string_view assertion, const std::vector<signing::Certificate>& registered, const AssertionRules& rules) {
    const std::size_t first = assertion.find('.'), last = assertion.rfind('.');
    if (assertion.size() > limits::token_bytes || first == std::string_view::npos || first == last) return token_errors::assertion_malformed();
    const json header = object_in(assertion.substr(0, first));
    const json claims = object_in(assertion.substr(first + 1, last - first - 1));
    const std::optional<std::string> signature = signing::jwt_part_decode(assertion.substr(last + 1));
    if (!header.is_object() || !claims.is_object() || !signature) return token_errors::assertion_malformed();
    const std::string algorithm = member(header, "alg");
    if (algorithm != "RS256" && algorithm != "PS256") return algorithm.empty() || algorithm == "none" ? token_errors::assertion_malformed() : token_errors::assertion_algorithm();
    if (member(header, "x5t#S256").empty() && member(header, "x5t").empty() && member(header, "kid").empty()) return token_errors::assertion_names_no_key();
    const auto found = std::find_if(registered.begin(), registered.end(), [&](const signing::Certificate& certificate) {
        return certificate.named(member(header, "x5t#S256"), member(header, "x5t"), member(header, "kid"));
    });
    if (found == registered.end()) return token_errors::bad_assertion(named_thumbprint(header), rules.client);
    if (!found->signature_holds(algorithm == "PS256", assertion.substr(0, last), *signature)) return token_errors::assertion_signature(found->thumbprint(), rules.client);
    if (!same_text(member(claims, "iss"), rules.client) || !same_text(member(claims, "sub"), rules.client)) return token_errors::assertion_client();
    const std::string audience = member(claims, "aud");
    if (std::none_of(rules.audiences.begin(), rules.audiences.end(), [&](const std::string& each) { return same_text(each, audience); }))
        return token_errors::assertion_audience(audience.substr(0, 200));
    const std::optional<Instant> end = instant_member(claims, "exp"), begin = instant_member(claims, "nbf");
    if (!end || *end + limits::clock_skew <= rules.now || (begin && *begin - limits::clock_skew > rules.now)) return token_errors::assertion_time(rules.now, begin, end);
    return std::nullopt;
}

}  // namespace fakes::microsoft
