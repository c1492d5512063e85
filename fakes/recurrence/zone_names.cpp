// Names of zones: CLDR's table of Windows ids, obsolete ids, Graph's special names, and today's names of zones that CLDR
// still lists under their first name.
#include <algorithm>
#include <array>

#include "fakes/recurrence/zone_names.hpp"

namespace fakes::recurrence {
namespace {

struct Row {
    std::string_view windows;
    std::string_view territory;
    std::string_view iana;
};

constexpr Row rows[] = {
#include "windows_zones.inc"
};

/// Windows ids that CLDR no longer lists; old mailboxes still hold them. Mid-Atlantic had no place of its own: UTC-2
/// without daylight time is the usual choice.
constexpr Row obsolete[] = {
    {"Kamchatka Standard Time", "001", "Asia/Kamchatka"},
    {"Mid-Atlantic Standard Time", "001", "Etc/GMT+2"},
};

struct Alias {
    std::string_view name;
    std::string_view listed;  // as CLDR lists it
};

/// tz database, file "backward" and later renamings; sorted by name.
constexpr Alias aliases[] = {
    {"Africa/Asmara", "Africa/Asmera"},
    {"America/Argentina/Buenos_Aires", "America/Buenos_Aires"},
    {"America/Argentina/Catamarca", "America/Catamarca"},
    {"America/Argentina/Cordoba", "America/Cordoba"},
    {"America/Argentina/Jujuy", "America/Jujuy"},
    {"America/Argentina/Mendoza", "America/Mendoza"},
    {"America/Atikokan", "America/Coral_Harbour"},
    {"America/Indiana/Indianapolis", "America/Indianapolis"},
    {"America/Kentucky/Louisville", "America/Louisville"},
    {"America/Montreal", "America/Toronto"},
    {"America/Nuuk", "America/Godthab"},
    {"America/Yellowknife", "America/Edmonton"},
    {"Asia/Ho_Chi_Minh", "Asia/Saigon"},
    {"Asia/Istanbul", "Europe/Istanbul"},
    {"Asia/Kathmandu", "Asia/Katmandu"},
    {"Asia/Kolkata", "Asia/Calcutta"},
    {"Asia/Tel_Aviv", "Asia/Jerusalem"},
    {"Asia/Yangon", "Asia/Rangoon"},
    {"Atlantic/Faroe", "Atlantic/Faeroe"},
    {"Etc/UCT", "Etc/UTC"},
    {"Etc/Universal", "Etc/UTC"},
    {"Etc/Zulu", "Etc/UTC"},
    {"Europe/Belfast", "Europe/London"},
    {"Europe/Kyiv", "Europe/Kiev"},
    {"GB", "Europe/London"},
    {"GMT", "Etc/GMT"},
    {"Japan", "Asia/Tokyo"},
    {"Pacific/Chuuk", "Pacific/Truk"},
    {"Pacific/Kanton", "Pacific/Enderbury"},
    {"Pacific/Pohnpei", "Pacific/Ponape"},
    {"Poland", "Europe/Warsaw"},
    {"Portugal", "Europe/Lisbon"},
    {"Singapore", "Asia/Singapore"},
    {"Turkey", "Europe/Istanbul"},
    {"UCT", "Etc/UTC"},
    {"US/Alaska", "America/Anchorage"},
    {"US/Arizona", "America/Phoenix"},
    {"US/Central", "America/Chicago"},
    {"US/Eastern", "America/New_York"},
    {"US/Hawaii", "Pacific/Honolulu"},
    {"US/Mountain", "America/Denver"},
    {"US/Pacific", "America/Los_Angeles"},
    {"UTC", "Etc/UTC"},
    {"Universal", "Etc/UTC"},
    {"Zulu", "Etc/UTC"},
};
static_assert(std::is_sorted(std::begin(aliases), std::end(aliases),
                             [](const Alias& a, const Alias& b) { return a.name < b.name; }));

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int compare_ignoring_case(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        const char x = lower(a[i]);
        const char y = lower(b[i]);
        if (x != y) return x < y ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) { return compare_ignoring_case(a, b) == 0; }

SpecialName special_name(std::string_view name) {
    if (name.empty() || same_ignoring_case(name, "tzone://Microsoft/Custom") ||
        same_ignoring_case(name, "Customized Time Zone"))
        return SpecialName::caller;
    if (same_ignoring_case(name, "tzone://Microsoft/Utc") || same_ignoring_case(name, "Z") ||
        same_ignoring_case(name, "Coordinated Universal Time"))
        return SpecialName::utc;
    return SpecialName::none;
}

bool may_be_iana(std::string_view name) {
    // Longest id of the tz database: 32 characters. "localtime" and "posixrules" mean the machine's zone, "right/" counts
    // leap seconds: none of them is a zone that a calendar can name.
    if (name.empty() || name.size() > 48 || name.front() < 'A' || name.front() > 'Z') return false;
    for (const char c : name) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(c >= '0' && c <= '9') && c != '/' && c != '_' && c != '-' && c != '+') return false;
    }
    return name != "Factory" && !name.starts_with("Fixed/");
}

std::string_view iana_for_windows(std::string_view windows) {
    for (const Row& row : obsolete)
        if (same_ignoring_case(row.windows, windows)) return row.iana;
    const Row* found = std::lower_bound(std::begin(rows), std::end(rows), windows, [](const Row& row, std::string_view id) {
        return compare_ignoring_case(row.windows, id) < 0;
    });
    if (found == std::end(rows) || !same_ignoring_case(found->windows, windows)) return {};
    for (const Row* row = found; row != std::end(rows) && row->windows == found->windows; ++row)
        if (row->territory == "001") return row->iana;
    return {};
}

std::string_view windows_for_iana(std::string_view iana) {
    const Alias* alias = std::lower_bound(std::begin(aliases), std::end(aliases), iana,
                                          [](const Alias& row, std::string_view name) { return row.name < name; });
    if (alias != std::end(aliases) && alias->name == iana) iana = alias->listed;
    std::string_view other;
    for (const Row& row : rows) {
        if (row.iana != iana) continue;
        if (row.territory == "001") return row.windows;
        if (other.empty()) other = row.windows;
    }
    return other;
}

const std::vector<std::string>& iana_ids() {
    static const std::vector<std::string> ids = [] {
        std::vector<std::string> all;
        for (const Row& row : rows) all.emplace_back(row.iana);
        for (const Alias& alias : aliases) all.emplace_back(alias.name);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }();
    return ids;
}

const std::vector<std::string_view>& windows_ids() {
    static const std::vector<std::string_view> ids = [] {
        std::vector<std::string_view> all;
        for (const Row& row : rows)
            if (all.empty() || all.back() != row.windows) all.push_back(row.windows);
        return all;
    }();
    return ids;
}

}  // namespace fakes::recurrence
