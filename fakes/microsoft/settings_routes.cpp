// mailboxSettings on the wire.
#include <algorithm>

#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/settings.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

Reply Graph::settings_reply(const Call& call) {
    if (call.request.method == "PATCH") return patch_settings(call);
    const Settings& settings = call.mailbox->settings;
    std::string context = user_context(call) + "mailboxSettings";
    const std::string select = value_of(parse_parameters(call.query), "$select");
    if (!select.empty() && select != "*" && call.route.part.empty()) return selected_settings(call, std::move(context), select);
    // What is asked all day long and hardly ever changes; a default of the answer goes by the day.
    const auto today = std::chrono::floor<std::chrono::days>(call.marks.now);
    const bool keeps = settings.replies.status != Replies::Status::scheduled || settings.replies.from;
    std::optional<SettingsAnswer>& last = call.mailbox->settings_answer;
    if (keeps && last && last->change == call.mailbox->settings_change() && last->day == today && last->part == call.route.part && last->context == context)
        return json_reply(200, last->body, call.marks);
    const std::optional<std::string> members = settings_json(*call.mailbox, call.route.part, call.marks.now);
    if (!members) return refuse(call, errors::unknown_segment(call.route.bad_segment));
    std::string body = "{\"@odata.context\":\"" + context;
    if (!call.route.part.empty()) body.append("/").append(settings_property(call.route.part));
    body += "\"," + *members + "}";
    if (keeps) last = SettingsAnswer{call.mailbox->settings_change(), today, call.route.part, std::move(context), body};
    return json_reply(200, std::move(body), call.marks);
}

Reply Graph::selected_settings(const Call& call, std::string context, const std::string& select) {
    std::vector<std::string> names;
    for (std::size_t from = 0; from <= select.size();) {
        const std::size_t comma = std::min(select.find(',', from), select.size());
        const std::size_t first = std::min(select.find_first_not_of(' ', from), comma);
        names.push_back(select.substr(first, comma - first));
        while (names.back().ends_with(' ')) names.back().pop_back();
        if (settings_property(names.back()).empty())
            return refuse(call, errors::query_option("$select", "could not find a property named '" + names.back().substr(0, 60) + "' on type 'microsoft.graph.mailboxSettings'."));
        from = comma + 1;
    }
    context += '(';
    for (const std::string& name : names) context += (&name == &names.front() ? "" : ",") + name;
    const std::string members = settings_members(*call.mailbox, names, call.marks.now);
    return json_reply(200, "{\"@odata.context\":\"" + context + ")\"," + members + "}", call.marks);
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
    std::string body = "{\"@odata.context\":\"" + user_context(call) + "mailboxSettings";
    if (complex) {
        body += part == "automaticrepliessetting" ? "/automaticRepliesSetting" : part == "language" ? "/language" : "/workingHours";
        return json_reply(200, body + "\"," + *settings_json(*call.mailbox, part, call.marks.now) + "}", call.marks);
    }
    const std::string members = settings_members(*call.mailbox, input.parts, call.marks.now);
    return json_reply(200, body + "\"" + (members.empty() ? "" : "," + members) + "}", call.marks);
}

}  // namespace fakes::microsoft
