#pragma once
// What a TLS client trusts, and how it makes sure whom it speaks to.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <string>

namespace engine::adapters {

/// TLS 1.2 and later, the system's authorities and those of `trusted_pem`.
boost::asio::ssl::context make_client_context(const std::string& trusted_pem);

/// The certificate must be for `host`, which is also asked for by name (RFC 6066 3: no addresses).
void expect_host(boost::asio::ssl::stream<boost::asio::ip::tcp::socket>& stream, const std::string& host);

/// After a handshake that failed: the certificate was not accepted.
bool was_untrusted(boost::asio::ssl::stream<boost::asio::ip::tcp::socket>& stream);

}  // namespace engine::adapters
