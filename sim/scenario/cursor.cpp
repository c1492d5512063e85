#include "sim/scenario/cursor.hpp"

#include <array>
#include <cstdio>

#include "sim/scenario/characters.hpp"

namespace sim {

using namespace std::chrono;

namespace {
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
}  // namespace

Cursor::Cursor(std::string_view text) : text_(lower_ascii(trimmed(text))) {}

void Cursor::skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
}

std::string_view Cursor::peek_word() const {
    const std::string_view left = rest();
    std::size_t n = 0;
    if (!left.empty() && is_letter(left[0])) {
        while (n < left.size() && is_letter(left[n])) ++n;
    } else {
        n = std::min(left.find_first_of(" ,\n"), left.size());
    }
    return left.substr(0, n);
}

bool Cursor::take(std::string_view word) {
    const std::size_t start = at_;
    while (!word.empty()) {
        const std::string_view part = word.substr(0, word.find(' '));
        skip_blanks();
        if (peek_word() != part) {
            at_ = start;
            return false;
        }
        at_ += part.size();
        word.remove_prefix(std::min(word.size(), part.size() + 1));
    }
    skip_blanks();
    return true;
}

bool Cursor::take_symbol(std::string_view symbol) {
    const std::size_t start = at_;
    skip_blanks();
    if (!rest().starts_with(symbol)) {
        at_ = start;
        return false;
    }
    at_ += symbol.size();
    skip_blanks();
    return true;
}

std::optional<int> Cursor::take_number() {
    std::size_t n = 0;
    int value = 0;
    while (n < 9 && at_ + n < text_.size() && is_digit(text_[at_ + n])) value = value * 10 + (text_[at_ + n++] - '0');
    if (n == 0) return std::nullopt;
    at_ += n;
    return value;
}

std::optional<weekday> weekday_of(std::string_view word) {
    constexpr std::array<std::string_view, 7> kNames{"sunday",   "monday", "tuesday", "wednesday",
                                                     "thursday", "friday", "saturday"};
    for (unsigned i = 0; i < kNames.size(); ++i)
        if (word == kNames[i] || word == kNames[i].substr(0, 3)) return weekday(i);
    return std::nullopt;
}

std::optional<int> month_of(std::string_view word) {
    constexpr std::array<std::string_view, 12> kNames{"january", "february", "march",     "april",   "may",      "june",
                                                      "july",    "august",   "september", "october", "november", "december"};
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (word == kNames[i] || word == kNames[i].substr(0, 3)) return static_cast<int>(i) + 1;
    return std::nullopt;
}

std::string text_of(fakes::Date date) {
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return out.data();
}

Read<std::optional<fakes::Date>> take_date(Cursor& cursor, fakes::Date today) {
    const std::size_t start = cursor.mark();
    cursor.skip_blanks();
    if (cursor.take("today")) return today;
    if (cursor.take("tomorrow")) return fakes::Date(local_days(today) + days(1));
    if (cursor.take("next")) {
        const std::string word(cursor.peek_word());
        const auto day = weekday_of(word);
        if (!day) return Misread{"`next " + word + "` is no day", "write `next monday` or a date as 2026-03-04"};
        cursor.take(word);
        const local_days after = local_days(today) + days(1);
        return fakes::Date(after + (*day - weekday(after)));
    }
    const std::string_view left = cursor.rest();
    const bool shaped = left.size() >= 10 && left[4] == '-' && left[7] == '-' && is_digit(left[0]) && is_digit(left[5]) &&
                        is_digit(left[8]);
    if (!shaped) {
        cursor.back_to(start);
        return std::nullopt;
    }
    const auto number = [&] { return cursor.take_number().value_or(0); };
    const int y = number();
    cursor.take_symbol("-");
    const int m = number();
    cursor.take_symbol("-");
    const int d = number();
    const fakes::Date date = year(y) / month(static_cast<unsigned>(m)) / day(static_cast<unsigned>(d));
    if (date.ok() && (y < 1970 || y > 2199))
        return Misread{"the day " + std::string(left.substr(0, 10)) + " is out of reach", "scenarios live in the years 1970 to 2199"};
    if (!date.ok()) {
        std::string last;
        if (date.year().ok() && date.month().ok())
            last = "the last day of that month is " + text_of(fakes::Date(date.year() / date.month() / std::chrono::last));
        return Misread{"there is no day " + std::string(left.substr(0, 10)),
                       last.empty() ? "write year-month-day: 2026-03-04" : last};
    }
    return date;
}

Read<std::optional<seconds>> take_clock_time(Cursor& cursor) {
    const std::size_t start = cursor.mark();
    cursor.skip_blanks();
    const std::string word(cursor.rest().substr(0, cursor.rest().find_first_not_of("0123456789:.apm")));
    const auto hour = cursor.take_number();
    if (!hour || !cursor.rest().starts_with(':')) {
        cursor.back_to(start);
        if (hour && (word.ends_with("am") || word.ends_with("pm")))
            return Misread{"`" + word + "` is not a time of this language", "write it on the 24-hour clock: 09:00, 21:30"};
        return std::nullopt;
    }
    const Misread wrong{"there is no time of day " + word, "hours go from 00 to 23, minutes and seconds from 00 to 59"};
    std::array<int, 2> minute_second{0, 0};
    for (int& part : minute_second) {
        if (!cursor.rest().starts_with(':')) break;
        cursor.back_to(cursor.mark() + 1);
        if (cursor.rest().size() < 2 || !is_digit(cursor.rest()[0]) || !is_digit(cursor.rest()[1])) return wrong;
        part = cursor.take_number().value_or(99);
    }
    const seconds time = hours(*hour) + minutes(minute_second[0]) + seconds(minute_second[1]);
    if (minute_second[0] > 59 || minute_second[1] > 59 || time > hours(24)) return wrong;
    if (cursor.rest().starts_with("am") || cursor.rest().starts_with("pm"))
        return Misread{"`" + word + "` is not a time of this language", "write it on the 24-hour clock: 09:00, 21:30"};
    return time;
}

}  // namespace sim
