#pragma once
// What a delta round of a calendar view has to tell: rows in a fixed order, so that pages can go on where one ended.
#include <cstdint>
#include <optional>
#include <vector>

#include "fakes/microsoft/mailbox.hpp"
#include "fakes/microsoft/query.hpp"

namespace fakes::microsoft {

struct DeltaRow {
    std::uint64_t item = 0;
    std::optional<Entry> entry;  // empty: removed
    std::optional<Date> slot;    // of a removed occurrence
};

/// Everything in the window.
std::vector<DeltaRow> full_round(const Mailbox& mailbox, const Window& window);
/// What changed after `since`, up to and with `base`; empty: the log does not reach back that far.
std::optional<std::vector<DeltaRow>> next_round(const Mailbox& mailbox, const Window& window, std::uint64_t since, std::uint64_t base);

}  // namespace fakes::microsoft
