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

    void arm(ArmedRefusal refusal);
    void disarm_all() { armed_.clear(); }

  private:
    struct Minute {
        std::int64_t number = -1;
        std::uint32_t requests = 0;
    };
    static bool over(Minute& minute, std::uint32_t allowed, Instant now);

    std::uint32_t per_project_, per_user_;
    Minute project_;
    std::map<std::string, Minute, std::less<>> users_;
    std::vector<ArmedRefusal> armed_;
};

}  // namespace fakes::google
