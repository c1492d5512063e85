#pragma once
// Events and their neighbours as JSON text, member for member in Google's order; members at their default are left out
// (facts/google.md 5). Compact: the clients read either form, and spaces cost time.
#include <string>
#include <string_view>
#include <vector>

#include "fakes/google/calendars.hpp"

namespace fakes::google {

/// Where a rendering goes: indentation depends on it.
enum class Layout : std::uint8_t { compact, pretty_alone, pretty_in_list };

struct Shown {
    const recurrence::Zone* zone = nullptr;  // nullptr: the calendar's
    bool details = true;                     // false: a reader sees a private event's times only
    bool conference = true;
    int max_attendees = 0;  // 0: all
    bool tombstones_short = true;  // lists; get shows the whole event
    Layout layout = Layout::compact;

    /// Asked for often: worth keeping.
    bool usual() const { return zone == nullptr && conference && max_attendees == 0 && tombstones_short; }
};

std::string id_of(const View& view);
std::string etag_of(const View& view);  // with its quotes
void append_event(std::string& out, const View& view, const Shown& shown);
void append_rule(std::string& out, std::string_view id, const AclRule& rule);
void append_vacation(std::string& out, const Calendar& calendar);
/// RFC 3339 with offset, whole seconds.
void append_date_time(std::string& out, Seconds at, const recurrence::Zone& zone);
std::string utc_text(Instant at);         // 2026-03-02T08:11:05.412Z
std::string rfc1123_text(Seconds at);     // Thu, 17 Nov 2016 01:05:06 GMT
const recurrence::Zone& zone_of(const Calendar& calendar);

/// An event with its layout, past any cache.
void append_laid_out(std::string& out, const View& view, const Shown& shown);

/// Renderings by copy and shape, as long as the copy's etag stands: an event is rendered once per change, not once per
/// request. Bounded in entries and bytes: a newer one may take a slot over.
class Renderings {
  public:
    void append(std::string& out, const View& view, const Shown& shown);
    /// Something that all renderings show changed (a calendar's zone or name).
    void forget();

  private:
    struct Cached {
        std::uint64_t ordinal = 0;
        std::uint64_t etag = 0;
        std::uint64_t change = 0;
        Slot slot{};
        std::uint8_t shape = 0;
        std::string text;
    };
    std::vector<Cached> slots_;
    std::size_t bytes_ = 0;
};

}  // namespace fakes::google
