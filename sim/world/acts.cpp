#include "sim/world/acts.hpp"

#include "sim/world/setup.hpp"

namespace sim {
namespace {

using fakes::Done;

struct Outcome {
    Done done;
    std::string text;
    std::string event;
};

std::string slot(const std::optional<fakes::Date>& occurrence) {
    if (!occurrence) return {};
    char text[32];
    std::snprintf(text, sizeof text, " of %04d-%02u-%02u", static_cast<int>(occurrence->year()),
                  static_cast<unsigned>(occurrence->month()), static_cast<unsigned>(occurrence->day()));
    return text;
}

Done refused(std::string why) {
    Done done;
    done.ok = false;
    done.refusal = std::move(why);
    return done;
}

class Performer {
  public:
    Performer(Stage& stage, const Step& step, Instant now) : stage_(stage), step_(step), now_(now) {}

    Outcome operator()(const CreateEvent& act) {
        Outcome out{on_calendar([&](auto& hands) { return hands.create(address(step_.actor), act.draft, now_); }),
                    "creates " + act.id, act.id};
        if (out.done.ok) stage_.uids[act.id] = out.done.uid;
        return out;
    }
    Outcome operator()(const ChangeEvent& act) {
        return {on_event(act, [&](auto& hands, const auto& ref) { return hands.change(address(step_.actor), ref, act.change, now_); }),
                "changes " + act.event + slot(act.occurrence), act.event};
    }
    Outcome operator()(const CancelEvent& act) {
        return {on_event(act, [&](auto& hands, const auto& ref) { return hands.cancel(address(step_.actor), ref, now_); }),
                "cancels " + act.event + slot(act.occurrence), act.event};
    }
    Outcome operator()(const RespondEvent& act) {
        return {on_event(act, [&](auto& hands, const auto& ref) { return hands.respond(address(step_.actor), ref, act.response, act.tell, now_); }),
                "answers " + act.event + slot(act.occurrence), act.event};
    }
    Outcome operator()(const SetReplies& act) {
        return {on_calendar([&](auto& hands) { return hands.set_automatic_replies(address(step_.actor), act.replies, now_); }),
                act.replies.on ? "sets automatic replies" : "ends automatic replies", {}};
    }
    Outcome operator()(const SetLanguage& act) {
        return {on_calendar([&](auto& hands) { return hands.set_language(address(step_.actor), act.language, now_); }),
                "sets language " + act.language, {}};
    }
    Outcome operator()(const ShareCalendar& act) {
        return {on_calendar([&](auto& hands) { return hands.share(address(act.calendar), address(act.with), act.role, now_); }),
                act.role.empty() ? "ends sharing of " + act.calendar + " with " + act.with : "shares " + act.calendar + " with " + act.with + " as " + act.role, {}};
    }
    Outcome operator()(const Activate& act) {
        const bool known = stage_.cloud.activate(act.person, act.active);
        return {known ? Done{} : refused("the cloud knows no " + act.person), (act.active ? "activates " : "deactivates ") + act.person, {}};
    }
    Outcome operator()(const AllowService& act) {
        return {on_calendar([&](auto& hands) { return hands.allow_service(address(act.person), act.allowed, now_); }),
                (act.allowed ? "lets the service into the mailbox of " : "keeps the service out of the mailbox of ") + act.person, {}};
    }
    Outcome operator()(const Provision&) { return {without_browser(), "provisions the service", {}}; }
    Outcome operator()(const TestMailbox& act) { return {without_browser(), "tests the mailbox of " + act.person, {}}; }
    Outcome operator()(const Deprovision&) { return {without_browser(), "ends the service", {}}; }
    Outcome operator()(const GrantPermissions& act) {
        return {on_calendar([&](auto& hands) { return hands.grant(act.permissions, now_); }),
                act.permissions.empty() ? "withdraws the consent" : "grants " + std::to_string(act.permissions.size()) + " permissions", {}};
    }
    Outcome operator()(const VerifyDomain&) {
        return {stage_.cloud.verify_domain() ? Done{} : refused("the domain is verified already"), "verifies the domain", {}};
    }
    Outcome operator()(const SignIn&) {
        return {stage_.cloud.verify_email(step_.actor) ? Done{} : refused(step_.actor + " has signed in already"), "signs in", {}};
    }
    Outcome operator()(const OwnStatus& act) {
        return {stage_.cloud.set_own_status(step_.actor, act.status, act.on) ? Done{} : refused(step_.actor + (act.on ? " is that already" : " is not that")),
                (act.on ? "is " : "is no longer ") + act.status, {}};
    }
    Outcome operator()(const ExpireSyncTokens&) {
        return {on_calendar([&](auto& hands) { hands.expire_sync_tokens(now_); return Done{}; }), "expires sync tokens", {}};
    }
    Outcome operator()(const ExpireAccessTokens&) {
        return {on_calendar([&](auto& hands) { hands.expire_access_tokens(now_); return Done{}; }), "expires access tokens", {}};
    }
    Outcome operator()(const DropSubscriptions&) {
        return {on_calendar([&](auto& hands) { hands.drop_subscriptions(now_); return Done{}; }), "drops subscriptions", {}};
    }
    Outcome operator()(const RestartEngine& act) {
        stage_.restart_engine(act.down);
        return {Done{}, "restarts", {}};
    }
    Outcome operator()(const JumpClock& act) {
        if (!stage_.jump_clock) return {refused("there is no engine inside whose host's clock could be set: `calrig serve --with-engine` has one"), "sets its clock", {}};
        stage_.jump_clock(act.by);
        return {Done{}, std::string("finds its clock ") + (act.by.count() < 0 ? "set back" : "set ahead"), {}};
    }
    Outcome operator()(const NetworkFault& act) {
        stage_.faults.add(act, step_.place);
        return {Done{}, "disturbs " + act.to, {}};
    }
    Outcome operator()(const ActOnKey& act) {
        static constexpr const char* words[] = {"revokes", "renews", "moves"};
        return {on_key(act), words[static_cast<int>(act.what)] + std::string(" the key of ") + act.event, act.event};
    }
    Outcome operator()(const BookAtDevice& act) {
        fakes::DeviceBooking booking;
        booking.event = act.id;
        booking.title = act.title;
        booking.start = act.start;
        booking.minutes = act.minutes;
        booking.words = act.words;
        return {at_device(act.device, [&](fakes::Edge& device) { device.book(booking, now_); return std::string(); }),
                "books " + act.id + " at device " + act.device, act.id};
    }
    Outcome operator()(const AskDevice& act) {
        return {at_device(act.device, [&](fakes::Edge& device) { return ask(device, act); }), word(act.what) + act.event + " at device " + act.device, act.event};
    }
    Outcome operator()(const DevicePower& act) {
        return {at_device(act.device, [&](fakes::Edge& device) {
                    if (act.what == DevicePower::What::reboot) device.reboot();
                    else if (act.what == DevicePower::What::offline) device.go_offline(now_);
                    else device.come_back(now_);
                    if (act.what != DevicePower::What::reboot && stage_.unplug) stage_.unplug(device.host(), device.offline());
                    return std::string();
                }),
                (act.what == DevicePower::What::reboot ? "reboots device " : act.what == DevicePower::What::offline ? "takes the network from device " : "gives the network back to device ") + act.device, {}};
    }
    Outcome operator()(const DeviceSenses& act) {
        return {at_device(act.device, [&](fakes::Edge& device) { device.sense_people(act.people, now_); return std::string(); }),
                (act.people ? "people come to device " : "people leave device ") + act.device, {}};
    }
    Outcome operator()(const DeskGuest& act) {
        return {at_device(act.device, [&](fakes::Edge& device) { return seat_guest(device, act); }),
                act.person.empty() ? "signs out at device " + act.device : act.person + " signs in at device " + act.device, {}};
    }

