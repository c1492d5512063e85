// Every vector, from the repository and, where they lie beside it, from the larger sets. A case counts as right when the
// expected list comes out, for disputed cases also the alternative the vector names.
#include "tests/recurrence/vectors.hpp"

namespace {

using namespace fakes::recurrence;
using fakes::Instant;
using vectors::digits;
using vectors::json;
using vectors::strings;
using vectors::text;
using vectors::utc;

struct Tally {
    int right = 0;
    std::vector<std::string> wrong;

    void check(const std::string& id, const std::string& what, const std::vector<std::string>& got,
               const std::vector<std::string>& expected, const std::vector<std::string>& alternative = {}) {
        if (got == expected || (!alternative.empty() && got == alternative)) {
            ++right;
            return;
        }
        wrong.push_back(id + " " + what + "\n  expected " + json(expected).dump() + "\n  got      " + json(got).dump());
    }
    void expect_all(std::size_t cases) const {
        std::string first;
        for (std::size_t i = 0; i < wrong.size() && i < 8; ++i) first += wrong[i] + "\n";
        EXPECT_EQ(wrong.size(), 0u) << right << " right\n" << first;
        EXPECT_GE(static_cast<std::size_t>(right) + wrong.size(), cases) << "cases were left out";
        EXPECT_GT(right, 0);
    }
};

std::string rules_of(const json& vector) {
    return vector["dtstart"].get<std::string>() + " " + vector["tzid"].get<std::string>() + " " + vector["rrule"].dump() +
           (vector.contains("exdate") ? vector["exdate"].dump() + vector["rdate"].dump() : "");
}

bool read_series(const json& vector, StartReading reading, Series& series, std::string& refusal) {
    std::vector<std::string> lines;
    for (const std::string& rule : strings(vector["rrule"])) lines.push_back("RRULE:" + rule);
    for (const char* name : {"exdate", "rdate"})
        if (vector.contains(name))
            for (const std::string& line : strings(vector[name])) lines.push_back(line);
    RuleSet set;
    if (const auto refused = parse_lines(lines, set)) {
        refusal = refused->reason;
        return false;
    }
    RuleSet again;
    if (parse_lines(lines_of(set), again) || !(again == set)) {
        refusal = "the canonical text reads differently";
        return false;
    }
    SeriesStart start;
    start.start = digits(vector["dtstart"]);
    start.zone = Zone::find(vector["tzid"].get<std::string>());
    start.all_day = vector["allDay"];
    start.duration = start.all_day ? std::chrono::seconds(86'400) : std::chrono::minutes(30);
    start.reading = reading;
    series = Series(start, set);
    return start.zone != nullptr;
}

std::vector<std::string> starts_of(const json& vector, const Series& series) {
    const json& window = vector["window"];
    const bool all_day = vector["allDay"];
    const Zone& zone = *series.start().zone;
    const auto edge = [&](const char* name) {
        const std::string at = window[name];
        return all_day ? Instant(zone.to_utc(digits(at))) : utc(at);
    };
    std::vector<std::string> starts;
    const Expansion expansion = series.within(edge("start"), edge("end"), Match::starts);
    for (const Occurrence& occurrence : expansion.occurrences) {
        starts.push_back(all_day ? text(occurrence.original).substr(0, 10) : text(occurrence.start));
        // The questions a calendar asks of single occurrences agree with the list; the ends of it stand for the rest.
        if (&occurrence != &expansion.occurrences.front() && &occurrence != &expansion.occurrences.back()) continue;
        EXPECT_TRUE(series.any_within(occurrence.start, occurrence.end)) << vector["id"];
        EXPECT_EQ(series.starting_at(occurrence.start), occurrence) << vector["id"];
        EXPECT_EQ(series.at(occurrence.original), occurrence) << vector["id"];
    }
    if (expansion.limit != LimitHit::none) starts.push_back(std::string("limit: ") + std::string(name_of(expansion.limit)));
    return starts;
}

void check_recurrence(const json& file) {
    Tally tally;
    for (const json& vector : file["cases"]) {
        Series series;
        std::string refusal;
        if (!read_series(vector, StartReading::by_rule, series, refusal)) {
            tally.wrong.push_back(vector["id"].get<std::string>() + " " + rules_of(vector) + ": " + refusal);
            continue;
        }
        const json& alternative = vector.value("expectedIfGapInstancesIgnored", json::array());
        tally.check(vector["id"], rules_of(vector), starts_of(vector, series),
                    strings(vector["allDay"] ? vector["expectedDates"] : vector["expected"]), strings(alternative));
        // Every one of these starts on its rule: the other readings of the start change nothing, unless the first
        // instance is excluded.
        for (const StartReading reading : {StartReading::counts, StartReading::added}) {
            Series other;
            if (read_series(vector, reading, other, refusal))
                tally.check(vector["id"], rules_of(vector) + " (start always)", starts_of(vector, other),
                            starts_of(vector, series));
        }
    }
    tally.expect_all(file["cases"].size());
}

/// Graph leaves out or nulls what it does not use.
std::string text_or(const json& object, const char* name, const std::string& otherwise) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? otherwise : found->get<std::string>();
}

void check_graph(const json& file) {
    Tally tally;
    for (const json& vector : file["cases"]) {
        const json& pattern = vector["pattern"];
        const json& range = vector["range"];
        const json& event = vector["event"];
        PatternedRecurrence recurrence;
        recurrence.pattern.type = pattern_type(pattern["type"].get<std::string>()).value();
        recurrence.pattern.interval = pattern["interval"];
        recurrence.pattern.month = pattern.value("month", 0);
        recurrence.pattern.day_of_month = pattern.value("dayOfMonth", 0);
        for (const std::string& day : strings(pattern.value("daysOfWeek", json())))
            recurrence.pattern.days_of_week.push_back(weekday_named(day).value());
        recurrence.pattern.first_day_of_week = weekday_named(text_or(pattern, "firstDayOfWeek", "sunday")).value();
        recurrence.pattern.index = week_index(text_or(pattern, "index", "first")).value();
        const auto date = [&](const char* name) {
            return fakes::Date(std::chrono::floor<std::chrono::days>(digits(text_or(range, name, "0001-01-01"))));
        };
        recurrence.range.type = range_type(range["type"].get<std::string>()).value();
        recurrence.range.start_date = date("startDate");
        recurrence.range.end_date = date("endDate");
        recurrence.range.number_of_occurrences = range.value("numberOfOccurrences", 0);
        if (const auto refused = validate(recurrence)) ADD_FAILURE() << vector["id"] << ": " << refused->reason;

        const json& named = event["start"]["timeZone"];
        const Zone* event_zone = Zone::find(named.get<std::string>());
        const Zone* original = Zone::find(text_or(event, "originalStartTimeZone", ""), event_zone);
        const Zone* zone = Zone::find(text_or(range, "recurrenceTimeZone", ""), original);
        ASSERT_NE(zone, nullptr) << vector["id"];
        EXPECT_EQ(zone->iana(), vector["effectiveZone"].get<std::string>()) << vector["id"];
        const auto start_utc = event_zone->to_utc(digits(event["start"]["dateTime"]));
        const auto end_utc = event_zone->to_utc(digits(event["end"]["dateTime"]));
        const LocalTime wall = zone->to_local(start_utc);
        SeriesStart start;
        start.all_day = event["isAllDay"];
        start.start = std::chrono::local_days(recurrence.range.start_date) + (wall - std::chrono::floor<std::chrono::days>(wall));
        start.zone = zone;
        start.duration = duration_between(wall, zone->to_local(end_utc), *zone, start.all_day);
        const Series series(start, rule_of(recurrence));
        std::vector<std::string> got, expected;
        for (const Occurrence& occurrence :
             series.within(utc(vector["window"]["startDateTime"]), utc(vector["window"]["endDateTime"])).occurrences)
            got.push_back(text(occurrence.start) + "/" + text(occurrence.end));
        for (const json& row : vector["expected"])
            expected.push_back(row["start"].get<std::string>() + "/" + row["end"].get<std::string>());
        tally.check(vector["id"], pattern.dump() + range.dump(), got, expected);
    }
    tally.expect_all(file["cases"].size());
}

void check_zones(const json& file) {
    Tally tally;
    for (const auto& [windows, territories] : file["mapping"].items()) {
        const std::string iana = territories["001"][0];
        const Zone* zone = Zone::find(windows);
        ASSERT_NE(zone, nullptr) << windows;
        EXPECT_EQ(zone->iana(), iana) << windows;
        EXPECT_EQ(windows_for_iana(iana), windows) << iana;
        for (const auto& [territory, zones] : territories.items())
            for (const std::string& name : strings(zones)) EXPECT_EQ(windows_for_iana(name), windows) << name;
    }
    for (const json& vector : file["conversions"]) {
        const Zone* zone = Zone::find(vector["zone"].get<std::string>());
        ASSERT_NE(zone, nullptr) << vector["zone"];
        const Resolved resolved = zone->resolve(digits(vector["local"]));
        const char* kind = resolved.kind == WallKind::gap ? "gap" : resolved.kind == WallKind::overlap ? "overlap" : "normal";
        tally.check(vector["id"], vector["zone"].get<std::string>() + " " + vector["local"].get<std::string>(),
                    {text(Instant(resolved.utc)), kind}, {vector["expectedUtc"], vector["kind"]});
    }
    tally.expect_all(file["conversions"].size());
}

TEST(Vectors, RecurrenceRulesAgree) { check_recurrence(vectors::load(vectors::here("recurrence-vectors.json"))); }
TEST(Vectors, GraphPatternsAgree) { check_graph(vectors::load(vectors::here("graph-recurrence-vectors.json"))); }
TEST(Vectors, ZonesAgree) { check_zones(vectors::load(vectors::here("windows-zones.json"))); }

TEST(LargerVectors, RecurrenceRulesAgree) {
    const json file = vectors::load(vectors::beside("recurrence-vectors.json"));
    if (file.is_null()) GTEST_SKIP() << "the larger set of rules is not beside the repository";
    check_recurrence(file);
}

TEST(LargerVectors, GraphPatternsAgree) {
    const json file = vectors::load(vectors::beside("graph-recurrence-vectors.json"));
    if (file.is_null()) GTEST_SKIP() << "the larger set of patterns is not beside the repository";
    check_graph(file);
}

TEST(LargerVectors, ZonesAgree) {
    const json file = vectors::load(vectors::beside("windows-zones.json"));
    if (file.is_null()) GTEST_SKIP() << "the larger set of zones is not beside the repository";
    check_zones(file);
}

TEST(LargerVectors, AStartOffItsRuleIsReadInThreeWays) {
    const json file = vectors::load(vectors::beside("recurrence-unsynced.json"));
    if (file.is_null()) GTEST_SKIP() << "the set of starts off their rule is not beside the repository";
    Tally tally;
    for (const json& vector : file["cases"]) {
        for (const auto& [reading, name] : {std::pair{StartReading::by_rule, "expectedRuleOnly"},
                                            {StartReading::counts, "expectedDtstartFirstAndCounted"},
                                            {StartReading::added, "expectedDtstartAddedNotCounted"}}) {
            Series series;
            std::string refusal;
            if (!read_series(vector, reading, series, refusal)) {
                tally.wrong.push_back(vector["id"].get<std::string>() + " " + rules_of(vector) + ": " + refusal);
                break;
            }
            tally.check(vector["id"], rules_of(vector) + " " + name, starts_of(vector, series), strings(vector[name]));
        }
    }
    tally.expect_all(file["cases"].size());
}

}  // namespace
