#include "engine/sync/provisioning_visit.hpp"

#include <algorithm>

namespace engine::sync::visiting {
namespace {

constexpr std::size_t kValueLimitBytes = 32'768;

}  // namespace

std::string_view path_of(std::string_view url) {
    url.remove_prefix(origin(url).size());
    return url.substr(0, std::min(url.find('?'), url.size()));
}

std::string parameter(std::string_view pairs, std::string_view name) {
    while (!pairs.empty()) {
        const std::size_t end = std::min(pairs.find('&'), pairs.size());
        const std::string_view pair = pairs.substr(0, end);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.size() > kValueLimitBytes ? std::string() : unpercent(pair.substr(name.size() + 1));
        pairs.remove_prefix(std::min(end + 1, pairs.size()));
    }
    return {};
}

std::string cookie(const HttpRequest& request, std::string_view name) {
    const std::string* header = find_header(request.headers, "Cookie");
    std::string_view left = header == nullptr ? std::string_view() : std::string_view(*header);
    while (!left.empty()) {
        const std::size_t end = std::min(left.find(';'), left.size());
        std::string_view pair = left.substr(0, end);
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return std::string(pair.substr(name.size() + 1));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return {};
}

std::string bearer(const HttpRequest& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string* header = find_header(request.headers, "Authorization");
    if (header == nullptr || !header->starts_with(kScheme) || header->size() > kValueLimitBytes) return {};
    return header->substr(kScheme.size());
}

HttpResponse json_answer(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.push_back(Header{"Content-Type", "application/json"});
    response.headers.push_back(Header{"Cache-Control", "no-store"});
    response.body = std::move(body);
    return response;
}

HttpResponse see_other(std::string where) {
    HttpResponse response;
    response.status = 303;
    response.headers.push_back(Header{"Location", std::move(where)});
    response.headers.push_back(Header{"Cache-Control", "no-store"});
    response.headers.push_back(Header{"Referrer-Policy", "no-referrer"});
    return response;
}

provisioning::Refusal no(std::string_view word, std::string detail) { return provisioning::Refusal{std::string(word), std::move(detail)}; }

}  // namespace engine::sync::visiting
