#include "sim/cli/case.hpp"

#include <algorithm>
#include <chrono>

#include "sim/cli/files.hpp"
#include "sim/judge/judge.hpp"
#include "sim/wire/har.hpp"
#include "sim/world/world.hpp"

namespace sim {
namespace {

constexpr std::size_t golden_bytes_max = 64u * 1024 * 1024;
constexpr std::size_t recording_bytes_max = 256u * 1024 * 1024;

std::string rerun_command(const reports::Case& told, const RunOptions& options) {
    std::string out = "calrig run " + told.path + " --provider " + told.provider + " --seed " + std::to_string(told.seed);
    if (options.transport != Transport::memory) out += std::string(" --transport ") + transport_name(options.transport);
    return out;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

reports::Finding harness_finding(const Scenario& scenario, std::string rule, std::string title) {
    reports::Finding finding;
    finding.rule = std::move(rule);
    finding.title = std::move(title);
    finding.file = scenario.path;
    return finding;
}

/// Keys and IVs come from the seed: a golden holds for one seed only, that of the scenario.
bool compares_bytes(const Scenario& scenario) {
    return std::ranges::any_of(scenario.expect, [](const Expectation& one) {
        const auto* list = std::get_if<ExpectList>(&one.claim);
        return list != nullptr && list->golden.has_value();
    });
}

/// The first line in which two journals part, with what each says.
std::vector<std::string> first_difference(const std::string& a, const std::string& b) {
    std::size_t from = 0;
    int line = 1;
    while (from < a.size() || from < b.size()) {
        const std::size_t end_a = std::min(a.find('\n', from), a.size());
        const std::size_t end_b = std::min(b.find('\n', from), b.size());
        const std::string row_a = a.substr(std::min(from, a.size()), end_a - std::min(from, a.size()));
        const std::string row_b = b.substr(std::min(from, b.size()), end_b - std::min(from, b.size()));
        if (row_a != row_b) return {"journal line " + std::to_string(line), "  first  " + row_a, "  second " + row_b};
        from = end_a + 1;
        ++line;
    }
    return {};
}

}  // namespace

const char* provider_name(Provider provider) {
    return provider == Provider::google ? "google" : "microsoft";
}

HarRead read_recording(const Scenario& scenario) {
    const std::string path = folder_of(scenario.path) + scenario.recording.value_or("");
    const FileText file = read_file(path, recording_bytes_max);
    HarRead har = file.text ? read_har(*file.text, path) : HarRead{std::nullopt, {file.error}};
    if (har.recording && har.recording->run && har.recording->run->begin != scenario.begin) {
        har.recording.reset();
        har.problems.push_back(path + ": was recorded under another clock; give `clock:` the time at which it began (/log/_begin)");
    }
    return har;
}

CaseOutcome play_case(const Scenario& scenario, Provider provider, const RunOptions& options) {
    const auto began = std::chrono::steady_clock::now();
    CaseOutcome out;
    reports::Case& told = out.told;
    told.path = scenario.path;
    told.title = scenario.title;
    told.provider = provider_name(provider);
    told.transport = transport_name(options.transport);
    told.seed = compares_bytes(scenario) ? scenario.seed.value_or(1) : options.seed.value_or(scenario.seed.value_or(1));
    told.covers = scenario.covers;
    std::optional<Recording> recording;
    if (scenario.recording) {
        HarRead har = read_recording(scenario);
        if (!har.recording) {
            told.verdict = reports::Verdict::invalid;
            for (const std::string& problem : har.problems) told.diagnostics += "  error: " + problem + "\n";
            return out;
        }
        recording = std::move(har.recording);
        // Tenants, ids and jitter are those of the recorded run, whatever seed the other cases have.
        if (recording->run) told.seed = recording->run->seed;
    }
    told.rerun = rerun_command(told, options);

    WorldSettings settings;
    settings.transport = options.transport;
    settings.seed = told.seed;
    settings.replay = std::move(recording);
    HarRecorder recorder(RecordedRun{told.seed, scenario.begin});
    if (!options.record.empty()) settings.recorder = &recorder;

    Played played = play(scenario, provider, settings);
    told.exchange_count = played.exchange_count;
    told.operations = operations_used(played.journal);
    const JudgeFiles files{
        [](const std::string& path) { return read_file(path, golden_bytes_max).text; },
        [&](const std::string& path, const std::string& wire) { out.goldens.emplace_back(path, wire); }};
    told.findings = judge(Trial{scenario, provider, played.journal, files, [&told](const reports::LeakSearch& leaks) { told.leaks = leaks; }});
    if (!told.findings.empty()) told.verdict = reports::Verdict::failed;

    // The journal's text costs as much as playing: only who asks for it pays.
    const bool wants_text = options.twice || !options.journal.empty() || !options.json.empty();
    std::string text;
    if (wants_text) {
        text = played.journal.text();
        told.digest = journal_digest(text);
    }
    for (const std::string& complaint : played.complaints) {
        told.verdict = reports::Verdict::broken;
        told.findings.push_back(harness_finding(scenario, "harness", complaint));
    }
    if (options.twice) {
        settings.recorder = nullptr;
        const std::string second = play(scenario, provider, settings).journal.text();
        if (second != text) {
            told.verdict = reports::Verdict::broken;
            reports::Finding finding = harness_finding(scenario, "determinism", "the same scenario and seed gave another journal the second time");
            finding.difference = first_difference(text, second);
            told.findings.push_back(std::move(finding));
        }
    }
    if (!options.journal.empty()) out.journal = std::move(text);
    if (!options.record.empty()) out.recording = recorder.text();
    told.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    return out;
}

}  // namespace sim
