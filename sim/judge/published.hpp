#pragma once
// What the engine put into the meeting cloud's lists, and with which keys, as it crossed the network.
#include <map>
#include <set>
#include <string>

#include "sim/judge/history.hpp"

namespace sim {

struct PublishedSeries {
    std::set<std::string> keys;                               // every key its items were sealed with
    std::set<std::string> people;                             // whose lists ever had an item
    std::map<std::string, std::set<std::string>> listed_by;   // by the key in use: whose lists have such an item now

    bool left(const std::string& person) const;
};

/// By iCalendar uid: what was put into lists and what of it is there at the end.
std::map<std::string, PublishedSeries> published_series(const History& history);

}  // namespace sim
