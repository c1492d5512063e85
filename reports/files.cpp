#include "reports/files.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "reports/terminal.hpp"

namespace reports {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the well-formed UTF-8 letter beyond ASCII that begins at `at` and that XML 1.0 can hold; 0: none does.
std::size_t letter_bytes(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
    const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    char32_t value = byte(0) & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80) return 0;
        value = (value << 6) | (byte(i) & 0x3Fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool held = value >= least[length] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF) && value != 0xFFFE && value != 0xFFFF;
    return byte(0) >= 0xC0 && held ? length : 0;
}

/// Escapes for XML 1.0 attribute and text; what XML 1.0 cannot hold, and what is not UTF-8 (names of files need not be),
/// becomes U+FFFD.
std::string xml(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) >= 0x80) {
            const std::size_t length = letter_bytes(text, at);
            if (length == 0) out += replacement;
            else out.append(text, at, length), at += length - 1;
            continue;
        }
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += "&#10;"; break;
            case '\t': out += "&#9;"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) out += replacement;
                else out += c;
        }
    }
    return out;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

const char* verdict_word(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed: return "passed";
        case Verdict::failed: return "failed";
        case Verdict::invalid: return "invalid";
        case Verdict::broken: return "broken";
    }
    return "?";
}

void junit_case(std::string& out, const Case& one) {
    out += "    <testcase classname=\"" + xml(folder_of(one.path)) + "\" name=\"" + xml(one.id()) + "\"";
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", one.wall_ms / 1000);
    out += std::string(" time=\"") + seconds + "\"";
    if (one.verdict == Verdict::passed) {
        out += "/>\n";
        return;
    }
    out += ">\n";
    const char* element = one.verdict == Verdict::failed ? "failure" : "error";
    std::string message = one.verdict == Verdict::invalid ? "the scenario is not valid" : std::string();
    std::string body = one.diagnostics;
    for (const Finding& finding : one.findings) {
        if (message.empty()) message = finding.title;
        body += render_finding(finding, one);
    }
    out += std::string("      <") + element + " type=\"" +
           (one.findings.empty() ? verdict_word(one.verdict) : xml(one.findings.front().rule)) + "\" message=\"" +
           xml(message) + "\">" + xml(body) + "</" + element + ">\n    </testcase>\n";
}

}  // namespace

std::string junit(const Run& run) {
    std::map<std::string, std::vector<const Case*>> suites;
    for (const Case& one : run.cases) suites[folder_of(one.path)].push_back(&one);
    const Totals sum = totals(run);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"calrig\" tests=\"" +
                      std::to_string(run.cases.size()) + "\" failures=\"" + std::to_string(sum.failed) +
                      "\" errors=\"" + std::to_string(sum.invalid + sum.broken) + "\">\n";
    for (const auto& [folder, cases] : suites) {
        int failures = 0;
        int errors = 0;
        for (const Case* one : cases) {
            failures += one->verdict == Verdict::failed;
            errors += one->verdict == Verdict::invalid || one->verdict == Verdict::broken;
        }
        out += "  <testsuite name=\"" + xml(folder) + "\" tests=\"" + std::to_string(cases.size()) +
               "\" failures=\"" + std::to_string(failures) + "\" errors=\"" + std::to_string(errors) + "\">\n";
        for (const Case* one : cases) junit_case(out, *one);
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

static nlohmann::ordered_json leak_search(const LeakSearch& leaks) {
    return {{"bytes", leaks.bytes_total()}, {"bytesByChannel", leaks.bytes}, {"secrets", leaks.secrets},
            {"forms", leaks.forms},         {"encodings", leaks.encodings},  {"hits", leaks.hits}};
}

std::string json(const Run& run) {
    using Json = nlohmann::ordered_json;
    const Totals sum = totals(run);
    Json cases = Json::array();
    for (const Case& one : run.cases) {
        Json findings = Json::array();
        for (const Finding& finding : one.findings)
            findings.push_back({{"rule", finding.rule},
                                {"requirement", finding.requirement},
                                {"title", finding.title},
                                {"file", finding.file},
                                {"line", finding.line},
                                {"column", finding.column},
                                {"difference", finding.difference},
                                {"why", finding.why}});
        cases.push_back({{"id", one.id()},
                         {"path", one.path},
                         {"title", one.title},
                         {"provider", one.provider},
                         {"transport", one.transport},
                         {"seed", one.seed},
                         {"covers", one.covers},
                         {"verdict", verdict_word(one.verdict)},
                         {"findings", std::move(findings)},
                         {"diagnostics", one.diagnostics},
                         {"exchanges", one.exchange_count},
                         {"leakSearch", leak_search(one.leaks)},
                         {"digest", one.digest},
                         {"rerun", one.rerun}});
    }
    Json operations = Json::object();
    for (const char* provider : {"microsoft", "google"}) {
        Json counts = Json::object();
        for (const Operation& row : run.listed_operations)
            if (row.provider == provider) counts[row.id] = calls_of(run, provider, row.id);
        counts["notListed"] = calls_of(run, provider, "");
        operations[provider] = std::move(counts);
    }
    const Json whole = {
        {"calrig", 1},
        {"tzdata", run.tzdata},
        {"totals",
         {{"passed", sum.passed}, {"failed", sum.failed}, {"invalid", sum.invalid}, {"broken", sum.broken}}},
        {"operations", std::move(operations)},
        {"leakSearch", leak_search(leaks_of(run))},
        {"stoppedEarly", run.stopped_early},
        {"cases", std::move(cases)}};
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
