#include "engine/provisioning/region.hpp"

#include <algorithm>
#include <array>

namespace engine::provisioning {
namespace {

// The meeting cloud's data regions: Europe with the Middle East and Africa, and the Americas with the rest of the world.
constexpr std::array<std::string_view, 114> kEuropean{
    "AD", "AE", "AL", "AM", "AO", "AT", "AZ", "BA", "BE", "BF", "BG", "BH", "BI", "BJ", "BW", "BY", "CD", "CF", "CG", "CH",
    "CI", "CM", "CV", "CY", "CZ", "DE", "DJ", "DK", "DZ", "EE", "EG", "ER", "ES", "ET", "FI", "FO", "FR", "GA", "GB", "GE",
    "GG", "GH", "GI", "GL", "GM", "GN", "GQ", "GR", "GW", "HR", "HU", "IE", "IL", "IM", "IQ", "IS", "IT", "JE", "JO", "KE",
    "KM", "KW", "LB", "LI", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MG", "MK", "ML", "MR", "MT", "MU",
    "MW", "MZ", "NA", "NE", "NG", "NL", "NO", "OM", "PL", "PS", "PT", "QA", "RO", "RS", "RW", "SA", "SC", "SE", "SI", "SK",
    "SL", "SM", "SN", "SO", "ST", "SZ", "TD", "TG", "TN", "TR", "TZ", "UA", "UG", "ZA"};

}  // namespace

std::optional<std::string> region_of(std::string_view country) {
    if (country.size() != 2) return std::nullopt;
    std::string code;
    for (const char c : country) code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (!std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
    static_assert(std::is_sorted(kEuropean.begin(), kEuropean.end()));
    return std::binary_search(kEuropean.begin(), kEuropean.end(), std::string_view(code)) ? "eu" : "us";
}

std::string in_region(std::string_view pattern, std::string_view region) {
    constexpr std::string_view kMark = "{region}";
    std::string out(pattern);
    if (const std::size_t at = out.find(kMark); at != std::string::npos) out.replace(at, kMark.size(), region);
    return out;
}

}  // namespace engine::provisioning
