#include "reports/terminal.hpp"

#include <algorithm>
#include <cmath>

namespace reports {
namespace {

constexpr const char* red = "31";
constexpr const char* green = "32";
constexpr const char* yellow = "33";
constexpr const char* bold = "1";
constexpr const char* dim = "2";
constexpr std::size_t difference_rows_max = 20;  // of one finding; what differs comes first

const char* word(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed: return "ok";
        case Verdict::failed: return "FAILED";
        case Verdict::invalid: return "INVALID";
        case Verdict::broken: return "BROKEN";
    }
    return "?";
}

const char* colour_of(Verdict verdict) {
    if (verdict == Verdict::passed) return green;
    return verdict == Verdict::failed ? red : yellow;
}

std::string milliseconds(double ms) {
    char text[32];
    if (ms < 1000) std::snprintf(text, sizeof text, "%.1f ms", ms);
    else std::snprintf(text, sizeof text, "%.2f s", ms / 1000);
    return text;
}

std::string counted(int count, const char* noun) {
    return std::to_string(count) + " " + noun;
}

std::string leaks_line(const LeakSearch& leaks) {
    std::string channels;
    for (const auto& [channel, count] : leaks.bytes) channels += (channels.empty() ? "" : ", ") + channel + " " + std::to_string(count);
    return "leak search: " + std::to_string(leaks.bytes_total()) + " bytes (" + channels + "), " + std::to_string(leaks.secrets) + " secrets in " +
           std::to_string(leaks.encodings.size()) + " encodings (" + std::to_string(leaks.forms) + " forms), " + std::to_string(leaks.hits) +
           (leaks.hits == 1 ? " hit" : " hits");
}

}  // namespace

Style style_for(bool is_terminal, const char* no_color, const char* term, const char* force_color) {
    const auto is_set = [](const char* value) { return value != nullptr && *value != '\0'; };
    const bool plain = !is_terminal || is_set(no_color) || (term != nullptr && std::string_view(term) == "dumb");
    const bool forced = is_set(force_color) && std::string_view(force_color) != "0" && !is_set(no_color);
    return Style{.colour = !plain || forced, .progress = !plain, .timings = !plain};
}

std::string render_finding(const Finding& finding, const Case& in) {
    std::string out = "  error: " + finding.title;
    if (finding.line > 0)
        out += "    " + finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
    out += "\n";
    out += "  = rule   " + finding.rule;
    if (!finding.requirement.empty()) out += "  (" + finding.requirement + ")";
    out += "\n";
    if (!finding.snippet.empty()) out += finding.snippet + (finding.snippet.ends_with('\n') ? "" : "\n");
    std::size_t rows = 0;
    for (const std::string& row : finding.difference) {
        if (++rows > difference_rows_max && finding.difference.size() > difference_rows_max + 1) {
            out += "    ... and " + std::to_string(finding.difference.size() - difference_rows_max) + " more differences (`--json FILE` has all)\n";
            break;
        }
        out += "    " + row + "\n";
    }
    for (const std::string& row : finding.why) out += "  = why    " + row + "\n";
    if (!in.rerun.empty()) out += "  = rerun  " + in.rerun + "\n";
    return out;
}

