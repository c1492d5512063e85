// What devices ask of the calendar service (book, extend, release, answer), its answers, and check-ins. The cloud keeps a
// request until the service answers it or it is too late; it reads nothing of what is sealed.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fakes/cloud/cloud_call.hpp"
#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/item_form.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/small_body.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

using wire_text::append_string;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a request of this type must say, beyond its type.
std::vector<std::string_view> needs(std::string_view type) {
    if (type == "BOOK") return {"title", "encryptionKeyUrl", "startTime", "durationMinutes"};
    if (type == "QUICK_BOOK") return {"words", "encryptionKeyUrl"};
    if (type == "EXTEND") return {"itemId", "durationMinutes"};
    if (type == "RELEASE") return {"itemId", "cause"};
    return {"itemId", "response"};
}

}  // namespace

void Cloud::forget_old_requests(Instant now) {
    std::erase_if(asked_, [now](const Asked& one) { return one.over <= now; });
}

Reply Cloud::ask_service(const Call& call) {
    using cloud_errors::bad_request;
    const SmallBody body(call.request.body,
                         {{"type", "string"}, {"itemId", "string", true}, {"startTime", "string", true},
                          {"durationMinutes", "number", true}, {"title", "string", true}, {"words", "string", true},
                          {"encryptionKeyUrl", "string", true}, {"response", "string", true}, {"cause", "string", true}, {"guest", "string", true}});
    if (!body.refusal().empty()) return bad_request(body.refusal());
    const std::string type = body.text("type");
    if (!one_of(type, {"BOOK", "QUICK_BOOK", "EXTEND", "RELEASE", "RESPOND"}))
        return bad_request("type must be BOOK, QUICK_BOOK, EXTEND, RELEASE or RESPOND");
    const std::vector<std::string_view> needed = needs(type);
    for (const std::string_view name : needed)
        if (!body.json().contains(name)) return bad_request(std::string(name) + " is missing");
    const std::size_t guests = type == "BOOK" && body.json().contains("guest") ? 1 : 0;
    if (body.json().size() != needed.size() + guests + 1) return bad_request("the request says more than a " + type + " may");
    for (const char* sealed : {"title", "words"})
        if (body.json().contains(sealed) && !form_->is_jwe(body.text(sealed)))
            return bad_request(std::string(sealed) + " must be a compact JWE (dir, A256GCM): plaintext is refused");
    if (body.json().contains("encryptionKeyUrl") && !form_->is_key_url(body.text("encryptionKeyUrl")))
        return bad_request("encryptionKeyUrl must be a key URL of this organisation's key server");
    if (body.json().contains("startTime") && !wire_text::read_time(body.text("startTime")))
        return bad_request("startTime must be a UTC time");
    if (const auto minutes = body.json().find("durationMinutes"); minutes != body.json().end()) {
        const auto count = minutes->get<std::uint64_t>();
        if (count < 1 || count > static_cast<std::uint64_t>(cloud_limits::booking_minutes_max))
            return bad_request("durationMinutes must be 1 to " + std::to_string(cloud_limits::booking_minutes_max));
    }
    if (body.json().contains("response") && !one_of(body.text("response"), {"ACCEPTED", "DECLINED", "TENTATIVE"}))
        return bad_request("response must be ACCEPTED, DECLINED or TENTATIVE");
    if (body.json().contains("cause") && !one_of(body.text("cause"), {"ManualCheckOut", "NoShow", "HotdeskSignout"}))
        return bad_request("cause must be ManualCheckOut, NoShow or HotdeskSignout");
    if (guests > 0 && !identity_->by_id(body.text("guest"))) return bad_request("guest must be a user of this organisation");
    const User& owner = users_[call.caller.index];
    if (body.json().contains("itemId") && !owner.items.contains(body.text("itemId")))
        return cloud_errors::not_found("There is no such item in this user's list.");
    if (!owner.activated) return cloud_errors::forbidden("The user is not enabled for the calendar service.");
    forget_old_requests(call.now);
    const auto own = std::count_if(asked_.begin(), asked_.end(), [&](const Asked& one) { return one.user == call.caller.index; });
    if (static_cast<std::size_t>(own) >= cloud_limits::requests_per_user_max)
        return cloud_errors::forbidden("Too many requests of this device are waiting.");
    Asked asked;
    asked.id = request_dice_.uuid();
    asked.user = call.caller.index;
    asked.over = call.now + cloud_limits::booking_timeout;
    asked.told = "{";
    member(asked.told, "id", asked.id);
    member(asked.told, "userId", call.caller.id);
    member(asked.told, "expiresAt", wire_text::write_time(asked.over));
    const std::string said = body.json().dump();
    asked.told += "," + said.substr(1);
    std::string answer = "{";
    member(answer, "id", asked.id);
    asked_.push_back(std::move(asked));
    hooks_due_.emplace("device.requests");
    return json_reply(answer + "}");
}

