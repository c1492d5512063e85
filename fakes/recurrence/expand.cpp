#include "fakes/recurrence/expand.hpp"

#include <algorithm>

#include "fakes/recurrence/walk.hpp"

namespace fakes::recurrence {

using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

// No zone is further from UTC, and no gap moves a time further, than this.
constexpr std::int64_t zone_slack = 26 * 3600;
constexpr std::size_t enough_to_exclude_from = 10'000;
constexpr std::int64_t earliest = -62'135'596'800;  // 0001-01-01T00:00:00Z

std::int64_t count_of(LocalTime local) { return local.time_since_epoch().count(); }
LocalTime local_of(std::int64_t wall) { return LocalTime(seconds(wall)); }
sys_seconds utc_of(std::int64_t second) { return sys_seconds(seconds(second)); }
std::int64_t floor_seconds(Instant instant) {
    return std::chrono::floor<seconds>(instant).time_since_epoch().count();
}

struct Fixed {
    std::int64_t utc;   // start, seconds
    std::int64_t wall;  // on the series' clock
    auto operator<=>(const Fixed&) const = default;
};

}  // namespace

struct Series::Prepared {
    SeriesStart start;
    std::int64_t start_utc = 0;
    bool start_always = false;  // the start is an occurrence whatever the rules say
    std::vector<PreparedRule> rules;
    std::vector<PreparedRule> excluding;
    std::vector<Fixed> dates;                  // RDATE, ascending
    std::vector<std::int64_t> excluded;        // EXDATE: instants, seconds
    std::vector<std::int64_t> excluded_days;   // EXDATE;VALUE=DATE of a series with times: local days

    std::int64_t utc_at(std::int64_t wall) const {
        return start.zone->to_utc(local_of(wall)).time_since_epoch().count();
    }
    /// The instants of a list. `dates_on_time`: a bare date means the start's time on that day.
    void read_list(const DateList& list, std::vector<Fixed>& into) const {
        const Zone* zone = Zone::find(list.zone, start.zone);
        if (zone == nullptr) zone = start.zone;
        for (const LocalTime time : list.times) {
            const std::int64_t at = count_of(time);
            std::int64_t wall = at;
            if (start.all_day || list.kind == Until::Kind::date) {
                // Dates of all-day series are compared as they stand; a date given to a series with times takes them.
                wall = floor_div(at, day_seconds) * day_seconds;
                if (!start.all_day) wall += count_of(start.start) - floor_div(count_of(start.start), day_seconds) * day_seconds;
                into.push_back({utc_at(wall), wall});
                continue;
            }
            const sys_seconds utc = list.kind == Until::Kind::utc ? utc_of(at) : zone->to_utc(time);
            if (list.kind == Until::Kind::utc || zone != start.zone) wall = count_of(start.zone->to_local(utc));
            into.push_back({utc.time_since_epoch().count(), wall});
        }
    }
    bool is_excluded(std::int64_t utc, std::int64_t wall) const {
        return std::binary_search(excluded.begin(), excluded.end(), utc) ||
               (!excluded_days.empty() &&
                std::binary_search(excluded_days.begin(), excluded_days.end(), floor_div(wall, day_seconds)));
    }
    bool endless() const {
        return std::any_of(rules.begin(), rules.end(),
                           [](const PreparedRule& rule) { return !rule.counted && rule.until_wall == no_wall; });
    }
};

namespace {

/// Whether a rule gives anything at all in the walked range.
class Any final : public Visitor {
  public:
    bool take(std::int64_t) override {
        seen = true;
        return false;
    }
    bool seen = false;
};

/// One question to a series.
struct Query {
    Instant from{};
    Instant to{};
    Match match = Match::overlaps;
    std::size_t most = 0;     // results per source
    bool last_only = false;   // keep the latest instead of collecting
};

}  // namespace

Instant end_of(const SeriesStart& series, LocalTime original, Instant start) {
    if (!series.all_day) return start + series.duration;
    return series.zone->to_utc(original + series.duration);
}

