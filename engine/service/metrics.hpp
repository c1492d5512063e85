#pragma once
// The operators' figures in Prometheus' text form. Labels are services, results and states: never a person.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/service/exchange_book.hpp"

namespace engine::service {

/// Writes metrics one family after the other (prometheus.io: exposition formats, text 0.0.4).
class MetricsText {
  public:
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
    void family(std::string_view name, std::string_view type, std::string_view help);
    void sample(const Labels& labels, double value, std::string_view suffix = {});
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
    std::string name_;
};

struct Figures {
    Status engine;
    Instant now{}, started{};
    const std::map<std::string, ExchangeFigures>* exchanges = nullptr;
    std::size_t exchanges_under_way = 0, exchanges_waiting = 0, connections = 0;
    std::map<std::pair<std::string, int>, std::uint64_t> hooks;  // by sender and answer
    std::size_t hook_connections = 0;
    std::uint64_t store_writes = 0, store_commits = 0;
    std::size_t store_bytes = 0;
    std::array<std::uint64_t, 3> log_lines{};
    double processor_seconds = 0;
    std::size_t resident_bytes = 0;
    bool ready = false;
};

std::string metrics_text(const Figures& figures);

}  // namespace engine::service