Reply Cloud::asked_by_devices(const Call& call) {
    forget_old_requests(call.now);
    std::string body = "{\"items\":[";
    for (const Asked& one : asked_) {
        if (!one.outcome.empty()) continue;
        if (body.back() != '[') body += ',';
        body += one.told;
    }
    return json_reply(body + "]}");
}

/// Too late is a 404: the device gave up, and the service takes back what it did.
Reply Cloud::answer_device(const Call& call) {
    const SmallBody body(call.request.body, {{"state", "string"}, {"cause", "string", true}, {"itemId", "string", true}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    const std::string state = body.text("state");
    if (state != "DONE" && state != "FAILED") return cloud_errors::bad_request("state must be DONE or FAILED");
    if ((state == "FAILED") != body.json().contains("cause")) return cloud_errors::bad_request("a cause belongs to FAILED");
    // RoomOS: causes of BookingFailed, BookingEditFailed and BookingExtensionFailed.
    if (state == "FAILED" && !one_of(body.text("cause"), {"Timeout", "Decline", "ConfigError", "HttpError", "KmsError"}))
        return cloud_errors::bad_request("cause must be Timeout, Decline, ConfigError, HttpError or KmsError");
    forget_old_requests(call.now);
    const auto found = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& one) { return one.id == call.args[0]; });
    if (found == asked_.end()) return cloud_errors::not_found("The device waits no longer for this answer.");
    Reply reply;
    reply.status = 204;
    if (!found->outcome.empty()) return reply;  // the first answer counts
    found->outcome = "{";
    member(found->outcome, "id", found->id);
    member(found->outcome, "state", state);
    if (body.json().contains("cause")) member(found->outcome, "cause", body.text("cause"));
    if (body.json().contains("itemId")) member(found->outcome, "itemId", body.text("itemId"));
    found->outcome += '}';
    found->over = call.now + cloud_limits::answer_kept;
    pushes_.push(found->user, "calendar.device_request", ",\"request\":" + found->outcome, call.now, call.effects);
    return reply;
}

Reply Cloud::check_in(const Call& call) {
    const auto id = base64url_decode(call.args[0]);
    User& owner = users_[call.caller.index];
    if (!id || !owner.items.contains(*id)) return cloud_errors::not_found("There is no such item in this user's list.");
    owner.check_ins.insert(*id);
    Reply reply;
    reply.status = 204;
    return reply;
}

/// What a device needs beside its meetings: whom to share booking keys with, answers it may have missed, check-ins.
void Cloud::append_device_state(std::string& body, std::size_t user) const {
    body += ",\"service\":";
    append_string(body, identity_->service_id());
    std::string answers;
    for (const Asked& one : asked_)
        if (one.user == user && !one.outcome.empty()) answers += (answers.empty() ? "" : ",") + one.outcome;
    if (!answers.empty()) body += ",\"deviceRequests\":[" + answers + "]";
    if (users_[user].check_ins.empty()) return;
    body += ",\"checkIns\":[";
    for (const std::string& id : users_[user].check_ins) {
        if (body.back() != '[') body += ',';
        append_string(body, id);
    }
    body += ']';
}

}  // namespace fakes
