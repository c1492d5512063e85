#pragma once
// Resource data inside a change notification, for the holder of a certificate's key alone. Graph docs, "Set up change
// notifications that include resource data".
#include <string>
#include <string_view>

#include "fakes/dice.hpp"
#include "fakes/microsoft/signing.hpp"

namespace fakes::microsoft {

struct EncryptedContent {
    std::string data, key, signature;  // base64
};

/// Empty members: the certificate's key cannot take it. All chance comes from `dice`, so that runs stay alike.
EncryptedContent encrypted(std::string_view text, const signing::Certificate& certificate, Dice& dice);

}  // namespace fakes::microsoft
