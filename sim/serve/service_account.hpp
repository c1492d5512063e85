#pragma once
// The key of the Google service account that `serve` hands out.

namespace sim {

// 2,048 bits, because OpenSSL, google-auth and Node refuse to sign with less.
extern const char* const served_account_private_key;  // PKCS#8 PEM
extern const char* const served_account_public_key;   // SubjectPublicKeyInfo PEM
extern const char* const served_account_key_id;       // "private_key_id" of the key file

}  // namespace sim
