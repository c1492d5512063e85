#include "fakes/microsoft/attachments.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

using nlohmann::json;
using namespace reading;

Attachment attachment_of(const json& value) {
    Attachment out;
    std::string type;
    bool content = false;
    for (const auto& [name, member] : object(value, "an attachment").items()) {
        if (name == "@odata.type") type = lower(text(member));
        else if (name == "name") out.name = text(member).substr(0, 255);
        else if (name == "contentType") out.content_type = text(member).substr(0, 255);
        else if (name == "contentId") out.content_id = text(member).substr(0, 255);
        else if (name == "contentLocation") out.content_location = text(member).substr(0, 2048);
        else if (name == "isInline") out.is_inline = boolean(member);
        else if (name == "contentBytes") {
            const std::string given = text(member);
            const auto bytes = given.empty() ? std::string() : base64_decode(given);
            if (!bytes) refuse(errors::bad_literal(given.substr(0, 40), "Edm.Binary"));
            out.bytes = *bytes;
            content = true;
        } else if (name != "id" && name != "size" && name != "lastModifiedDateTime" && !annotation(name) && type.ends_with("fileattachment")) {
            refuse(errors::unknown_property(name.substr(0, 80), "microsoft.graph.fileAttachment"));
        }
    }
    if (type.starts_with('#')) type.erase(0, 1);
    if (type == "microsoft.graph.itemattachment" || type == "microsoft.graph.referenceattachment") refuse(errors::not_implemented("This service keeps file attachments only."));
    if (type != "microsoft.graph.fileattachment") refuse(errors::body_unreadable("an attachment names its @odata.type"));
    if (out.name.empty() || !content) refuse(errors::property_invalid("A file attachment needs its name and its contentBytes."));
    if (out.bytes.size() >= limits::attachment_bytes) refuse(errors::attachments_too_large());
    if (!plain_content_type(out.content_type)) out.content_type = "application/octet-stream";
    return out;
}

bool plain_content_type(std::string_view type) {
    return !type.empty() && std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool attachment_property(std::string_view name) {
    static constexpr std::array<std::string_view, 9> known = {"id", "lastModifiedDateTime", "name", "contentType", "size", "isInline", "contentId", "contentLocation", "contentBytes"};
    return std::any_of(known.begin(), known.end(), [&](std::string_view each) { return same_text(each, name); });
}

void put_attachment(std::string& out, std::string_view of_item, const Attachment& attachment, const std::vector<std::string>* select) {
    const auto want = [&](std::string_view name) {
        return select == nullptr || std::any_of(select->begin(), select->end(), [&](const std::string& each) { return same_text(each, name); });
    };
    const auto put_text = [&](std::string_view name, const std::string& value) {
        if (!want(name)) return;
        if (!value.empty()) return put_member(out, name, value);
        out += ",\"";
        out += name;
        out += "\":null";
    };
    put_member(out, "@odata.type", "#microsoft.graph.fileAttachment");
    put_member(out, "@odata.mediaContentType", attachment.content_type);
    put_member(out, "id", attachment_id(of_item, attachment.number));
    if (want("lastModifiedDateTime")) {
        out += ",\"lastModifiedDateTime\":\"";
        put_instant(out, attachment.modified);
        out += '"';
    }
    put_text("name", attachment.name);
    put_text("contentType", attachment.content_type);
    if (want("size")) out += ",\"size\":" + std::to_string(attachment.bytes.size());
    if (want("isInline")) out += attachment.is_inline ? ",\"isInline\":true" : ",\"isInline\":false";
    put_text("contentId", attachment.content_id);
    put_text("contentLocation", attachment.content_location);
    if (want("contentBytes")) put_member(out, "contentBytes", base64(attachment.bytes));
}

bool has_attachments(const Content& content) {
    return content.attachments && std::any_of(content.attachments->begin(), content.attachments->end(), [](const Attachment& each) { return !each.is_inline; });
}

}  // namespace fakes::microsoft
