#pragma once
// The key servers' lasting RSA keys. Made for the simulator alone: they open nothing anywhere. Kept as text because making
// one costs a tenth of a second; 640 bits where worlds are played by the thousand (RSA-OAEP of a key of 32 bytes takes 592), 2048 where others' clients look.
#include <string>
#include <string_view>

#include "fakes/cloud/rsa.hpp"

namespace fakes {

enum class KeyServerSite { cloud, premises };

struct KeyServerKey {
    RsaKey key;
    std::string kid;  // "kms://kms.calrig.example/keys/.."
    std::string jwk;  // public, with certificate
};

/// The key of this site with `bits` (640 or 2048) under the host's name; the same object for the whole thread.
const KeyServerKey& key_server_key(KeyServerSite site, int bits, std::string_view host);

}  // namespace fakes
