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

std::string_view word_of(HttpFailure failure) {
    switch (failure) {
        case HttpFailure::none: break;
        case HttpFailure::no_such_host: return "no_such_host";
        case HttpFailure::not_connected: return "not_connected";
        case HttpFailure::cut: return "cut";
        case HttpFailure::timed_out: return "timed_out";
        case HttpFailure::untrusted: return "certificate_not_trusted";
        case HttpFailure::stopped: return "stopped";
    }
    return {};
}

}  // namespace engine
