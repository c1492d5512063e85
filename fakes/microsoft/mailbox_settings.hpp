#pragma once
// What a mailbox's owner has set: language, zone, formats, working hours, automatic replies. Values only.
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

}  // namespace fakes::microsoft
