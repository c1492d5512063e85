#include "sim/wire/message.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sim {
namespace {

// RFC 9110 5.6.2.
constexpr std::array<bool, 256> token_characters = [] {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

constexpr std::uint64_t each(std::uint8_t byte) { return 0x0101010101010101u * byte; }

/// The top bit of each byte that is zero.
constexpr std::uint64_t zeros(std::uint64_t word) { return ~(((word & each(0x7f)) + each(0x7f)) | word | each(0x7f)); }

/// Looks at every byte of every message, and so at eight at once. `bad` says which bytes of a word are, in their top bits.
template <typename Bad>
bool any_byte(std::string_view text, Bad bad) {
    std::uint64_t word = 0;
    if (text.size() < sizeof word) {
        word = each('a');
        std::memcpy(&word, text.data(), text.size());
        return bad(word) != 0;
    }
    std::uint64_t found = 0;
    for (std::size_t at = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        found |= bad(word);
    }
    std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
    return (found | bad(word)) != 0;
}

bool is_visible(std::string_view text) {
    return !holds_blank(text) && !any_byte(text, [](std::uint64_t word) { return word & each(0x80); });
}

// RFC 9110 5.5: no control characters, and no blank at either end, which a parser would take away.
bool is_field_value(std::string_view text) {
    if (!text.empty() && (text.front() == ' ' || text.back() == ' ' || text.front() == '\t' || text.back() == '\t'))
        return false;
    return !holds_control(text);
}

std::string check_headers(const std::vector<fakes::Header>& headers, std::size_t first_line,
                          const NetworkLimits& limits) {
    std::size_t bytes = first_line;
    for (const auto& header : headers) {
        if (!is_token(header.name)) return "header name \"" + header.name + "\" is not a token";
        if (!is_field_value(header.value)) return "the value of header " + header.name + " cannot stand in a header";
        bytes += header.name.size() + header.value.size() + 4;
    }
    // 256: Host, Content-Length and Transfer-Encoding, which a carrier adds.
    if (bytes + 256 > limits.header_bytes)
        return "limit reached: headers of " + std::to_string(bytes) + " bytes, at most " +
               std::to_string(limits.header_bytes - 256);
    return {};
}

std::string check_body(const std::string& body, const NetworkLimits& limits) {
    if (body.size() <= limits.body_bytes) return {};
    return "limit reached: a body of " + std::to_string(body.size()) + " bytes, at most " +
           std::to_string(limits.body_bytes);
}

}  // namespace

bool holds_control(std::string_view text) {
    return any_byte(text, [](std::uint64_t word) {
        return (zeros(word & each(0xe0)) & ~zeros(word ^ each('\t'))) | zeros(word ^ each(0x7f));
    });
}

bool holds_blank(std::string_view text) {
    return any_byte(text, [](std::uint64_t word) {
        return zeros(word & each(0xe0)) | zeros(word ^ each(' ')) | zeros(word ^ each(0x7f));
    });
}

bool is_token(std::string_view text) {
    bool good = !text.empty();
    for (const char c : text) good = good & token_characters[static_cast<unsigned char>(c)];
    return good;
}

std::optional<Address> parse_address(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.size() <= scheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if (lower_letter(url[i]) != scheme[i]) return std::nullopt;
    url.remove_prefix(scheme.size());
    url = url.substr(0, url.find('#'));
    const std::size_t end = std::min(url.find_first_of("/?"), url.size());
    std::string_view authority = url.substr(0, end);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) return std::nullopt;
    authority = authority.substr(0, authority.find(':'));
    if (authority.empty()) return std::nullopt;
    Address address;
    address.host.reserve(authority.size());
    for (const char c : authority) address.host.push_back(lower_letter(c));
    const std::string_view target = url.substr(end);
    if (target.empty() || target.front() != '/') address.target = "/";
    address.target += target;
    return address;
}

std::string unsendable(const fakes::Request& request, const NetworkLimits& limits) {
    if (!is_token(request.method)) return "method \"" + request.method + "\" is not a token";
    if (!is_visible(request.target)) return "the path or query holds a blank, a control or a non-ASCII character";
    auto problem = check_headers(request.headers, request.target.size() + request.host.size() + 40, limits);
    return problem.empty() ? check_body(request.body, limits) : problem;
}

std::string unsendable(const fakes::Reply& reply, const NetworkLimits& limits) {
    if (reply.status < 200 || reply.status > 599) return "status " + std::to_string(reply.status) + " is no final answer";
    if (!may_have_body(reply.status) && !reply.body.empty())
        return "status " + std::to_string(reply.status) + " has no body, but one was given";
    auto problem = check_headers(reply.headers, 40, limits);
    return problem.empty() ? check_body(reply.body, limits) : problem;
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace sim
