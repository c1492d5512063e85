#include "engine/http.hpp"

#include <algorithm>

namespace engine {

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto same = [&](char a, char b) { return lower(a) == lower(b); };
    for (const Header& header : headers)
        if (std::ranges::equal(header.name, name, same)) return &header.value;
    return nullptr;
}

}  // namespace engine
