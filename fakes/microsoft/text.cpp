#include "fakes/microsoft/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace fakes::microsoft {
namespace {

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

void put_number(std::string& out, std::int64_t value, int width) {
    char digits[20];
    for (int i = width - 1; i >= 0; --i) {
        digits[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits, static_cast<std::size_t>(width));
}

void put_time_of_day(std::string& out, std::int64_t second) {
    put_number(out, second / 3600, 2);
    out.push_back(':');
    put_number(out, second / 60 % 60, 2);
    out.push_back(':');
    put_number(out, second % 60, 2);
}

void put_clock(std::string& out, LocalTime at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    put_date(out, Date(day));
    out.push_back('T');
    put_time_of_day(out, (at - day).count());
}

}  // namespace

std::string percent_encode(std::string_view text, bool upper_case) {
    static constexpr auto plain = [] {
        std::array<bool, 256> table{};
        for (unsigned c = 0; c < 128; ++c)
            table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        return table;
    }();
    const std::string_view hex = upper_case ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string out;
    out.reserve(text.size() + 16);
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (plain[byte]) continue;
        out.append(text, from, at - from);
        from = at + 1;
        out.push_back('%');
        out.push_back(hex[byte >> 4]);
        out.push_back(hex[byte & 15]);
    }
    return out.append(text, from);
}

Parameters parse_parameters(std::string_view text) {
    Parameters out;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        out.emplace_back(percent_decode(pair.substr(0, equals), true),
                         equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true));
    }
    return out;
}

std::string value_of(const Parameters& parameters, std::string_view name) {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return {};
}

std::string seconds_of(Instant at) { return std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count()); }

bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower_char(a[i]) != lower_char(b[i])) return false;
    return true;
}

void put_date(std::string& out, Date date) {
    put_number(out, static_cast<int>(date.year()), 4);
    out.push_back('-');
    put_number(out, static_cast<unsigned>(date.month()), 2);
    out.push_back('-');
    put_number(out, static_cast<unsigned>(date.day()), 2);
}

void put_instant7(std::string& out, Instant at) {
    put_clock(out, utc_wall_clock(at));
    out.push_back('.');
    put_number(out, (at - std::chrono::floor<std::chrono::seconds>(at)).count(), 3);
    out += "0000Z";
}

void put_instant(std::string& out, Instant at) {
    put_clock(out, utc_wall_clock(at));
    const std::int64_t millis = (at - std::chrono::floor<std::chrono::seconds>(at)).count();
    if (millis != 0) {
        out.push_back('.');
        put_number(out, millis, 3);
    }
    out.push_back('Z');
}

void put_local7(std::string& out, LocalTime at) {
    put_clock(out, at);
    out += ".0000000";
}

std::string http_date(Instant at) {
    static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const LocalTime clock = utc_wall_clock(at);
    const Date date = date_of(clock);
    std::string out;
    out.reserve(29);
    out += days[std::chrono::weekday(std::chrono::local_days(date)).c_encoding()];
    out += ", ";
    put_number(out, static_cast<unsigned>(date.day()), 2);
    out.push_back(' ');
    out += months[static_cast<unsigned>(date.month()) - 1];
    out.push_back(' ');
    put_number(out, static_cast<int>(date.year()), 4);
    out.push_back(' ');
    put_time_of_day(out, (clock - std::chrono::floor<std::chrono::days>(clock)).count());
    out += " GMT";
    return out;
}

std::optional<Date> parse_date(std::string_view text) {
    const auto year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day) return std::nullopt;
    const Date date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                    std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || *year < 1) return std::nullopt;
    return date;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
    const std::optional<Date> date = parse_date(text.substr(0, 10));
    if (!date) return std::nullopt;
    ParsedTime out;
    out.local = std::chrono::local_days(*date);
    if (text.size() == 10) return out;
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    const auto hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2);
    if (!hour || !minute || text[13] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
    out.local += std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    std::size_t at = 16;
    if (at < text.size() && text[at] == ':') {
        const auto second = digits_at(text, 17, 2);
        if (!second || *second > 59) return std::nullopt;
        out.local += std::chrono::seconds(*second);
        at = 19;
        if (at < text.size() && text[at] == '.') {
            std::size_t digits = 0;
            int millis = 0;
            for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits)
                if (digits < 3) millis = millis * 10 + (text[at] - '0');
            if (digits == 0 || digits > 7) return std::nullopt;
            for (std::size_t i = digits; i < 3; ++i) millis *= 10;
            out.fraction = std::chrono::milliseconds(millis);
        }
    }
    if (at == text.size()) return out;
    if ((text[at] == 'Z' || text[at] == 'z') && at + 1 == text.size()) {
        out.offset = std::chrono::minutes(0);
        return out;
    }
    if (text[at] != '+' && text[at] != '-') return std::nullopt;
    const auto hours = digits_at(text, at + 1, 2), minutes = digits_at(text, at + 4, 2);
    if (!hours || !minutes || text[at + 3] != ':' || at + 6 != text.size() || *hours > 14 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    out.offset = text[at] == '-' ? -offset : offset;
    return out;
}

std::optional<Instant> parse_instant(std::string_view text) {
    const std::optional<ParsedTime> time = parse_time(text);
    if (!time) return std::nullopt;
    return utc(time->local) + time->fraction - time->offset.value_or(std::chrono::minutes(0));
}

bool same_secret(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0u : 1u;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b.empty() ? 'x' : b[i % b.size()]);
    return difference == 0;
}

std::string quoted(std::string_view before, std::string_view value, std::string_view after) {
    std::string out(before);
    out += value;
    out += after;
    return out;
}

}  // namespace fakes::microsoft
