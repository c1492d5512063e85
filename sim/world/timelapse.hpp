#pragma once
// A whole organisation over weeks, for measuring: the same engine, fakes and network as in a scenario, without a journal.
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/wire/network.hpp"

namespace sim {

struct TimelapseSettings {
    int user_count = 1000;
    int day_count = 38;
    int meetings_per_day = 8;  // each user is in so many meetings a day
    int people_per_meeting = 4;
    Transport transport = Transport::memory;
    std::uint64_t seed = 1;
    std::chrono::milliseconds away_poll = std::chrono::minutes(20);  // policy `away poll`
    std::function<double()> resident_mb;  // optional, asked once a day
};

struct TimelapseFigures {
    std::uint64_t exchange_count = 0;
    std::uint64_t timer_count = 0;
    std::uint64_t meeting_count = 0;
    std::uint64_t published_count = 0;  // list entries in the cloud at the end
    double resident_mb_peak = 0;
    std::vector<std::string> complaints;  // limits hit: then the figures say nothing
};

/// People `user0`, `user1`, ... with Microsoft mailboxes and no apps, from 2 March 2026 on; no story. For measuring.
Scenario plain_organisation(int user_count, int day_count);

TimelapseFigures play_timelapse(const TimelapseSettings& settings);

}  // namespace sim
