#pragma once
// The rows of one calendar by when they take place, so that a window costs what lies in it and not what the calendar
// holds. Rows are kept by length class (powers of two), because how far back a window must look depends on the longest
// row it could meet: one event of a year must not make every other window look back a year.
#include <bit>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <absl/container/btree_set.h>

#include "fakes/google/row.hpp"

namespace fakes::google {

class TimeIndex {
    using Moment = std::pair<Seconds, std::uint64_t>;  // start, ordinal
    /// What is compared stands in the row itself: a calendar of a million events has a million entries here.
    struct ByStart {
        using is_transparent = void;
        static Moment of(const Row* row) { return {row->placed_at, row->ordinal}; }
        bool operator()(const Row* a, const Row* b) const { return of(a) < of(b); }
        bool operator()(const Row* a, const Moment& b) const { return of(a) < b; }
        bool operator()(const Moment& a, const Row* b) const { return a < of(b); }
    };
    using Rows = absl::btree_set<Row*, ByStart>;

  public:
    void put(Row& row, Seconds start, Seconds end) {
        const std::uint8_t wanted = class_of(start, end);
        if (row.placed_class == wanted && row.placed_at == start) return;
        take(row);
        row.placed_at = start;
        row.placed_class = wanted;
        classes_[wanted].insert(&row);
    }
    void take(Row& row) {
        if (row.placed_class == Row::not_placed) return;
        const auto it = classes_.find(row.placed_class);
        it->second.erase(&row);
        if (it->second.empty()) classes_.erase(it);
        row.placed_class = Row::not_placed;
    }

    /// Rows that may overlap [from, to): all that do, and few that do not. Ends when `visit` says false.
    template <typename Visit>
    void around(Seconds from, Seconds to, Visit visit) const {
        for (const auto& [length_class, rows] : classes_)
            for (auto it = rows.lower_bound(Moment{back(from, length_class), 0}); it != rows.end() && (*it)->placed_at < to; ++it)
                if (!visit(**it)) return;
    }
    /// Rows that start in [from, to), by start, then ordinal; those at `from` itself only past `ordinal`. Ends when
    /// `visit` says false.
    template <typename Visit>
    void starting(Seconds from, std::uint64_t ordinal, Seconds to, Visit visit) const {
        std::vector<std::pair<Rows::const_iterator, Rows::const_iterator>> fronts;
        for (const auto& [length_class, rows] : classes_)
            if (const auto it = rows.upper_bound(Moment{from, ordinal}); it != rows.end() && (*it)->placed_at < to)
                fronts.emplace_back(it, rows.end());
        while (!fronts.empty()) {
            auto least = fronts.begin();
            for (auto front = fronts.begin(); front != fronts.end(); ++front)
                if (ByStart::of(*front->first) < ByStart::of(*least->first)) least = front;
            if (!visit(**least->first)) return;
            if (++least->first == least->second || (*least->first)->placed_at >= to) fronts.erase(least);
        }
    }
    /// The first start at `from` or later.
    std::optional<Seconds> next_start(Seconds from) const {
        std::optional<Seconds> first;
        for (const auto& [length_class, rows] : classes_)
            if (const auto it = rows.lower_bound(Moment{from, 0}); it != rows.end())
                if (!first || (*it)->placed_at < *first) first = (*it)->placed_at;
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
