// Directory, calendar status, presence and notices.
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

constexpr std::string_view digits = "0123456789";

}  // namespace

Reply Cloud::users_page(const Call& call) {
    if (call.args[0] != identity_->org_id()) return cloud_errors::not_found("There is no such organisation.");
    const std::vector<CloudUser>& all = identity_->users();
    std::size_t from = 0;
    if (const auto cursor = wire_text::query_value(call.query, "cursor")) {
        const bool number = !cursor->empty() && cursor->size() < 10 &&
                            cursor->find_first_not_of(digits) == std::string::npos;
        if (!number || std::stoul(*cursor) >= all.size())
            return cloud_errors::bad_request("cursor must be the next of an earlier answer");
        from = std::stoul(*cursor);
    }
    const std::size_t to = std::min(all.size(), from + cloud_limits::users_page_size);
    std::string body = "{\"items\":[";
    for (std::size_t i = from; i < to; ++i) {
        body += i == from ? "{" : ",{";
        member(body, "id", all[i].id);
        member(body, "type", all[i].is_room ? "ROOM" : "PERSON");
        member(body, "email", all[i].address);
        member(body, "displayName", all[i].name);
        // Said only of those of whom it is not so.
        if (!options_.domain_verified) body += ",\"domainVerified\":false";
        if (options_.email_unverified.contains(all[i].key)) body += ",\"emailVerified\":false";
        body += ",\"calendar\":{\"enabled\":";
        body += users_[i].activated ? "true" : "false";
        member(body, "provider", options_.provider);
        body += "},\"personalRoom\":";
        if (users_[i].room) {
            body += '{';
            member(body, "url", users_[i].room->url);
            member(body, "sipUri", users_[i].room->sip_uri);
            if (!users_[i].room->number.empty()) member(body, "meetingNumber", users_[i].room->number);
            body += '}';
        } else {
            body += "null";
        }
        body += '}';
    }
    body += ']';
    if (from == 0) body += invitation_settings();
    if (to < all.size()) body += ",\"next\":\"" + std::to_string(to) + "\"";
    body += '}';
    return json_reply(std::move(body));
}

Reply Cloud::own_identity(const Call& call) {
    std::string body = "{";
    member(body, "id", call.caller.id);
    const bool administrates = call.caller.kind == Identity::Caller::Kind::administrator;
    const CloudAdministrator* administrator = administrates ? &identity_->administrators()[call.caller.index] : nullptr;
    member(body, "orgId", administrates ? administrator->org_id : identity_->org_id());
    body += ",\"roles\":[";
    if (administrates && !administrator->role.empty()) append_string(body, administrator->role);
    return json_reply(body + "]}");
}

Reply Cloud::organisation(const Call& call) {
    if (call.args[0] != identity_->org_id()) return cloud_errors::not_found("There is no such organisation.");
    std::string body = "{";
    member(body, "id", identity_->org_id());
    if (!options_.country.empty()) member(body, "country", options_.country);
    return json_reply(body + "}");
}

/// Member `invitations` of the directory's first page; nothing where the administrator set nothing.
std::string Cloud::invitation_settings() const {
    const InvitationSettings& set = options_.invitations;
    if (set == InvitationSettings{}) return {};
    std::string out = ",\"invitations\":{";
    const auto text = [&out](std::string_view name, const std::string& value) {
        if (!value.empty()) member(out, name, value);
    };
    const auto object = [&out](std::string_view name) {
        out += out.back() == '{' ? "\"" : ",\"";
        out += name;
        out += "\":{";
    };
    text("language", set.language);
    text("textsForAll", set.texts_for_all);
    for (const auto& [name, texts] : {std::pair{"headers", &set.headers}, std::pair{"footers", &set.footers}}) {
        if (texts->empty()) continue;
        object(name);
        for (const auto& [language, words] : *texts) member(out, language, words);
        out += '}';
    }
    if (!set.phone_number.empty()) {
        object("phone");
        text("number", set.phone_number);
        text("allNumbersUrl", set.all_numbers_url);
        text("tollFreeUrl", set.toll_free_url);
        out += '}';
    }
    text("deviceAddress", set.device_address);
    if (set.skype) {
        out += out.back() == '{' ? "" : ",";
        out += "\"skypeForBusiness\":true";
    }
    return out + '}';
}

