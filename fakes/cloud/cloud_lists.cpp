// Meeting lists and Join buttons.
#include <nlohmann/json.hpp>

#include "fakes/cloud/cloud_call.hpp"
#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/item_form.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/small_body.hpp"
#include "fakes/cloud/wire_text.hpp"
#include "fakes/json_tree.hpp"

namespace fakes {
namespace {

Reply no_such_user() { return cloud_errors::not_found("There is no such user in this organisation."); }
Reply no_such_item() { return cloud_errors::not_found("There is no such item in this user's list."); }

std::optional<std::string> item_id_of(std::string_view segment) {
    auto id = base64url_decode(segment);
    if (!id || id->empty() || id->size() > cloud_limits::id_bytes_max) return std::nullopt;
    return id;
}

}  // namespace

Reply Cloud::listed_items(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return no_such_user();
    std::string body = "{\"items\":[";
    const char* mark = "";
    for (const Shelf::Held& held : users_[*user].items) {
        body += mark;
        body += "{\"id\":";
        wire_text::append_string(body, held->id);
        body += '}';
        mark = ",";
    }
    return json_reply(body + "]}");
}

Reply Cloud::put_item(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return no_such_user();
    const auto id = item_id_of(call.args[1]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    User& owner = users_[*user];
    if (!owner.activated) return cloud_errors::forbidden("The user is not enabled for the calendar service.");
    // The same bytes for several users were checked with the first of them.
    Shelf::Held held = options_.keeps_texts ? shelf_.find(call.request.body) : nullptr;
    if (held && held->id != *id) return cloud_errors::bad_request("id must be the item id of the path");
    if (!held) {
        Item item;
        const std::string refusal = form_->check(call.request.body, *id, item);
        if (!refusal.empty()) return cloud_errors::bad_request(refusal);
        if (options_.keeps_texts) {
            item.json = call.request.body;
            if (item.json.size() > cloud_limits::listed_notes_bytes_max)
                item.slim = form_->slim(item.json, "https://" + options_.host + "/calendar/api/v1/calendarEvents/" + std::string(call.args[1]));
            held = shelf_.put(std::move(item));
        } else {
            held = std::make_shared<const Item>(std::move(item));
        }
    }
    const auto old = owner.items.find(*id);
    const bool created = old == owner.items.end();
    if (created && owner.items.size() >= cloud_limits::items_per_user_max) {
        shelf_.release(std::move(held));
        return cloud_errors::forbidden("The user's meeting list is full.");
    }
    if (created || *old != held) {
        if (pushes_.connected(*user)) {
            const std::string members = ",\"calendarMeetingExternal\":" + held->told();
            std::string event_type = created ? "calendar.meeting.create" : "calendar.meeting.update";
            if (!held->slim.empty()) event_type += ".minimal";
            pushes_.push(*user, event_type, members, call.now, call.effects);
        }
        if (!created) {
            auto node = owner.items.extract(old);
            shelf_.release(std::exchange(node.value(), std::move(held)));
            owner.items.insert(std::move(node));
        } else {
            owner.items.insert(std::move(held));
        }
        changes_.lists.insert(identity_->users()[*user].key);
    }
    std::string body = "{\"id\":";
    wire_text::append_string(body, *id);
    body += created ? ",\"created\":true}" : ",\"created\":false}";
    return json_reply(std::move(body));
}

Reply Cloud::delete_item(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return no_such_user();
    const auto id = item_id_of(call.args[1]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    User& owner = users_[*user];
    const auto found = owner.items.find(*id);
    if (found == owner.items.end()) return no_such_item();
    auto node = owner.items.extract(found);
    shelf_.release(std::move(node.value()));
    owner.buttons.erase(*id);
    owner.check_ins.erase(*id);
    changes_.lists.insert(identity_->users()[*user].key);
    if (pushes_.connected(*user)) {
        std::string members = ",\"calendarMeetingExternal\":{\"id\":";
        wire_text::append_string(members, *id);
        members += ",\"isDeleted\":true,\"lastModified\":\"" + wire_text::write_time(call.now) + "\"}";
        pushes_.push(*user, "calendar.meeting.delete", members, call.now, call.effects);
    }
    return no_content();
}

Reply Cloud::own_list(const Call& call) {
    std::optional<Instant> from;
    std::optional<Instant> to;
    for (const auto& [name, bound] : {std::pair{"fromDate", &from}, std::pair{"toDate", &to}}) {
        const auto text = wire_text::query_value(call.query, name);
        if (!text) continue;
        *bound = wire_text::read_time(*text);
        if (!*bound) return cloud_errors::bad_request(std::string(name) + " must be a UTC time");
    }
    const User& owner = users_[call.caller.index];
    std::string body = "{\"items\":[";
    bool first = true;
    for (const Shelf::Held& held : owner.items) {
        if ((from && held->start < *from) || (to && held->end > *to)) continue;
        if (!first) body += ',';
        first = false;
        body += held->told();
    }
    body += "],\"joinButtons\":[";
    first = true;
    for (const auto& [id, meeting] : owner.buttons) {
        if (!first) body += ',';
        first = false;
        wire_text::append_string(body, id);
    }
    body += ']';
    append_device_state(body, call.caller.index);
    body += '}';
    Reply reply = json_reply(std::move(body));
    reply.headers.push_back({"Date", wire_text::write_http_date(call.now)});
    return reply;
}

Reply Cloud::own_item(const Call& call) {
    const auto id = item_id_of(call.args[0]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    const User& owner = users_[call.caller.index];
    const auto found = owner.items.find(*id);
    return found == owner.items.end() ? no_such_item() : json_reply((*found)->json);
}

Reply Cloud::own_part(const Call& call, std::string_view member) {
    const auto id = item_id_of(call.args[0]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    const User& owner = users_[call.caller.index];
    const auto found = owner.items.find(*id);
    if (found == owner.items.end()) return no_such_item();
    std::string part = form_->part((*found)->json, member);
    return part.empty() ? cloud_errors::not_found("The item has none.") : json_reply(std::move(part));
}

Reply Cloud::own_participants(const Call& call) { return own_part(call, "encryptedParticipants"); }
Reply Cloud::own_notes(const Call& call) { return own_part(call, "encryptedNotes"); }

Reply Cloud::put_button(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return no_such_user();
    const auto id = item_id_of(call.args[1]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    const SmallBody body(call.request.body, {{"state", "string"}, {"meeting", "object"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (body.text("state") != "ACTIVE") return cloud_errors::bad_request("state must be ACTIVE; a button goes out with DELETE");
    const SmallBody meeting = SmallBody::of(
        body.json().at("meeting"), {{"meetingId", "string"}, {"icalUid", "string"}, {"startTime", "string"},
                                    {"durationMinutes", "number"}});
    if (!meeting.refusal().empty()) return cloud_errors::bad_request("meeting: " + meeting.refusal());
    if (meeting.text("meetingId") != *id) return cloud_errors::bad_request("meeting.meetingId must be the item id of the path");
    if (!wire_text::read_time(meeting.text("startTime"))) return cloud_errors::bad_request("meeting.startTime must be a UTC time");
    User& owner = users_[*user];
    if (!owner.items.contains(*id)) return no_such_item();
    std::string told = "{\"meetingId\":";
    wire_text::append_string(told, *id);
    told += ",\"icalUid\":";
    wire_text::append_string(told, meeting.text("icalUid"));
    told += ",\"startTime\":";
    wire_text::append_string(told, meeting.text("startTime"));
    told += ",\"durationMinutes\":" + meeting.json().at("durationMinutes").dump();
    std::string& lit = owner.buttons[*id];
    if (lit == told) return no_content();
    lit = told;
    pushes_.push(*user, "calendar.join_button",
                 ",\"locus\":{\"state\":\"ACTIVE\",\"meeting\":" + told + ",\"removed\":false}}", call.now, call.effects);
    changes_.lists.insert(identity_->users()[*user].key);
    return no_content();
}

Reply Cloud::delete_button(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return no_such_user();
    const auto id = item_id_of(call.args[1]);
    if (!id) return cloud_errors::bad_request("The item id in the path must be base64url without padding.");
    User& owner = users_[*user];
    const auto lit = owner.buttons.find(*id);
    if (lit == owner.buttons.end()) return no_content();
    pushes_.push(*user, "calendar.join_button",
                 ",\"locus\":{\"state\":\"INACTIVE\",\"meeting\":" + lit->second + ",\"removed\":true}}", call.now,
                 call.effects);
    owner.buttons.erase(lit);
    changes_.lists.insert(identity_->users()[*user].key);
    return no_content();
}

std::string Cloud::key_of_series(std::string_view series_id) const {
    for (const User& user : users_)
        for (const Shelf::Held& held : user.items) {
            const auto item = json_tree(held->json);
            if (item.is_object() && text_in(item, "seriesId") == series_id) return text_in(item, "encryptionKeyUrl");
        }
    return {};
}

}  // namespace fakes
