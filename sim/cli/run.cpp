#include "sim/cli/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "reports/files.hpp"
#include "reports/terminal.hpp"
#include "sim/cli/case.hpp"
#include "sim/cli/files.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/requirements.hpp"

namespace sim {
namespace {

constexpr std::size_t beside_bytes_max = 256u * 1024 * 1024;  // a recording; texts have the loader's own limit

struct Planned {
    const Scenario* scenario = nullptr;  // nullptr: the file is invalid
    Provider provider = Provider::microsoft;
    reports::Case invalid{};
    std::string warnings{}, coloured_warnings{};  // of the file, with its first case
};

bool matches(const std::string& filter, const std::string& id, const std::string& title) {
    return filter.empty() || id.find(filter) != std::string::npos || title.find(filter) != std::string::npos;
}

/// Reports stay the same wherever they are asked for: colour is for the terminal alone.
reports::Case invalid_case(const std::string& path, const std::string& text, const std::vector<Diagnostic>& diagnostics, bool colour) {
    reports::Case out;
    out.path = path;
    out.verdict = reports::Verdict::invalid;
    out.diagnostics = render_diagnostics(path, text, diagnostics);
    if (colour) out.coloured_diagnostics = render_diagnostics(path, text, diagnostics, true);
    return out;
}

/// Plays cases on several threads, each world on one of them, and hands the outcomes out in the order of the plan.
class Players {
  public:
    Players(const std::vector<Planned>& plan, const RunOptions& options) : plan_(plan), options_(options), outcomes_(plan.size()) {
        const std::size_t count = std::clamp<std::size_t>(options.jobs, 1, std::max<std::size_t>(1, plan.size()));
        if (count == 1) return;
        for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
    }
    ~Players() {
        stopped_ = true;
        for (std::thread& thread : threads_) thread.join();
    }
    CaseOutcome take(std::size_t index) {
        if (threads_.empty()) return play_one(index);
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return outcomes_[index].has_value(); });
        CaseOutcome out = std::move(*outcomes_[index]);
        outcomes_[index].reset();
        return out;
    }

  private:
    CaseOutcome play_one(std::size_t index) {
        const Planned& planned = plan_[index];
        if (planned.scenario == nullptr) return CaseOutcome{planned.invalid, {}, {}, {}};
        CaseOutcome outcome = play_case(*planned.scenario, planned.provider, options_);
        outcome.told.diagnostics = planned.warnings;
        outcome.told.coloured_diagnostics = planned.coloured_warnings;
        return outcome;
    }
    void work() {
        for (std::size_t index = next_++; index < plan_.size() && !stopped_; index = next_++) {
            CaseOutcome outcome = play_one(index);
            const std::lock_guard lock(mutex_);
            outcomes_[index] = std::move(outcome);
            ready_.notify_all();
        }
    }
    const std::vector<Planned>& plan_;
    const RunOptions& options_;
    std::vector<std::optional<CaseOutcome>> outcomes_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stopped_{false};
};

int complain(const std::string& text) {
    std::fprintf(stderr, "calrig: %s\n", text.c_str());
    return exit_usage;
}

/// Report files are tried before anything is played: an unwritable one should not cost a run.
std::optional<std::string> writable(const std::string& path) {
    if (path.empty()) return std::nullopt;
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return "cannot write " + path + ": it is a folder";
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    if (::access(folder.c_str(), W_OK) != 0) return "cannot write " + path + ": the folder " + folder + " does not exist or is not writable";
    return std::nullopt;
}

/// Two reports in one file, or a report in place of a scenario: one would destroy the other.
std::optional<std::string> in_the_way(const RunOptions& options, const std::vector<std::string>& scenarios) {
    const auto same = [](const std::string& a, const std::string& b) {
        std::error_code none;
        const auto plain = [&](const std::string& path) { return std::filesystem::weakly_canonical(std::filesystem::absolute(path, none), none); };
        return std::filesystem::is_regular_file(a, none) || !std::filesystem::exists(a, none) ? plain(a) == plain(b) : false;
    };
    std::vector<std::string> taken;
    for (const std::string& path : {options.junit, options.json, options.journal, options.record}) {
        if (path.empty()) continue;
        for (const std::string& other : taken)
            if (same(path, other)) return "two reports cannot be written into one file: " + path;
        for (const std::string& scenario : scenarios)
            if (same(path, scenario)) return "a report cannot be written over a scenario: " + path;
        taken.push_back(path);
    }
    return std::nullopt;
}

