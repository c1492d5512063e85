#pragma once
// The message socket to apps and devices: envelopes, sequence numbers, and a probe after a message was lost.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/limits.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

class Pushes {
  public:
    Pushes(std::size_t users, Dice dice);

    /// `url` takes this user's pushes from now on. Connecting the same url again changes nothing.
    void connect(std::size_t user, std::string url);
    void disconnect(std::size_t user, std::string_view url);
    bool connected(std::size_t user) const { return !of_user_[user].empty(); }
    /// `members`: the members of `data` after eventType, as JSON text starting with a comma, or empty.
    void push(std::size_t user, std::string_view event_type, std::string_view members, Instant now, Effects& effects);

    /// True when the id was one of a push. A push that did not arrive is followed by a probe whose sequence number
    /// shows the gap.
    bool answered(OutgoingId id, const Reply* reply, Instant now);
    void wake(Instant now, Effects& effects);
    std::optional<Instant> next_wake() const;

  private:
    struct Line {
        std::string url;
        std::uint64_t sequence = 0;
        std::optional<Instant> probe_at;
        bool closed = false;  // nobody takes its pushes any more
        std::chrono::milliseconds retry = cloud_limits::socket_retry_first;
    };
    void send(std::size_t line, std::string_view event_type, std::string_view members, Instant now, Effects& effects);

    Dice dice_;
    std::string tracking_;
    std::uint64_t sent_ = 0;
    std::vector<Line> lines_;
    std::vector<std::vector<std::size_t>> of_user_;
    std::set<std::pair<Instant, std::size_t>> probes_;
};

}  // namespace fakes
