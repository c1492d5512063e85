#include "fakes/microsoft/attachments.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/edit.hpp"
#include "fakes/microsoft/input.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/reading.hpp"
#include "fakes/microsoft/render.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

using nlohmann::json;
using namespace reading;

namespace {

using AttachmentKind = Attachment::Kind;

constexpr std::string_view graph_types = "microsoft.graph.";
constexpr std::array<std::pair<std::string_view, AttachmentKind>, 3> attachment_kinds = {{{"fileAttachment", AttachmentKind::file}, {"itemAttachment", AttachmentKind::item}, {"referenceAttachment", AttachmentKind::reference}}};

std::string_view name_of(AttachmentKind kind) { return attachment_kinds[static_cast<std::size_t>(kind)].first; }

std::optional<AttachmentKind> kind_named(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    if (!same_text(text.substr(0, graph_types.size()), graph_types)) return std::nullopt;
    for (const auto& [name, kind] : attachment_kinds)
        if (same_text(text.substr(graph_types.size()), name)) return kind;
    return std::nullopt;
}

/// What Exchange makes of a name when no type is given ("Add attachment": menu.txt becomes text/plain).
std::string_view type_by_name(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> known = {{{"txt", "text/plain"}, {"htm", "text/html"}, {"html", "text/html"}, {"csv", "text/csv"},
        {"ics", "text/calendar"}, {"pdf", "application/pdf"}, {"png", "image/png"}, {"jpg", "image/jpeg"}, {"gif", "image/gif"},
        {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"zip", "application/x-zip-compressed"}}};
    const std::size_t dot = name.rfind('.');
    for (const auto& [ending, type] : known)
        if (dot != std::string_view::npos && same_text(name.substr(dot + 1), ending)) return type;
    return "application/octet-stream";
}

bool known_member(std::string_view type, std::string_view name) {
    static constexpr std::array<std::string_view, 17> of_message = {"subject", "body", "bodyPreview", "importance", "from", "sender", "toRecipients", "ccRecipients", "bccRecipients",
        "replyTo", "categories", "isRead", "isDraft", "flag", "internetMessageId", "sentDateTime", "receivedDateTime"};
    static constexpr std::array<std::string_view, 18> of_contact = {"displayName", "givenName", "surname", "middleName", "nickName", "title", "companyName", "department", "jobTitle",
        "emailAddresses", "businessPhones", "homePhones", "mobilePhone", "businessAddress", "homeAddress", "otherAddress", "birthday", "personalNotes"};
    const auto in = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    return type == "message" ? in(of_message) : in(of_contact);
}

void read_item(Attachment& out, const json& value) {
    std::string type = text(object(value, "item").value("@odata.type", json()));
    if (type.starts_with('#')) type.erase(0, 1);
    for (const std::string_view known : {"event", "message", "contact"})
        if (same_text(type, std::string(graph_types) + std::string(known))) out.item_type = known;
    if (out.item_type.empty()) refuse(errors::body_unreadable("an attached item is a microsoft.graph.event, .message or .contact and says so in its @odata.type"));
    if (out.item_type == "event") {
        auto read = read_event(value.dump());
        if (Fault* fault = std::get_if<Fault>(&read)) refuse(std::move(*fault));
        auto content = edited(Content(), std::get<EventInput>(read).edit, EditOf::new_event);
        if (Fault* fault = std::get_if<Fault>(&content)) refuse(std::move(*fault));
        out.event = std::make_shared<const Content>(std::move(std::get<Content>(content)));
        return;
    }
    for (const auto& [name, member] : value.items()) {
        if (annotation(name)) continue;
        if (!known_member(out.item_type, name)) refuse(errors::unknown_property(name.substr(0, 80), std::string(graph_types) + out.item_type));
        put_json(out.bytes += ',', name);
        out.bytes += ':' + member.dump();
    }
}

/// Members of one kind; false: it has none of this name.
bool read_own(Attachment& out, const std::string& name, const json& member, bool& given) {
    switch (out.kind) {
        case AttachmentKind::file:
            if (name == "contentId") out.content_id = text(member).substr(0, 255);
            else if (name == "contentLocation") out.content_location = text(member).substr(0, 2048);
            else if (name == "contentBytes") {
                const std::string base = text(member);
                const auto bytes = base.empty() ? std::string() : base64_decode(base);
                if (!bytes) refuse(errors::bad_literal(base.substr(0, 40), "Edm.Binary"));
                out.bytes = *bytes;
                given = true;
            } else return false;
            return true;
        case AttachmentKind::item:
            if (name != "item") return false;
            read_item(out, member);
            given = true;
            return true;
        case AttachmentKind::reference:
            // v1.0's type has none of them in its answers, and needs the first (msgraph-sdk-dotnet issue 634).
            if (same_text(name, "sourceUrl")) {
                out.bytes = text(member).substr(0, 2048);
                given = !out.bytes.empty();
                return true;
            }
            return name == "providerType" || name == "permission" || name == "isFolder" || name == "thumbnailUrl" || name == "previewUrl";
    }
    return false;
}

struct CalendarLine {  // RFC 5545 3.1: at most 75 octets, continued behind a blank
    std::string& out;
    void operator()(std::string_view name, std::string_view value, bool is_text = false) const {
        std::string line(name);
        line += ':';
        for (const char c : value) {  // 3.3.11
            if (is_text && (c == '\\' || c == ';' || c == ',')) line += '\\';
            if (c == '\n') line += is_text ? "\\n" : " ";
            else if (c != '\r') line += c;
        }
        std::size_t room = 75;
        for (std::size_t at = 0; at < line.size();) {
            std::size_t end = std::min(line.size(), at + room);
            while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
            out += at == 0 ? "" : " ";
            out.append(line, at, end - at) += "\r\n";
            at = end;
            room = 74;
        }
    }
};

std::string basic_time(Instant at, bool date_only) {
    std::string text;
    put_instant(text, at);
    std::string out;
    for (const char c : text.substr(0, date_only ? 10 : 19))
        if (c != '-' && c != ':') out += c;
    return date_only ? out : out + "Z";
}

}  // namespace