int load(const std::vector<std::string>& paths, bool colour, const RunOptions& options, std::vector<Scenario>& scenarios,
         std::vector<Planned>& plan) {
    const FoundScenarios found = find_scenarios(paths);
    for (const std::string& error : found.errors) std::fprintf(stderr, "calrig: %s\n", error.c_str());
    if (!found.errors.empty()) return exit_scenario_invalid;
    if (const auto error = in_the_way(options, found.paths)) return complain(*error);
    const auto read = [](const std::string& path) { return read_file(path, beside_bytes_max).text; };
    scenarios.reserve(found.paths.size());
    for (const std::string& path : found.paths) {
        FileText file = read_file(path, kScenarioBytesMax);
        Loaded loaded;
        if (file.text) loaded = read_scenario(path, *file.text, read);
        else loaded.diagnostics.push_back(missing_file(path, file.reason));
        if (!loaded.scenario) {
            if (matches(options.filter, path, "")) plan.push_back(Planned{nullptr, {}, invalid_case(path, file.text.value_or(""), loaded.diagnostics, colour)});
            continue;
        }
        scenarios.push_back(std::move(*loaded.scenario));
        const Scenario& scenario = scenarios.back();
        std::string warnings = render_diagnostics(path, scenario.text, loaded.diagnostics);
        std::string coloured = colour ? render_diagnostics(path, scenario.text, loaded.diagnostics, true) : std::string();
        for (const Provider provider : scenario.providers) {
            if (options.provider && *options.provider != provider) continue;
            if (!matches(options.filter, path + " [" + provider_name(provider) + "]", scenario.title)) continue;
            plan.push_back(Planned{&scenario, provider, {}, std::exchange(warnings, {}), std::exchange(coloured, {})});
        }
    }
    return exit_ok;
}

int write_all(const reports::Run& run, const RunOptions& options, const std::string& journals, const std::string& recording) {
    const std::map<std::string, std::string> texts = {{options.junit, options.junit.empty() ? "" : reports::junit(run)},
                                                      {options.json, options.json.empty() ? "" : reports::json(run)},
                                                      {options.journal, journals},
                                                      {options.record, recording}};
    int code = exit_ok;
    for (const auto& [path, text] : texts) {
        if (path.empty()) continue;
        if (const std::optional<std::string> error = write_file(path, text)) code = complain(*error);
    }
    return code;
}

/// What was written needs no advice to write it.
int write_goldens(CaseOutcome& outcome) {
    int code = exit_ok;
    for (const auto& [path, wire] : outcome.goldens) {
        std::error_code ignored;  // writing says what is wrong
        std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
        if (const auto error = write_file(path, wire)) {
            code = complain(*error);
            continue;
        }
        std::fprintf(stderr, "calrig: wrote %s: look at it before you keep it\n", path.c_str());
        for (reports::Finding& finding : outcome.told.findings)
            if (finding.rule == "golden" && finding.title.ends_with(path) && !finding.difference.empty())
                finding.difference.back() = "this run wrote it: the next one passes when this is what was meant";
    }
    return code;
}

reports::Style style_here() {
    return reports::style_for(::isatty(STDOUT_FILENO) == 1, std::getenv("NO_COLOR"), std::getenv("TERM"), std::getenv("FORCE_COLOR"));
}

}  // namespace

const char* transport_name(Transport transport) {
    switch (transport) {
        case Transport::direct: return "direct";
        case Transport::memory: return "memory";
        case Transport::tcp: return "tcp";
    }
    return "?";
}

int usage(const std::string& sentence) {
    std::fprintf(stderr, "calrig: %s\n", sentence.c_str());
    return exit_usage;
}