std::string Terminal::paint(const char* code, const std::string& text) const {
    return style_.colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

void Terminal::clear_progress() {
    if (!progress_shown_) return;
    std::fputs("\r\x1b[K", out_);
    progress_shown_ = false;
}

void Terminal::start(int planned_count) {
    planned_ = planned_count;
}

void Terminal::done(const Case& finished) {
    clear_progress();
    ++finished_;
    if (finished.verdict != Verdict::passed) ++failed_;
    std::string line = paint(colour_of(finished.verdict), word(finished.verdict));
    line += std::string(finished.verdict == Verdict::passed ? 6 : 1, ' ') + finished.id();
    if (style_.timings && finished.verdict != Verdict::invalid)
        line += paint(dim, "  " + milliseconds(finished.wall_ms));
    std::fputs((line + "\n").c_str(), out_);
    const std::string& diagnostics = style_.colour && !finished.coloured_diagnostics.empty() ? finished.coloured_diagnostics : finished.diagnostics;
    std::fputs(diagnostics.c_str(), out_);
    for (const Finding& finding : finished.findings) std::fputs(render_finding(finding, finished).c_str(), out_);
    if (style_.progress && finished_ < planned_) {
        const std::string bar = std::to_string(finished_) + "/" + std::to_string(planned_) +
                                (failed_ > 0 ? ", " + std::to_string(failed_) + " not ok" : std::string());
        std::fputs(paint(dim, bar).c_str(), out_);
        std::fflush(out_);
        progress_shown_ = true;
    }
}

void Terminal::finish(const Run& run) {
    clear_progress();
    if (style_.timings && run.cases.size() > 5) {
        std::vector<const Case*> slowest;
        for (const Case& one : run.cases) slowest.push_back(&one);
        std::partial_sort(slowest.begin(), slowest.begin() + 5, slowest.end(),
                          [](const Case* a, const Case* b) { return a->wall_ms > b->wall_ms; });
        std::fputs("\nslowest five\n", out_);
        for (std::size_t i = 0; i < 5; ++i)
            std::fprintf(out_, "  %10s  %s\n", milliseconds(slowest[i]->wall_ms).c_str(), slowest[i]->id().c_str());
    }
    const Totals sum = totals(run);
    std::uint64_t exchanges = 0;
    for (const Case& one : run.cases) exchanges += one.exchange_count;
    std::string line = "\n" + counted(static_cast<int>(run.cases.size()), run.cases.size() == 1 ? "case: " : "cases: ") +
                       counted(sum.passed, "passed") + ", " + counted(sum.failed, "failed");
    if (sum.invalid > 0) line += ", " + counted(sum.invalid, "invalid");
    if (sum.broken > 0) line += ", " + counted(sum.broken, "broken");
    line += "; " + std::to_string(exchanges) + " exchanges";
    if (!run.tzdata.empty()) line += "; tzdata " + run.tzdata;
    if (style_.timings) line += "; " + milliseconds(run.wall_ms);
    std::fputs((paint(bold, line) + "\n").c_str(), out_);
    if (const LeakSearch leaks = leaks_of(run); leaks.bytes_total() > 0) std::fputs((leaks_line(leaks) + "\n").c_str(), out_);
    if (run.stopped_early)
        std::fprintf(out_, "stopped after the first failure: %d of %d cases not played\n",
                     run.planned_count - static_cast<int>(run.cases.size()), run.planned_count);
    if (sum.failed + sum.invalid + sum.broken > 0) {
        std::fputs("\nnot ok\n", out_);
        for (const Case& one : run.cases)
            if (one.verdict != Verdict::passed)
                std::fprintf(out_, "  %s\n", one.rerun.empty() ? one.id().c_str() : one.rerun.c_str());
    }
    std::fflush(out_);
}

void Terminal::operations(const Run& run) {
    for (const char* provider : {"microsoft", "google"}) {
        if (std::none_of(run.cases.begin(), run.cases.end(), [&](const Case& one) { return one.provider == provider; })) continue;
        std::fprintf(out_, "\n%s\n", paint(bold, std::string("provider operations used by the engine, ") + provider).c_str());
        int used = 0;
        int listed = 0;
        for (const Operation& row : run.listed_operations) {
            if (row.provider != provider) continue;
            const std::uint64_t count = calls_of(run, provider, row.id);
            ++listed;
            used += count > 0;
            std::fprintf(out_, "  %8llu  %-18s %s\n", static_cast<unsigned long long>(count), row.id.c_str(), row.call.c_str());
        }
        std::fprintf(out_, "  %d of %d listed operations used; %llu calls outside the list\n", used, listed,
                     static_cast<unsigned long long>(calls_of(run, provider, "")));
    }
    std::fflush(out_);
}

}  // namespace reports
