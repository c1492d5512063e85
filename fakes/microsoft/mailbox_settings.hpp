#pragma once
// What a mailbox's owner has set: language, zone, formats, working hours, automatic replies. Values only.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fakes/server.hpp"

namespace fakes::microsoft {

struct Replies {
    enum class Status { disabled, always, scheduled };
    Status status = Status::disabled;
    std::string audience = "all";      // none, contactsOnly, all
    std::string internal, external;    // HTML documents; empty: none
    std::optional<Instant> from, until;  // kept while disabled
};

struct WorkingHours {
    std::vector<std::string> days = {"monday", "tuesday", "wednesday", "thursday", "friday"};
    std::string start = "08:00:00.0000000", end = "17:00:00.0000000";
    std::string zone;  // empty: the mailbox's
};

struct Settings {
    std::string language;  // BCP 47
    std::string zone;      // Windows name, or as set
    std::string date_format, time_format;  // empty: the language's
    std::string delegate_delivery = "sendToDelegateOnly";
    WorkingHours hours;
    Replies replies;
};

/// The body of an answer, good as long as the settings are unchanged and the (UTC) day is the same.
struct SettingsAnswer {
    std::uint64_t change = 0;
    std::chrono::time_point<std::chrono::system_clock, std::chrono::days> day{};
    std::string part, context;
    std::string body;
};

}  // namespace fakes::microsoft
