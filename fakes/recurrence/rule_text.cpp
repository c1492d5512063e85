// One RRULE value: strict reading with a place for every complaint, and canonical text.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "fakes/recurrence/rule.hpp"
#include "fakes/recurrence/rule_text.hpp"

namespace fakes::recurrence {
namespace {

using std::chrono::weekday;

constexpr std::array<std::string_view, 7> frequencies{"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                       "WEEKLY",   "MONTHLY",  "YEARLY"};
constexpr std::array<std::string_view, 7> weekday_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
// RFC 5545 3.3.10, in the order of its grammar; the canonical text keeps it.
constexpr std::array<std::string_view, 14> parts{"FREQ",   "UNTIL",      "COUNT",     "INTERVAL", "BYSECOND",
                                                  "BYMINUTE", "BYHOUR",   "BYDAY",     "BYMONTHDAY", "BYYEARDAY",
                                                  "BYWEEKNO", "BYMONTH",  "BYSETPOS",  "WKST"};
enum Part { freq, until, count, interval, by_second, by_minute, by_hour, by_day, by_month_day, by_year_day, by_week_no,
            by_month, by_set_pos, wkst };

std::optional<weekday> weekday_of(std::string_view text) {
    for (unsigned i = 0; i < 7; ++i)
        if (same_word(text, weekday_names[i])) return weekday(i);
    return std::nullopt;
}

class Reader {
  public:
    Reader(std::string_view text, Rule& rule) : text_(text), rule_(rule) {}

    std::optional<Refusal> read() {
        if (text_.size() > max_line_bytes) return fault("The rule is longer than 20000 bytes.", 0);
        std::size_t at = 0;
        while (true) {
            const std::size_t end = std::min(text_.find(';', at), text_.size());
            if (auto refusal = read_part(at, end)) return refusal;
            if (end == text_.size()) break;
            at = end + 1;
        }
        return check();
    }

  private:
    static Refusal fault(std::string reason, std::size_t position) { return {std::move(reason), 0, position}; }

    std::optional<Refusal> read_part(std::size_t at, std::size_t end) {
        const std::size_t equals = text_.find('=', at);
        if (at == end || equals >= end) return fault("A part of the rule is not of the form NAME=VALUE.", at);
        const std::string_view name = text_.substr(at, equals - at);
        std::size_t part = 0;
        while (part < parts.size() && !same_word(name, parts[part])) ++part;
        if (part == parts.size()) return fault("The rule has a part that RFC 5545 does not know.", at);
        if (place_[part] != nowhere) return fault(std::string(parts[part]) + " occurs twice.", at);
        place_[part] = at;
        const std::size_t from = equals + 1;
        const std::string_view value = text_.substr(from, end - from);
        switch (static_cast<Part>(part)) {
            case freq: return read_frequency(value, from);
            case until: return read_until(value, from);
            case count: return read_positive("COUNT", value, from, rule_.count.emplace());
            case interval: return read_positive("INTERVAL", value, from, rule_.interval);
            case by_second: return read_list("BYSECOND", from, end, 0, 60, false, rule_.by_second);
            case by_minute: return read_list("BYMINUTE", from, end, 0, 59, false, rule_.by_minute);
            case by_hour: return read_list("BYHOUR", from, end, 0, 23, false, rule_.by_hour);
            case by_day: return read_days(from, end);
            case by_month_day: return read_list("BYMONTHDAY", from, end, 1, 31, true, rule_.by_month_day);
            case by_year_day: return read_list("BYYEARDAY", from, end, 1, 366, true, rule_.by_year_day);
            case by_week_no: return read_list("BYWEEKNO", from, end, 1, 53, true, rule_.by_week_no);
            case by_month: return read_list("BYMONTH", from, end, 1, 12, false, rule_.by_month);
            case by_set_pos: return read_list("BYSETPOS", from, end, 1, 366, true, rule_.by_set_pos);
            case wkst: {
                const auto day = weekday_of(value);
                if (!day) return fault("WKST is none of SU, MO, TU, WE, TH, FR, SA.", from);
                rule_.week_start = *day;
                return std::nullopt;
            }
        }
        return std::nullopt;
    }

    std::optional<Refusal> read_frequency(std::string_view value, std::size_t at) {
        for (std::size_t i = 0; i < frequencies.size(); ++i) {
            if (!same_word(value, frequencies[i])) continue;
            rule_.frequency = static_cast<Frequency>(i);
            return std::nullopt;
        }
        return fault("FREQ is none of SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY.", at);
    }

    std::optional<Refusal> read_until(std::string_view value, std::size_t at) {
        const auto moment = parse_moment(value);
        if (!moment) return fault("UNTIL is neither a date (20261231) nor a time (20261231T225959Z).", at);
        rule_.until = *moment;
        return std::nullopt;
    }

    static std::optional<Refusal> read_positive(std::string_view name, std::string_view value, std::size_t at,
                                                std::int64_t& number) {
        if (!parse_digits(value, 10, number) || number < 1 || number > max_number)
            return fault(std::string(name) + " is not a whole number from 1 to 2147483647.", at);
        return std::nullopt;
    }

    /// One number with an optional sign, of at most three digits.
    static bool read_number(std::string_view value, bool may_be_negative, int& number) {
        bool negative = false;
        if (!value.empty() && (value.front() == '-' || value.front() == '+')) {
            if (!may_be_negative) return false;
            negative = value.front() == '-';
            value.remove_prefix(1);
        }
        std::int64_t magnitude = 0;
        if (!parse_digits(value, 3, magnitude)) return false;
        number = static_cast<int>(negative ? -magnitude : magnitude);
        return true;
    }

    template <class Take>
    std::optional<Refusal> each_value(std::string_view name, std::size_t at, std::size_t end, Take take) {
        std::size_t values = 0;
        while (true) {
            const std::size_t comma = std::min(text_.find(',', at), end);
            if (++values > max_list_values) return fault(std::string(name) + " has more than 800 values.", at);
            if (auto refusal = take(text_.substr(at, comma - at), at)) return refusal;
            if (comma == end) return std::nullopt;
            at = comma + 1;
        }
    }

    std::optional<Refusal> read_list(std::string_view name, std::size_t from, std::size_t end, int least, int most,
                                     bool may_be_negative, std::vector<int>& list) {
        return each_value(name, from, end, [&](std::string_view value, std::size_t at) -> std::optional<Refusal> {
            int number = 0;
            if (!read_number(value, may_be_negative, number) || std::abs(number) < least || std::abs(number) > most)
                return fault(std::string(name) + " has a value that is not a number from " + std::to_string(least) +
                                 " to " + std::to_string(most) + (may_be_negative ? ", counted from either end." : "."),
                             at);
            list.push_back(number);
            return std::nullopt;
        });
    }

    std::optional<Refusal> read_days(std::size_t from, std::size_t end) {
        return each_value("BYDAY", from, end, [&](std::string_view value, std::size_t at) -> std::optional<Refusal> {
            std::optional<weekday> day;
            WeekdayNumber number;
            if (value.size() >= 2) day = weekday_of(value.substr(value.size() - 2));
            if (!day) return fault("BYDAY has a value that does not end in SU, MO, TU, WE, TH, FR or SA.", at);
            number.day = *day;
            if (value.size() > 2 && (!read_number(value.substr(0, value.size() - 2), true, number.nth) ||
                                     number.nth == 0 || std::abs(number.nth) > 53))
                return fault("BYDAY has a number that is not 1 to 53, counted from either end.", at);
            rule_.by_day.push_back(number);
            return std::nullopt;
        });
    }

    /// What RFC 5545 3.3.10 forbids between the parts.
    std::optional<Refusal> check() const {
        if (place_[freq] == nowhere) return fault("The rule has no FREQ.", 0);
        if (rule_.count && rule_.until) return fault("COUNT and UNTIL exclude each other.", place_[until]);
        const Frequency every = rule_.frequency;
        if (!rule_.by_month_day.empty() && every == Frequency::weekly)
            return fault("BYMONTHDAY is not allowed with FREQ=WEEKLY.", place_[by_month_day]);
        if (!rule_.by_year_day.empty() &&
            (every == Frequency::daily || every == Frequency::weekly || every == Frequency::monthly))
            return fault("BYYEARDAY is not allowed with FREQ=DAILY, WEEKLY or MONTHLY.", place_[by_year_day]);
        if (!rule_.by_week_no.empty() && every != Frequency::yearly)
            return fault("BYWEEKNO is only allowed with FREQ=YEARLY.", place_[by_week_no]);
        bool numbered = false;
        for (const WeekdayNumber& day : rule_.by_day) numbered = numbered || day.nth != 0;
        if (numbered && every != Frequency::monthly && every != Frequency::yearly)
            return fault("A number in BYDAY is only allowed with FREQ=MONTHLY or YEARLY.", place_[by_day]);
        if (numbered && !rule_.by_week_no.empty())
            return fault("A number in BYDAY is not allowed together with BYWEEKNO.", place_[by_day]);
        if (place_[by_set_pos] != nowhere) {
            bool other = false;
            for (std::size_t part = by_second; part < by_set_pos; ++part) other = other || place_[part] != nowhere;
            if (!other) return fault("BYSETPOS needs another BY part to choose from.", place_[by_set_pos]);
        }
        const auto values = [](const std::vector<int>& list) { return list.empty() ? std::size_t{1} : list.size(); };
        if (values(rule_.by_hour) * values(rule_.by_minute) * values(rule_.by_second) > max_times_of_day)
            return fault("BYHOUR, BYMINUTE and BYSECOND together give more than 10000 times.",
                         std::min({place_[by_hour], place_[by_minute], place_[by_second]}));
        return std::nullopt;
    }

    static constexpr std::size_t nowhere = std::string_view::npos;
    std::string_view text_;
    Rule& rule_;
    std::array<std::size_t, parts.size()> place_ = [] {
        std::array<std::size_t, parts.size()> unset{};
        unset.fill(nowhere);
        return unset;
    }();
};

void append(std::string& text, std::string_view name, const std::vector<int>& list) {
    if (list.empty()) return;
    text += ';';
    text += name;
    char separator = '=';
    for (const int number : list) {
        text += separator;
        text += std::to_string(number);
        separator = ',';
    }
}

}  // namespace

bool same_word(std::string_view text, std::string_view upper) {
    if (text.size() != upper.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != upper[i]) return false;
    }
    return true;
}

bool parse_digits(std::string_view text, std::size_t most, std::int64_t& number) {
    if (text.empty() || text.size() > most) return false;
    number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        number = number * 10 + (c - '0');
    }
    return true;
}