int run_command(const RunOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    const reports::Style style = style_here();
    for (const std::string& path : {options.junit, options.json, options.journal, options.record})
        if (const auto error = writable(path)) return complain(*error);
    if (const char* ci = std::getenv("CI"); options.update && ci != nullptr && std::string_view(ci) == "true")
        return complain("--update writes goldens for somebody to look at, and here nobody does (CI=true): write them where you work, and commit them");

    std::vector<Scenario> scenarios;
    std::vector<Planned> plan;
    if (const int code = load(options.paths, style.colour, options, scenarios, plan); code != exit_ok) return code;
    if (plan.empty()) return complain("no case matches: nothing was played");
    if (!options.record.empty() && plan.size() != 1)
        return complain("--record needs exactly one case, these arguments give " + std::to_string(plan.size()) +
                        ": name one scenario and one --provider");

    reports::Terminal terminal(stdout, style);
    reports::Run run;
    run.tzdata = tzdata_version();
    run.planned_count = static_cast<int>(plan.size());
    for (const Requirement& row : requirements())
        if (!row.operation.empty())
            run.listed_operations.push_back({std::string(row.id), row.google ? "google" : "microsoft", std::string(row.operation)});
    terminal.start(run.planned_count);
    std::string journals;
    std::string recording;
    int code = exit_ok;
    {
        Players players(plan, options);
        for (std::size_t i = 0; i < plan.size(); ++i) {
            CaseOutcome outcome = players.take(i);
            if (!options.journal.empty()) journals += "== " + outcome.told.id() + " seed " + std::to_string(outcome.told.seed) + "\n" + outcome.journal;
            recording = std::move(outcome.recording);
            if (options.update) code = std::max(code, write_goldens(outcome));
            terminal.done(outcome.told);
            const bool ok = outcome.told.verdict == reports::Verdict::passed;
            run.cases.push_back(std::move(outcome.told));
            if (!ok && options.fail_fast && i + 1 < plan.size()) {
                run.stopped_early = true;
                break;
            }
        }
    }
    run.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    terminal.finish(run);
    if (options.operations) terminal.operations(run);
    const int written = write_all(run, options, journals, recording);
    const int verdict = reports::exit_code(run);
    if (verdict != exit_ok) return verdict;
    return written != exit_ok ? written : code;
}

int lint_command(const std::vector<std::string>& paths) {
    const bool colour = style_here().colour;
    const FoundScenarios found = find_scenarios(paths);
    for (const std::string& error : found.errors) std::fprintf(stderr, "calrig: %s\n", error.c_str());
    const auto read = [](const std::string& path) { return read_file(path, beside_bytes_max).text; };
    std::size_t invalid = 0;
    std::size_t warned = 0;
    for (const std::string& path : found.paths) {
        FileText file = read_file(path, kScenarioBytesMax);
        std::vector<Diagnostic> diagnostics;
        if (!file.text) diagnostics.push_back(missing_file(path, file.reason));
        else {
            Loaded loaded = read_scenario(path, *file.text, read);
            diagnostics = std::move(loaded.diagnostics);
            if (loaded.scenario && loaded.scenario->recording)
                for (const std::string& problem : read_recording(*loaded.scenario).problems)
                    diagnostics.push_back({Place{1, 1, 1}, problem, "record it anew, or repair the file", ""});
        }
        if (diagnostics.empty()) continue;
        has_errors(diagnostics) ? ++invalid : ++warned;
        std::fputs(render_diagnostics(path, file.text.value_or(""), std::move(diagnostics), colour).c_str(), stdout);
    }
    std::printf("%zu scenario file%s: %zu valid", found.paths.size(), found.paths.size() == 1 ? "" : "s", found.paths.size() - invalid);
    if (warned > 0) std::printf(" (%zu with warnings)", warned);
    std::printf(", %zu invalid\n", invalid);
    return invalid > 0 || !found.errors.empty() ? exit_scenario_invalid : exit_ok;
}

}  // namespace sim
