#include "sim/scenario/repeats.hpp"

#include <array>

#include "sim/scenario/characters.hpp"

namespace sim {

using namespace std::chrono;
using fakes::Date;
using fakes::Repeat;
using Every = fakes::Repeat::Every;

namespace {

constexpr std::string_view kHelp =
    "write daily, weekly on mon, wed, every 2 weeks on fri, monthly on day 31, monthly on the 2nd tue, "
    "yearly on 29 feb; then `until 2026-04-08` or `5 times`";

Misread unreadable(std::string_view whole, std::string_view rest) {
    std::string what = "cannot read `" + std::string(trimmed(whole)) + "` as a repetition";
    if (!rest.empty() && rest.size() < trimmed(whole).size()) what += ": `" + std::string(rest) + "` is left over";
    return {what, std::string(kHelp)};
}

std::optional<int> take_ordinal(Cursor& cursor) {
    constexpr std::array<std::array<std::string_view, 2>, 4> kWords{
        {{"1st", "first"}, {"2nd", "second"}, {"3rd", "third"}, {"4th", "fourth"}}};
    for (std::size_t i = 0; i < kWords.size(); ++i)
        for (const std::string_view word : kWords[i])
            if (cursor.take(word)) return static_cast<int>(i) + 1;
    if (cursor.take("last")) return -1;
    return std::nullopt;
}

std::optional<weekday> take_weekday(Cursor& cursor) {
    cursor.skip_blanks();
    const std::string word(cursor.peek_word());
    const auto day = weekday_of(word);
    if (day) cursor.take(word);
    return day;
}

std::optional<int> take_month(Cursor& cursor) {
    cursor.skip_blanks();
    const std::string word(cursor.peek_word());
    const auto month = month_of(word);
    if (month) cursor.take(word);
    return month;
}

void take_weekdays(Cursor& cursor, std::vector<weekday>& days) {
    do {
        const auto day = take_weekday(cursor);
        if (!day) return;
        days.push_back(*day);
    } while (cursor.take_symbol(",") || cursor.take("and"));
}

/// Days as the month has them; 29 February counts as existing.
int longest(int month) {
    constexpr std::array kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return kDays[static_cast<std::size_t>(month - 1)];
}

std::optional<Misread> take_month_part(Cursor& cursor, Repeat& repeat, std::string_view whole) {
    if (cursor.take("the")) {
        const auto nth = take_ordinal(cursor);
        if (!nth) return unreadable(whole, cursor.rest());
        if (*nth == -1 && cursor.take("day")) {
            repeat.month_day = -1;
            return std::nullopt;
        }
        take_weekdays(cursor, repeat.days);
        if (repeat.days.empty()) return unreadable(whole, cursor.rest());
        repeat.nth = *nth;
        repeat.every = Every::month_weekday;
        return std::nullopt;
    }
    if (!cursor.take("day")) return unreadable(whole, cursor.rest());
    const auto day = cursor.take_number();
    if (!day || *day < 1 || *day > 31)
        return Misread{"a month has days 1 to 31", "write `monthly on day 31`, or `monthly on the last day`"};
    repeat.month_day = *day;
    return std::nullopt;
}

std::optional<Misread> take_year_part(Cursor& cursor, Repeat& repeat, std::string_view whole) {
    if (cursor.take("the")) {
        const auto nth = take_ordinal(cursor);
        if (!nth) return unreadable(whole, cursor.rest());
        take_weekdays(cursor, repeat.days);
        if (repeat.days.empty() || !cursor.take("of")) return unreadable(whole, cursor.rest());
        const auto month = take_month(cursor);
        if (!month) return unreadable(whole, cursor.rest());
        repeat.nth = *nth;
        repeat.month = *month;
        repeat.every = Every::year_weekday;
        return std::nullopt;
    }
    auto day = cursor.take_number();
    const auto month = take_month(cursor);
    if (!day) {
        cursor.skip_blanks();
        day = cursor.take_number();
    }
    if (!day || !month) return unreadable(whole, cursor.rest());
    if (*day < 1 || *day > longest(*month))
        return Misread{"that month has no day " + std::to_string(*day), "write for example `yearly on 29 feb`"};
    repeat.month_day = *day;
    repeat.month = *month;
    return std::nullopt;
}

std::optional<Misread> take_unit(Cursor& cursor, Repeat& repeat, std::string_view whole) {
    constexpr std::array<std::string_view, 4> kAdverbs{"daily", "weekly", "monthly", "yearly"};
    constexpr std::array<std::array<std::string_view, 2>, 4> kUnits{
        {{"day", "days"}, {"week", "weeks"}, {"month", "months"}, {"year", "years"}}};
    constexpr std::array kEvery{Every::day, Every::week, Every::month_day, Every::year_day};
    for (std::size_t i = 0; i < kAdverbs.size(); ++i) {
        if (!cursor.take(kAdverbs[i])) continue;
        repeat.every = kEvery[i];
        return std::nullopt;
    }
    if (!cursor.take("every")) return unreadable(whole, cursor.rest());
    if (cursor.take("weekday")) {
        repeat.every = Every::week;
        for (unsigned d = 1; d <= 5; ++d) repeat.days.emplace_back(d);
        return std::nullopt;
    }
    if (const auto number = cursor.take_number()) {
        if (*number < 1 || *number > 99) return Misread{"the interval must be 1 to 99", ""};
        repeat.interval = *number;
    } else if (cursor.take("other") || cursor.take("second")) {
        repeat.interval = 2;
    }
    cursor.skip_blanks();
    for (std::size_t i = 0; i < kUnits.size(); ++i) {
        if (!cursor.take(kUnits[i][0]) && !cursor.take(kUnits[i][1])) continue;
        repeat.every = kEvery[i];
        return std::nullopt;
    }
    return unreadable(whole, cursor.rest());
}

std::optional<Misread> take_end(Cursor& cursor, Repeat& repeat, Date start, std::string_view whole) {
    while (!cursor.at_end()) {
        cursor.take_symbol(",");
        if (cursor.take("until")) {
            auto date = take_date(cursor, start);
            if (const Misread* misread = std::get_if<Misread>(&date)) return *misread;
            if (!std::get<0>(date)) return Misread{"`until` needs a date", "write `until 2026-04-08`; that day is included"};
            if (*std::get<0>(date) < start) return Misread{"the series ends before it starts", "it starts on " + text_of(start)};
            repeat.until = *std::get<0>(date);
        } else if (const auto number = cursor.take_number()) {
            cursor.skip_blanks();
            if (!cursor.take("times")) return unreadable(whole, cursor.rest());
            if (*number < 1 || *number > 999) return Misread{"a series has 1 to 999 times", ""};
            repeat.count = *number;
        } else if (cursor.take("weeks start on")) {
            const auto day = take_weekday(cursor);
            if (!day) return unreadable(whole, cursor.rest());
            repeat.week_start = *day;
        } else {
            return unreadable(whole, cursor.rest());
        }
        cursor.skip_blanks();
    }
    if (repeat.until && repeat.count) return Misread{"a series ends either by date or after so many times", "keep one of `until` and `times`"};
    return std::nullopt;
}

}  // namespace

Read<Repeat> read_repeat(std::string_view text, Date start) {
    Cursor cursor(text);
    Repeat repeat;
    if (auto misread = take_unit(cursor, repeat, text)) return *misread;
    const bool days_named = !repeat.days.empty();  // `every weekday`
    if (!days_named && cursor.take("on")) {
        std::optional<Misread> misread;
        switch (repeat.every) {
            case Every::week: take_weekdays(cursor, repeat.days); break;
            case Every::month_day: misread = take_month_part(cursor, repeat, text); break;
            case Every::year_day: misread = take_year_part(cursor, repeat, text); break;
            default: misread = unreadable(text, cursor.rest());
        }
        if (misread) return *misread;
        if (repeat.every == Every::week && repeat.days.empty()) return unreadable(text, cursor.rest());
    }
    cursor.skip_blanks();
    if (auto misread = take_end(cursor, repeat, start, text)) return *misread;
    if (repeat.every == Every::week && repeat.days.empty()) repeat.days.push_back(weekday(local_days(start)));
    if ((repeat.every == Every::month_day || repeat.every == Every::year_day) && repeat.month_day == 0)
        repeat.month_day = static_cast<int>(static_cast<unsigned>(start.day()));
    if (repeat.every == Every::year_day && repeat.month == 0)
        repeat.month = static_cast<int>(static_cast<unsigned>(start.month()));
    return repeat;
}

std::string text_of(const Repeat& repeat) {
    constexpr std::array<std::string_view, 6> kUnits{"day", "week", "month", "month", "year", "year"};
    constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    constexpr std::array<std::string_view, 6> kNth{"last", "", "1st", "2nd", "3rd", "4th"};
    constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
    const std::string_view unit = kUnits[static_cast<std::size_t>(repeat.every)];
    std::string out = "every ";
    if (repeat.interval != 1) out += std::to_string(repeat.interval) + " ";
    out.append(unit).append(repeat.interval == 1 ? "" : "s");
    std::string days;
    for (const weekday day : repeat.days) {
        if (!days.empty()) days += ", ";
        days += kDays[day.c_encoding()];
    }
    const std::string month = repeat.month == 0 ? "" : std::string(kMonths[static_cast<std::size_t>(repeat.month - 1)]);
    switch (repeat.every) {
        case Every::day: break;
        case Every::week: out += " on " + days; break;
        case Every::month_day:
            out += repeat.month_day < 0 ? " on the last day" : " on day " + std::to_string(repeat.month_day);
            break;
        case Every::year_day: out += " on " + std::to_string(repeat.month_day) + " " + month; break;
        case Every::month_weekday:
        case Every::year_weekday:
            out += " on the " + std::string(kNth[static_cast<std::size_t>(repeat.nth + 1)]) + " " + days;
            if (!month.empty()) out += " of " + month;
    }
    if (repeat.until) out += " until " + text_of(*repeat.until);
    if (repeat.count) out += ", " + std::to_string(*repeat.count) + " times";
    return out;
}

}  // namespace sim
