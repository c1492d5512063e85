#pragma once
// Attachments: from JSON and to it (Graph docs, "fileAttachment", "itemAttachment" and "referenceAttachment resource type").
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/event.hpp"
#include "fakes/microsoft/limits.hpp"

namespace fakes::microsoft {

/// Throws reading::Refused.
Attachment attachment_of(const nlohmann::json& value);

/// What of an attachment is shown.
struct AttachmentShape {
    std::optional<std::vector<std::string>> select;  // as asked; nothing: all
    bool items = false;                              // $expand=microsoft.graph.itemAttachment/item
    // of lists
    std::size_t skip = 0, top = limits::attachments;
    bool count = false;
    std::optional<bool> is_inline;     // $filter=isInline eq ...
    std::optional<std::string> named;  // $filter=name eq '...'

    bool takes(const Attachment& attachment) const { return (!is_inline || attachment.is_inline == *is_inline) && (!named || attachment.name == *named); }
};
/// $select of attachments: members of the common type, those of one kind behind its name and a slash.
std::optional<Fault> select_of_attachments(AttachmentShape& shape, std::string_view text);
/// $expand of attachments.
std::optional<Fault> expand_of_attachments(AttachmentShape& shape, std::string_view text);

/// The members of its object; `context`: that of the collection, for an item shown within; empty: none is said.
void put_attachment(std::string& out, std::string_view of_item, const Attachment& attachment, const AttachmentShape& shape, std::string_view context);

/// In bytes; of links what the item keeps about them, not the file.
std::size_t size_of(const Attachment& attachment);
/// An attached event as /$value gives it (RFC 5545).
std::string calendar_text(const Content& event, Instant stamped);

/// Fit for a header?
bool plain_content_type(std::string_view type);

/// Those within the body do not count (Graph docs, event: hasAttachments).
bool has_attachments(const Content& content);

}  // namespace fakes::microsoft
