#include "fakes/google/query.hpp"

#include <charconv>

#include "fakes/google/limits.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
Parameters::Parameters(std::string_view query) {
    while (!query.empty() && list_.size() < limits::max_parameters) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        list_.emplace_back(percent_decode(pair.substr(0, equals), true), percent_decode(value, true));
    }
}

const std::string* Parameters::find(std::string_view name) const {
    for (const auto& [key, value] : list_)
        if (key == name) return &value;
    return nullptr;
}

std::vector<std::string> Parameters::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : list_)
        if (key == name) values.push_back(value);
    return values;
}

Refusal Parameters::flag(std::string_view name, bool& value) const {
    const std::string* text = find(name);
    if (text == nullptr) return {};
    if (*text == "true" || *text == "1")
        value = true;
    else if (*text == "false" || *text == "0")
        value = false;
    else
        return refuse::invalid_parameter(name, *text, "true or false");
    return {};
}

Refusal Parameters::number(std::string_view name, int min, int max, int& value) const {
    const std::string* text = find(name);
    if (text == nullptr) return {};
    int read = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), read);
    if (error != std::errc{} || end != text->data() + text->size() || read < min)
        return refuse::invalid_parameter(name, *text, "an integer of at least " + std::to_string(min));
    value = read > max ? max : read;  // capped, not refused (facts/google.md 6.1)
    return {};
}

Refusal Parameters::time(std::string_view name, std::optional<Seconds>& value) const {
    const std::string* text = find(name);
    if (text == nullptr) return {};
    const std::optional<ParsedTime> parsed = parse_date_time(*text);
    if (!parsed || !parsed->has_offset)
        return refuse::bad_request(std::string(name) + " must be an RFC 3339 time with an offset (is '" + *text + "')");
    value = parsed->at;
    return {};
}

Refusal Parameters::one_of(std::string_view name, std::initializer_list<std::string_view> names) const {
    std::string wanted;
    for (const auto& [key, value] : list_) {
        if (key != name) continue;
        bool known = false;
        wanted.clear();
        for (const std::string_view candidate : names) {
            known = known || candidate == value;
            wanted += (wanted.empty() ? "" : ", ") + std::string(candidate);
        }
        if (!known) return refuse::invalid_parameter(name, value, "one of " + wanted);
    }
    return {};
}

Target split(std::string_view target) {
    Target out;
    const std::size_t hash = target.find('#');
    target = target.substr(0, hash);
    const std::size_t question = target.find('?');
    if (question != std::string_view::npos) out.parameters = Parameters(target.substr(question + 1));
    std::string_view path = target.substr(0, question);
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        if (slash != 0) out.path.push_back(percent_decode(path.substr(0, slash), false));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return out;
}

std::optional<Seconds> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto y = digits_at(text, 0, 4);
    const auto m = digits_at(text, 5, 2);
    const auto d = digits_at(text, 8, 2);
    if (!y || !m || !d) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*y}, std::chrono::month{static_cast<unsigned>(*m)},
                                           std::chrono::day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return Seconds{std::chrono::sys_days{date}};
}

std::optional<ParsedTime> parse_date_time(std::string_view text) {
    if (text.size() < 16 || text.size() > 64) return std::nullopt;
    const std::optional<Seconds> day = parse_date(text.substr(0, 10));
    if (!day || (text[10] != 'T' && text[10] != 't') || text[13] != ':') return std::nullopt;
    const auto h = digits_at(text, 11, 2);
    const auto m = digits_at(text, 14, 2);
    if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
    std::size_t at = 16;
    int seconds = 0;
    if (at < text.size() && text[at] == ':') {
        const auto s = digits_at(text, at + 1, 2);
        if (!s || *s > 60) return std::nullopt;
        seconds = *s;
        at += 3;
        if (at < text.size() && text[at] == '.') {
            const std::size_t from = ++at;
            while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
            if (at == from) return std::nullopt;
        }
    }
    ParsedTime parsed;
    parsed.at = *day + std::chrono::hours{*h} + std::chrono::minutes{*m} + std::chrono::seconds{seconds};
    const std::string_view rest = text.substr(at);
    if (rest.empty()) return parsed;
    parsed.has_offset = true;
    if (rest == "Z" || rest == "z") return parsed;
    if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
    const auto oh = digits_at(rest, 1, 2);
    const bool colon = rest.size() == 6 && rest[3] == ':';
    if (!colon && rest.size() != 5) return std::nullopt;
    const auto om = digits_at(rest, colon ? 4 : 3, 2);
    if (!oh || !om || *oh > 23 || *om > 59) return std::nullopt;
    const std::chrono::seconds offset = std::chrono::hours{*oh} + std::chrono::minutes{*om};
    parsed.at += rest[0] == '+' ? -offset : offset;
    return parsed;
}

}  // namespace fakes::google