std::optional<Until> parse_moment(std::string_view text) {
    std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    Until moment;
    if (text.size() != 8 && text.size() != 15 && text.size() != 16) return std::nullopt;
    if (!parse_digits(text.substr(0, 4), 4, year) || !parse_digits(text.substr(4, 2), 2, month) ||
        !parse_digits(text.substr(6, 2), 2, day))
        return std::nullopt;
    const Date date{std::chrono::year(static_cast<int>(year)), std::chrono::month(static_cast<unsigned>(month)),
                    std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year == 0) return std::nullopt;
    if (text.size() > 8) {
        moment.kind = Until::Kind::local;
        if ((text[8] != 'T' && text[8] != 't') || !parse_digits(text.substr(9, 2), 2, hour) ||
            !parse_digits(text.substr(11, 2), 2, minute) || !parse_digits(text.substr(13, 2), 2, second) || hour > 23 ||
            minute > 59 || second > 60)
            return std::nullopt;
        if (text.size() == 16) {
            if (text[15] != 'Z' && text[15] != 'z') return std::nullopt;
            moment.kind = Until::Kind::utc;
        }
    }
    // RFC 5545 3.3.12: without leap seconds, second 60 is read as 59.
    moment.at = std::chrono::local_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                std::chrono::seconds(std::min<std::int64_t>(second, 59));
    return moment;
}

