#pragma once
// How quickly the hosts of notification URLs answer, and what Graph does about those that do not (Graph docs: "Receive
// change notifications through webhooks", throttling).
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace fakes::microsoft {

class Endpoints {
  public:
    enum class State { good, slow, drop };

    explicit Endpoints(std::size_t sample) : sample_(sample) {}
    /// An answer of `url`'s host, or silence, came after so long.
    void answered(std::string_view url, Instant now, std::chrono::milliseconds after);
    State state(std::string_view url, Instant now) const;
    /// When the present state ends, if it is not a good one.
    Instant until(std::string_view url) const;

  private:
    struct Answered {
        Instant at{};
        bool slow = false, hopeless = false;
    };
    struct Endpoint {
        std::deque<Answered> answers;
        std::size_t slow = 0, hopeless = 0;  // among them
        State state = State::good;
        Instant until{};
    };
    static std::string host_of(std::string_view url);

    std::size_t sample_;
    std::map<std::string, Endpoint, std::less<>> all_;
};

std::string_view name_of(Endpoints::State state);

}  // namespace fakes::microsoft
