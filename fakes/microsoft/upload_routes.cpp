// The routes of upload sessions: making one for an event, and its own address, which its key opens without a token.
#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

void put_progress(std::string& out, const Upload& upload) {
    std::string until;
    put_instant(until, upload.expires);
    put_member(out, "expirationDateTime", until);
    out += ",\"nextExpectedRanges\":[\"" + std::to_string(upload.attachment.bytes.size()) + "-\"]";
}

}  // namespace

Reply Graph::make_upload(const Call& call, const Target& target) {
    if (call.request.method != "POST") return refuse(call, errors::method_not_allowed(call.request.method));
    auto read = read_upload(call.request.body);
    if (Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    UploadInput& input = std::get<UploadInput>(read);
    Upload upload;
    upload.mailbox = call.mailbox->index();
    upload.item = target.item;
    upload.slot = target.slot;
    upload.attachment = std::move(input.attachment);
    upload.size = input.size;
    const std::string key = uploads_.open(upload, call.marks.now);
    if (key.empty()) return refuse(call, errors::throttled());
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#microsoft.graph.uploadSession\"";
    put_member(body, "uploadUrl", options_.graph_base + "/users('" + call.mailbox->user_id() + "')/events('" +
                                      event_id(*call.mailbox, target.entry, call.preferences->immutable_ids) + "')/AttachmentSessions('" + key.substr(0, 16) + "')?authtoken=" + key);
    put_progress(body, *uploads_.find(key, call.marks.now));
    return json_reply(201, body + "}", call.marks);
}

std::optional<Reply> Graph::upload_reply(const Request& request, const Exchange& marks) {
    const std::size_t mark = request.target.find('?');
    if (mark == std::string::npos || lower(std::string_view(request.target).substr(0, mark)).find("/attachmentsessions(") == std::string::npos) return std::nullopt;
    const std::string key = value_of(parse_parameters(std::string_view(request.target).substr(mark + 1)), "authtoken");
    Upload* upload = uploads_.find(key, marks.now);
    if (upload == nullptr) return error_reply(errors::item_not_found(), marks);
    if (request.method == "DELETE") {
        uploads_.close(key);
        return empty_reply(204, marks);
    }
    if (request.method == "PUT") {
        if (const auto fault = Uploads::add(*upload, find_header(request.headers, "Content-Range"), request.body)) return error_reply(*fault, marks);
        if (upload->complete()) return finish_upload(key, *upload, marks);
    } else if (request.method != "GET") {
        return error_reply(errors::method_not_allowed(request.method), marks);
    }
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#microsoft.graph.uploadSession\"";
    put_progress(body, *upload);
    return json_reply(200, body + "}", marks);
}

Reply Graph::finish_upload(const std::string& key, Upload& upload, const Exchange& marks) {
    Mailbox& mailbox = mailboxes_.all()[upload.mailbox];
    const std::optional<Entry> entry = mailbox.entry(upload.item, upload.slot);
    Edit edit;
    edit.attachments.push_back(std::move(upload.attachment));
    number_attachments(edit, marks.now);
    const std::uint64_t number = edit.attachments.front().number, item = upload.item;
    const std::optional<Date> slot = upload.slot;
    uploads_.close(key);
    if (!entry) return error_reply(errors::item_not_found(), marks);
    if (const auto fault = calendars_.edit(mailbox, item, slot, std::move(edit), marks.now)) return error_reply(*fault, marks);
    const std::string own_id = event_id(mailbox, *mailbox.entry(item, slot), false);
    Reply reply = empty_reply(201, marks);  // where the attachment is, not what
    reply.headers.push_back({"Location", options_.graph_base + "/users('" + mailbox.user_id() + "')/events('" + own_id + "')/attachments('" + attachment_id(own_id, number) + "')"});
    return reply;
}

}  // namespace fakes::microsoft
