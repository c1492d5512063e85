#include "sim/serve/control/guard.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/serve/control/call.hpp"

namespace sim::control {
namespace {

/// ":8443", or nothing when the scheme's own port is used.
std::string port_part(const std::string& origin) {
    const std::size_t colon = origin.rfind(':');
    return colon > 5 ? origin.substr(colon) : std::string();
}

bool is_own_origin(std::string_view origin, const Host& host) {
    const std::string scheme = host.settings().plain_http ? "http://" : "https://";
    const std::string port = port_part(host.origins().main);
    std::vector<std::string> names{host.settings().name, "localhost", "127.0.0.1", "[::1]"};
    if (host.settings().bind != "0.0.0.0" && host.settings().bind != "::") names.push_back(host.settings().bind);
    return std::ranges::any_of(names, [&](const std::string& name) { return origin == scheme + name + port; });
}

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

bool is_loopback_address(std::string_view address) { return address == "::1" || address.starts_with("127."); }

std::optional<fakes::Reply> guard(const fakes::Request& request, const Host& host, const std::string& token) {
    if (const std::string* origin = fakes::find_header(request.headers, "Origin"); origin != nullptr && !is_own_origin(*origin, host))
        return refusal(403, "the control plane answers no page of another origin", "open " + host.origins().main + "/ itself");
    // Fetch Metadata: browsers say whose page asks, also where they send no Origin.
    const std::string* site = fakes::find_header(request.headers, "Sec-Fetch-Site");
    if (site != nullptr && *site != "same-origin" && *site != "none")
        return refusal(403, "the control plane answers no page of another origin", "open " + host.origins().main + "/ itself");
    if (token.empty()) {
        if (is_loopback_address(host.settings().bind)) return std::nullopt;
        return refusal(403, "this server listens beyond its own machine and was given no control token: its control plane is closed",
                       "start it with --control-token");
    }
    const std::string* given = fakes::find_header(request.headers, "Authorization");
    if (given != nullptr && same_secret(*given, "Bearer " + token)) return std::nullopt;
    fakes::Reply reply = refusal(401, "the control plane needs its token", "send `Authorization: Bearer TOKEN`, as given by --control-token");
    reply.headers.push_back({"WWW-Authenticate", "Bearer"});
    return reply;
}

}  // namespace sim::control
