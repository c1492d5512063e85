// Check-in at a device (RoomOS): by hand, by joining, by booking there, or by people in the room; and the release of what
// nobody came to. The cloud keeps check-ins, so that a device that starts anew releases nobody.
#include <algorithm>

#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

constexpr auto automatic_from = std::chrono::minutes(4);   // after the start (vendor's room booking guide)
constexpr auto people_for = std::chrono::minutes(1);       // continuously
constexpr int automatic_from_minutes = 8 * 60;             // so long a booking needs no check-in

}  // namespace

void Edge::mark_checked_in(const std::string& item_id) {
    if (!checked_in_.insert(item_id).second) return;
    screen_.checked_in.assign(checked_in_.begin(), checked_in_.end());
    ++revision_;
}

std::string Edge::check_in(const std::string& item_id, Instant) {
    if (!options_.check_in_window) return "the device has no check-in";
    if (!starts_.contains(item_id)) return "the device does not show that meeting";
    mark_checked_in(item_id);
    check_ins_untold_.insert(item_id);
    check_ins_at_.reset();
    return {};
}

std::string Edge::join(const std::string& item_id, Instant now) {
    if (std::ranges::find(screen_.join_buttons, item_id) == screen_.join_buttons.end()) return "the device shows no Join button for that meeting";
    return options_.check_in_window ? check_in(item_id, now) : std::string();
}

void Edge::sense_people(bool people, Instant now) {
    if (people == people_since_.has_value()) return;
    people_since_ = people ? std::optional(now) : std::nullopt;
}

std::optional<Instant> Edge::next_check_in() const {
    std::optional<Instant> next;
    if (!options_.check_in_window) return next;
    const auto sooner = [&next](Instant when) { next = next ? std::min(*next, when) : when; };
    if (!check_ins_untold_.empty()) sooner(check_ins_at_.value_or(Instant::min()));
    for (const ShownMeeting& meeting : screen_.meetings) {
        if (meeting.all_day || checked_in_.contains(meeting.id) || no_shows_.contains(meeting.id)) continue;
        const auto seen = seen_since_.find(meeting.id);
        if (seen == seen_since_.end()) continue;
        const Instant start = meeting.start - clock_error();  // by the true clock, when the device believes that it starts
        sooner(std::max(start, seen->second) + *options_.check_in_window);
        if (people_since_) sooner(std::max(start + automatic_from, *people_since_ + people_for));
    }
    return next;
}

void Edge::look_at_check_ins(Instant now, Effects& effects) {
    if (!options_.check_in_window) return;
    std::vector<std::string> empty_rooms;
    std::erase_if(seen_since_, [&](const auto& seen) { return !starts_.contains(seen.first); });
    for (const ShownMeeting& meeting : screen_.meetings) {
        const bool pending = meeting.id.starts_with("booking-");
        if (meeting.all_day || pending || checked_in_.contains(meeting.id) || no_shows_.contains(meeting.id)) continue;
        const Instant start = meeting.start - clock_error();
        const Instant end = start + std::chrono::minutes(meeting.duration_minutes);
        if (end <= now) {
            no_shows_.insert(meeting.id);  // over: nothing left to release
            continue;
        }
        const Instant seen = seen_since_.emplace(meeting.id, now).first->second;
        const bool here = people_since_ && std::max(start + automatic_from, *people_since_ + people_for) <= now;
        const bool long_one = meeting.duration_minutes >= automatic_from_minutes && start <= now;
        if (here || long_one) {
            mark_checked_in(meeting.id);
            check_ins_untold_.insert(meeting.id);
            check_ins_at_.reset();
        } else if (std::max(start, seen) + *options_.check_in_window <= now) {
            empty_rooms.push_back(meeting.id);
        }
    }
    for (const std::string& id : empty_rooms) {
        no_shows_.insert(id);
        release({}, id, now);
    }
    if (check_ins_untold_.empty() || (check_ins_at_ && *check_ins_at_ > now)) return;
    check_ins_at_ = now + cloud_limits::socket_retry_max;
    for (const std::string& id : check_ins_untold_) {
        Pending pending;
        pending.what = Pending::For::check_in;
        pending.item_id = id;
        effects.outgoing.push_back(outgoing("PUT", options_.cloud_base + "/calendar/api/v1/checkIns/" + base64url_encode(id), "check-in", pending, now));
    }
}

}  // namespace fakes
