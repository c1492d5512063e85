#pragma once
// The planted defects: each names the scenario that must notice it, and by which rule.
#include <ostream>
#include <string>
#include <vector>

#include "tests/defects/doubles.hpp"

namespace defects {

struct Defect {
    std::string name;       // of the test: letters and digits
    std::string wrong;      // what is wrong, in one sentence
    std::string scenario;   // below scenarios/, without .yaml
    fakes::Provider provider;
    std::string rule;       // reports::Finding::rule of the finding meant for it
    std::string text;       // must be in that finding's title or difference; may be empty
    sim::Doubles (*plant)();
};

inline void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.wrong; }

std::vector<Defect> of_leaks();      // defects_leaks.cpp: what leaves in clear, and calls that must not be made
std::vector<Defect> of_lists();      // defects_lists.cpp: meeting lists and Join buttons
std::vector<Defect> of_operations();  // defects_operations.cpp: a listed operation is done without
std::vector<Defect> of_scheduling();  // defects_scheduling.cpp: keywords, links, languages, what organisations add
std::vector<Defect> of_devices();     // defects_devices.cpp: bookings, rooms, guests, absences
std::vector<Defect> of_provisioning();  // defects_provisioning.cpp: consent, tenants, regions, proofs of addresses
std::vector<Defect> of_keys();         // defects_keys.cpp: keys revoked, renewed, moved
std::vector<Defect> all_defects();   // defects.cpp: calendars, presence, faults, and all of the above

struct Broken {
    std::string statement;  // id
    std::string defect;     // name of the planted defect that breaks this promise
};
std::vector<Broken> broken_statements();  // statements.cpp

}  // namespace defects
