#include "sim/serve/control/ledger.hpp"

#include "sim/wire/classify.hpp"

namespace sim {
namespace {

/// What a string costs beside its characters.
constexpr std::size_t string_overhead = sizeof(std::string);

LedgerEntry::Body part_of(const std::string& text, std::size_t most) { return {text.substr(0, most), text.size()}; }

std::size_t size_of(const std::vector<fakes::Header>& headers) {
    std::size_t out = 0;
    for (const fakes::Header& header : headers) out += header.name.size() + header.value.size() + 2 * string_overhead;
    return out;
}

}  // namespace

void OperationCount::count(int status) {
    ++calls;
    if (status == 0) ++unanswered;
    else if (status < 400) ++good;
    else if (status < 500) ++refused;
    else ++failed;
}

void Ledger::note(const ServedExchange& exchange) {
    LedgerEntry entry;
    entry.number = ++noted_;
    entry.actor = exchange.actor;
    entry.outgoing = exchange.outgoing;
    entry.method = exchange.request.method;
    entry.target = exchange.request.target.substr(0, limits_.target_bytes);
    entry.request_headers = exchange.request.headers;
    // A key server's bodies are keys.
    const std::size_t of_body = exchange.actor == "kms" ? 0 : limits_.body_bytes;
    entry.request_body = part_of(exchange.request.body, of_body);
    if (exchange.reply != nullptr) {
        entry.status = exchange.reply->status;
        entry.reply_headers = exchange.reply->headers;
        entry.reply_body = part_of(exchange.reply->body, of_body);
        entry.broken_rule = exchange.reply->broken_rule;
    }
    entry.begun = exchange.begun;
    entry.done = exchange.done;
    entry.what = exchange.what;
    if (!exchange.outgoing) entry.operation = classify(exchange.request, {}).operation;
    if (!entry.operation.empty()) operations_[entry.operation].count(entry.status);
    actors_[entry.actor].count(entry.status);
    entry.bytes = sizeof entry + entry.target.size() + entry.request_body.kept.size() + entry.reply_body.kept.size() + entry.what.size() +
                  entry.broken_rule.size() + size_of(entry.request_headers) + size_of(entry.reply_headers);
    bytes_ += entry.bytes;
    entries_.push_back(std::move(entry));
    while (!entries_.empty() && (entries_.size() > limits_.entries || bytes_ > limits_.bytes)) {
        bytes_ -= entries_.front().bytes;
        entries_.pop_front();
    }
}

void Ledger::clear() {
    entries_.clear();
    bytes_ = 0;
}

void Ledger::clear_counts() {
    operations_.clear();
    actors_.clear();
}

const LedgerEntry* Ledger::find(std::uint64_t number) const {
    if (entries_.empty() || number < entries_.front().number || number > entries_.back().number) return nullptr;
    return &entries_[static_cast<std::size_t>(number - entries_.front().number)];
}

}  // namespace sim
