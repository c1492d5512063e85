// Recurrence rules as Google takes them. Promises: refused with a reason or read; what is read is written and read again
// the same; every expansion ends within its steps, in order, without an instant twice.
#include <string>
#include <vector>

#include "fakes/recurrence/expand.hpp"
#include "fakes/recurrence/rule.hpp"
#include "fakes/recurrence/zones.hpp"
#include "input.hpp"

namespace recurrence = fakes::recurrence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 8 * 1024) return 0;
    std::vector<std::string> lines;
    std::string_view rest = text_of_input(data, size);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        lines.emplace_back(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    recurrence::RuleSet set;
    if (const auto refusal = recurrence::parse_lines(lines, set)) {
        promise(!refusal->reason.empty(), "a refusal has its reason");
        promise(set == recurrence::RuleSet(), "nothing is left after a refusal");
        return 0;
    }
    recurrence::RuleSet again;
    promise(!recurrence::parse_lines(recurrence::lines_of(set), again), "what is written can be read");
    promise(again.rules == set.rules && again.dates == set.dates && again.excluded == set.excluded, "what is written says the same");

    static const recurrence::Zone* const warsaw = recurrence::Zone::find("Europe/Warsaw");
    recurrence::SeriesStart start;
    start.start = recurrence::LocalTime(std::chrono::sys_days(std::chrono::year(2026) / 3 / 28).time_since_epoch() + std::chrono::minutes(150));
    start.zone = warsaw;
    start.duration = std::chrono::minutes(45);
    const recurrence::Series series(start, set);
    recurrence::Limits limits;
    limits.steps = 20'000;
    limits.results = 500;
    const auto from = fakes::Instant(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1).time_since_epoch());
    const recurrence::Expansion found = series.within(from, from + std::chrono::days(400), recurrence::Match::overlaps, limits);
    promise(found.occurrences.size() <= limits.results, "no more results than asked for");
    for (std::size_t i = 1; i < found.occurrences.size(); ++i)
        promise(found.occurrences[i - 1].start < found.occurrences[i].start, "by start, no instant twice");
    return 0;
}