  private:
    static Done without_browser() { return refused("nobody administers the service here: it is provisioned already"); }
    Done on_key(const ActOnKey& act) {
        const auto uid = stage_.uids.find(act.event);
        const std::string key = uid == stage_.uids.end() ? std::string() : stage_.cloud.key_of_series(uid->second);
        if (key.empty() || stage_.keys == nullptr) return refused(act.event + " is in nobody's list: it has no key yet");
        bool done = false;
        switch (act.what) {
            case ActOnKey::What::revoke: done = stage_.keys->revoke(key); break;
            case ActOnKey::What::renew: done = stage_.keys->retire(key, now_); break;
            case ActOnKey::What::move: done = stage_.keys->move(key); break;
        }
        if (!done) return refused("the organisation's key server has no key " + key);
        // A key that moved is found by whoever asks for it; of the others the service is told.
        if (act.what != ActOnKey::What::move) stage_.cloud.keys_changed(stage_.keys->vault().names(key));
        return Done{};
    }
    template <typename Do>
    Done at_device(const std::string& key, Do act) {
        const auto device = stage_.devices.find(key);
        if (device == stage_.devices.end()) return refused("there is no device of " + key);
        const std::string why = act(*device->second);
        return why.empty() ? Done{} : refused(why);
    }
    static std::string word(AskDevice::What what) {
        switch (what) {
            case AskDevice::What::extend: return "extends ";
            case AskDevice::What::release: return "releases ";
            case AskDevice::What::check_in: return "checks in to ";
            case AskDevice::What::join: return "joins ";
            case AskDevice::What::accept: return "accepts ";
            case AskDevice::What::decline: return "declines ";
            case AskDevice::What::tentative: return "tentatively accepts ";
        }
        return {};
    }
    std::string ask(fakes::Edge& device, const AskDevice& act) {
        const std::string item = shown_item(device, act);
        if (item.empty()) return "the device does not show " + act.event;
        switch (act.what) {
            case AskDevice::What::extend: return device.extend(act.event, item, act.minutes, now_);
            case AskDevice::What::release: return device.release(act.event, item, now_);
            case AskDevice::What::check_in: return device.check_in(item, now_);
            case AskDevice::What::join: return device.join(item, now_);
            case AskDevice::What::accept: return device.respond(act.event, item, "ACCEPTED", now_);
            case AskDevice::What::decline: return device.respond(act.event, item, "DECLINED", now_);
            case AskDevice::What::tentative: return device.respond(act.event, item, "TENTATIVE", now_);
        }
        return {};
    }
    /// The row people point at: that of the occurrence, else the running or next one.
    std::string shown_item(const fakes::Edge& device, const AskDevice& act) const {
        const auto uid = stage_.uids.find(act.event);
        if (uid == stage_.uids.end()) return {};
        std::optional<Instant> start;
        if (act.occurrence && stage_.calendars != nullptr)
            for (const fakes::SeenEvent& row : stage_.calendars->calendar(address(act.device), now_ - std::chrono::days(15), now_ + std::chrono::days(45)))
                if (row.uid == uid->second && row.occurrence == act.occurrence) start = row.start;
        std::string last;
        for (const fakes::ShownMeeting& row : device.screen().meetings) {
            if ((row.series_id != uid->second && row.id != uid->second) || (start && row.start != *start)) continue;
            last = row.id;
            if (row.start + std::chrono::minutes(row.duration_minutes) > now_) break;
        }
        return last;
    }
    std::string seat_guest(fakes::Edge& device, const DeskGuest& act) {
        if (!device.guest_key().empty()) {
            // Whoever signs in takes the place of who was there.
            stage_.cloud.connect_guest(device.guest_key(), act.device, false);
            device.leave_desk(now_);
        }
        if (act.person.empty()) return {};
        const auto user = stage_.identity ? stage_.identity->by_key(act.person) : std::nullopt;
        if (!user) return "the cloud knows no " + act.person;
        device.sign_in(act.person, stage_.identity->users()[*user].id, stage_.identity->token_of(act.person));
        if (act.until) device.book_desk(act.booking, *act.until, now_);
        stage_.cloud.connect_guest(act.person, act.device, true);
        return {};
    }
    std::string address(const std::string& key) const {
        if (key == "service") return service_account_address;
        const auto person = stage_.scenario.people.find(key);
        return person == stage_.scenario.people.end() ? key : person->second.person.address;
    }
    template <typename Do>
    Done on_calendar(Do act) {
        if (stage_.calendars == nullptr) return refused("a recording answers for the calendars: nobody can act on them");
        return act(*stage_.calendars);
    }
    template <typename What, typename Do>
    Done on_event(const What& what, Do act) {
        const auto uid = stage_.uids.find(what.event);
        if (uid == stage_.uids.end()) return refused("there is no event " + what.event);
        const fakes::EventRef ref{uid->second, what.occurrence, what.calendar};
        return on_calendar([&](auto& hands) { return act(hands, ref); });
    }

    Stage& stage_;
    const Step& step_;
    Instant now_;
};

}  // namespace

ActDone carry_out(Stage& stage, const Step& step, Instant now) {
    const Outcome outcome = std::visit(Performer(stage, step, now), step.act);
    ActDone record;
    record.actor = step.actor;
    record.text = outcome.text;
    record.place = step.place;
    record.event = outcome.event;
    if (const auto uid = stage.uids.find(outcome.event); uid != stage.uids.end()) record.uid = uid->second;
    if (const auto* made = std::get_if<CreateEvent>(&step.act); made != nullptr && !made->draft.calendar.empty())
        for (const auto& [key, person] : stage.scenario.people)
            if (person.person.address == made->draft.calendar) record.organizer = key;
    if (!outcome.done.ok) record.refusal = outcome.done.refusal.empty() ? "the service would not do it" : outcome.done.refusal;
    return record;
}

}  // namespace sim
