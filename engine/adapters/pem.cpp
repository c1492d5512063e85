#include "engine/adapters/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <ctime>

#include "engine/adapters/http_server.hpp"
#include "engine/openssl_owned.hpp"

namespace engine::adapters {

bool for_each_certificate(const std::string& pem, const std::function<void(X509*)>& visit) {
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

std::string problem_of_authorities(const std::string& trusted_pem) {
    if (for_each_certificate(trusted_pem, [](X509*) {})) return {};
    return "the trusted authorities hold something that is no certificate in PEM";
}

std::string problem_of_identity(const std::string& certificate_pem, const std::string& key_pem) {
    boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
    return use_identity(context, certificate_pem, key_pem);
}

std::optional<std::chrono::sys_seconds> end_of_certificate(const std::string& pem) {
    std::optional<std::chrono::sys_seconds> out;
    for_each_certificate(pem, [&out](X509* one) {
        std::tm end{};
        if (out || ASN1_TIME_to_tm(X509_get0_notAfter(one), &end) != 1) return;
        out = std::chrono::sys_seconds(std::chrono::seconds(::timegm(&end)));
    });
    return out;
}

}  // namespace engine::adapters
