#include "sim/serve/ready_world.hpp"

#include <string_view>

namespace sim {
namespace {

using namespace std::chrono;
using fakes::Role;

constexpr std::string_view zone = "Europe/Warsaw";

class Builder {
  public:
    explicit Builder(Instant day) {
        const sys_days today = floor<days>(day);
        monday_ = local_days(today.time_since_epoch()) - (weekday(today) - Monday);
        world_.path = "the ready organisation";
        world_.title = "A small organisation, ready to be asked";
        world_.providers = {Provider::microsoft, Provider::google};
        world_.zone = zone;
        // Long enough before, whatever the hour: the meetings below are history, and rooms have answered.
        world_.begin = today - days(7);
        world_.end = world_.begin + days(400);
    }
    ScenarioPerson& person(const std::string& key, const std::string& name, const std::string& language) {
        ScenarioPerson one;
        one.person.key = key;
        one.person.name = name;
        one.person.address = key + "@calrig.example";
        one.person.language = language;
        one.person.zone = zone;
        return world_.people.emplace(key, std::move(one)).first->second;
    }
    void room(const std::string& key, const std::string& name) {
        ScenarioPerson& one = person(key, name, "en-US");
        one.person.is_room = true;
        one.has_device = true;
        one.has_app = false;
        one.personal_room = false;
    }
    void meeting(const std::string& organizer, fakes::Draft draft, int day, minutes from, minutes length, std::vector<std::string> invites) {
        draft.when = {monday_ + days(day) + from, monday_ + days(day) + from + length, std::string(zone), false};
        for (const std::string& key : invites)
            draft.invitees.push_back({key + "@calrig.example", world_.people.at(key).person.is_room ? Role::resource : Role::required});
        CreateEvent act;
        act.id = "event" + std::to_string(world_.story.size());
        act.draft = std::move(draft);
        step(organizer, std::move(act));
    }
    void step(const std::string& actor, Act act) {
        Step one;
        one.at = world_.begin + seconds(world_.story.size());
        one.actor = actor;
        one.act = std::move(act);
        world_.story.push_back(std::move(one));
    }
    Scenario take() { return std::move(world_); }

  private:
    Scenario world_;
    local_days monday_{};
};

fakes::Draft draft(std::string title, std::string location = {}, std::string body = {}) {
    fakes::Draft out;
    out.title = std::move(title);
    out.location = std::move(location);
    out.body = std::move(body);
    return out;
}

}  // namespace

Scenario ready_world(Instant day) {
    Builder builder(day);
    builder.person("ana", "Ana Archer", "en-GB");
    builder.person("ben", "Ben Baker", "en-US");
    builder.person("cleo", "Cleo Carver", "pl-PL");
    builder.person("dora", "Dora Dunn", "de-DE");
    builder.person("denied", "Dennis Denied", "en-US");
    builder.person("nomail", "Nora Nomail", "en-US").person.has_mailbox = false;
    builder.room("wawel", "Wawel Room");

    fakes::Draft standup = draft("Stand-up", "@webex", "Yesterday, today, what is in the way.");
    standup.repeat = fakes::Repeat{};
    standup.repeat->every = fakes::Repeat::Every::week;
    standup.repeat->days = {Monday, Tuesday, Wednesday, Thursday, Friday};
    standup.repeat->count = 30;
    builder.meeting("ana", standup, 0, 9h, 15min, {"ben", "cleo"});
    fakes::Draft review = draft("Design review", "Wawel Room", "Please read the draft before.");
    review.repeat = fakes::Repeat{};
    review.repeat->every = fakes::Repeat::Every::week;
    review.repeat->days = {Wednesday};
    review.repeat->count = 8;
    builder.meeting("ben", review, 2, 14h, 60min, {"ana", "wawel"});
    builder.meeting("ana", draft("Planning", "Wawel Room", "Numbers, plans, questions."), 1, 10h, 90min, {"ben", "cleo", "dora", "wawel"});
    builder.meeting("cleo", draft("Lunch"), 3, 12h + 30min, 45min, {"ana"});
    builder.meeting("dora", draft("Interview", "Front desk"), 8, 11h, 60min, {"ana"});
    fakes::Draft dentist = draft("Dentist");
    dentist.sensitivity = fakes::Sensitivity::private_;
    builder.meeting("ana", dentist, 4, 8h, 30min, {});
    builder.step("admin", AllowService{"denied", false});
    return builder.take();
}

}  // namespace sim
