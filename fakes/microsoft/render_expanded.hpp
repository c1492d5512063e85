#pragma once
// What $expand adds to an event's JSON.
#include "fakes/microsoft/render.hpp"

namespace fakes::microsoft {

/// Extended properties, extensions, attachments, the calendar and a series' exceptions, as `shape.expand` asks.
void put_expanded(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape);

}  // namespace fakes::microsoft
