#pragma once
// How a call to a service ended: a value or the reason why there is none. Failures are values, never exceptions.
#include <string>
#include <utility>

namespace engine::sync {

struct Failure {
    enum class Kind {
        none,
        gone,         // 404: not there, or no longer
        sync_lost,    // 410: the sync token (or what it named) is no longer known
        stale,        // 409, 412: changed since it was read
        denied,       // 401 after a new token, 403: the service may not
        refused,      // another 4xx: repeating will not help
        unclear,      // the answer was lost and the call must not simply be repeated: look first
        unavailable,  // network or service trouble that outlasted the retries
        malformed,    // an answer that cannot be read
    };
    Kind kind = Kind::none;
    int status = 0;
    std::string code;  // the service's own word ("ErrorAccessDenied"), letters and digits only: fit for the log

    bool any() const { return kind != Kind::none; }
    /// Worth trying again later without a change on anyone's side.
    bool passing() const { return kind == Kind::unavailable || kind == Kind::unclear || kind == Kind::malformed; }
};

std::string describe(const Failure& failure);

template <typename T>
struct Outcome {
    T value{};
    Failure failure;
    bool ok() const { return !failure.any(); }
    static Outcome failed(Failure why) {
        Outcome outcome;
        outcome.failure = std::move(why);
        return outcome;
    }
};

/// What `read` (text -> optional value) makes of an answer; an answer that it cannot read is malformed.
template <typename Answer, typename Read>
auto read_from(Outcome<Answer> answer, Read read) -> Outcome<typename decltype(read(answer.value.body))::value_type> {
    Outcome<typename decltype(read(answer.value.body))::value_type> outcome;
    outcome.failure = std::move(answer.failure);
    if (outcome.failure.any()) return outcome;
    auto value = read(answer.value.body);
    if (value)
        outcome.value = std::move(*value);
    else
        outcome.failure.kind = Failure::Kind::malformed;
    return outcome;
}

}  // namespace engine::sync
