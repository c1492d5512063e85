#include "sim/serve/local.hpp"

#include <utility>

namespace sim {
namespace {

class Below final : public Local {
  public:
    Below(std::string prefix, std::function<fakes::Reply(const fakes::Request&, fakes::Instant)> handler)
        : prefix_(std::move(prefix)), handler_(std::move(handler)) {}

    bool take(const fakes::Request& request, std::string_view, fakes::Instant now, const Answer& answer) override {
        const std::string_view target = request.target;
        if (!target.starts_with(prefix_)) return false;
        const std::string_view rest = target.substr(prefix_.size());
        if (!rest.empty() && rest.front() != '?' && (prefix_ == "/" || rest.front() != '/')) return false;
        answer(handler_(request, now));
        return true;
    }

  private:
    std::string prefix_;
    std::function<fakes::Reply(const fakes::Request&, fakes::Instant)> handler_;
};

}  // namespace

std::unique_ptr<Local> local_below(std::string prefix, std::function<fakes::Reply(const fakes::Request&, fakes::Instant now)> handler) {
    return std::make_unique<Below>(std::move(prefix), std::move(handler));
}

}  // namespace sim
