#include "engine/adapters/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <functional>
#include <memory>

#include "engine/openssl_owned.hpp"

namespace engine::adapters {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

/// False: something in it is no certificate.
bool each_certificate(const std::string& pem, const std::function<void(X509*)>& visit) {
    const Owned<BIO> memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    int count = 0;
    while (X509* one = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) {
        visit(one);
        X509_free(one);
        ++count;
    }
    const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return pem.empty() || (count > 0 && ended);
}

}  // namespace

std::string problem_of_authorities(const std::string& trusted_pem) {
    if (each_certificate(trusted_pem, [](X509*) {})) return {};
    return "the trusted authorities hold something that is no certificate in PEM";
}

ssl::context make_client_context(const std::string& trusted_pem) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    error_code ignored;
    context.set_default_verify_paths(ignored);
    each_certificate(trusted_pem, [native](X509* one) { X509_STORE_add_cert(SSL_CTX_get_cert_store(native), one); });
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
