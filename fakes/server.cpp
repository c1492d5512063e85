#include "fakes/server.hpp"

#include <algorithm>

namespace fakes {

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        return lower(a) == lower(b);
    };
    for (const Header& header : headers)
        if (header.name.size() == name.size() && std::equal(name.begin(), name.end(), header.name.begin(), same))
            return &header.value;
    return nullptr;
}

}  // namespace fakes
