#pragma once
// The run told to a person: on a terminal with colour and progress, elsewhere plain and stable.
#include <cstdio>
#include <string>

#include "reports/run.hpp"

namespace reports {

struct Style {
    bool colour = false;    // escape codes for colour
    bool progress = false;  // a line that is rewritten while cases run
    bool timings = false;   // real durations: only for people, they differ from run to run
};

/// Decides from the file and the environment's NO_COLOR (any non-empty value) and TERM (`dumb`): plain and stable then.
/// FORCE_COLOR (neither empty nor `0`) colours what goes elsewhere, too, and nothing else of it. nullptr when unset.
Style style_for(bool is_terminal, const char* no_color, const char* term = nullptr, const char* force_color = nullptr);

class Terminal {
  public:
    Terminal(std::FILE* out, Style style) : out_(out), style_(style) {}
    void start(int planned_count);
    /// One line per case, followed by its findings. Cases come in the order of the command line.
    void done(const Case& finished);
    /// Slowest five (with timings), totals, and how the run ended.
    void finish(const Run& run);
    /// Which listed operations the engine used, per provider, with counts; and what it called beside them.
    void operations(const Run& run);

  private:
    std::string paint(const char* code, const std::string& text) const;
    void clear_progress();
    std::FILE* out_;
    Style style_;
    int planned_ = 0;
    int finished_ = 0;
    int failed_ = 0;
    bool progress_shown_ = false;
};

/// One finding as people read it: verdict and requirement, place with caret, difference, why, rerun.
std::string render_finding(const Finding& finding, const Case& in);

}  // namespace reports
