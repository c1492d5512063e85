#pragma once
// The rows of one calendar by when they take place, so that a window costs what lies in it and not what the calendar
// holds. Rows are kept by length class (powers of two), because how far back a window must look depends on the longest
// row it could meet: one event of a year must not make every other window look back a year.
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <absl/container/btree_map.h>

#include "fakes/google/event.hpp"

namespace fakes::google {

struct Row;

class TimeIndex {
    using Rows = absl::btree_map<std::pair<Seconds, std::uint64_t>, Row*>;

  public:
    /// Where a row stands; part of the row itself.
    struct Place {
        Seconds start{};
        std::uint8_t length_class = none;
    };
    static constexpr std::uint8_t none = 255;

    void put(Row& row, Place& place, std::uint64_t ordinal, Seconds start, Seconds end) {
        const std::uint8_t wanted = class_of(start, end);
        if (place.length_class == wanted && place.start == start) return;
        take(place, ordinal);
        place = {start, wanted};
        classes_[wanted].emplace(std::pair{start, ordinal}, &row);
    }
    void take(Place& place, std::uint64_t ordinal) {
        if (place.length_class == none) return;
        const auto it = classes_.find(place.length_class);
        it->second.erase({place.start, ordinal});
        if (it->second.empty()) classes_.erase(it);
        place.length_class = none;
    }

    /// Rows that may overlap [from, to): all that do, and few that do not. Ends when `visit` says false.
    template <typename Visit>
    void around(Seconds from, Seconds to, Visit visit) const {
        for (const auto& [length_class, rows] : classes_)
            for (auto it = rows.lower_bound({back(from, length_class), 0}); it != rows.end() && it->first.first < to; ++it)
                if (!visit(*it->second)) return;
    }
    /// Rows that start in [from, to), by start, then ordinal; those at `from` itself only past `ordinal`. Ends when
    /// `visit` says false.
    template <typename Visit>
    void starting(Seconds from, std::uint64_t ordinal, Seconds to, Visit visit) const {
        std::vector<std::pair<Rows::const_iterator, Rows::const_iterator>> fronts;
        for (const auto& [length_class, rows] : classes_)
            if (const auto it = rows.upper_bound({from, ordinal}); it != rows.end() && it->first.first < to)
                fronts.emplace_back(it, rows.end());
        while (!fronts.empty()) {
            auto least = fronts.begin();
            for (auto front = fronts.begin(); front != fronts.end(); ++front)
                if (front->first->first < least->first->first) least = front;
            if (!visit(*least->first->second)) return;
            if (++least->first == least->second || least->first->first.first >= to) fronts.erase(least);
        }
    }
    /// The first start at `from` or later.
    std::optional<Seconds> next_start(Seconds from) const {
        std::optional<Seconds> first;
        for (const auto& [length_class, rows] : classes_)
            if (const auto it = rows.lower_bound({from, 0}); it != rows.end())
                if (!first || it->first.first < *first) first = it->first.first;
        return first;
    }

  private:
    /// Class k holds lengths below 2^k seconds.
    static std::uint8_t class_of(Seconds start, Seconds end) {
        const std::int64_t length = (end - start).count();
        return static_cast<std::uint8_t>(length <= 0 ? 0 : std::bit_width(static_cast<std::uint64_t>(length)));
    }
    static Seconds back(Seconds from, std::uint8_t length_class) {
        constexpr Seconds first{std::chrono::seconds{std::numeric_limits<std::int64_t>::min() / 2}};
        if (length_class > 50 || from < first) return first;
        return from - std::chrono::seconds{std::int64_t{1} << length_class};
    }

    std::map<std::uint8_t, Rows> classes_;
};

}  // namespace fakes::google
