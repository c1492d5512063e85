#include "engine/adapters/tls_client.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "engine/adapters/pem.hpp"

namespace engine::adapters {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

ssl::context make_client_context(const std::string& trusted_pem) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    error_code ignored;
    context.set_default_verify_paths(ignored);
    for_each_certificate(trusted_pem, [native](X509* one) { X509_STORE_add_cert(SSL_CTX_get_cert_store(native), one); });
    context.set_verify_mode(ssl::verify_peer);
    return context;
}

void expect_host(ssl::stream<boost::asio::ip::tcp::socket>& stream, const std::string& host) {
    error_code no_address;
    boost::asio::ip::make_address(host, no_address);
    if (no_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    stream.set_verify_callback(ssl::host_name_verification(host));
}

bool was_untrusted(ssl::stream<boost::asio::ip::tcp::socket>& stream) { return SSL_get_verify_result(stream.native_handle()) != X509_V_OK; }

}  // namespace engine::adapters
