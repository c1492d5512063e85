#include "fakes/microsoft/directory_query.hpp"

#include <algorithm>

namespace fakes::microsoft {

std::string json_text(std::string_view text) {
    std::string out;
    put_json(out, text);
    return out;
}
std::string json_or_null(std::string_view text) { return text.empty() ? "null" : json_text(text); }

std::optional<Fault> put_selected(std::string& out, const Members& members, std::size_t by_default, const std::vector<std::string>& select, std::string_view type) {
    const auto put = [&](const std::pair<std::string_view, std::string>& member) {
        if (!out.empty() && out.back() != '{') out += ',';
        put_json(out, member.first);
        out += ':' + member.second;
    };
    if (select.empty())
        for (std::size_t i = 0; i < by_default; ++i) put(members[i]);
    for (const std::string& name : select) {
        const auto found = std::find_if(members.begin(), members.end(), [&](const auto& member) { return same_text(member.first, name); });
        if (found == members.end()) return errors::directory_select(name.substr(0, 80), type);
        put(*found);
    }
    return std::nullopt;
}

std::variant<DirectoryQuery, Fault> read_directory_query(std::string_view text, bool skips) {
    DirectoryQuery out;
    const Parameters parameters = parse_parameters(text);
    for (const auto& [raw, value] : parameters) {
        const std::string name = lower(raw);
        const auto number = [&]() -> std::optional<int> {
            if (value.empty() || value.size() > 6 || value.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
            return std::stoi(value);
        };
        if (name == "$select") {
            std::string_view rest = value;
            while (!rest.empty()) {
                const std::size_t comma = rest.find(',');
                std::string_view word = rest.substr(0, comma);
                while (word.starts_with(' ')) word.remove_prefix(1);
                while (word.ends_with(' ')) word.remove_suffix(1);
                if (!word.empty()) out.select.emplace_back(word);
                rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            }
        } else if (name == "$top") {
            const auto top = number();
            if (!top || *top < 1 || *top > limits::users_max) return errors::directory_filter("$top is 1 to 999.");
            out.top = static_cast<std::size_t>(*top);
        } else if (name == "$skiptoken") {
            // The token names the row to go on with.
            const std::size_t mark = value.rfind('.');
            const std::string row = mark == std::string::npos ? std::string() : value.substr(mark + 1);
            if (row.empty() || row.size() > 6 || row.find_first_not_of("0123456789") != std::string::npos) return errors::directory_filter("The $skiptoken is none of this service.");
            out.skip = static_cast<std::size_t>(std::stoi(row));
        } else if (name == "$skip" && skips) {
            const auto skip = number();
            if (!skip) return errors::directory_filter("$skip is a number of rows.");
            out.skip = static_cast<std::size_t>(*skip);
        } else if (name == "$count") {
            out.count = same_text(value, "true");
        } else if (name == "$filter") {
            out.filter = value;
        } else if (name.starts_with("$")) {
            return errors::directory_filter("This fake's directory knows $select, $top, $filter, $count and $skiptoken.");
        }
        if (name != "$skiptoken" && name != "$skip") out.rest.emplace_back(raw, value);
    }
    return out;
}

namespace {

std::optional<Predicate> term(std::string_view text, const std::vector<std::string_view>& names) {
    const auto value_in = [](const Members& members, std::string_view name) {
        for (const auto& [member, value] : members)
            if (member == name) return lower(value == "null" ? "\"\"" : value);
        return std::string();
    };
    const auto without_blanks = [](std::string_view words) {
        std::string out;
        for (const char c : lower(words))
            if (c != ' ') out.push_back(c);
        return out;
    };
    const bool starts = lower(text).starts_with("startswith(") && text.ends_with(")");
    const std::string_view inner = starts ? text.substr(11, text.size() - 12) : text;
    const std::size_t quote = inner.find('\'');
    const bool quoted = quote != std::string_view::npos && inner.ends_with("'") && inner.size() >= quote + 2;
    std::string literal;
    for (std::size_t i = quote + 1; quoted && i + 1 < inner.size(); ++i) {
        literal.push_back(inner[i]);
        if (inner[i] == '\'' && inner[i + 1] == '\'') ++i;
    }
    const std::string head = without_blanks(inner.substr(0, quoted ? quote : std::string_view::npos));
    for (const std::string_view name : names) {
        if (!quoted) {
            for (const std::string_view wanted : {std::string_view("true"), std::string_view("false")})
                if (head == lower(name) + "eq" + std::string(wanted))
                    return [=](const Members& members) { return value_in(members, name) == wanted; };
            continue;
        }
        if (head != lower(name) + (starts ? "," : "eq")) continue;
        std::string wanted = lower(json_text(literal));
        if (starts) wanted.pop_back();
        return [=](const Members& members) {
            const std::string value = value_in(members, name);
            return starts ? value.starts_with(wanted) : value == wanted;
        };
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<Predicate>> predicates(std::string_view filter, const std::vector<std::string_view>& names) {
    std::vector<Predicate> out;
    bool quoted = false;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= filter.size(); ++i) {
        if (i < filter.size() && filter[i] == '\'') quoted = !quoted;
        const bool joint = !quoted && same_text(filter.substr(i, 5), " and ");
        if (i < filter.size() && !joint) continue;
        auto one = term(filter.substr(from, i - from), names);
        if (!one) return std::nullopt;
        out.push_back(std::move(*one));
        from = i + 5;
    }
    return out;
}

}  // namespace fakes::microsoft