Attachment attachment_of(const json& value) {
    Attachment out;
    const std::string type = text(object(value, "an attachment").value("@odata.type", json()));
    const std::optional<AttachmentKind> kind = kind_named(type);
    if (!kind) refuse(errors::body_unreadable("an attachment names its @odata.type"));
    out.kind = *kind;
    bool given = false;
    for (const auto& [name, member] : value.items()) {
        if (name == "name") out.name = text(member).substr(0, 255);
        else if (name == "contentType") out.content_type = text(member).substr(0, 255);
        else if (name == "isInline") out.is_inline = boolean(member);
        else if (name != "id" && name != "size" && name != "lastModifiedDateTime" && !annotation(name) && !read_own(out, name, member, given))
            refuse(errors::unknown_property(name.substr(0, 80), std::string(graph_types) + std::string(name_of(out.kind))));
    }
    if (out.kind == AttachmentKind::reference && !given) refuse(errors::property_required("SourceUrl"));
    if (out.name.empty() || !given) refuse(errors::property_invalid(out.kind == AttachmentKind::file ? "A file attachment needs its name and its contentBytes." : "An attachment needs its name, and an item attachment its item."));
    if (out.bytes.size() >= limits::attachment_bytes) refuse(errors::attachments_too_large());
    if (out.kind == AttachmentKind::file ? !plain_content_type(out.content_type) : !out.content_type.empty() && !plain_content_type(out.content_type)) out.content_type = type_by_name(out.name);
    return out;
}

bool plain_content_type(std::string_view type) {
    return !type.empty() && std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::optional<Fault> select_of_attachments(AttachmentShape& shape, std::string_view text) {
    static constexpr std::array<std::string_view, 6> common = {"id", "lastModifiedDateTime", "name", "contentType", "size", "isInline"};
    static constexpr std::array<std::string_view, 3> of_file = {"contentId", "contentLocation", "contentBytes"};
    const auto in = [](const auto& names, std::string_view name) { return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return same_text(each, name); }); };
    auto& names = shape.select.emplace();
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        std::string_view name = text.substr(from, comma - from);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        from = comma + 1;
        const std::size_t slash = name.find('/');
        const auto cast = slash == std::string_view::npos ? std::nullopt : kind_named(name.substr(0, slash));
        if (cast) name.remove_prefix(slash + 1);
        if (name == "*" && text.size() == 1) return shape.select.reset(), std::nullopt;
        if (!in(common, name) && !(cast == AttachmentKind::file && in(of_file, name)))
            return errors::query_option("$select", "could not find a property named '" + std::string(name.substr(0, 60)) + "' on type 'microsoft.graph." + std::string(cast ? name_of(*cast) : "attachment") + "'.");
        names.emplace_back(name);
    }
    return std::nullopt;
}

