#pragma once
// What a calendar holds of an event: its row, and the rows by event id.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/container/btree_set.h>

#include "fakes/google/event.hpp"

namespace fakes::google {

/// One row of one calendar: a single event, a series master, or an exception of a series.
struct Row {
    /// Of an exception: which occurrence it is, and its id.
    struct Occurrence {
        Slot slot = no_slot;
        std::string id;
    };

    static constexpr std::uint8_t not_placed = 255;

    Meeting* meeting = nullptr;
    std::uint64_t ordinal = 0;  // place in listings, for life; service-wide, so it also keys cached renderings
    std::uint64_t change = 0;   // service-wide number of the last change
    std::uint64_t etag = 0;     // twice the microseconds of the last change, or a little more
    Seconds placed_at{};        // in the index by time,
    std::uint8_t placed_class = not_placed;  // and in which part of it
    bool removed = false;  // the owner of this calendar threw this copy away
    bool gone = false;     // cancelled as seen from this calendar
    Rare<Own> own;
    std::unique_ptr<const Occurrence> occurrence;  // nullptr: a single event or a series master

    Instant updated() const { return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(etag / 2000)}}; }
    Slot slot() const { return occurrence ? occurrence->slot : no_slot; }
    std::string_view id() const { return occurrence ? std::string_view(occurrence->id) : std::string_view(meeting->id); }
};

/// A calendar's rows by event id; they never move.
class Rows {
  public:
    Row* find(std::string_view id) const {
        const auto it = rows_.find(id);
        return it == rows_.end() ? nullptr : it->get();
    }
    /// The row of this very meeting: another one may have the id on this calendar.
    Row* of(const Meeting& meeting, std::string_view id) const {
        Row* row = find(id);
        return row != nullptr && row->meeting == &meeting ? row : nullptr;
    }
    bool contains(std::string_view id) const { return rows_.contains(id); }
    Row& add(std::unique_ptr<Row> row) { return **rows_.insert(std::move(row)).first; }
    std::vector<Row*> beginning_with(std::string_view text) const {
        std::vector<Row*> found;
        for (auto it = rows_.lower_bound(text); it != rows_.end() && (*it)->id().starts_with(text); ++it) found.push_back(it->get());
        return found;
    }

  private:
    struct ById {
        using is_transparent = void;
        bool operator()(const std::unique_ptr<Row>& a, const std::unique_ptr<Row>& b) const { return a->id() < b->id(); }
        bool operator()(const std::unique_ptr<Row>& a, std::string_view b) const { return a->id() < b; }
        bool operator()(std::string_view a, const std::unique_ptr<Row>& b) const { return a < b->id(); }
    };
    absl::btree_set<std::unique_ptr<Row>, ById> rows_;
};

}  // namespace fakes::google
