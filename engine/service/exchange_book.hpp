#pragma once
// Counts what the engine says to whom and how it ends, and lets nothing leave before what it rests on is durable.
#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"

namespace engine::service {

/// Upper bounds of the histogram's buckets, in milliseconds.
inline constexpr std::array<std::int64_t, 8> exchange_buckets_ms{25, 50, 100, 250, 500, 1'000, 5'000, 30'000};

struct ExchangeFigures {
    std::map<std::string, std::uint64_t> by_result;  // "2xx", "404", "429", "5xx", "cut", "timed_out", ...
    std::array<std::uint64_t, exchange_buckets_ms.size()> within{};  // not cumulative
    std::uint64_t count = 0;
    std::int64_t milliseconds = 0;
};

class ExchangeBook final : public HttpClient {
  public:
    /// `before` is called before each request leaves.
    ExchangeBook(HttpClient& http, const Clock& clock, const Config& config, std::function<void()> before);
    Task<HttpResult> exchange(HttpRequest request) override;
    /// By service: "graph", "entra", "google", "gmail", "google-token", "cloud", "kms".
    const std::map<std::string, ExchangeFigures>& figures() const { return figures_; }

  private:
    const std::string& service_of(const std::string& url) const;

    HttpClient& http_;
    const Clock& clock_;
    std::function<void()> before_;
    std::vector<std::pair<std::string, std::string>> services_;  // base address and name, the longest base first
    std::map<std::string, ExchangeFigures> figures_;
};

}  // namespace engine::service
