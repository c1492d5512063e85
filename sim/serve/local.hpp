#pragma once
// The seam for everything that answers on the served origin without being a service: the control plane, the page,
// discovery documents, armed faults. Locals are asked in the order they were added, before the services.
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace sim {

/// Gives the reply to one request: once, now or later, on the host's thread.
using Answer = std::function<void(fakes::Reply)>;

class Local {
  public:
    virtual ~Local() = default;
    /// False: not mine, ask the next; `answer` is then not called. `actor` is who would answer otherwise ("graph",
    /// "entra", "google", "gmail", "google-token", "cloud", "kms"). `request` may be kept only as a copy.
    virtual bool take(const fakes::Request& request, std::string_view actor, fakes::Instant now, const Answer& answer) = 0;
};

/// `handler` answers every path that is `prefix` or lies below it ("/_calrig"; "/" is the front page alone).
std::unique_ptr<Local> local_below(std::string prefix, std::function<fakes::Reply(const fakes::Request&, fakes::Instant now)> handler);

}  // namespace sim
