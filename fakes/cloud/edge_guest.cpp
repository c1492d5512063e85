// Hot desking: while somebody is signed in at a desk, the desk shows their meetings beside its own. The guest's session is an
// edge of its own, with the person's bearer, that nothing is left of after they signed out.
#include <algorithm>

#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/errors.hpp"

namespace fakes {

void Edge::sign_in(const std::string& key, const std::string& user_id, const std::string& user_token) {
    EdgeOptions options = options_;
    options.key = key;
    options.user_id = user_id;
    options.user_token = user_token;
    options.shared = false;
    options.check_in_window.reset();
    guest_ = std::make_unique<Edge>(std::move(options));
    guest_->next_id_ = guest_ids_;
    merged_ = screen_;
    merged_.guest = key;
    ++revision_;
}

void Edge::book_desk(const std::string& event, Instant until, Instant now) {
    if (!guest_) return;
    desk_event_ = event;
    desk_shown_ = false;
    desk_until_ = until;
    DeviceBooking booking;
    booking.event = event;
    booking.title = "Hot desk";
    booking.start = std::chrono::floor<std::chrono::minutes>(now + clock_error());
    booking.minutes = static_cast<int>(std::chrono::ceil<std::chrono::minutes>(until - *booking.start).count());
    booking.guest = guest_->options_.user_id;
    book(booking, now);
}

/// The item of the desk's booking, once it is confirmed and while it is shown.
std::string Edge::desk_item() const {
    for (const Asked& asked : asked_)
        if (asked.event == desk_event_ && asked.to == "booking" && asked.state == "confirmed" && starts_.contains(asked.item_id)) return asked.item_id;
    return {};
}

void Edge::leave_desk(Instant now) {
    if (guest_ && desk_until_ && *desk_until_ > now)
        if (const std::string item = desk_item(); !item.empty()) release_desk(desk_event_, item, now);
    sign_out();
}

void Edge::sign_out() {
    desk_event_.clear();
    desk_shown_ = false;
    desk_until_.reset();
    if (!guest_) return;
    guest_ids_ = guest_->next_id_;
    guest_.reset();
    merged_ = {};
    ++revision_;
}

const std::string& Edge::guest_key() const {
    static const std::string nobody;
    return guest_ ? guest_->options_.key : nobody;
}

void Edge::take_from_guest(Effects& from, Effects& effects) {
    for (Effects::Answer& answer : from.answers) effects.answers.push_back(std::move(answer));
    for (Outgoing& out : from.outgoing) {
        out.id |= guest_mark;
        effects.outgoing.push_back(std::move(out));
    }
    merge_guest();
}

bool Edge::guest_request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    if (request.target != "/push/guest") return false;
    if (!guest_) {
        effects.answers.push_back({id, cloud_errors::not_found("Nobody is signed in here.")});
        return true;
    }
    Request inner = request;
    inner.target = "/push";
    Effects of_guest;
    guest_->request(id, inner, now, of_guest);
    take_from_guest(of_guest, effects);
    return true;
}

void Edge::guest_answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) {
    if (!guest_) return;  // asked before they signed out
    Effects of_guest;
    guest_->answered(id & ~guest_mark, reply, now, of_guest);
    take_from_guest(of_guest, effects);
}

/// A session lives as long as its booking: moved away or cancelled in the calendar, it ends (facts/webex.md 4.6).
void Edge::follow_desk(Instant now) {
    const std::string item = desk_item();
    if (item.empty()) {
        if (desk_shown_) sign_out();
        return;
    }
    desk_shown_ = true;
    const auto row = std::ranges::find(screen_.meetings, item, &ShownMeeting::id);
    const Instant end = row->start + std::chrono::minutes(row->duration_minutes);
    const Instant local = now + clock_error();
    if (local < row->start || local >= end) return sign_out();
    desk_until_ = end - clock_error();
}

void Edge::wake_guest(Instant now, Effects& effects) {
    if (guest_) follow_desk(now);
    if (!guest_) return;
    if (desk_until_ && *desk_until_ <= now) return sign_out();
    Effects of_guest;
    guest_->wake(now, of_guest);
    take_from_guest(of_guest, effects);
}

/// A meeting that both the desk and its guest have is one row, the guest's.
void Edge::merge_guest() {
    if (!guest_) return;
    Screen merged = guest_->screen_;
    merged.guest = guest_->options_.key;
    const auto has = [&](const std::string& id) { return std::ranges::any_of(guest_->screen_.meetings, [&](const ShownMeeting& one) { return one.id == id; }); };
    for (const ShownMeeting& meeting : screen_.meetings)
        if (!has(meeting.id)) merged.meetings.push_back(meeting);
    std::ranges::sort(merged.meetings, [](const ShownMeeting& a, const ShownMeeting& b) { return a.start != b.start ? a.start < b.start : a.id < b.id; });
    for (const std::string& id : screen_.join_buttons)
        if (std::ranges::find(merged.join_buttons, id) == merged.join_buttons.end()) merged.join_buttons.push_back(id);
    merged.answers = screen_.answers;
    merged.checked_in = screen_.checked_in;
    if (merged == merged_) return;
    merged_ = std::move(merged);
    ++revision_;
}

}  // namespace fakes
