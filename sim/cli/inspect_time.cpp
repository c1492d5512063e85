// Occurrences of a Graph or Google event in a window, and local times in zones.
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "fakes/recurrence/expand.hpp"
#include "sim/cli/inspect.hpp"
#include "sim/cli/json_members.hpp"

namespace sim {
namespace {

using Json = nlohmann::ordered_json;
using namespace fakes::recurrence;
using fakes::Instant;

struct Digits {
    LocalTime local{};
    bool has_time = false;
    std::optional<std::chrono::seconds> offset;  // set when the text says one
};

/// "2026-03-02", "2026-03-02T09:00[:00[.fraction]]", with Z, an offset, or neither; "20260302T090000Z" too.
Digits parse_digits(const std::string& text, const char* name) {
    const auto fail = [&]() -> InspectError {
        return InspectError(std::string("\"") + name + "\": " + text + " is no date or date-time (2026-03-02T09:00:00, with Z or an offset where an instant is meant)");
    };
    std::string packed;
    std::size_t i = 0;
    for (; i < text.size() && packed.size() < 8; ++i)
        if (text[i] >= '0' && text[i] <= '9') packed += text[i];
        else if (text[i] != '-') throw fail();
    int year = 0, month = 0, day = 0;
    if (packed.size() != 8 || std::sscanf(packed.c_str(), "%4d%2d%2d", &year, &month, &day) != 3) throw fail();
    const fakes::Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) throw fail();
    Digits out;
    out.local = std::chrono::local_days(date);
    if (i == text.size()) return out;
    if (text[i] != 'T' && text[i] != ' ' && text[i] != 't') throw fail();
    std::string clock;
    for (++i; i < text.size() && clock.size() < 6; ++i)
        if (text[i] >= '0' && text[i] <= '9') clock += text[i];
        else if (text[i] != ':') break;
    if (clock.size() != 4 && clock.size() != 6) throw fail();
    clock.resize(6, '0');
    int hour = 0, minute = 0, second = 0;
    if (std::sscanf(clock.c_str(), "%2d%2d%2d", &hour, &minute, &second) != 3 || hour > 23 || minute > 59 || second > 60) throw fail();
    out.local += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
    out.has_time = true;
    if (i < text.size() && text[i] == '.')
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9';) ++i;
    if (i == text.size()) return out;
    if (text[i] == 'Z' || text[i] == 'z') {
        out.offset = std::chrono::seconds(0);
        if (i + 1 != text.size()) throw fail();
        return out;
    }
    int offset_hours = 0, offset_minutes = 0;
    if ((text[i] != '+' && text[i] != '-') || std::sscanf(text.c_str() + i + 1, "%2d:%2d", &offset_hours, &offset_minutes) != 2 || text.size() != i + 6) throw fail();
    if (offset_hours < 0 || offset_hours > 15 || offset_minutes < 0 || offset_minutes > 59) throw fail();
    const std::chrono::seconds size = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
    out.offset = text[i] == '-' ? -size : size;
    return out;
}

std::string local_text(LocalTime local, bool all_day) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    char text[40];
    if (all_day) std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    else
        std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return text;
}

std::string utc_text(Instant at) {
    return local_text(LocalTime(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch()), false) + "Z";
}

Instant instant_of(const Json& value, const char* name) {
    const Digits digits = parse_digits(text_of(value, name), name);
    return Instant(digits.local.time_since_epoch() - digits.offset.value_or(std::chrono::seconds(0)));
}

const Zone& zone_of(const std::string& name, const Zone* fallback) {
    const Zone* zone = Zone::find(name, fallback);
    if (zone == nullptr) throw InspectError("unknown time zone \"" + name + "\": an IANA name (Europe/Warsaw) or a Windows name (Central European Standard Time)");
    return *zone;
}

std::chrono::weekday weekday_of(const Json& value) {
    const auto day = weekday_named(text_of(value, "daysOfWeek"));
    if (!day) throw InspectError("unknown day of the week " + value.dump());
    return *day;
}

PatternedRecurrence patterned(const Json& pattern, const Json& range) {
    PatternedRecurrence out;
    const auto type = pattern_type(text_member(pattern, "type"));
    if (!type) throw InspectError("unknown pattern type " + pattern["type"].dump());
    out.pattern.type = *type;
    out.pattern.interval = whole_or(pattern, "interval", 1);
    out.pattern.month = whole_or(pattern, "month", 0);
    out.pattern.day_of_month = whole_or(pattern, "dayOfMonth", 0);
    if (const auto days = pattern.find("daysOfWeek"); days != pattern.end() && !days->is_null())
        for (const std::string& day : texts_of(*days, "daysOfWeek")) out.pattern.days_of_week.push_back(weekday_of(day));
    if (const auto first = pattern.find("firstDayOfWeek"); first != pattern.end() && !first->is_null()) out.pattern.first_day_of_week = weekday_of(*first);
    if (const auto index = pattern.find("index"); index != pattern.end() && !index->is_null()) {
        const auto known = week_index(text_of(*index, "index"));
        if (!known) throw InspectError("unknown week index " + index->dump());
        out.pattern.index = *known;
    }
    const auto range_kind = range_type(text_member(range, "type"));
    if (!range_kind) throw InspectError("unknown range type " + range["type"].dump());
    out.range.type = *range_kind;
    const auto date = [&](const char* name) {
        const Digits digits = parse_digits(text_member(range, name), name);
        return fakes::Date(std::chrono::floor<std::chrono::days>(digits.local));
    };
    out.range.start_date = date("startDate");
    if (!text_or(range, "endDate", "").empty()) out.range.end_date = date("endDate");
    out.range.zone = text_or(range, "recurrenceTimeZone", "");
    out.range.number_of_occurrences = whole_or(range, "numberOfOccurrences", 0);
    return out;
}

