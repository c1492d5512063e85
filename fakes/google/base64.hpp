#pragma once
// Base64 as Google writes it, and as clients may.
#include <string>
#include <string_view>

namespace fakes::google {

std::string base64url(std::string_view bytes);              // without padding
/// Standard or URL alphabet, padding optional; false on anything else.
bool from_base64(std::string_view text, std::string& bytes);

}  // namespace fakes::google
