#pragma once
// Reports for machines: JUnit XML and JSON. Texts, not files: the caller writes them.
#include <string>

#include "reports/run.hpp"

namespace reports {

/// JUnit XML as CI systems read it: a testsuite per folder of scenarios, a testcase per case.
std::string junit(const Run& run);
/// JSON: {"calrig":1, "totals":{...}, "cases":[...]}; no real durations, so equal runs give equal bytes.
std::string json(const Run& run);

}  // namespace reports
