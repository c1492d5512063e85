#pragma once
// One page of a mailbox's events: filtered, ordered, counted, by the mailbox's indexes where they serve.
#include <cstddef>
#include <vector>

#include "fakes/microsoft/mailbox.hpp"
#include "fakes/microsoft/query.hpp"

namespace fakes::microsoft {

struct Page {
    std::vector<Entry> entries;
    bool more = false;
    std::size_t count = 0;  // of the whole list; only when the query asks for it
};

/// Single events and series masters.
Page list_page(const Mailbox& mailbox, const Query& query, std::size_t size);
/// A page of entries that are there already (instances, a view).
Page page_of(std::vector<Entry> entries, const Mailbox& mailbox, const Query& query, std::size_t size);

}  // namespace fakes::microsoft
