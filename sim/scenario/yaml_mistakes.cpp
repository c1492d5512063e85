#include "sim/scenario/yaml_mistakes.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>

#include <algorithm>
#include <array>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/loader.hpp"

namespace sim {

YamlSource::YamlSource(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        starts_.push_back(at + 1);
}

std::size_t YamlSource::offset(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(0, mark.line));
    const std::size_t start = line < starts_.size() ? starts_[line] : text_.size();
    return std::min(text_.size(), start + static_cast<std::size_t>(std::max(0, mark.column)));
}

Place YamlSource::place(std::size_t offset, std::size_t bytes) const {
    offset = std::min(offset, text_.size());
    const auto next = std::ranges::upper_bound(starts_, offset);
    const auto line = static_cast<std::size_t>(next - starts_.begin());  // 1-based
    const std::size_t start = starts_[line - 1];
    Place place;
    place.line = static_cast<int>(line);
    place.column = static_cast<int>(count_code_points(text_.substr(start, offset - start))) + 1;
    place.length = std::max(1, static_cast<int>(count_code_points(text_.substr(offset, bytes))));
    return place;
}

std::size_t YamlSource::end_of_line(std::size_t offset) const {
    std::size_t end = text_.find('\n', offset);
    if (end == std::string_view::npos) end = text_.size();
    while (end > offset && (text_[end - 1] == '\r' || text_[end - 1] == ' ')) --end;
    return end;
}

std::size_t YamlSource::start_of_line(std::size_t offset) const {
    return *std::prev(std::ranges::upper_bound(starts_, std::min(offset, text_.size())));
}

bool is_yaml_quote(char c) { return c == '"' || c == '\''; }

std::optional<std::size_t> quoted_length(std::string_view text, std::size_t offset) {
    const char quote = text[offset];
    for (std::size_t i = offset + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
                ++i;
                continue;
            }
            return i - offset + 1;
        }
    }
    return std::nullopt;
}

namespace {

struct Wording {
    std::string_view theirs;
    std::string_view what;
    std::string_view help;
};
constexpr std::array kWordings{
    Wording{"end of map flow not found", "a `{` is not closed, or a comma is missing", "check the pairs of { } and the commas between"},
    Wording{"end of sequence flow not found", "a `[` is not closed, or a comma is missing", "check the pairs of [ ] and the commas between"},
    Wording{"end of map not found", "this does not continue the keys above it", "line it up with them, or put it in quotes"},
    Wording{"end of sequence not found", "this does not continue the list above it", "line its - up with the others"},
    Wording{"illegal map value", "a second `: ` in one line", "put the text in quotes, or use { } for keys inside"},
    Wording{"illegal block entry", "a list item (-) cannot stand here", "put it on a line of its own, below the key"},
    Wording{"illegal flow end", "a bracket is closed that was not opened", "check the pairs of { } and [ ]"},
    Wording{"illegal map key", "a key cannot stand here", "put it on a line of its own, or in { }"},
    Wording{"illegal tab when looking for indentation", "a tab in the indentation", "indent with blanks"},
    Wording{"unknown escape character: ", "an unknown escape after \\", "in double quotes write \\\\ for a backslash, or use single quotes"},
    Wording{"the referenced anchor is not defined", "anchors (&) and aliases (*) are not part of a scenario", "write the value out; a text that begins with & or * goes in quotes"},
    Wording{"alias not found after *", "a text cannot begin with * unquoted", "put it in quotes"},
    Wording{"anchor not found after &", "a text cannot begin with & unquoted", "put it in quotes"},
};

/// The word at `offset`, up to a blank or bracket.
std::string_view word_at(std::string_view text, std::size_t offset) {
    return text.substr(offset, text.find_first_of(" \t\r\n,{}[]\"'", offset) - offset);
}

/// The innermost bracket that is open at `until`.
std::optional<std::size_t> open_bracket(std::string_view text, std::size_t until) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < until; ++i) {
        const char c = text[i];
        const bool begins = i == 0 || std::string_view(" \t\n,{[:-").find(text[i - 1]) != std::string_view::npos;
        if (is_yaml_quote(c) && begins) {
            if (const auto length = quoted_length(text, i)) i += *length - 1;
        } else if (c == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n')) {
            i = std::min(until, text.find('\n', i));
        } else if (c == '{' || c == '[') {
            if (begins || !open.empty()) open.push_back(i);  // elsewhere it is a letter of a text
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        }
    }
    return open.empty() ? std::nullopt : std::optional(open.back());
}

