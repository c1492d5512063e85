#pragma once
// Text as OpenSSL takes it.
#include <string>
#include <string_view>

namespace fakes {

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace fakes
