// Booking, extending, releasing and answering at a device: what it asks of the calendar service, and what it says about
// it. A title is sealed with a key made for it, which only the room and the service may read.
#include <algorithm>

#include "fakes/cloud/edge.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

constexpr const char* default_title = "Ad hoc meeting";  // RoomOS

void add_text(std::string& out, std::string_view name, std::string_view value) {
    out += ",\"";
    out += name;
    out += "\":";
    wire_text::append_string(out, value);
}

void add_number(std::string& out, std::string_view name, int value) {
    out += ",\"";
    out += name;
    out += "\":" + std::to_string(value);
}

/// Each key seals one text, so a counter is a nonce that never repeats (NIST SP 800-38D 8.2.1).
std::string nonce(std::uint64_t number) {
    std::string out(12, '\0');
    for (std::size_t i = 0; i < 8; ++i, number >>= 8) out[11 - i] = static_cast<char>(number & 255u);
    return out;
}

}  // namespace

void Edge::ask(Asked asked, Instant now) {
    asked.number = ++requests_;
    asked.deadline = now + cloud_limits::booking_timeout;
    asked.state = "waiting";
    if (asked.row) asked.row->id = "booking-" + std::to_string(asked.number);
    if (asked.row) show(*asked.row);
    asked_.push_back(std::move(asked));
    if (offline_) end_request(asked_.back(), "failed", "HttpError");
    show_answers();
}

void Edge::book(const DeviceBooking& booking, Instant now) {
    Asked asked;
    asked.stage = Asked::Stage::key;
    asked.event = booking.event;
    asked.to = "booking";
    if (!booking.words.empty()) {
        asked.members = "\"type\":\"QUICK_BOOK\"";
        asked.sealed_member = "words";
        asked.plain = booking.words;
        return ask(std::move(asked), now);
    }
    // "Now" is what the device's clock says, to the minute.
    const Instant start = booking.start.value_or(std::chrono::floor<std::chrono::minutes>(now + clock_error()));
    asked.members = "\"type\":\"BOOK\"";
    add_text(asked.members, "startTime", wire_text::write_time(start));
    add_number(asked.members, "durationMinutes", booking.minutes);
    if (!booking.guest.empty()) add_text(asked.members, "guest", booking.guest);
    asked.sealed_member = "title";
    asked.plain = booking.title.empty() ? default_title : booking.title;
    ShownMeeting row;
    row.start = start;
    row.duration_minutes = booking.minutes;
    row.title = asked.plain;
    asked.row = std::move(row);
    ask(std::move(asked), now);
}

Edge::Asked Edge::about_item(const std::string& event, const std::string& item_id, const char* to, const char* type) {
    Asked asked;
    asked.event = event;
    asked.to = to;
    asked.item_asked = item_id;
    asked.members = std::string("\"type\":\"") + type + '"';
    add_text(asked.members, "itemId", item_id);
    return asked;
}

std::string Edge::extend(const std::string& event, const std::string& item_id, int minutes, Instant now) {
    if (!starts_.contains(item_id)) return "the device does not show that meeting";
    Asked asked = about_item(event, item_id, "extension", "EXTEND");
    add_number(asked.members, "durationMinutes", minutes);
    ask(std::move(asked), now);
    return {};
}

std::string Edge::release(const std::string& event, const std::string& item_id, Instant now) {
    if (!starts_.contains(item_id)) return "the device does not show that meeting";
    Asked asked = about_item(event, item_id, "release", "RELEASE");
    add_text(asked.members, "cause", event.empty() ? "NoShow" : "ManualCheckOut");
    ask(std::move(asked), now);
    return {};
}

void Edge::release_desk(const std::string& event, const std::string& item_id, Instant now) {
    Asked asked = about_item(event, item_id, "release", "RELEASE");
    add_text(asked.members, "cause", "HotdeskSignout");
    ask(std::move(asked), now);
}

std::string Edge::respond(const std::string& event, const std::string& item_id, const std::string& response, Instant now) {
    if (!starts_.contains(item_id)) return "the device does not show that meeting";
    Asked asked = about_item(event, item_id, "answer", "RESPOND");
    add_text(asked.members, "response", response);
    ask(std::move(asked), now);
    return {};
}

void Edge::advance_requests(Instant now, Effects& effects) {
    for (Asked& asked : asked_) {
        if (asked.stage == Asked::Stage::over) {
            if (asked.row && asked.deadline <= now) drop_pending_row(asked);
            continue;
        }
        if (asked.deadline <= now) end_request(asked, "failed", "Timeout");
        else if (!asked.sent && asked.stage != Asked::Stage::waiting) send_request(asked, now, effects);
    }
}

