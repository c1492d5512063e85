#include "sim/world/timelapse.hpp"

#include <algorithm>

#include "sim/world/running_world.hpp"

namespace sim {
namespace {

std::string key_of(int user) {
    return "user" + std::to_string(user);
}

/// The meetings of one working day, made shortly before it: every user is in `meetings_per_day` of them.
class Planner {
  public:
    Planner(const TimelapseSettings& settings, const Scenario& scenario, RunningWorld& world)
        : settings_(settings), scenario_(scenario), world_(world), dice_(Streams(settings.seed).named("timelapse")) {}

    void plan_day(int day) {
        const int groups = settings_.user_count / settings_.people_per_meeting;
        for (int slot = 0; slot < settings_.meetings_per_day; ++slot)
            for (int group = 0; group < groups; ++group) {
                const Instant made = scenario_.begin + std::chrono::days(day) + std::chrono::seconds(dice_.below(4 * 3600));
                world_.time().at(made, [this, day, slot, group] { make(day, slot, group); });
            }
        if (day + 1 < settings_.day_count)
            world_.time().at(scenario_.begin + std::chrono::days(day + 1), [this, day] {
                if (settings_.resident_mb) resident_mb_peak_ = std::max(resident_mb_peak_, settings_.resident_mb());
                plan_day(day + 1);
            });
    }
    std::uint64_t meeting_count() const { return meetings_; }
    double resident_mb_peak() const { return resident_mb_peak_; }

  private:
    void make(int day, int slot, int group) {
        const int stride = 1 + slot;  // other people meet in each slot
        const auto member = [&](int k) {
            const int groups = settings_.user_count / settings_.people_per_meeting;
            return key_of(((group + k * groups * stride) + (k * slot)) % settings_.user_count);
        };
        Step step;
        step.actor = member(0);
        CreateEvent create;
        create.id = "m";
        fakes::Draft& draft = create.draft;
        draft.title = "Planning round " + std::to_string(meetings_);
        draft.body = body_;
        draft.location = "@webex";
        const auto begins = std::chrono::local_days{std::chrono::year{2026} / 3 / 2} + std::chrono::days(day) + std::chrono::hours(8) + std::chrono::hours(slot);
        draft.when = {begins, begins + std::chrono::minutes(45), scenario_.zone, false};
        for (int k = 1; k < settings_.people_per_meeting; ++k)
            if (const std::string key = member(k); key != step.actor) draft.invitees.push_back({key + "@calrig.example", fakes::Role::required});
        step.act = std::move(create);
        world_.act(step);
        ++meetings_;
    }

    const TimelapseSettings& settings_;
    const Scenario& scenario_;
    RunningWorld& world_;
    fakes::Dice dice_;
    std::string body_ = std::string("Agenda: numbers, plans, questions. ") + std::string(400, '.');
    std::uint64_t meetings_ = 0;
    double resident_mb_peak_ = 0;
};

}  // namespace

Scenario plain_organisation(int user_count, int day_count) {
    Scenario out;
    out.path = "bench";
    out.zone = "Europe/Warsaw";
    out.providers = {Provider::microsoft};
    out.begin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};
    out.end = out.begin + std::chrono::days(day_count);
    for (int i = 0; i < user_count; ++i) {
        ScenarioPerson person;
        person.person.key = key_of(i);
        person.person.name = "User Number " + std::to_string(i);
        person.person.address = key_of(i) + "@calrig.example";
        person.person.language = "en-GB";
        person.person.zone = out.zone;
        person.has_app = false;
        out.people.emplace(person.person.key, std::move(person));
    }
    return out;
}

TimelapseFigures play_timelapse(const TimelapseSettings& settings) {
    Scenario scenario = plain_organisation(settings.user_count, settings.day_count);
    scenario.policies.emplace("away poll", std::to_string(settings.away_poll.count()));
    WorldSettings world_settings;
    world_settings.transport = settings.transport;
    world_settings.seed = settings.seed;
    world_settings.keep_journal = false;
    world_settings.keep_lists = false;
    RunningWorld world(scenario, Provider::microsoft, world_settings);
    Planner planner(settings, scenario, world);
    world.start_engine();
    planner.plan_day(0);
    world.run_until(scenario.end);
    TimelapseFigures out;
    for (const auto& [key, person] : scenario.people) out.published_count += world.cloud().list_size(key);
    out.resident_mb_peak = planner.resident_mb_peak();
    if (settings.resident_mb) out.resident_mb_peak = std::max(out.resident_mb_peak, settings.resident_mb());
    const Played played = world.finish();
    out.exchange_count = played.exchange_count;
    out.timer_count = played.timer_count;
    out.meeting_count = planner.meeting_count();
    out.complaints = played.complaints;
    return out;
}

}  // namespace sim
