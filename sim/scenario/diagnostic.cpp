#include "sim/scenario/diagnostic.hpp"

#include <algorithm>

#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

constexpr int kColumnsShown = 110;  // a longer source line is cut around the caret

std::string_view line_of(std::string_view text, int number) {
    std::size_t at = 0;
    for (int i = 1; i < number; ++i) {
        at = text.find('\n', at);
        if (at == std::string_view::npos) return {};
        ++at;
    }
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

struct Excerpt {
    std::string line;
    int caret_column = 0;  // columns before the run
    int caret_width = 1;
};

/// The part of the source line around the caret, tabs and control characters made blank, widths counted.
Excerpt excerpt(std::string_view source, const Place& place) {
    std::u32string line = code_points(source);
    std::ranges::replace_if(line, is_control, U' ');
    const std::size_t start = std::min(line.size(), static_cast<std::size_t>(std::max(0, place.column - 1)));
    const std::size_t stop = std::min(line.size(), start + static_cast<std::size_t>(std::max(1, place.length)));
    int before = 0;
    for (std::size_t i = 0; i < start; ++i) before += columns_of(line[i]);
    std::size_t first = 0;
    Excerpt out;
    if (before > kColumnsShown - 30) {
        while (first < start && before > 40) before -= columns_of(line[first++]);
        out.line = "...";
        before += 3;
    }
    out.caret_column = before;
    int width = out.line.empty() ? 0 : 3;
    int run = 0;
    for (std::size_t i = first; i < line.size(); ++i) {
        if (width >= kColumnsShown) {
            out.line += "...";
            break;
        }
        append_utf8(out.line, line[i]);
        width += columns_of(line[i]);
        if (i >= start && i < stop) run += columns_of(line[i]);
    }
    out.caret_width = std::max(1, run);
    return out;
}

}  // namespace

bool has_errors(std::span<const Diagnostic> diagnostics) {
    return std::ranges::any_of(
        diagnostics, [](const Diagnostic& d) { return d.severity == Diagnostic::Severity::error; });
}

std::string render_diagnostics(std::string_view path, std::string_view text, std::vector<Diagnostic> diagnostics,
                               bool colour) {
    std::ranges::stable_sort(diagnostics, {}, [](const Diagnostic& d) {
        return std::pair{d.place.line, d.place.column};
    });
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());  // places do not count it
    const std::string_view bold = colour ? "\x1b[1m" : "";
    const std::string_view blue = colour ? "\x1b[34m" : "";
    const std::string_view off = colour ? "\x1b[0m" : "";
    std::string out;
    for (const Diagnostic& d : diagnostics) {
        const bool error = d.severity == Diagnostic::Severity::error;
        const std::string_view tone = !colour ? "" : error ? "\x1b[1;31m" : "\x1b[1;33m";
        if (!out.empty()) out += '\n';
        out.append(tone).append(error ? "error" : "warning").append(off).append(": ").append(bold);
        out.append(without_controls(d.what)).append(off).append("  ").append(without_controls(path));
        if (d.place.line > 0) {
            const std::string number = std::to_string(d.place.line);
            out += ":" + number + ":" + std::to_string(d.place.column) + "\n";
            const std::string gutter(number.size() + 1, ' ');
            const Excerpt shown = excerpt(line_of(text, d.place.line), d.place);
            out.append(blue).append(gutter).append("|").append(off).append("\n");
            out.append(blue).append(number).append(" | ").append(off).append(shown.line).append("\n");
            out.append(blue).append(gutter).append("| ").append(off);
            out.append(std::string(static_cast<std::size_t>(shown.caret_column), ' ')).append(tone);
            out.append(std::string(static_cast<std::size_t>(shown.caret_width), '^'));
            if (!d.label.empty()) out.append(" ").append(d.label);
            out.append(off).append("\n");
            if (!d.help.empty()) out.append(blue).append(gutter).append("= ").append(off);
        } else {
            out += '\n';
            if (!d.help.empty()) out.append(blue).append("  = ").append(off);
        }
        if (!d.help.empty()) out.append("help: ").append(without_controls(d.help)).append("\n");
    }
    return out;
}

namespace {

/// Optimal string alignment distance: insert, erase, replace, swap of neighbours.
std::size_t distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> two_up(b.size() + 1), up(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) up[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = up[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
            row[j] = std::min({up[j] + 1, row[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_up[j - 2] + 1);
        }
        two_up = std::exchange(up, row);
    }
    return up[b.size()];
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    constexpr std::size_t kWordMax = 80;  // code points; nobody misspells a whole paragraph
    const std::u32string wanted = code_points(lower_ascii(word));
    if (wanted.empty() || wanted.size() > kWordMax) return std::nullopt;
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::u32string other = code_points(lower_ascii(candidate));
        if (other.empty() || other.size() > kWordMax) continue;
        // The beginning of a word stands for it: `lang` for `language`.
        const bool begun = wanted.size() >= 3 && other.size() > wanted.size() && other.starts_with(wanted);
        const std::size_t d = begun ? std::min<std::size_t>(1, distance(wanted, other)) : distance(wanted, other);
        // Of equally near ones the first stands: the tables put the common words first.
        if (d < best_distance && d < std::max(wanted.size(), other.size())) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

}  // namespace sim
