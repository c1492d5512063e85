#include "reports/run.hpp"

namespace reports {

Totals totals(const Run& run) {
    Totals sum;
    for (const Case& one : run.cases) {
        switch (one.verdict) {
            case Verdict::passed: ++sum.passed; break;
            case Verdict::failed: ++sum.failed; break;
            case Verdict::invalid: ++sum.invalid; break;
            case Verdict::broken: ++sum.broken; break;
        }
    }
    return sum;
}

int exit_code(const Run& run) {
    const Totals sum = totals(run);
    if (sum.broken > 0) return 4;
    if (sum.invalid > 0) return 2;
    return sum.failed > 0 ? 1 : 0;
}

std::uint64_t calls_of(const Run& run, const std::string& provider, const std::string& id) {
    std::uint64_t count = 0;
    for (const Case& one : run.cases)
        if (one.provider == provider)
            if (const auto found = one.operations.find(id); found != one.operations.end()) count += found->second;
    return count;
}

std::uint64_t LeakSearch::bytes_total() const {
    std::uint64_t sum = 0;
    for (const auto& [channel, count] : bytes) sum += count;
    return sum;
}

LeakSearch& LeakSearch::operator+=(const LeakSearch& other) {
    for (const auto& [channel, count] : other.bytes) bytes[channel] += count;
    secrets += other.secrets;
    forms += other.forms;
    encodings.insert(other.encodings.begin(), other.encodings.end());
    hits += other.hits;
    return *this;
}

LeakSearch leaks_of(const Run& run) {
    LeakSearch out;
    for (const Case& one : run.cases) out += one.leaks;
    return out;
}

}  // namespace reports