void check_order(LocalTime from, LocalTime to) {
    if (to < from) throw InspectError("the event ends before it starts");
}

Series graph_series(const Json& event, const Json& recurrence) {
    const PatternedRecurrence parsed = patterned(object_member(recurrence, "pattern"), object_member(recurrence, "range"));
    if (const auto refusal = validate(parsed)) throw InspectError(refusal->reason);
    const Json& start = object_member(event, "start");
    const Json& end = object_member(event, "end");
    // Facts of Graph 8: the zone of the range, else the zone the event was made in, else start.timeZone.
    const std::string start_zone = text_or(start, "timeZone", "UTC");
    const Zone& event_zone = zone_of(start_zone, &Zone::utc());
    const Zone* fallback = &event_zone;
    if (const std::string made_in = text_or(event, "originalStartTimeZone", ""); !made_in.empty()) fallback = &zone_of(made_in, &event_zone);
    const Zone& zone = zone_of(parsed.range.zone, fallback);
    const bool all_day = flag_or_no(event, "isAllDay");
    const LocalTime from = parse_digits(text_member(start, "dateTime"), "dateTime").local;
    const LocalTime to = parse_digits(text_member(end, "dateTime"), "dateTime").local;
    check_order(from, to);
    SeriesStart series;
    series.zone = &zone;
    series.all_day = all_day;
    series.duration = duration_between(from, to, event_zone, all_day);
    // The time of day comes from the event, the day from the range (Graph docs: recurrenceRange.startDate).
    const LocalTime in_zone = all_day || &zone == &event_zone ? from : zone.to_local(event_zone.to_utc(from));  // no detour over UTC: a gap would move the whole series
    series.start = LocalTime(std::chrono::local_days(parsed.range.start_date)) + (in_zone - std::chrono::floor<std::chrono::days>(in_zone));
    series.reading = StartReading::by_rule;
    return Series(series, rule_of(parsed));
}

Series line_series(const std::vector<std::string>& lines, LocalTime from, LocalTime to, const Zone& zone, bool all_day, StartReading reading) {
    RuleSet set;
    if (const auto refusal = parse_lines(lines, set))
        throw InspectError("recurrence line " + std::to_string(refusal->line + 1) + ", byte " + std::to_string(refusal->position + 1) + ": " + refusal->reason);
    SeriesStart series;
    series.start = from;
    series.zone = &zone;
    series.all_day = all_day;
    series.duration = duration_between(from, to, zone, all_day);
    series.reading = reading;
    return Series(series, set);
}

Series google_series(const Json& event, const std::vector<std::string>& lines) {
    const Json& start = object_member(event, "start");
    const Json& end = object_member(event, "end");
    const bool all_day = has_text(start, "date");
    const char* name = all_day ? "date" : "dateTime";
    const Digits from = parse_digits(text_member(start, name), name);
    const Digits to = parse_digits(text_member(end, name), name);
    const Zone& zone = zone_of(text_or(start, "timeZone", "UTC"), &Zone::utc());
    const auto local = [&](const Digits& digits) {
        return digits.offset ? zone.to_local(std::chrono::sys_seconds(digits.local.time_since_epoch() - *digits.offset)) : digits.local;
    };
    if (from.offset && to.offset) check_order(from.local - *from.offset, to.local - *to.offset);
    else check_order(local(from), local(to));
    return line_series(lines, local(from), local(to), zone, all_day || flag_or_no(event, "isAllDay"), StartReading::counts);
}

/// A bare RFC 5545 series: {dtstart, tzid, allDay, rrule[], exdate[], rdate[]}.
Series rfc_series(const Json& event) {
    std::vector<std::string> lines;
    const bool all_day = flag_or_no(event, "allDay");
    const std::string zone_name = text_or(event, "tzid", "UTC");
    const auto add = [&](const char* name, const char* property) {
        if (!event.contains(name)) return;
        for (const std::string& text : texts_of(event[name], name)) {
            std::string head = property;
            if (std::string_view(property) != "RRULE" && text.find(':') == std::string::npos) {
                if (text.find('T') == std::string::npos) head += ";VALUE=DATE";
                else if (!text.ends_with('Z')) head += ";TZID=" + zone_name;
            }
            lines.push_back(text.starts_with(property) ? text : head + ":" + text);
        }
    };
    add("rrule", "RRULE");
    add("exdate", "EXDATE");
    add("rdate", "RDATE");
    const LocalTime from = parse_digits(text_member(event, "dtstart"), "dtstart").local;
    // Dates float: they and the window's dates are compared as UTC days, whatever zone stands beside them.
    const Zone& zone = all_day ? Zone::utc() : zone_of(zone_name, &Zone::utc());
    return line_series(lines, from, all_day ? from + std::chrono::days(1) : from, zone, all_day, StartReading::by_rule);
}

