// `calrig bench engine`: the engine without the fakes' cost. A served world is lived through once, and what it said to the
// engine is kept; then a new engine of the same beginning is told the same again, alone, and measured.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "engine/text/join_links.hpp"
#include "sim/cli/run.hpp"
#include "sim/serve/served_world.hpp"
#include "sim/world/timelapse.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;

constexpr int meetings_per_user = 10;
constexpr int people_per_meeting = 4;

std::chrono::nanoseconds own_processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class Nowhere final : public Outside {
  public:
    void answer(fakes::ExchangeId, fakes::Reply&&) override {}
    void deliver(DeliveryId, fakes::Outgoing&&) override {}
    void cut(fakes::ExchangeId, std::optional<fakes::Reply>&&) override {}
};

std::string key_of(int user) { return "user" + std::to_string(user); }

/// One meeting of four people, a week ahead; asked for join details.
Step meeting(const Scenario& scenario, int number, int user_count) {
    Step step;
    step.actor = key_of(number % user_count);
    CreateEvent create;
    create.id = "m" + std::to_string(number);
    create.draft.title = "Planning round " + std::to_string(number);
    create.draft.location = "@webex";
    create.draft.body = "Agenda: numbers, plans, questions. " + std::string(400, '.');
    const auto begins = std::chrono::local_days{std::chrono::year{2026} / 3 / 9} + 8h + std::chrono::minutes(20 * (number / user_count) + number % 7);
    create.draft.when = {begins, begins + 15min, scenario.zone, false};
    for (int k = 1; k < people_per_meeting; ++k) create.draft.invitees.push_back({key_of((number + 7 * k) % user_count) + "@calrig.example", fakes::Role::required});
    step.act = std::move(create);
    return step;
}

Step renamed(int number, int user_count) {
    Step step;
    step.actor = key_of(number % user_count);
    ChangeEvent change;
    change.event = "m" + std::to_string(number);
    change.change.title = "Renamed round " + std::to_string(number);
    step.act = std::move(change);
    return step;
}

/// The engine's part of a life, cut where another kind of work begins.
struct Life {
    std::vector<SeatCall> calls;
    std::vector<std::size_t> ends;  // of the phases
    std::unique_ptr<EngineSeat> twin;
    std::size_t meeting_count = 0;
    engine::Status status;  // at the end
    std::string complaint;
};

Life live(int user_count) {
    Life out;
    Nowhere nowhere;
    ServedWorldSettings settings;
    settings.engine = Provider::microsoft;
    ServedWorld world(plain_organisation(user_count, 30), settings, nowhere);
    out.twin = world.seat_of_engine()->twin();
    world.seat_of_engine()->note_calls(&out.calls);
    Instant now = world.scenario().begin;
    const auto go_on = [&](std::chrono::milliseconds span) {
        now += span;
        world.run_due(now);
        out.ends.push_back(out.calls.size());
    };
    const int meetings = user_count * meetings_per_user / people_per_meeting;
    const auto act = [&](const Step& step) {
        const std::vector<ActDone> done = world.act(step, now);
        if (!done.front().refusal.empty()) out.complaint = done.front().refusal;
        world.run_due(now += 100ms);
    };
    go_on(30min);
    for (int i = 0; i < meetings; ++i) act(meeting(world.scenario(), i, user_count));
    go_on(10min);
    for (int i = 0; i < meetings; ++i) act(renamed(i, user_count));
    go_on(10min);
    go_on(24h);
    out.meeting_count = static_cast<std::size_t>(meetings);
    out.status = world.seat_of_engine()->status();
    const engine::Status& status = out.status;
    if (status.active != static_cast<std::size_t>(user_count)) out.complaint = "not everybody was activated";
    if (status.sources != out.meeting_count * people_per_meeting) out.complaint = "not every copy of the meetings was found";
    return out;
}

struct Cost {
    double microseconds = 0;
    std::uint64_t allocations = 0;
    std::int64_t live_bytes = 0;  // at the end, without the store
    std::size_t calls = 0;
};

