#include "fakes/microsoft/render_expanded.hpp"

#include <algorithm>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/calendar_face.hpp"
#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/names.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {

void put_extension(std::string& out, const OpenExtension& extension) {
    put_member(out, "@odata.type", "#microsoft.graph.openTypeExtension");
    put_member(out, "id", "Microsoft.OutlookServices.OpenTypeExtension." + extension.name);
    put_member(out, "extensionName", extension.name);
    if (!extension.members.empty()) out += "," + extension.members;
}

void put_expanded(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape) {
    const Expand& expand = *shape.expand;
    const Extras& extras = extras_of(*entry.copy);
    const auto open = [&](std::string_view name, bool& any) {
        if (any) {
            out += ",{";
            return;
        }
        put_name(out, name);
        out += "[{";
        any = true;
    };
    const auto asked_for = [&](const std::string& id) {
        return std::any_of(expand.property_ids.begin(), expand.property_ids.end(), [&, own = property_identity(id)](const std::string& each) { return each == own; });
    };
    bool any = false;
    for (const ExtendedProperty& property : extras.properties) {
        if (!asked_for(property.id)) continue;
        open("singleValueExtendedProperties", any);
        put_member(out, "id", property.id);
        put_member(out, "value", property.value);
        out += '}';
    }
    if (any) out += ']';
    any = false;
    for (const MultiValueProperty& property : extras.multi_properties) {
        if (!asked_for(property.id)) continue;
        open("multiValueExtendedProperties", any);
        put_member(out, "id", property.id);
        put_name(out, "value");
        out += '[';
        for (std::size_t i = 0; i < property.values.size(); ++i) {
            if (i > 0) out += ',';
            put_json(out, property.values[i]);
        }
        out += "]}";
    }
    if (any) out += ']';
    any = false;
    for (const OpenExtension& extension : extras.extensions) {
        const bool asked = std::any_of(expand.extension_ids.begin(), expand.extension_ids.end(), [&](const std::string& name) { return same_text(name, extension.name); });
        if (!asked) continue;
        open("extensions", any);
        put_extension(out, extension);
        out += '}';
    }
    if (any) out += ']';
    if (expand.attachments) {
        put_name(out, "attachments");
        out += '[';
        const std::shared_ptr<const Content> content = entry.copy->content.whole();
        const std::string own_id = event_id(mailbox, entry, shape.immutable);
        if (content->attachments)
            for (const Attachment& attachment : *content->attachments) {
                out += &attachment == &content->attachments->front() ? "{" : ",{";
                put_attachment(out, own_id, attachment, expand.attachment_shape, {});
                out += '}';
            }
        out += ']';
    }
    if (expand.calendar) {
        put_name(out, "calendar");
        out += '{';
        put_calendar(out, mailbox);
        out += '}';
    }
    if (!expand.exceptions || entry.type != Entry::Type::master) return;
    put_name(out, "exceptionOccurrences");
    out += '[';
    Shape inner = shape;
    inner.expand = nullptr;
    inner.select = nullptr;
    bool first = true;
    for (const auto& [slot, copy] : entry.item->series->exceptions) {
        const std::optional<Entry> exception = mailbox.entry(entry.item->number, slot);
        if (!exception) continue;
        out += first ? "{" : ",{";
        first = false;
        put_event(out, mailbox, *exception, inner);
        out += '}';
    }
    out += ']';
}

}  // namespace fakes::microsoft
