#pragma once
// The occurrences of a series: from start, duration and rules to instants, window by window. Exceptions (moved, changed
// or cancelled occurrences) are the calendars' matter.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fakes/recurrence/rule.hpp"
#include "fakes/recurrence/zones.hpp"

namespace fakes::recurrence {

/// What the start means when it does not match the rule (RFC 5545 3.8.5.3 leaves that undefined).
enum class StartReading {
    by_rule,  // Graph, and the bare rule: the first occurrence is the first hit on or after the start
    counts,   // Google: the start is always the first occurrence and COUNT counts it
    added,    // the start is always an occurrence, COUNT does not count it
};

struct SeriesStart {
    LocalTime start{};           // wall clock in `zone`; midnight when all-day
    const Zone* zone = nullptr;  // never null
    bool all_day = false;
    std::chrono::seconds duration{};  // elapsed time when timed; whole days (86 400 s each) of the calendar when all-day
    StartReading reading = StartReading::by_rule;
};

struct Occurrence {
    LocalTime original{};  // wall clock by the rule, in the zone of the series; inside a gap it names no real time
    Instant start{};
    Instant end{};
    bool operator==(const Occurrence&) const = default;
};

enum class Match {
    overlaps,  // start < to and end > from; one without length: from <= start < to
    starts,    // from <= start < to
};

struct Limits {
    std::uint32_t steps = 200'000;   // days, periods and candidates looked at, per rule
    std::uint32_t results = 10'000;  // occurrences given
};

enum class LimitHit { none, steps, results };
std::string_view name_of(LimitHit limit);

struct Expansion {
    std::vector<Occurrence> occurrences;  // by start; no instant twice
    LimitHit limit = LimitHit::none;      // not none: the list may be short
};

/// A series ready to be asked. A value: copies share what was prepared.
class Series {
  public:
    Series() = default;  // no occurrences at all
    Series(const SeriesStart& start, const RuleSet& rules);
    Series(const SeriesStart& start, const Rule& rule);

    Expansion within(Instant from, Instant to, Match match = Match::overlaps, Limits limits = {}) const;
    /// Does any occurrence overlap [from, to)?
    bool any_within(Instant from, Instant to) const;
    /// The occurrence whose original start is this wall time, if the rules give one there.
    std::optional<Occurrence> at(LocalTime original) const;
    /// The occurrence that starts at this instant by the rules.
    std::optional<Occurrence> starting_at(Instant start) const;
    /// The occurrence on this local date (Exchange never has two on one day); the earliest if there are several.
    std::optional<Occurrence> on(Date date) const;
    /// The first occurrence that starts at `from` or later.
    std::optional<Occurrence> first_from(Instant from) const;
    std::optional<Occurrence> first() const;
    /// The last occurrence; empty for an endless series, or when a limit was hit on the way.
    std::optional<Occurrence> last() const;
    /// No RRULE that lacks both COUNT and UNTIL.
    bool endless() const;

    const SeriesStart& start() const;

  private:
    struct Prepared;
    std::shared_ptr<const Prepared> prepared_;
};

/// Elapsed or calendar duration from two wall times in the zone (all-day: whole days).
std::chrono::seconds duration_between(LocalTime start, LocalTime end, const Zone& zone, bool all_day);
/// Wall end of an occurrence that starts at `original`.
Instant end_of(const SeriesStart& series, LocalTime original, Instant start);

}  // namespace fakes::recurrence
