#pragma once
// Who asks too often, and refusals that were armed on purpose (developers.google.com/workspace/calendar/api/guides/quota).
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/google/errors.hpp"
#include "fakes/google/service.hpp"

namespace fakes::google {

class Quotas {
  public:
    explicit Quotas(const GoogleOptions& options)
        : per_project_(options.requests_per_minute), per_user_(options.requests_per_minute_and_user) {}

    /// Counts the request; `gmail` says whose error body is meant.
    Refusal check(std::string_view operation, std::string_view user, bool gmail, Instant now);

    void throttle(std::uint32_t requests_of_a_user, std::chrono::milliseconds window);
    void arm(ArmedRefusal refusal);
    void disarm_all() { armed_.clear(); }

  private:
    struct Window {
        std::int64_t number = -1;
        std::uint32_t requests = 0;
    };
    bool over(Window& window, std::uint32_t allowed, Instant now) const;

    std::uint32_t per_project_, per_user_;
    std::chrono::milliseconds window_ = std::chrono::minutes(1);
    Window project_;
    std::map<std::string, Window, std::less<>> users_;
    std::vector<ArmedRefusal> armed_;
};

}  // namespace fakes::google
