#include "fakes/cloud/wire_text.hpp"

#include <array>

namespace fakes::wire_text {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
int hex(char c) {
    if (digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}
void append_number(std::string& out, int value, int width) {
    std::array<char, 10> text{};
    for (int i = width - 1; i >= 0; --i, value /= 10) text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    out.append(text.data(), static_cast<std::size_t>(width));
}

}  // namespace

std::optional<Instant> read_time(std::string_view text) {
    static constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    if (text.size() < shape.size() + 1 || text.back() != 'Z') return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == 'd' ? !digit(text[i]) : text[i] != shape[i]) return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (text[i] - '0');
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                              day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
    std::string_view fraction = text.substr(shape.size(), text.size() - shape.size() - 1);
    int millis = 0;
    if (!fraction.empty()) {
        if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 8) return std::nullopt;
        int scale = 100;
        for (const char c : fraction.substr(1)) {
            if (!digit(c)) return std::nullopt;
            millis += (c - '0') * scale;
            scale /= 10;
        }
    }
    return Instant(sys_days(date).time_since_epoch() + hours(number(11, 2)) + minutes(number(14, 2)) +
                   seconds(number(17, 2)) + milliseconds(millis));
}

std::string write_time(Instant when) {
    using namespace std::chrono;
    const auto day_start = floor<days>(when);
    const year_month_day date(day_start);
    const hh_mm_ss time(when - day_start);
    std::string out;
    out.reserve(24);
    append_number(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_number(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out += '-';
    append_number(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    out += 'T';
    append_number(out, static_cast<int>(time.hours().count()), 2);
    out += ':';
    append_number(out, static_cast<int>(time.minutes().count()), 2);
    out += ':';
    append_number(out, static_cast<int>(time.seconds().count()), 2);
    out += '.';
    append_number(out, static_cast<int>(time.subseconds().count()), 3);
    out += 'Z';
    return out;
}

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string write_http_date(Instant when) {
    const std::string iso = write_time(when);  // 2026-03-02T07:00:00.000Z
    const auto weekday = std::chrono::weekday(std::chrono::floor<std::chrono::days>(when)).c_encoding();
    const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + iso[6] - '0') - 1;
    return std::string(day_names[weekday]) + ", " + iso.substr(8, 2) + " " + std::string(month_names[month]) + " " + iso.substr(0, 4) +
           " " + iso.substr(11, 8) + " GMT";
}

std::optional<Instant> read_http_date(std::string_view text) {
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    for (std::size_t i = 0; i < month_names.size(); ++i) {
        if (text.substr(8, 3) != month_names[i]) continue;
        std::string iso(text.substr(12, 4));
        iso += '-';
        append_number(iso, static_cast<int>(i) + 1, 2);
        return read_time(iso + "-" + std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
    }
    return std::nullopt;
}

void append_string(std::string& out, std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex(text[i]) < 0) return false;
    }
    return true;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
        out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
        i += 2;
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                           c == '.' || c == '~';
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(pair.size() + (pair.size() < query.size() ? 1 : 0));
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) != name) continue;
        return percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace fakes::wire_text
