#pragma once
// Certificates and keys in PEM (RFC 7468), as files have them: whether they can be used, and how long.
#include <chrono>
#include <functional>
#include <optional>
#include <string>

typedef struct x509_st X509;

namespace engine::adapters {

/// False: something in it is no certificate.
bool for_each_certificate(const std::string& pem, const std::function<void(X509*)>& visit);

/// A sentence when it is neither empty nor certificates in PEM.
std::string problem_of_authorities(const std::string& trusted_pem);

/// A sentence when a listener could not show this chain with this key.
std::string problem_of_identity(const std::string& certificate_pem, const std::string& key_pem);

/// When the first certificate's time is over (RFC 5280 4.1.2.5).
std::optional<std::chrono::sys_seconds> end_of_certificate(const std::string& pem);

}  // namespace engine::adapters
