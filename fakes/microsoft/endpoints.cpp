#include "fakes/microsoft/endpoints.hpp"

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

std::string_view name_of(Endpoints::State state) {
    switch (state) {
        case Endpoints::State::good: return "good";
        case Endpoints::State::slow: return "slow";
        case Endpoints::State::drop: return "drop";
    }
    return {};
}

std::string Endpoints::host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    return lower(rest.substr(0, rest.find_first_of("/?#")));
}

void Endpoints::answered(std::string_view url, Instant now, std::chrono::milliseconds after) {
    std::string host = host_of(url);
    if (all_.size() >= limits::endpoints && !all_.contains(host)) all_.clear();
    Endpoint& endpoint = all_[std::move(host)];
    // In a penalty answers count no more; after it the endpoint begins with a clean sheet.
    if (endpoint.state != State::good && now < endpoint.until) return;
    if (endpoint.state != State::good) endpoint = {};
    const Answered fresh{now, after > limits::endpoint_slow_after, after >= limits::endpoint_drop_after};
    endpoint.answers.push_back(fresh);
    endpoint.slow += fresh.slow;
    endpoint.hopeless += fresh.hopeless;
    while (endpoint.answers.size() > limits::endpoint_answers || endpoint.answers.front().at + limits::endpoint_window < now) {
        endpoint.slow -= endpoint.answers.front().slow;
        endpoint.hopeless -= endpoint.answers.front().hopeless;
        endpoint.answers.pop_front();
    }
    const std::size_t all = endpoint.answers.size();
    if (all < sample_) return;
    if (endpoint.hopeless * 100 > all * limits::endpoint_drop_percent) endpoint.state = State::drop;
    else if (endpoint.slow * 100 > all * limits::endpoint_slow_percent) endpoint.state = State::slow;
    if (endpoint.state != State::good) endpoint.until = now + limits::endpoint_penalty;
}

Endpoints::State Endpoints::state(std::string_view url, Instant now) const {
    const auto found = all_.find(host_of(url));
    return found == all_.end() || now >= found->second.until ? State::good : found->second.state;
}

Instant Endpoints::until(std::string_view url) const {
    const auto found = all_.find(host_of(url));
    return found == all_.end() ? Instant() : found->second.until;
}

}  // namespace fakes::microsoft
