#pragma once
// How an organisation stands with the service: what was provisioned, in which form it is kept, and what its administrator is
// shown. No address and no name is in it.
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/instant.hpp"
#include "engine/policies.hpp"
#include "engine/provisioning/reasons.hpp"

namespace engine::provisioning {

struct Standing {
    enum class State { none, provisioned, error, ending };
    enum class Test { none, passed, failed };
    State state = State::none;
    Refusal why;                        // of `error`
    std::string tenant;                 // Microsoft: GUID
    std::string country, region;
    std::set<std::string> permissions;  // Graph roles; short names of Google's scopes
    Test test = Test::none;             // the last one
    Refusal test_why;
    Instant since{};

    bool works() const { return state == State::provisioned || state == State::error; }
    bool operator==(const Standing& other) const = default;
};

std::string to_record(const Standing& standing);
std::optional<Standing> from_record(std::string_view record);

struct UserCounts {
    int activated = 0, pending = 0, error = 0;
};
/// What the administrator sees: JSON.
std::string shown(const Standing& standing, Provider provider, const UserCounts& users);
/// {"reason", "message"}: why a request was refused.
std::string shown(const Refusal& refusal);

}  // namespace engine::provisioning