void Edge::send_request(Asked& asked, Instant now, Effects& effects) {
    const bool of_keys = asked.stage == Asked::Stage::key || asked.stage == Asked::Stage::share;
    if (of_keys && key_client_.step(now) != KeyClient::Step::ready) return open_key_way(now, effects);
    asked.sent = true;
    Pending pending;
    pending.request = asked.number;
    if (asked.stage == Asked::Stage::key) {
        pending.what = Pending::For::new_key;
        effects.outgoing.push_back(key_messages(key_client_.messages_body({"\"method\":\"create\",\"uri\":\"/keys\",\"requestId\":\"key\",\"count\":1"}), "key for a booking", pending, now));
        return;
    }
    if (asked.stage == Asked::Stage::share) {
        pending.what = Pending::For::key_share;
        std::string message = "\"method\":\"create\",\"uri\":\"/resources\",\"requestId\":\"share\",\"userIds\":[";
        wire_text::append_string(message, options_.user_id);
        message += ',';
        wire_text::append_string(message, service_id_);
        message += "],\"keyUris\":[";
        wire_text::append_string(message, asked.key_url);
        effects.outgoing.push_back(key_messages(key_client_.messages_body({message + "]"}), "key for a booking", pending, now));
        return;
    }
    std::string body = "{" + asked.members;
    if (!asked.sealed_member.empty()) {
        const auto sealed = jwe_make("{\"enc\":\"A256GCM\",\"alg\":\"dir\"}", *asked.key, {}, nonce(asked.number), asked.plain);
        if (!sealed) return end_request(asked, "failed", "KmsError");
        add_text(body, asked.sealed_member, *sealed);
        add_text(body, "encryptionKeyUrl", asked.key_url);
    }
    pending.what = Pending::For::request;
    Outgoing out = outgoing("POST", options_.cloud_base + "/calendar/api/v1/deviceRequests", "device request", pending, now);
    out.headers.push_back({"Content-Type", "application/json"});
    out.body = body + "}";
    effects.outgoing.push_back(std::move(out));
}

void Edge::key_way_failed(Instant now) {
    key_client_.forget(true);
    keys_later(now);
    for (Asked& asked : asked_)
        if (asked.stage == Asked::Stage::key || asked.stage == Asked::Stage::share) end_request(asked, "failed", "KmsError");
}

void Edge::request_answered(const Pending& pending, const Reply* reply, Instant now) {
    const auto found = std::ranges::find(asked_, pending.request, &Asked::number);
    if (found == asked_.end() || found->stage == Asked::Stage::over) return;
    Asked& asked = *found;
    const bool good = reply != nullptr && reply->status / 100 == 2;
    asked.sent = false;
    switch (asked.stage) {
        case Asked::Stage::key: {
            const std::string opened = good ? key_client_.open_first(reply->body) : std::string();
            WireKey made = read_new_key(opened);
            asked.key = made.jwk.empty() ? std::nullopt : JweKey::from_jwk(made.jwk);
            if (!asked.key || service_id_.empty()) return end_request(asked, "failed", "KmsError");
            asked.key_url = made.url;
            keys_.insert_or_assign(made.url, *asked.key);
            asked.stage = Asked::Stage::share;
            return;
        }
        case Asked::Stage::share:
            if (!good || read_key_status(key_client_.open_first(reply->body)) / 100 != 2) return end_request(asked, "failed", "KmsError");
            asked.stage = Asked::Stage::ask;
            return;
        case Asked::Stage::ask: {
            if (!good) return end_request(asked, "failed", "HttpError");
            asked.cloud_id = read_id(reply->body);
            asked.stage = Asked::Stage::waiting;
            asked.deadline = now + cloud_limits::booking_timeout;
            return;
        }
        case Asked::Stage::waiting:
        case Asked::Stage::over: return;
    }
}

void Edge::service_answered(const WireAnswer& answer) {
    const auto found = std::ranges::find_if(asked_, [&](const Asked& one) { return !answer.id.empty() && one.cloud_id == answer.id; });
    if (found == asked_.end()) return;
    // What was given up while the network was away counts when the answer is found in the end.
    if (found->stage == Asked::Stage::over && found->cause != "Timeout") return;
    found->item_id = answer.item_id;
    if (found->to == "booking" && options_.check_in_window && answer.state == "DONE") {
        mark_checked_in(answer.item_id);  // RoomOS: who books at the device is there
        check_ins_untold_.insert(answer.item_id);
        check_ins_at_.reset();
    }
    end_request(*found, answer.state == "DONE" ? "confirmed" : "failed", answer.cause);
}

void Edge::end_request(Asked& asked, std::string state, std::string cause) {
    asked.stage = Asked::Stage::over;
    asked.state = std::move(state);
    asked.cause = std::move(cause);
    // A confirmed booking stays until its meeting comes with the list; the clock of the request ends it otherwise.
    if (asked.state == "failed" || starts_.contains(asked.item_id)) drop_pending_row(asked);
    show_answers();
}

void Edge::drop_pending_row(Asked& asked) {
    if (asked.row) erase_row(asked.row->id);
    asked.row.reset();
}

/// The last answers only: a board hangs on its wall for years.
void Edge::show_answers() {
    constexpr std::size_t shown_max = 50;
    while (asked_.size() > shown_max && asked_.front().stage == Asked::Stage::over) asked_.pop_front();
    std::vector<ShownAnswer> answers;
    for (const Asked& asked : asked_) answers.push_back({asked.event, asked.to, asked.state, asked.cause, asked.item_id});
    if (answers == screen_.answers) return;
    screen_.answers = std::move(answers);
    ++revision_;
}

}  // namespace fakes