seconds duration_between(LocalTime start, LocalTime end, const Zone& zone, bool all_day) {
    using std::chrono::days;
    if (all_day) return std::max<seconds>(seconds(0), std::chrono::floor<days>(end) - std::chrono::floor<days>(start));
    return std::max(seconds(0), zone.to_utc(end) - zone.to_utc(start));
}

std::string_view name_of(LimitHit limit) {
    switch (limit) {
        case LimitHit::none: return "none";
        case LimitHit::steps: return "recurrence steps";
        case LimitHit::results: return "recurrence results";
    }
    return "none";
}

namespace {

/// Turns wall times into occurrences of the window.
template <class Prepared>
class Collector final : public Visitor {
  public:
    Collector(const Prepared& series, const Query& query) : series_(series), query_(query) {}

    void follow(const PreparedRule& rule) {
        rule_ = &rule;
        taken_ = 0;
    }
    bool take(std::int64_t wall) override {
        const std::int64_t utc = series_.utc_at(wall);
        if (rule_ != nullptr && utc > rule_->until_utc) return true;  // the walk's own bound ends it
        return add(utc, wall);
    }
    bool add(std::int64_t utc, std::int64_t wall) {
        const Instant start = utc_of(utc);
        if (start >= query_.to) return true;
        Instant end = start;
        if (query_.match == Match::starts) {
            if (start < query_.from) return true;
            end = end_of(series_.start, local_of(wall), start);
        } else {
            end = end_of(series_.start, local_of(wall), start);
            if (end <= query_.from && !(start == end && start == query_.from)) return true;
        }
        if (series_.is_excluded(utc, wall)) return true;
        const Occurrence occurrence{local_of(wall), start, end};
        if (query_.last_only) {
            if (found.empty()) found.push_back(occurrence);
            else if (found.front().start < start) found.front() = occurrence;
            return true;
        }
        found.push_back(occurrence);
        return ++taken_ < query_.most;
    }

    std::vector<Occurrence> found;

  private:
    const Prepared& series_;
    const Query& query_;
    const PreparedRule* rule_ = nullptr;
    std::size_t taken_ = 0;
};

/// Collects the instants an EXRULE takes out.
template <class Prepared>
class Excluder final : public Visitor {
  public:
    Excluder(const Prepared& series, const PreparedRule& rule, std::vector<std::int64_t>& into, std::size_t most)
        : series_(series), rule_(rule), into_(into), most_(most) {}
    bool take(std::int64_t wall) override {
        const std::int64_t utc = series_.utc_at(wall);
        if (utc <= rule_.until_utc) into_.push_back(utc);
        if (into_.size() < most_) return true;
        overflow = true;
        return false;
    }
    bool overflow = false;

