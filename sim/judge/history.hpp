#pragma once
// The journal, indexed by what the checks ask: what was visible where at a given instant.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/judge/journal.hpp"

namespace sim {

template <typename T>
struct Timeline {
    struct Point {
        Instant at{};
        const T* value = nullptr;
    };
    std::vector<Point> points;  // by time; several points of one instant: the last one is what stayed

    /// The value in force at the end of instant `when`; nullptr before the first.
    const T* at(Instant when) const {
        const T* found = nullptr;
        for (const Point& point : points) {
            if (point.at > when) break;
            found = point.value;
        }
        return found;
    }
};

class History {
  public:
    explicit History(const Journal& journal);

    Timeline<ScreenChange> screens(std::string_view who) const { return find(screens_, who); }
    Timeline<CalendarChange> calendars(std::string_view owner) const { return find(calendars_, owner); }
    Timeline<CloudList> lists(std::string_view person) const { return find(lists_, person); }
    Timeline<PresenceChange> presence(std::string_view person) const { return find(presence_, person); }
    Timeline<StateChange> states(std::string_view person) const { return find(states_, person); }
    Timeline<NoticeMailed> notices(std::string_view person) const { return find(notices_, person); }
    const Timeline<TenantChange>& tenant() const { return tenant_; }
    /// What the administrator was shown of the service: answers of 200 to a look at its page.
    const Timeline<Exchange>& provisioning() const { return provisioning_; }
    /// Who could read with which key, by the key's url.
    const std::map<std::string, Timeline<KeyAccess>, std::less<>>& keys() const { return keys_; }
    const std::vector<const Exchange*>& exchanges() const { return exchanges_; }
    const std::vector<std::pair<Instant, const ActDone*>>& acts() const { return acts_; }
    /// The iCalendar uid of a scenario's event, "" when it was never created.
    std::string uid_of(std::string_view event) const;
    /// The row of an event in the owner's calendar in force at `when`; nullptr when it is not there.
    const fakes::SeenEvent* row(std::string_view owner, std::string_view event,
                                const std::optional<fakes::Date>& occurrence, Instant when) const;
    /// Up to `count` lines about the last exchanges concerning `person` (all when "") that were sent by `when`.
    std::vector<std::string> last_exchanges(std::string_view person, Instant when, std::size_t count) const;
    /// The same, of those that bear on a finding of this rule ("meeting-list", "presence", ...); all when none does.
    std::vector<std::string> exchanges_behind(std::string_view rule, std::string_view person, Instant when, std::size_t count) const;

  private:
    template <typename T>
    using Timelines = std::map<std::string, Timeline<T>, std::less<>>;
    template <typename T>
    static Timeline<T> find(const Timelines<T>& in, std::string_view key) {
        const auto found = in.find(key);
        return found == in.end() ? Timeline<T>{} : found->second;
    }
    Timelines<ScreenChange> screens_;
    Timelines<CalendarChange> calendars_;
    Timelines<CloudList> lists_;
    Timelines<PresenceChange> presence_;
    Timelines<StateChange> states_;
    Timelines<NoticeMailed> notices_;
    Timeline<TenantChange> tenant_;
    Timeline<Exchange> provisioning_;
    Timelines<KeyAccess> keys_;
    std::vector<const Exchange*> exchanges_;
    std::vector<std::pair<Instant, const ActDone*>> acts_;
    std::map<std::string, std::string, std::less<>> uids_;
};

/// "2026-03-02T09:00:00Z", with milliseconds only when there are any.
std::string instant_text(Instant when);
/// One line: "#118 2026-03-02T08:01:00Z engine -> graph PATCH /v1.0/... 200".
std::string exchange_line(const Exchange& exchange);

}  // namespace sim
