// Spaces and one-time meetings: made, renamed, moved, deleted.
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

constexpr std::string_view place_digits = "0123456789";

auto with_id(std::map<std::string, MadeMeeting, std::less<>>& all, std::string_view id) {
    return std::find_if(all.begin(), all.end(), [id](const auto& one) { return one.second.id == id; });
}

}  // namespace

std::string Cloud::title_refusal(const SmallBody& body, std::string_view member) {
    if (!form_->is_jwe(body.text(member))) return std::string(member) + " must be a compact JWE (dir, A256GCM): plaintext is refused";
    if (!form_->is_key_url(body.text("encryptionKeyUrl"))) return "encryptionKeyUrl must be a key URL of this organisation's key server";
    return {};
}

Reply Cloud::post_conversation(const Call& call) {
    const SmallBody body(call.request.body, {{"clientTempId", "string"}, {"displayName", "string"},
                                             {"encryptionKeyUrl", "string"}, {"participants", "strings"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (const std::string refusal = title_refusal(body, "displayName"); !refusal.empty()) return cloud_errors::bad_request(refusal);
    std::vector<std::string> members = body.texts("participants");
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    if (members.empty() || members.size() > cloud_limits::conversation_members_max)
        return cloud_errors::bad_request("participants must be 1 to 1500 users");
    for (const std::string& id : members)
        if (!identity_->by_id(id)) return cloud_errors::bad_request("participants names a user who does not exist");
    std::string temp_id = body.text("clientTempId");
    // Two people have one space, whatever is scheduled in it (deployment guide: the existing 1:1 space is reused).
    if (members.size() == 2 && !spaces_.contains(temp_id))
        temp_id = direct_spaces_.emplace(members[0] + members[1], temp_id).first->second;
    auto found = spaces_.find(temp_id);
    if (found == spaces_.end()) {
        MadeMeeting space;
        space.id = dice_.uuid();
        space.client_temp_id = temp_id;
        space.join_url = "https://" + options_.site + ".webex.com/m/" + dice_.uuid();
        space.sip_uri = dice_.text(1, "123456789") + dice_.text(9, place_digits) + "@meet.webex.com";
        space.participants = std::move(members);
        found = spaces_.emplace(temp_id, std::move(space)).first;
    }
    const MadeMeeting& space = found->second;
    std::string answer = "{";
    member(answer, "id", space.id);
    member(answer, "clientTempId", space.client_temp_id);
    member(answer, "url", "https://" + options_.host + "/conversation/api/v1/conversations/" + space.id);
    member(answer, "sipUri", space.sip_uri);
    member(answer, "meetUrl", space.join_url);
    answer += '}';
    return json_reply(std::move(answer));
}

Reply Cloud::post_meeting(const Call& call) {
    const SmallBody body(call.request.body,
                         {{"clientTempId", "string"}, {"title", "string"}, {"encryptionKeyUrl", "string"},
                          {"startTime", "string"}, {"durationMinutes", "number"}, {"host", "string"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (const std::string refusal = title_refusal(body, "title"); !refusal.empty()) return cloud_errors::bad_request(refusal);
    if (!wire_text::read_time(body.text("startTime"))) return cloud_errors::bad_request("startTime must be a UTC time");
    if (!identity_->by_id(body.text("host"))) return cloud_errors::bad_request("host must be a user of this organisation");
    const std::string temp_id = body.text("clientTempId");
    auto found = meetings_.find(temp_id);
    if (found == meetings_.end()) {
        MadeMeeting meeting;
        meeting.id = dice_.text(1, "123456789") + dice_.text(9, place_digits);
        meeting.client_temp_id = temp_id;
        meeting.join_url = "https://" + options_.site + ".webex.com/" + options_.site + "/j.php?MTID=m" +
                           dice_.text(32, "0123456789abcdef");
        meeting.sip_uri = meeting.id + "@" + options_.site + ".webex.com";
        found = meetings_.emplace(temp_id, std::move(meeting)).first;
    }
    std::string answer = "{";
    member(answer, "meetingNumber", found->second.id);
    member(answer, "joinUrl", found->second.join_url);
    member(answer, "sipUri", found->second.sip_uri);
    answer += '}';
    return json_reply(std::move(answer));
}

Reply Cloud::put_conversation(const Call& call) {
    const SmallBody body(call.request.body, {{"displayName", "string"}, {"encryptionKeyUrl", "string"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (const std::string refusal = title_refusal(body, "displayName"); !refusal.empty()) return cloud_errors::bad_request(refusal);
    return with_id(spaces_, call.args[0]) == spaces_.end() ? cloud_errors::not_found("There is no such space.") : no_content();
}

Reply Cloud::put_meeting(const Call& call) {
    const SmallBody body(call.request.body,
                         {{"title", "string"}, {"encryptionKeyUrl", "string"}, {"startTime", "string"}, {"durationMinutes", "number"}});
    if (!body.refusal().empty()) return cloud_errors::bad_request(body.refusal());
    if (const std::string refusal = title_refusal(body, "title"); !refusal.empty()) return cloud_errors::bad_request(refusal);
    if (!wire_text::read_time(body.text("startTime"))) return cloud_errors::bad_request("startTime must be a UTC time");
    return with_id(meetings_, call.args[0]) == meetings_.end() ? cloud_errors::not_found("There is no such meeting.") : no_content();
}

Reply Cloud::delete_asked_meeting(const Call& call) {
    const auto found = meetings_.find(call.args[0]);
    if (found == meetings_.end()) return cloud_errors::not_found("No meeting was made for this clientTempId.");
    meetings_.erase(found);
    return no_content();
}

Reply Cloud::delete_meeting(const Call& call) {
    const auto found = with_id(meetings_, call.args[0]);
    if (found == meetings_.end()) return cloud_errors::not_found("There is no such meeting.");
    meetings_.erase(found);
    return no_content();
}

}  // namespace fakes