Reply Cloud::put_calendar_status(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return cloud_errors::not_found("There is no such user in this organisation.");
    const SmallBody body(call.request.body, {{"state", "string"}, {"reason", "string", true}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    const std::string state = body.text("state");
    if (state != "NOT_ACTIVATED" && state != "PENDING" && state != "ACTIVATED" && state != "ERROR")
        return cloud_errors::bad_request("state must be NOT_ACTIVATED, PENDING, ACTIVATED or ERROR");
    CalendarStatus status{state, body.text("reason")};
    if (users_[*user].status != status) {
        users_[*user].status = status;
        changes_.statuses[identity_->users()[*user].key] = std::move(status);
    }
    return no_content();
}

void Cloud::set_presence(std::size_t user, bool away, std::optional<Instant> until, Instant now, Effects& effects) {
    User& who = users_[user];
    if (who.away_until) away_ends_.erase({*who.away_until, user});
    who.away_until = until;
    if (until) away_ends_.emplace(*until, user);
    const std::string before(shown_status(who));
    who.away = away;
    tell_status(user, before, now, effects);
}

/// Highest first, as the vendor's article on people's availability has it; the words are those of the presence service's
/// published client code.
std::string_view Cloud::shown_status(const User& user) {
    if (user.away) return "ooo";
    for (const std::string_view status : {"dnd", "presenting", "meeting", "call", "active"})
        if (user.own.contains(status)) return status;
    return "clear";
}

void Cloud::tell_status(std::size_t user, std::string_view before, Instant now, Effects& effects) {
    const std::string status(shown_status(users_[user]));
    if (status == before) return;
    changes_.presence[identity_->users()[user].key] = status;
    if (pushes_.connected(user))
        pushes_.push(user, "apheleia.subscription_update",
                     ",\"subject\":\"" + identity_->users()[user].id + "\",\"status\":\"" + status +
                         "\",\"statusTime\":\"" + wire_text::write_time(now) + "\"",
                     now, effects);
}

Reply Cloud::post_presence(const Call& call) {
    const SmallBody body(call.request.body, {{"subject", "string"}, {"eventType", "string"}, {"label", "string", true},
                                             {"ttl", "number", true}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    const auto user = identity_->by_id(body.text("subject"));
    if (!user) return cloud_errors::not_found("There is no such user in this organisation.");
    const std::string event_type = body.text("eventType");
    if (event_type != "ooo" && event_type != "clear") return cloud_errors::bad_request("eventType must be ooo or clear");
    if (event_type == "clear") {
        set_presence(*user, false, std::nullopt, call.now, call.effects);
        return no_content();
    }
    const auto ttl = body.json().find("ttl");
    if (ttl == body.json().end()) return cloud_errors::bad_request("ttl is missing: out of office does not last for ever");
    const auto seconds = ttl->get<std::uint64_t>();
    if (seconds == 0 || seconds > static_cast<std::uint64_t>(cloud_limits::presence_ttl_max.count()))
        return cloud_errors::bad_request("ttl must be 1 to " + std::to_string(cloud_limits::presence_ttl_max.count()) + " seconds");
    const Instant until = call.now + std::chrono::seconds(static_cast<std::int64_t>(seconds));
    set_presence(*user, true, until, call.now, call.effects);
    return no_content();
}

Reply Cloud::composition(const Call& call) {
    const auto id = wire_text::query_value(call.query, "userId");
    const auto user = id ? identity_->by_id(*id) : std::nullopt;
    if (!user) return cloud_errors::not_found("There is no such user in this organisation.");
    std::string body = "{";
    member(body, "subject", *id);
    member(body, "status", shown_status(users_[*user]));
    body += '}';
    return json_reply(std::move(body));
}

Reply Cloud::post_notice(const Call& call) {
    const auto user = identity_->by_id(call.args[0]);
    if (!user) return cloud_errors::not_found("There is no such user in this organisation.");
    const SmallBody body(call.request.body,
                         {{"clientTempId", "string"}, {"reason", "string"}, {"language", "string"}, {"text", "string"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (body.text("reason") != "SPACE_LIMIT") return cloud_errors::bad_request("reason must be SPACE_LIMIT");
    if (body.text("text").empty() || body.text("text").size() > cloud_limits::notice_bytes_max)
        return cloud_errors::bad_request("text must have 1 to " + std::to_string(cloud_limits::notice_bytes_max) + " bytes");
    if (notices_sent_.insert(body.text("clientTempId")).second)
        changes_.notices[identity_->users()[*user].key].push_back(body.text("text"));
    return no_content();
}

}  // namespace fakes
