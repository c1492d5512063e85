#pragma once
// What $expand adds to an event's JSON.
#include "fakes/microsoft/render.hpp"

namespace fakes::microsoft {

/// A comma unless `out` ends at a '{', then "name":
void put_name(std::string& out, std::string_view name);
/// Extended properties, extensions, attachments, the calendar and a series' exceptions, as `shape.expand` asks.
void put_expanded(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape);

}  // namespace fakes::microsoft
