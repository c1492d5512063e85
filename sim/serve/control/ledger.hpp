#pragma once
// What clients and services lately said to each other, and how often each operation was called. Bounded in entries and
// bytes; noting an exchange classifies its path and keeps the reply that was sent, masking waits until somebody reads.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/serve/host.hpp"

namespace sim {

struct LedgerLimits {
    std::size_t entries = 2'000;
    std::size_t bytes = 16 * 1024 * 1024;
    std::size_t body_bytes = 64 * 1024;       // of a body that is kept whole;
    std::size_t beginning_bytes = 16 * 1024;  // of a longer one, whose rest is only counted
    std::size_t target_bytes = 4 * 1024;
};

struct LedgerEntry {
    struct Body {
        std::string_view kept;
        std::size_t size = 0;
    };
    std::uint64_t number = 0;
    std::string actor;
    bool outgoing = false;
    std::string method, target;
    std::vector<fakes::Header> request_headers;
    std::string request_text;
    std::size_t request_bytes = 0;
    std::shared_ptr<const fakes::Reply> reply;  // the one that was sent; nullptr: nothing came back. A long body is cut
    std::size_t reply_bytes = 0;
    Body request_body() const { return {request_text, request_bytes}; }
    Body reply_body() const { return {reply ? std::string_view(reply->body) : std::string_view(), reply_bytes}; }
    int status() const { return reply ? reply->status : 0; }
    Instant begun{}, done{};
    std::string what;
    std::string_view operation;  // statement id; empty: none that is listed
    std::size_t bytes = 0;
};

/// How often one operation was called, by how it was answered.
struct OperationCount {
    std::uint64_t calls = 0, good = 0, refused = 0, failed = 0, unanswered = 0;
    void count(int status);
};

class Ledger {
  public:
    explicit Ledger(LedgerLimits limits = {}) : limits_(limits) {}

    void note(const ServedExchange& exchange);
    void clear();
    void clear_counts();

    const std::deque<LedgerEntry>& entries() const { return entries_; }
    const LedgerEntry* find(std::uint64_t number) const;
    /// Ever noted, also those that are forgotten by now.
    std::uint64_t noted() const { return noted_; }
    std::size_t bytes() const { return bytes_; }
    /// By statement id; operations never called are not there.
    const std::map<std::string_view, OperationCount>& operations() const { return operations_; }
    /// By who answered ("graph", "receiver"), whatever the operation.
    const std::map<std::string, OperationCount, std::less<>>& actors() const { return actors_; }

  private:
    LedgerLimits limits_;
    std::deque<LedgerEntry> entries_;
    std::uint64_t noted_ = 0;
    std::size_t bytes_ = 0;
    std::map<std::string_view, OperationCount> operations_;
    std::map<std::string, OperationCount, std::less<>> actors_;
};

}  // namespace sim