std::vector<Cost> measured(Life& life, Allocations (*allocations)()) {
    std::vector<Cost> out;
    const std::unique_ptr<EngineSeat> seat = life.twin->twin();
    const Allocations begin = allocations();
    std::size_t at = 0;
    fakes::Effects effects;
    for (const std::size_t end : life.ends) {
        const Allocations before = allocations();
        const auto began = own_processor_time();
        const std::size_t calls = end - at;
        for (; at < end; ++at) {
            seat->again(life.calls[at], effects);
            effects = {};
        }
        Cost cost;
        cost.microseconds = static_cast<double>((own_processor_time() - began).count()) / 1000;
        cost.allocations = allocations().count - before.count;
        cost.calls = calls;
        seat->forget_stored();
        cost.live_bytes = allocations().live_bytes - begin.live_bytes;
        out.push_back(cost);
    }
    const engine::Status status = seat->status();
    if (status.items != life.status.items || status.sources != life.status.sources || status.active != life.status.active || status.timers != life.status.timers)
        life.complaint = "the engine alone did not do what it did in the world";
    return out;
}

/// A mail-like body of four kilobytes with one link near its end, or none.
std::string body_4k(bool with_link) {
    std::string out = "<html><body>";
    const std::string end = with_link ? "<p>Join: <a href=\"https://example.webex.com/meet/ana\">here</a></p></body></html>" : "</body></html>";
    for (int i = 0; out.size() + end.size() < 4'000; ++i)
        out += "<p>Point " + std::to_string(i) + " of the agenda, see <a href=\"https://wiki.example.com/page/" + std::to_string(i) + "\">the page</a>.</p>";
    out.resize(4'096 - end.size(), ' ');
    return out + end;
}

void bench_join_links() {
    for (const bool with_link : {false, true}) {
        const std::string body = body_4k(with_link);
        engine::text::JoinInput input;
        input.body = body;
        input.body_is_html = true;
        constexpr int rounds = 2'000;
        int found = 0;
        const auto began = own_processor_time();
        for (int i = 0; i < rounds; ++i) found += engine::text::find_join(input).target.has_value() ? 1 : 0;
        const double each = static_cast<double>((own_processor_time() - began).count()) / 1000 / rounds;
        std::printf("  join link in an HTML body of %zu bytes, %s: %.1f us%s\n", body.size(), with_link ? "one at its end" : "none", each,
                    found == (with_link ? rounds : 0) ? "" : "   (not a figure: it was not found as it should be)");
    }
}

}  // namespace

bool bench_engine(int user_count, Allocations (*allocations)()) {
    std::printf("engine: alone, on recorded answers; Microsoft, %d copies of meetings for each user, 4 people a meeting, bodies of 435 bytes\n", meetings_per_user);
    std::vector<int> sizes = {50, 100, 200, 400};
    if (user_count > 0) sizes = {user_count};
    double first = 0;
    bool good = true;
    for (const int users : sizes) {
        Life life = live(users);
        const std::vector<Cost> cost = measured(life, allocations);
        const double copies = static_cast<double>(life.meeting_count * people_per_meeting);
        const double total = cost[0].microseconds + cost[1].microseconds + cost[2].microseconds + cost[3].microseconds;
        if (first == 0) first = total / users;
        std::printf("  %5d users, %6.0f copies: %7.1f us a copy first seen, %7.1f us a copy changed, %7.1f us a user activated, %8.1f us a user's quiet day; %5.2f x the time per user of the first row\n",
                    users, copies, cost[1].microseconds / copies, cost[2].microseconds / copies, cost[0].microseconds / users, cost[3].microseconds / users, total / users / first);
        if (allocations().counted)
            std::printf("                              %7.0f allocations a copy first seen, %5.0f changed; %7.0f bytes an idle user, %6.0f bytes a copy kept (the store's not counted)\n",
                        static_cast<double>(cost[1].allocations) / copies, static_cast<double>(cost[2].allocations) / copies, static_cast<double>(cost[0].live_bytes) / users,
                        static_cast<double>(cost[1].live_bytes - cost[0].live_bytes) / copies);
        if (!life.complaint.empty()) {
            std::printf("        not a figure: %s\n", life.complaint.c_str());
            good = false;
        }
        std::fflush(stdout);
    }
    bench_join_links();
    return good;
}

}  // namespace sim
