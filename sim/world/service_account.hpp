#pragma once
// The key pair of the simulated Google service account: the engine signs with one half, the fake verifies with the other.

namespace sim {

extern const char* const service_account_private_key;  // PKCS#8 PEM
extern const char* const service_account_public_key;   // SubjectPublicKeyInfo PEM

}  // namespace sim
