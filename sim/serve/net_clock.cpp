// A host's clock: the wall's or a virtual one, journeys to a later instant, and what is due on the way.
#include <absl/time/time.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "sim/serve/net_host_parts.hpp"

namespace sim {
namespace {

/// Instants walked through before other clients have their turn.
constexpr int steps_at_once = 1'000;

/// RFC 9110 5.6.7.
std::string date_of(Instant at) {
    return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::FromUnixMillis(at.time_since_epoch().count()), absl::UTCTimeZone());
}

}  // namespace

Instant Host::Parts::wall_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

Instant Host::Parts::now() {
    if (settings.virtual_clock || !journeys.empty()) return reached;
    reached = std::max(reached, wall_now() + offset);
    return reached;
}

std::string_view Host::Parts::http_date() {
    const std::int64_t second = std::chrono::floor<std::chrono::seconds>(reached.time_since_epoch()).count();
    if (second != dated) {
        dated = second;
        date = date_of(reached);
    }
    return date;
}

void Host::Parts::schedule() {
    if (stopped || !world) return;
    std::optional<Instant> due = world->next_due();
    const Instant at = now();
    if (due && *due <= at) {
        world->run_due(at);
        due = world->next_due();
    }
    if (settings.virtual_clock || !journeys.empty()) return;
    if (due == armed_for) return;
    armed_for = due;
    if (!due) {
        wake_timer.cancel();
        return;
    }
    // Not for ever in one go: the wall clock may be set.
    const auto span = std::clamp<std::chrono::milliseconds>(*due - at, std::chrono::milliseconds(1), std::chrono::hours(1));
    wake_timer.expires_after(span);
    wake_timer.async_wait([this](const boost::system::error_code& error) {
        if (error || stopped) return;
        armed_for.reset();
        schedule();
    });
}

void Host::Parts::step() {
    if (stopped) return;
    for (int steps = 0; !journeys.empty(); ++steps) {
        if (world->deliveries() > 0) return;  // comes again when they are over
        if (steps == steps_at_once) {
            boost::asio::post(io, [this, of = epoch] {
                if (of == epoch) step();
            });
            return;
        }
        const std::optional<Instant> due = world->next_due();
        if (due && *due <= journeys.front().to) {
            reached = std::max(reached, *due);
            world->run_due(reached);
        } else {
            finish_journey();
        }
    }
}

void Host::Parts::finish_journey() {
    const Journey over = std::move(journeys.front());
    reached = std::max(reached, over.to);
    world->run_due(reached);
    journeys.pop_front();
    if (journeys.empty() && !settings.virtual_clock) offset = reached - wall_now();
    armed_for.reset();
    wake_timer.cancel();
    schedule();
    if (over.done) over.done(true);
}

}  // namespace sim
