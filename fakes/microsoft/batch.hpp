#pragma once
// JSON batching: up to twenty requests in one, each with an answer of its own. Graph docs, "Combine multiple requests in one
// HTTP call using JSON batching".
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/token.hpp"

namespace fakes::microsoft {

struct BatchStep {
    enum class State { waiting, running, done };
    std::string id;
    Request request;
    std::vector<std::size_t> needs;  // steps that go first
    State state = State::waiting;
    int status = 0;
};

struct Batch {
    ExchangeId outer = 0;
    Exchange marks;
    Access access;
    std::vector<BatchStep> steps;
    std::string responses;  // of the steps done, as JSON, in the order of their ends
    std::size_t done = 0;
};

/// The steps of a batch's body; `like` lends its host and its version.
std::variant<std::vector<BatchStep>, Fault> read_batch(std::string_view body, const Request& like, std::string_view version_path);
/// Writes a step's answer into the batch.
void put_response(Batch& batch, std::size_t step, const Reply& reply);

}  // namespace fakes::microsoft
