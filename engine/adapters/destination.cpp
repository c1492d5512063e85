#include "engine/adapters/destination.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace engine::adapters {

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_loopback();
}

std::string find_destination(const std::string& url, Destination& out) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return "the address is no absolute URL";
    const boost::urls::url_view view = *parsed;
    out.tls = view.scheme_id() == boost::urls::scheme::https;
    if (!out.tls && view.scheme_id() != boost::urls::scheme::http) return "only https and http are spoken";
    if (view.has_userinfo()) return "an address with a user name is not sent to";
    out.host = view.host_address();
    if (out.host.empty()) return "the address names no host";
    if (!out.tls && !is_loopback(out.host)) return "plain http goes to loopback only";
    // No digits after the colon are the scheme's own port (RFC 3986 3.2.3).
    const std::string digits(view.port());
    unsigned port = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!digits.empty() && (read.ec != std::errc() || port == 0 || port > 65'535)) return "the port is none from 1 to 65535";
    out.port = !digits.empty() ? digits : std::string(out.tls ? "443" : "80");
    out.authority = std::string(view.encoded_host());
    if (view.has_port()) out.authority += ":" + out.port;
    out.target = std::string(view.encoded_target());
    if (out.target.empty() || out.target.front() != '/') out.target = "/" + out.target;
    return {};
}

}  // namespace engine::adapters
