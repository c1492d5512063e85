#include "engine/service/exchange_book.hpp"

#include <algorithm>

namespace engine::service {
namespace {

constexpr const char* elsewhere = "other";

/// Few words, so that the number of time series stays small.
std::string word_of(const HttpResult& result) {
    if (!result.ok()) return std::string(engine::word_of(result.failure));
    const int status = result.response.status;
    for (const int named : {401, 403, 404, 409, 410, 412, 429, 503})
        if (status == named) return std::to_string(status);
    return std::to_string(status / 100) + "xx";
}

}  // namespace

ExchangeBook::ExchangeBook(HttpClient& http, const Clock& clock, const Config& config, std::function<void()> before)
    : http_(http), clock_(clock), before_(std::move(before)) {
    const bool microsoft = config.provider == Provider::microsoft;
    if (microsoft) services_ = {{config.graph_base, "graph"}, {config.authority_base, "entra"}};
    else services_ = {{config.google_base, "google"}, {config.gmail_base, "gmail"}, {config.google_token_url, "google-token"}};
    // One origin may carry several services; the key server's path tells it from the cloud.
    services_.emplace_back(config.kms_base + "/encryption/", "kms");
    services_.emplace_back(config.cloud_base, "cloud");
    std::ranges::stable_sort(services_, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    // Entra and the cloud at one bare origin: only paths that are the cloud's own are the cloud's.
    if (config.cloud_base == config.authority_base && microsoft)
        for (const char* path : {"/identity/", "/calendar/", "/apheleia/", "/conversation/"}) services_.insert(services_.begin(), {config.cloud_base + path, "cloud"});
}

const std::string& ExchangeBook::service_of(const std::string& url) const {
    static const std::string unknown = elsewhere;
    for (const auto& [base, name] : services_)
        if (url.starts_with(base)) return name;
    return unknown;
}

Task<HttpResult> ExchangeBook::exchange(HttpRequest request) {
    before_();
    ExchangeFigures& mine = figures_[service_of(request.url)];
    const Instant begun = clock_.now();
    HttpResult result = co_await http_.exchange(std::move(request));
    const std::int64_t took_ms = std::max<std::int64_t>(0, (clock_.now() - begun).count());
    ++mine.by_result[word_of(result)];
    ++mine.count;
    mine.milliseconds += took_ms;
    const auto bucket = std::ranges::lower_bound(exchange_buckets_ms, took_ms);
    if (bucket != exchange_buckets_ms.end()) ++mine.within[static_cast<std::size_t>(bucket - exchange_buckets_ms.begin())];
    co_return result;
}

}  // namespace engine::service