const Json* window_member(const Json& input, std::initializer_list<const char*> names) {
    const Json* window = input.contains("window") && input["window"].is_object() ? &input["window"] : &input;
    for (const char* name : names)
        if (window->contains(name) && (*window)[name].is_string()) return &(*window)[name];
    return nullptr;
}

}  // namespace

Json inspect_occurrences(const Json& input) {
    const Json& event = input.contains("event") && input["event"].is_object() ? input["event"] : input;
    const Json* from = window_member(input, {"startDateTime", "timeMin", "start", "from"});
    const Json* to = window_member(input, {"endDateTime", "timeMax", "end", "to"});
    if (from == nullptr || to == nullptr) throw InspectError("a \"window\" with \"start\" and \"end\" is missing");
    const Instant window_from = instant_of(*from, "window start");
    const Instant window_to = instant_of(*to, "window end");
    if (window_to <= window_from) throw InspectError("the window ends before it starts");

    Series series;
    Match match = Match::overlaps;
    if (input.contains("pattern")) series = graph_series(event, input);
    else if (event.contains("dtstart")) {
        series = rfc_series(event);
        match = Match::starts;
    } else if (event.contains("recurrence") && event["recurrence"].is_object()) series = graph_series(event, event["recurrence"]);
    else if (event.contains("recurrence") && event["recurrence"].is_array()) series = google_series(event, texts_of(event["recurrence"], "recurrence"));
    else if (!event.contains("recurrence") || event["recurrence"].is_null()) series = google_series(event, {"RRULE:FREQ=DAILY;COUNT=1"});  // a single event, of either
    else throw InspectError("\"recurrence\" is a Graph object {pattern, range} or a Google list of RRULE lines");

    const Expansion expansion = series.within(window_from, window_to, match);
    Json rows = Json::array();
    const bool all_day = series.start().all_day;
    for (const Occurrence& one : expansion.occurrences) {
        Json row = {{"start", utc_text(one.start)}, {"end", utc_text(one.end)}, {"local", local_text(one.original, all_day)}};
        rows.push_back(std::move(row));
    }
    Json out;
    if (input.contains("id")) out["id"] = input["id"];
    out["zone"] = series.start().zone->iana();
    out["allDay"] = all_day;
    out["count"] = rows.size();
    out["occurrences"] = std::move(rows);
    out["limit"] = expansion.limit == LimitHit::none ? Json(nullptr) : Json(std::string(name_of(expansion.limit)));
    return out;
}

Json inspect_zone(const Json& input) {
    // All mistakes in one go: who mends the zone should not be told of the time only then.
    std::string wrong;
    const auto reading = [&](const auto& read) {
        try {
            read();
        } catch (const InspectError& error) {
            wrong += (wrong.empty() ? "" : "; ") + std::string(error.what());
        }
    };
    const Zone* zone = nullptr;
    Digits digits;
    Instant at{};
    reading([&] { zone = &zone_of(text_member(input, "zone"), nullptr); });
    reading([&] {
        if (input.contains("local")) {
            digits = parse_digits(text_member(input, "local"), "local");
            if (digits.offset) throw InspectError("\"local\" is a wall clock: leave out Z and offset, or ask with \"utc\"");
        } else if (input.contains("utc")) {
            at = instant_of(input["utc"], "utc");
        } else {
            throw InspectError("\"local\" (a wall clock) or \"utc\" is missing");
        }
    });
    if (!wrong.empty()) throw InspectError(wrong);
    Json out;
    if (input.contains("id")) out["id"] = input["id"];
    out["iana"] = zone->iana();
    out["windows"] = zone->windows().empty() ? Json(nullptr) : Json(zone->windows());
    if (input.contains("local")) {
        const Resolved resolved = zone->resolve(digits.local);
        static constexpr const char* kinds[] = {"normal", "gap", "overlap"};
        out["utc"] = utc_text(resolved.utc);
        out["kind"] = kinds[static_cast<int>(resolved.kind)];
        out["offsetSeconds"] = zone->offset_at(resolved.utc).count();
        if (resolved.kind == WallKind::gap) out["why"] = "this wall time does not exist: the offset in force before the gap is used (RFC 5545 3.3.5), the clock shows " + local_text(zone->to_local(resolved.utc), false);
        if (resolved.kind == WallKind::overlap) out["why"] = "this wall time happens twice: the first pass is meant (RFC 5545 3.3.5)";
    } else {
        out["local"] = local_text(zone->to_local(at), false);
        out["offsetSeconds"] = zone->offset_at(std::chrono::floor<std::chrono::seconds>(at)).count();
    }
    return out;
}

}  // namespace sim
