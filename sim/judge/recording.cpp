// "Recording is followed": with a recording in place of the provider, the engine asks what was asked then and nothing
// else. The server that answers from it has noted where they parted.
#include "sim/judge/invariants.hpp"

namespace sim {
namespace {

constexpr std::size_t requests_shown_max = 5;
constexpr std::size_t entries_shown_max = 8;
constexpr const char* rule = "recording is followed";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        out.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return out;
}

}  // namespace

std::vector<reports::Finding> check_recording(const Trial& trial) {
    std::vector<reports::Finding> findings;
    std::size_t not_recorded = 0;
    std::vector<std::string> never_asked;
    for (const Record& record : trial.journal.records()) {
        const auto* note = std::get_if<Note>(&record.what);
        if (note == nullptr || (note->kind != Note::Kind::not_recorded && note->kind != Note::Kind::never_asked)) continue;
        if (note->kind == Note::Kind::never_asked) {
            never_asked.push_back(note->text);
            continue;
        }
        if (++not_recorded > requests_shown_max) continue;
        std::vector<std::string> lines = lines_of(note->text);
        reports::Finding finding = general_finding(trial, rule, "", lines.empty() ? "a request was not recorded" : lines.front());
        if (!lines.empty()) lines.erase(lines.begin());
        finding.difference = std::move(lines);
        findings.push_back(std::move(finding));
    }
    if (not_recorded > requests_shown_max)
        findings.back().why.push_back("and " + std::to_string(not_recorded - requests_shown_max) + " more like this; the first one usually causes the others");
    if (never_asked.empty()) return findings;
    reports::Finding finding = general_finding(trial, rule, "", std::to_string(never_asked.size()) + (never_asked.size() == 1 ? " recorded exchange" : " recorded exchanges") + " did not happen");
    finding.difference = std::move(never_asked);
    const std::size_t count = finding.difference.size();
    if (count > entries_shown_max) {
        finding.difference.resize(entries_shown_max);
        finding.difference.push_back("and " + std::to_string(count - entries_shown_max) + " more");
    }
    finding.why.push_back("when they come after the scenario's last line: `end:` makes it as long as the recording");
    findings.push_back(std::move(finding));
    return findings;
}

}  // namespace sim