  private:
    const Prepared& series_;
    const PreparedRule& rule_;
    std::vector<std::int64_t>& into_;
    std::size_t most_;
};

/// Wall times whose instants may lie at `utc` or later (sign -1) or before it (sign +1). Exact while no clock changes
/// near; next to a change a gap can shift a time, and a day or more is allowed for that.
std::int64_t wall_edge(const Zone& zone, std::int64_t utc, int sign) {
    const std::int64_t before = zone.offset_at(utc_of(utc - zone_slack)).count();
    const std::int64_t after = zone.offset_at(utc_of(utc + zone_slack)).count();
    return before == after ? utc + before : utc + sign * zone_slack;
}

void note(LimitHit hit, LimitHit& limit) {
    if (limit == LimitHit::none) limit = hit;
}

/// EXRULE: `answer` is sorted by start.
template <class Prepared>
void apply_excluding_rules(const Prepared& series, const Limits& limits, Expansion& answer) {
    auto& found = answer.occurrences;
    if (found.empty()) return;
    const std::int64_t from = count_of(found.front().original) - zone_slack;
    const std::int64_t to = count_of(found.back().original) + zone_slack;
    std::vector<std::int64_t> ruled_out;
    for (const PreparedRule& rule : series.excluding) {
        Excluder excluder(series, rule, ruled_out, ruled_out.size() + 10 * enough_to_exclude_from);
        note(walk(rule, from, to, limits.steps, excluder), answer.limit);
        if (excluder.overflow) note(LimitHit::results, answer.limit);
    }
    sort_unique(ruled_out);
    std::erase_if(found, [&](const Occurrence& occurrence) {
        return std::binary_search(ruled_out.begin(), ruled_out.end(), floor_seconds(occurrence.start));
    });
}

template <class Prepared>
Expansion ask(const Prepared& series, Query query, const Limits& limits) {
    Expansion answer;
    query.from = std::clamp(query.from, Instant(utc_of(earliest)), Instant(utc_of(last_wall)));
    query.to = std::clamp(query.to, Instant(utc_of(earliest)), Instant(utc_of(last_wall)));
    if (query.from >= query.to) return answer;
    const bool last_only = query.last_only;
    query.most = std::size_t{limits.results} + 1;
    if (!series.excluding.empty()) {
        // What an EXRULE takes out is known only afterwards: collect enough to have some left.
        query.most = std::max(query.most, enough_to_exclude_from);
        query.last_only = false;
    }
    const std::int64_t length = query.match == Match::overlaps ? series.start.duration.count() : 0;
    const Zone& zone = *series.start.zone;
    const std::int64_t begin = floor_seconds(query.from);
    const std::int64_t from = series.start.all_day ? wall_edge(zone, begin, -1) - length : wall_edge(zone, begin - length, -1);
    const std::int64_t to = wall_edge(zone, floor_seconds(query.to), +1);

    Collector collector(series, query);
    if (series.start_always) collector.add(series.start_utc, count_of(series.start.start));
    for (auto date = std::lower_bound(series.dates.begin(), series.dates.end(), Fixed{begin - length - zone_slack, earliest});
         date != series.dates.end() && date->utc < floor_seconds(query.to) + 1; ++date)
        collector.add(date->utc, date->wall);
    for (const PreparedRule& rule : series.rules) {
        collector.follow(rule);
        note(walk(rule, from, to, limits.steps, collector), answer.limit);
    }

    answer.occurrences = std::move(collector.found);
    auto& found = answer.occurrences;
    // A gap can put a shifted time after the next one, and two sources can give the same instant.
    const auto before = [](const Occurrence& a, const Occurrence& b) {
        return a.start != b.start ? a.start < b.start : a.original < b.original;
    };
    if (!std::is_sorted(found.begin(), found.end(), before)) std::sort(found.begin(), found.end(), before);
    found.erase(std::unique(found.begin(), found.end(),
                            [](const Occurrence& a, const Occurrence& b) { return a.start == b.start; }),
                found.end());
    if (!series.excluding.empty()) {
        const bool cut = found.size() >= query.most;
        apply_excluding_rules(series, limits, answer);
        if (cut) note(LimitHit::results, answer.limit);
        if (last_only && !found.empty()) found.erase(found.begin(), found.end() - 1);
    }
    if (found.size() > limits.results) {
        found.resize(limits.results);
        answer.limit = LimitHit::results;
    }
    return answer;
}

std::optional<Occurrence> first_of(Expansion&& expansion) {
    if (expansion.occurrences.empty()) return std::nullopt;
    return expansion.occurrences.front();
}

}  // namespace

Series::Series(const SeriesStart& start, const Rule& rule) : Series(start, RuleSet{{rule}, {}, {}, {}}) {}