struct Line {
    std::size_t start = 0;    // of what stands in it, behind blanks and the - of list items
    std::size_t indent = 0;   // of that, in bytes
    std::string_view words;   // without comment
};

/// The last line before the one of `offset` that has anything in it.
std::optional<Line> line_above(const YamlSource& source, std::size_t offset) {
    const std::string_view text = source.text();
    for (std::size_t start = source.start_of_line(offset); start > 0;) {
        start = source.start_of_line(start - 1);
        std::string_view words = text.substr(start, source.end_of_line(start) - start);
        if (const std::size_t comment = words.find(" #"); comment != std::string_view::npos) words = words.substr(0, comment);
        std::size_t first = words.find_first_not_of(' ');
        if (first == std::string_view::npos || words[first] == '#') continue;
        while (words.substr(first).starts_with("- ")) first = std::min(words.size(), words.find_first_not_of(' ', first + 1));
        return Line{start + first, first, trimmed(words.substr(first))};
    }
    return std::nullopt;
}

/// `key: value` where the parser was still within the line above: that one is what is wrong.
std::optional<Diagnostic> line_ran_on(const YamlSource& source, std::size_t offset) {
    const std::string_view text = source.text();
    const std::size_t start = source.start_of_line(offset);
    const std::size_t first = text.find_first_not_of(' ', start);
    if (text.substr(first, offset - first).find(": ") != std::string_view::npos) return std::nullopt;  // in one line indeed
    const auto above = line_above(source, offset);
    if (!above || above->words.empty() || above->words.ends_with(':')) return std::nullopt;
    const Place place = source.place(above->start, above->words.size());
    if (above->words.find(": ") == std::string_view::npos) {
        const std::size_t colon = above->words.find(':');
        const bool glued = colon != std::string_view::npos && colon > 0 && std::ranges::none_of(above->words.substr(0, colon), is_digit);
        if (glued)
            return Diagnostic{place, "a blank is missing after the colon",
                              "write `" + std::string(above->words.substr(0, colon)) + ": " + std::string(above->words.substr(colon + 1)) + "`", ""};
        return Diagnostic{place, "a colon is missing after the key", "write `key: value`", ""};
    }
    if (first - start > above->indent)
        return Diagnostic{source.place(first, offset - first), "this is indented deeper than the key above it, which has a value already",
                          "line it up with column " + std::to_string(above->indent + 1), ""};
    return std::nullopt;
}

/// How a file of this kind begins.
std::string beginning(std::string_view kind) { return kind == "scenario" ? "begin with `title:`" : ""; }

}  // namespace

Diagnostic nothing_in_it(std::string_view what, std::string_view kind) { return {{}, std::string(what), beginning(kind), ""}; }

