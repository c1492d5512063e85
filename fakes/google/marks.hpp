#pragma once
// Sync tokens and page tokens: opaque texts that carry their whole meaning, sealed against tampering.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/google/event.hpp"

namespace fakes::google {

/// What a sync token remembers of the full sync it came from.
struct SyncMark {
    std::uint64_t change = 0;  // changes after this one are news
    Instant issued{};
    CalendarNumber calendar = 0;
    std::uint64_t reader = 0;  // caller and role: a changed sharing ends the token
    std::uint64_t epoch = 0;   // how often all tokens had been expired by then
    bool single_events = false;
    std::optional<Seconds> from, to;  // timeMin, timeMax of the full sync
};

struct PageMark {
    std::uint64_t upto_change = 0;   // the state this listing is of; later changes are the next sync's
    std::uint64_t parameters = 0;    // fingerprint: all pages of a listing ask the same
    std::int64_t first = 0;          // key of the last item given
    std::int64_t second = 0;
    std::int64_t third = 0;
};

enum class MarkFault { none, malformed, tampered };

std::string text_of(const SyncMark& mark, std::uint64_t seal_key);
MarkFault read(std::string_view text, std::uint64_t seal_key, SyncMark& mark);
std::string text_of(const PageMark& mark, std::uint64_t seal_key);
MarkFault read(std::string_view text, std::uint64_t seal_key, PageMark& mark);

/// FNV-1a, for fingerprints and seals.
std::uint64_t fingerprint(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325u);

}  // namespace fakes::google