std::optional<Fault> expand_of_attachments(AttachmentShape& shape, std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos && kind_named(text.substr(0, slash)) == AttachmentKind::item && same_text(text.substr(slash + 1), "item")) {
        shape.items = true;
        return std::nullopt;
    }
    return errors::query_option("$expand", "could not find a property named '" + std::string(text.substr(0, 60)) + "' on type 'microsoft.graph.attachment'.");
}

void put_attachment(std::string& out, std::string_view of_item, const Attachment& attachment, const AttachmentShape& shape, std::string_view context) {
    const auto want = [&](std::string_view name) {
        return !shape.select || std::any_of(shape.select->begin(), shape.select->end(), [&](const std::string& each) { return same_text(each, name); });
    };
    const auto put_text = [&](std::string_view name, const std::string& value) {
        if (!want(name)) return;
        if (!value.empty()) return put_member(out, name, value);
        out += ",\"";
        out += name;
        out += "\":null";
    };
    put_member(out, "@odata.type", "#microsoft.graph." + std::string(name_of(attachment.kind)));
    if (attachment.kind == AttachmentKind::file) put_member(out, "@odata.mediaContentType", attachment.content_type);
    const std::string id = attachment_id(of_item, attachment.number);
    put_member(out, "id", id);
    if (want("lastModifiedDateTime")) {
        out += ",\"lastModifiedDateTime\":\"";
        put_instant(out, attachment.modified);
        out += '"';
    }
    put_text("name", attachment.name);
    put_text("contentType", attachment.content_type);
    if (want("size")) out += ",\"size\":" + std::to_string(size_of(attachment));
    if (want("isInline")) out += attachment.is_inline ? ",\"isInline\":true" : ",\"isInline\":false";
    if (attachment.kind == AttachmentKind::file) {
        put_text("contentId", attachment.content_id);
        put_text("contentLocation", attachment.content_location);
        if (want("contentBytes")) put_member(out, "contentBytes", base64(attachment.bytes));
    }
    if (attachment.kind != AttachmentKind::item || !shape.items) return;
    if (!context.empty()) put_member(out, "item@odata.context", std::string(context) + "('" + percent_encode(id, true) + "')/microsoft.graph.itemAttachment/item/$entity");
    out += ",\"item\":{";
    put_member(out, "@odata.type", "#microsoft.graph." + attachment.item_type);
    put_member(out, "id", "");
    if (attachment.event) put_attached_event(out, *attachment.event);
    else out += attachment.bytes;
    out += '}';
}

std::size_t size_of(const Attachment& attachment) {
    if (!attachment.event) return attachment.bytes.size();
    return calendar_text(*attachment.event, {}).size();
}

std::string calendar_text(const Content& event, Instant stamped) {
    std::string out;
    const CalendarLine line{out};
    line("BEGIN", "VCALENDAR");
    line("METHOD", "PUBLISH");
    line("PRODID", "Microsoft Exchange Server 2010");
    line("VERSION", "2.0");
    line("BEGIN", "VEVENT");
    for (const Attendee& attendee : event.attendees) line("ATTENDEE;ROLE=" + std::string(attendee.role == Role::optional ? "OPT" : "REQ") + "-PARTICIPANT", "mailto:" + attendee.address);
    line("SUMMARY", event.subject, true);
    line(event.all_day ? "DTSTART;VALUE=DATE" : "DTSTART", basic_time(event.start_at, event.all_day));
    line(event.all_day ? "DTEND;VALUE=DATE" : "DTEND", basic_time(event.end_at, event.all_day));
    line("CLASS", event.sensitivity == Sensitivity::normal ? "PUBLIC" : "PRIVATE");
    line("DTSTAMP", basic_time(stamped, false));
    line("TRANSP", event.show_as == ShowAs::free ? "TRANSPARENT" : "OPAQUE");
    line("LOCATION", event.locations.empty() ? "" : event.locations.front().name, true);
    line("END", "VEVENT");
    line("END", "VCALENDAR");
    return out;
}

bool has_attachments(const Content& content) {
    return content.attachments && std::any_of(content.attachments->begin(), content.attachments->end(), [](const Attachment& each) { return !each.is_inline; });
}

}  // namespace fakes::microsoft