Diagnostic syntax_error(const YamlSource& source, const YAML::Exception& error, std::size_t last_end) {
    const std::string_view text = source.text();
    const std::size_t offset = source.offset(error.mark);
    if (error.msg == "unknown token" && offset < text.size()) {
        const std::string word(word_at(text, offset));
        if (word.starts_with('@') || word.starts_with('%') || word.starts_with('`'))
            return {source.place(offset, word.size()),
                    word[0] == '`' ? "a text cannot begin with a backtick unquoted" : "a text cannot begin with `" + word.substr(0, 1) + "` unquoted",
                    "quote it: \"" + word + "\"", ""};
    }
    if (error.msg == "illegal EOF in scalar") {
        std::size_t at = std::min(last_end, text.size());
        while (at < text.size() && !is_yaml_quote(text[at])) ++at;
        if (at < text.size())
            return {source.place(at, source.end_of_line(at) - at), "this quote is never closed",
                    "close it with " + std::string(1, text[at]), "opened here"};
    }
    // yaml-cpp tells it where the next thing begins, often at the end of the file, where nothing is to be seen.
    if (error.msg.find("flow not found") != std::string::npos)
        if (const auto open = open_bracket(text, offset); open && source.start_of_line(*open) != source.start_of_line(offset))
            return {source.place(*open, 1), std::string("this `") + text[*open] + "` is never closed, or a comma is missing behind it",
                    std::string("close it with `") + (text[*open] == '{' ? '}' : ']') + "`", "opened here"};
    if (error.msg.starts_with("illegal map value"))
        if (auto ran_on = line_ran_on(source, offset)) return *ran_on;
    if (error.msg.starts_with("end of sequence not found") && offset < text.size() && text[offset] != '-')
        return {source.place(offset, word_at(text, offset).size()), "this lines up neither with the list above it nor with the keys of its last item",
                "line it up with one of them", ""};
    for (const Wording& wording : kWordings)
        if (error.msg.starts_with(wording.theirs))
            return {source.place(offset, 1), std::string(wording.what), std::string(wording.help), ""};
    return {source.place(offset, 1), "this is not YAML: " + error.msg, "", ""};
}

std::optional<Diagnostic> refuse_bytes(const YamlSource& source, std::string_view kind) {
    const std::string_view text = source.text();
    if (text.size() > kScenarioBytesMax)
        return Diagnostic{{},
                          "the file is too large: more than " + std::to_string(kScenarioBytesMax) + " bytes",
                          "a scenario tells one promise in about 60 lines; long bodies go in files of their own (`html file:`)",
                          ""};
    // With or without a byte order mark, every other byte of an ASCII key is NUL.
    const std::string_view head = text.substr(0, 4);
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") || (head.size() == 4 && (head[0] == '\0') != (head[1] == '\0')))
        return Diagnostic{{}, "the file is not in UTF-8, but in UTF-16 or UTF-32", "save it as UTF-8", ""};
    if (const auto bad = bad_utf8_at(text))
        return Diagnostic{source.place(*bad, 1), "this byte is not UTF-8", "save the file as UTF-8", ""};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '\r' && at + 1 < text.size() && text[at + 1] != '\n')
            return Diagnostic{source.place(at, 1), "a carriage return that ends no line", "save the file with line feeds at the ends of its lines", ""};
        const bool c1 = c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0 && text[at + 1] != '\x85';
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F || c1)  // YAML 1.2, 5.1
            return Diagnostic{source.place(at, 1), c == 0 ? "a NUL byte" : "a control character", "save the file as plain UTF-8 text; in double quotes it is written \\x1b", ""};
    }
    if (trimmed(text).empty()) return nothing_in_it("the file is empty", kind);
    return std::nullopt;
}

std::optional<Diagnostic> refuse_line_starts(const YamlSource& source, std::string_view kind) {
    const std::string_view text = source.text();
    bool begun = false;
    for (std::size_t line = 0; line < text.size(); line = std::min(text.size(), text.find('\n', line)) + 1) {
        const std::size_t first = text.find_first_not_of(' ', line);
        if (first == std::string_view::npos) break;
        if (text[first] == '\t') return Diagnostic{source.place(first, 1), "a tab in the indentation", "indent with blanks", ""};
        if (!begun && text[line] == '%' && !text.substr(line).starts_with("%YAML "))
            return Diagnostic{source.place(line, source.end_of_line(line) - line), "YAML directives (%) are not part of a " + std::string(kind), "leave the line out", ""};
        begun = begun || (text[first] != '#' && text[first] != '%' && text[first] != '\n' && text[first] != '\r');
    }
    return std::nullopt;
}

}  // namespace sim