Series::Series(const SeriesStart& start, const RuleSet& set) {
    auto ready = std::make_shared<Prepared>();
    ready->start = start;
    if (ready->start.zone == nullptr) ready->start.zone = &Zone::utc();
    if (start.all_day) ready->start.start = std::chrono::floor<std::chrono::days>(start.start);
    ready->start.duration = std::max(seconds(0), start.duration);
    const LocalTime from = ready->start.start;
    const std::int64_t wall = count_of(from);
    ready->start_utc = ready->utc_at(wall);
    // Without a rule the start is an occurrence in any reading (RFC 5545 3.8.5.1).
    ready->start_always = start.reading != StartReading::by_rule || set.rules.empty();
    for (const Rule& rule : set.rules) {
        PreparedRule prepared = prepare(rule, from, start.all_day, *ready->start.zone);
        if (start.reading == StartReading::counts && prepared.counted && prepared.count > 0) {
            Any any;
            walk(prepared, wall, wall, Limits{}.steps, any);
            if (!any.seen) --prepared.count;
        }
        ready->rules.push_back(std::move(prepared));
    }
    for (const Rule& rule : set.excluding_rules)
        ready->excluding.push_back(prepare(rule, from, start.all_day, *ready->start.zone));
    for (const DateList& list : set.dates) ready->read_list(list, ready->dates);
    sort_unique(ready->dates);
    for (const DateList& list : set.excluded) {
        if (list.kind == Until::Kind::date && !start.all_day) {
            for (const LocalTime day : list.times) ready->excluded_days.push_back(floor_div(count_of(day), day_seconds));
            continue;
        }
        std::vector<Fixed> instants;
        ready->read_list(list, instants);
        for (const Fixed& instant : instants) ready->excluded.push_back(instant.utc);
    }
    sort_unique(ready->excluded);
    sort_unique(ready->excluded_days);
    prepared_ = std::move(ready);
}

const SeriesStart& Series::start() const {
    static const SeriesStart none{};
    return prepared_ ? prepared_->start : none;
}

Expansion Series::within(Instant from, Instant to, Match match, Limits limits) const {
    return prepared_ ? ask(*prepared_, {from, to, match}, limits) : Expansion{};
}

bool Series::any_within(Instant from, Instant to) const {
    return !within(from, to, Match::overlaps, {.results = 1}).occurrences.empty();
}

std::optional<Occurrence> Series::at(LocalTime original) const {
    if (!prepared_) return std::nullopt;
    const auto found = starting_at(prepared_->start.zone->to_utc(original));
    return found && found->original == original ? found : std::nullopt;
}

std::optional<Occurrence> Series::starting_at(Instant start) const {
    return first_of(within(start, start + std::chrono::milliseconds(1), Match::starts));
}

std::optional<Occurrence> Series::on(Date date) const {
    if (!prepared_ || !date.ok()) return std::nullopt;
    const std::chrono::local_days day(date);
    const Instant begin = prepared_->start.zone->to_utc(LocalTime(day));
    // A gap over midnight can move an occurrence of this date past the end of the day, never before its begin.
    const Expansion around = within(begin - std::chrono::hours(1), begin + seconds(day_seconds + zone_slack), Match::starts);
    for (const Occurrence& occurrence : around.occurrences)
        if (std::chrono::floor<std::chrono::days>(occurrence.original) == day) return occurrence;
    return std::nullopt;
}

std::optional<Occurrence> Series::first_from(Instant from) const {
    return first_of(within(from, Instant::max(), Match::starts, {.results = 1}));
}

std::optional<Occurrence> Series::first() const {
    return first_from(Instant::min());
}

std::optional<Occurrence> Series::last() const {
    if (!prepared_ || prepared_->endless()) return std::nullopt;
    Query query{Instant::min(), Instant::max(), Match::starts};
    query.last_only = true;
    // Without COUNT the last occurrence stands close before the latest UNTIL, as a rule.
    std::int64_t until = earliest;
    bool counted = false;
    for (const PreparedRule& rule : prepared_->rules) {
        counted = counted || rule.counted;
        until = std::max(until, std::min(rule.until_wall, last_wall));
    }
    if (!counted && until > earliest) {
        Query near_end = query;
        near_end.from = Instant(utc_of(until - 400 * day_seconds));
        Expansion tail = ask(*prepared_, near_end, {});
        if (tail.limit == LimitHit::none && !tail.occurrences.empty()) return tail.occurrences.front();
    }
    Expansion all = ask(*prepared_, query, {});
    return all.limit == LimitHit::none ? first_of(std::move(all)) : std::nullopt;
}

bool Series::endless() const { return prepared_ && prepared_->endless(); }

}  // namespace fakes::recurrence
