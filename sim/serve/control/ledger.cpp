#include "sim/serve/control/ledger.hpp"

#include "sim/wire/classify.hpp"

namespace sim {
namespace {

/// What a string costs beside its characters.
constexpr std::size_t string_overhead = sizeof(std::string);

std::size_t size_of(const std::vector<fakes::Header>& headers) {
    std::size_t out = 0;
    for (const fakes::Header& header : headers) out += header.name.size() + header.value.size() + 2 * string_overhead;
    return out;
}

std::shared_ptr<const fakes::Reply> cut(const fakes::Reply& reply, std::size_t body_bytes) {
    auto out = std::make_shared<fakes::Reply>();
    out->status = reply.status;
    out->headers = reply.headers;
    out->body = reply.body.substr(0, body_bytes);
    out->broken_rule = reply.broken_rule;
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
    const bool is_secret = exchange.actor == "kms";
    const std::size_t whole = is_secret ? 0 : limits_.body_bytes, beginning = is_secret ? 0 : limits_.beginning_bytes;
    entry.request_text = exchange.request.body.substr(0, exchange.request.body.size() <= whole ? whole : beginning);
    entry.request_bytes = exchange.request.body.size();
    if (exchange.reply) {
        entry.reply_bytes = exchange.reply->body.size();
        entry.reply = entry.reply_bytes <= whole ? exchange.reply : cut(*exchange.reply, beginning);
    }
    entry.begun = exchange.begun;
    entry.done = exchange.done;
    entry.what = exchange.what;
    if (!exchange.outgoing) entry.operation = classify(exchange.request, {}).operation;
    if (!entry.operation.empty()) operations_[entry.operation].count(entry.status());
    actors_[entry.actor].count(entry.status());
    entry.bytes = sizeof entry + entry.target.size() + entry.request_text.capacity() + entry.what.size() + size_of(entry.request_headers);
    if (entry.reply) entry.bytes += sizeof *entry.reply + entry.reply->body.capacity() + entry.reply->broken_rule.size() + size_of(entry.reply->headers);
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
