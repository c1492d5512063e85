#pragma once
// File attachments: from JSON and to it (Graph docs, "fileAttachment resource type").
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft {

/// Throws reading::Refused.
Attachment attachment_of(const nlohmann::json& value);
/// The members of its object; `select`: only these and the id, nullptr: all.
void put_attachment(std::string& out, std::string_view of_item, const Attachment& attachment, const std::vector<std::string>* select);
bool attachment_property(std::string_view name);

/// Fit for a header?
bool plain_content_type(std::string_view type);

/// Those within the body do not count (Graph docs, event: hasAttachments).
bool has_attachments(const Content& content);

}  // namespace fakes::microsoft
