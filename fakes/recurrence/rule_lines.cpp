// The lines of Google's `recurrence` array: RRULE, EXRULE, RDATE, EXDATE.
#include "fakes/recurrence/rule.hpp"
#include "fakes/recurrence/rule_text.hpp"

namespace fakes::recurrence {
namespace {

class LineReader {
  public:
    LineReader(std::string_view line, std::size_t number, RuleSet& set) : line_(line), number_(number), set_(set) {}

    std::optional<Refusal> read() {
        if (line_.size() > max_line_bytes) return fault("The line is longer than 20000 bytes.", 0);
        const std::size_t name_end = std::min(line_.find_first_of(";:"), line_.size());
        const std::string_view name = line_.substr(0, name_end);
        if (same_word(name, "RRULE")) return read_rule(name_end, set_.rules);
        if (same_word(name, "EXRULE")) return read_rule(name_end, set_.excluding_rules);
        if (same_word(name, "RDATE")) return read_dates(name_end, set_.dates);
        if (same_word(name, "EXDATE")) return read_dates(name_end, set_.excluded);
        if (same_word(name, "DTSTART") || same_word(name, "DTEND"))
            return fault("DTSTART and DTEND are not allowed here; start and end of the event say it.", 0);
        return fault("The line is none of RRULE, EXRULE, RDATE, EXDATE.", 0);
    }

  private:
    Refusal fault(std::string reason, std::size_t position) const { return {std::move(reason), number_, position}; }

    std::optional<Refusal> read_rule(std::size_t at, std::vector<Rule>& rules) {
        if (at == line_.size()) return fault("The line has no colon.", at);
        if (line_[at] == ';') return fault("A rule takes no parameters.", at);
        Rule rule;
        if (auto refusal = parse_rule(line_.substr(at + 1), rule))
            return fault(std::move(refusal->reason), at + 1 + refusal->position);
        rules.push_back(std::move(rule));
        return std::nullopt;
    }

    std::optional<Refusal> read_dates(std::size_t at, std::vector<DateList>& lists) {
        DateList list;
        std::optional<bool> dates_only;
        bool zoned = false;
        while (at < line_.size() && line_[at] == ';') {
            const std::size_t from = at + 1;
            const std::size_t equals = line_.find('=', from);
            if (equals == std::string_view::npos) return fault("A parameter is not of the form NAME=VALUE.", from);
            const std::string_view name = line_.substr(from, equals - from);
            std::string_view value;
            if (equals + 1 < line_.size() && line_[equals + 1] == '"') {
                const std::size_t quote = line_.find('"', equals + 2);
                if (quote == std::string_view::npos) return fault("A quoted parameter has no end.", equals + 1);
                value = line_.substr(equals + 2, quote - equals - 2);
                at = quote + 1;
            } else {
                at = std::min(line_.find_first_of(";:", equals), line_.size());
                value = line_.substr(equals + 1, at - equals - 1);
            }
            if (same_word(name, "TZID")) {
                if (zoned) return fault("TZID occurs twice.", from);
                if (Zone::find(value) == nullptr) return fault("TZID names no known time zone.", equals + 1);
                list.zone = value;
                zoned = true;
            } else if (same_word(name, "VALUE")) {
                if (dates_only) return fault("VALUE occurs twice.", from);
                if (same_word(value, "DATE")) dates_only = true;
                else if (same_word(value, "DATE-TIME")) dates_only = false;
                else return fault("VALUE is neither DATE nor DATE-TIME.", equals + 1);
            } else {
                return fault("The parameter is neither TZID nor VALUE.", from);
            }
        }
        if (at == line_.size() || line_[at] != ':') return fault("The line has no colon.", at);
        if (zoned && dates_only.value_or(false)) return fault("A date has no TZID.", 0);
        return read_values(at + 1, dates_only, zoned, std::move(list), lists);
    }

    std::optional<Refusal> read_values(std::size_t at, std::optional<bool> dates_only, bool zoned, DateList list,
                                       std::vector<DateList>& lists) {
        for (bool first = true;; first = false) {
            const std::size_t comma = std::min(line_.find(',', at), line_.size());
            const auto moment = parse_moment(line_.substr(at, comma - at));
            if (!moment) return fault("A value is neither a date nor a date with time.", at);
            const bool date = moment->kind == Until::Kind::date;
            if (date != dates_only.value_or(false))
                return fault(date ? "A date needs VALUE=DATE." : "VALUE=DATE takes dates without a time.", at);
            if (zoned && moment->kind == Until::Kind::utc) return fault("A UTC time takes no TZID.", at);
            if (first) list.kind = moment->kind;
            if (moment->kind != list.kind) return fault("The values are not all of one form.", at);
            list.times.push_back(moment->at);
            if (comma == line_.size()) break;
            at = comma + 1;
        }
        lists.push_back(std::move(list));
        return std::nullopt;
    }

    std::string_view line_;
    std::size_t number_;
    RuleSet& set_;
};

std::size_t dates_in(const std::vector<DateList>& lists) {
    std::size_t all = 0;
    for (const DateList& list : lists) all += list.times.size();
    return all;
}

std::string line_of(std::string_view name, const DateList& list) {
    std::string line(name);
    if (list.kind == Until::Kind::date) line += ";VALUE=DATE";
    if (!list.zone.empty()) line += list.zone.find_first_of(":;,") == std::string::npos ? ";TZID=" + list.zone
                                                                                        : ";TZID=\"" + list.zone + '"';
    char separator = ':';
    for (const LocalTime time : list.times) {
        line += separator;
        line += text_of(Until{list.kind, time});
        separator = ',';
    }
    return line;
}

}  // namespace

std::optional<Refusal> parse_lines(std::span<const std::string> lines, RuleSet& set) {
    set = RuleSet{};
    RuleSet read;
    if (lines.size() > max_lines) return Refusal{"There are more than 100 lines.", max_lines, 0};
    for (std::size_t number = 0; number < lines.size(); ++number) {
        if (auto refusal = LineReader(lines[number], number, read).read()) return refusal;
        if (dates_in(read.dates) > max_dates || dates_in(read.excluded) > max_dates)
            return Refusal{"There are more than 4000 dates.", number, 0};
    }
    set = std::move(read);
    return std::nullopt;
}

std::optional<Refusal> until_is_placed(const RuleSet& set) {
    for (std::size_t i = 0; i < set.rules.size(); ++i) {
        const auto& until = set.rules[i].until;
        if (until && until->kind == Until::Kind::local) return Refusal{"UNTIL is a date or a UTC time.", i, 0};
    }
    return std::nullopt;
}

std::vector<std::string> lines_of(const RuleSet& set) {
    std::vector<std::string> lines;
    for (const DateList& list : set.excluded) lines.push_back(line_of("EXDATE", list));
    for (const DateList& list : set.dates) lines.push_back(line_of("RDATE", list));
    for (const Rule& rule : set.excluding_rules) lines.push_back("EXRULE:" + text_of(rule));
    for (const Rule& rule : set.rules) lines.push_back("RRULE:" + text_of(rule));
    return lines;
}

}  // namespace fakes::recurrence
