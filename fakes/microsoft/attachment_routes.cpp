// Attachments of events: none are kept, so there are none to list, and adding one is refused by name.
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// "Microsoft Graph error responses": 501 Not Implemented, "The requested feature isn't implemented."
Fault not_kept() { return {501, "notImplemented", "The requested feature isn't implemented.", "This service keeps no attachments of events."}; }

}  // namespace

Reply Graph::attachments_reply(const Call& call) {
    const auto found = find_target(call);
    if (const Fault* fault = std::get_if<Fault>(&found)) return refuse(call, *fault);
    const std::string& method = call.request.method;
    const bool session = same_text(call.route.attachment, "createUploadSession") || same_text(call.route.attachment, "microsoft.graph.createUploadSession");
    if (method == "POST" && (call.route.attachment.empty() || session)) return refuse(call, not_kept());
    if (!call.route.attachment.empty() && !session && (method == "GET" || method == "DELETE")) return refuse(call, errors::item_not_found());
    if (method != "GET" || session) return refuse(call, errors::method_not_allowed(method));
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#users('" + call.mailbox->user_id() + "')/" + call.route.collection + "('" +
                       percent_encode(call.route.event, true) + "')/attachments\",\"value\":[]}";
    return json_reply(200, std::move(body), call.marks);
}

}  // namespace fakes::microsoft