std::string text_of(const Until& moment) {
    const auto day = std::chrono::floor<std::chrono::days>(moment.at);
    const Date date(day);
    const std::chrono::hh_mm_ss time(moment.at - day);
    std::string text(15, '0');
    const auto put = [&](std::size_t at, std::size_t width, std::int64_t number) {
        for (std::size_t i = width; i-- > 0; number /= 10) text[at + i] = static_cast<char>('0' + number % 10);
    };
    put(0, 4, int{date.year()});
    put(4, 2, unsigned{date.month()});
    put(6, 2, unsigned{date.day()});
    if (moment.kind == Until::Kind::date) return text.substr(0, 8);
    text[8] = 'T';
    put(9, 2, time.hours().count());
    put(11, 2, time.minutes().count());
    put(13, 2, time.seconds().count());
    if (moment.kind == Until::Kind::utc) text += 'Z';
    return text;
}

std::optional<Refusal> parse_rule(std::string_view text, Rule& rule) {
    rule = Rule{};
    auto refusal = Reader(text, rule).read();
    if (refusal) rule = Rule{};
    return refusal;
}

std::string_view text_of(Frequency frequency) { return frequencies[static_cast<std::size_t>(frequency)]; }

std::string text_of(const Rule& rule) {
    std::string text = "FREQ=";
    text += text_of(rule.frequency);
    if (rule.until) text += ";UNTIL=" + text_of(*rule.until);
    if (rule.count) text += ";COUNT=" + std::to_string(*rule.count);
    if (rule.interval != 1) text += ";INTERVAL=" + std::to_string(rule.interval);
    append(text, "BYSECOND", rule.by_second);
    append(text, "BYMINUTE", rule.by_minute);
    append(text, "BYHOUR", rule.by_hour);
    char separator = '=';
    for (const WeekdayNumber& day : rule.by_day) {
        text += separator == '=' ? ";BYDAY=" : ",";
        separator = ',';
        if (day.nth != 0) text += std::to_string(day.nth);
        text += weekday_names[day.day.c_encoding()];
    }
    // RFC 5545 has no clamping, but the last of the days 28 up to the wanted one is the same day.
    const bool clamped = rule.clamp_month_day && rule.by_month_day.size() == 1 && rule.by_month_day.front() > 28 &&
                         rule.by_day.empty() && rule.by_set_pos.empty();
    std::vector<int> month_days = rule.by_month_day;
    if (clamped) {
        month_days.clear();
        for (int day = 28; day <= rule.by_month_day.front(); ++day) month_days.push_back(day);
    }
    append(text, "BYMONTHDAY", month_days);
    append(text, "BYYEARDAY", rule.by_year_day);
    append(text, "BYWEEKNO", rule.by_week_no);
    append(text, "BYMONTH", rule.by_month);
    append(text, "BYSETPOS", clamped ? std::vector<int>{-1} : rule.by_set_pos);
    if (rule.week_start != std::chrono::Monday) {
        text += ";WKST=";
        text += weekday_names[rule.week_start.c_encoding()];
    }
    return text;
}

}  // namespace fakes::recurrence
