// mailboxSettings on the wire.
#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/settings.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

Reply Graph::settings_reply(const Call& call) {
    if (call.request.method == "PATCH") return patch_settings(call);
    const Settings& settings = call.mailbox->settings;
    // What is asked all day long and hardly ever changes; a default of the answer goes by the day.
    const auto today = std::chrono::floor<std::chrono::days>(call.marks.now);
    const bool keeps = settings.replies.status != Replies::Status::scheduled || settings.replies.from;
    std::optional<SettingsAnswer>& last = call.mailbox->settings_answer;
    if (keeps && last && last->change == call.mailbox->settings_change() && last->day == today && last->part == call.route.part)
        return json_reply(200, last->body, call.marks);
    const std::optional<std::string> members = settings_json(*call.mailbox, call.route.part, call.marks.now);
    if (!members) return refuse(call, errors::unknown_segment(call.route.part));
    static constexpr std::string_view parts[] = {"automaticRepliesSetting", "language", "workingHours", "timeZone", "dateFormat", "timeFormat", "userPurpose"};
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#users('" + call.mailbox->user_id() + "')/mailboxSettings";
    for (const std::string_view part : parts)
        if (same_text(part, call.route.part)) body += "/" + std::string(part);
    body += "\"," + *members + "}";
    if (keeps) last = SettingsAnswer{call.mailbox->settings_change(), today, call.route.part, body};
    return json_reply(200, std::move(body), call.marks);
}

Reply Graph::patch_settings(const Call& call) {
    const std::string& part = call.route.part;
    const bool whole = part.empty(), complex = part == "automaticrepliessetting" || part == "language" || part == "workinghours";
    if (!whole && !complex) return refuse(call, errors::method_not_allowed("PATCH"));
    auto read = read_settings(call.request.body, part, call.mailbox->settings);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    SettingsInput& input = std::get<SettingsInput>(read);
    call.mailbox->settings = std::move(input.settings);
    call.mailbox->bump();
    // Graph docs, "Update user mailbox settings": the answer holds only what was touched.
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#users('" + call.mailbox->user_id() + "')/mailboxSettings";
    if (complex) {
        body += part == "automaticrepliessetting" ? "/automaticRepliesSetting" : part == "language" ? "/language" : "/workingHours";
        return json_reply(200, body + "\"," + *settings_json(*call.mailbox, part, call.marks.now) + "}", call.marks);
    }
    const std::string members = settings_members(*call.mailbox, input.parts, call.marks.now);
    return json_reply(200, body + "\"" + (members.empty() ? "" : "," + members) + "}", call.marks);
}

}  // namespace fakes::microsoft
