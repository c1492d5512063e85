// Which rows and occurrences a list gives, in its order, no more than a page asks for (facts/google.md 6.1).
#include <limits>

#include "fakes/google/asked.hpp"
#include "fakes/text.hpp"

namespace fakes::google {
namespace {

template <typename Item>
auto key_of(const Item& item) {
    return std::tie(item.first, item.second, item.third);
}

/// Every word of `words` stands somewhere in the searched members.
bool matches_words(const View& view, const std::string& words) {
    const Event& event = *view.event;
    std::string text = event.summary.str() + '\n' + event.description.str() + '\n' + event.location.str() + '\n' +
                       view.meeting->organizer_address.text();
    for (const Attendee& a : event.attendees) text += '\n' + a.address + ' ' + a.name;
    text = lower(text);
    std::size_t at = 0;
    while (at < words.size()) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (end > at && text.find(words.substr(at, end - at)) == std::string::npos) return false;
        at = end + 1;
    }
    return true;
}

bool has_property(const Properties& properties, const std::pair<std::string, std::string>& wanted) {
    return std::binary_search(properties.begin(), properties.end(), wanted);
}

}  // namespace

bool Listing::fits(const View& view, const Asked& asked) const {
    if (asked.updated_min && view.row->updated() < *asked.updated_min) return false;
    if (!asked.uid.empty() && view.meeting->uid() != asked.uid) return false;
    if (!asked.types.empty() &&
        std::find(asked.types.begin(), asked.types.end(), view.event->rest->event_type) == asked.types.end())
        return false;
    for (const auto& property : asked.private_properties)
        if (!has_property(view.row->own->private_properties, property)) return false;
    for (const auto& property : asked.shared_properties)
        if (!has_property(view.event->rest->shared_properties, property)) return false;
    return asked.words.empty() || matches_words(view, asked.words);
}

/// Changes after the sync token, in order of change. The window of the full sync only bounds expansions: an event that
/// left it is reported as it is now (facts/google.md 9 leaves that open).
void Listing::collect_news(Calendar& calendar, const Asked& asked, Instant now, std::vector<Item>& items) {
    const std::uint64_t after = asked.page ? static_cast<std::uint64_t>(asked.page->first) : asked.since.change;
    // The last change of the page before may have more occurrences to give.
    auto it = asked.page ? calendar.by_change.lower_bound(after) : calendar.by_change.upper_bound(after);
    const std::size_t wanted = static_cast<std::size_t>(asked.max_results) + 1;
    for (; it != calendar.by_change.end() && it->first <= asked.upto_change && items.size() < wanted; ++it) {
        const View view = calendars_.view_of(calendar, *it->second);
        const std::int64_t change = static_cast<std::int64_t>(it->first);
        const auto give = [&](const View& v) {
            const Item item{change, v.slot.time_since_epoch().count(), 0, v};
            if (asked.page && std::tie(item.first, item.second) <= std::tie(asked.page->first, asked.page->second)) return;
            items.push_back(item);
        };
        if (view.slot != no_slot && view.cancelled()) {
            const Row* master = calendar.rows.of(*view.meeting, view.meeting->id);
            if (master != nullptr && master->gone) continue;
        }
        if (!asked.single_events || !view.is_master()) {
            if (view.slot != no_slot && view.cancelled() && !view.meeting->repeats->exceptions.contains(view.slot) &&
                view.meeting->has_occurrence(view.slot))
                continue;  // the slot is an ordinary occurrence again
            give(view);
            continue;
        }
        const Seconds from = asked.from.value_or(long_ago);
        const Seconds to = asked.to.value_or(horizon(now));
        std::vector<View> found = calendars_.occurrences(view, from, to, true);
        std::erase_if(found, [](const View& v) { return !v.plain_occurrence; });
        for (const Era& era : view.meeting->repeats->former) {
            if (era.until_change <= asked.since.change) continue;
            for (const recurrence::Occurrence& was : era.series.within(from, to).occurrences) {
                const Slot slot = std::chrono::floor<std::chrono::seconds>(was.start);
                const bool known = view.meeting->has_occurrence(slot) ||
                                   std::any_of(found.begin(), found.end(), [&](const View& v) { return v.slot == slot; });
                if (known) continue;
                View lost = view;
                lost.slot = slot;
                lost.plain_occurrence = true;
                lost.lost = true;
                found.push_back(lost);
            }
        }
        std::sort(found.begin(), found.end(), [](const View& a, const View& b) { return a.slot < b.slot; });
        for (const View& v : found) give(v);
    }
}

/// Singles and instances by start. Time is walked in growing steps, so that a page costs what it shows.
void Listing::collect_by_start(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now,
                               std::vector<Item>& items) {
    const Seconds from = asked.from.value_or(long_ago);
    const Seconds to = asked.to.value_or(horizon(now));
    const std::size_t wanted = static_cast<std::size_t>(asked.max_results) + 1;
    // The key of the page before: at its very start only later ordinals are news.
    std::uint64_t after_ordinal = 0;
    const auto give = [&](const View& view, Seconds start) {
        const Item item{start.time_since_epoch().count(), static_cast<std::int64_t>(view.row->ordinal),
                        view.slot.time_since_epoch().count(), view};
        if (asked.page && key_of(item) <= std::tie(asked.page->first, asked.page->second, asked.page->third)) return;
        if (fits(view, asked)) items.push_back(item);
    };
    const auto sort_from = [&](std::size_t first) {
        std::sort(items.begin() + static_cast<std::ptrdiff_t>(first), items.end(),
                  [](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
    };
    Seconds cursor = from;
    if (asked.page && Seconds{std::chrono::seconds{asked.page->first}} > from) {
        cursor = Seconds{std::chrono::seconds{asked.page->first}};
        after_ordinal = static_cast<std::uint64_t>(asked.page->second);
    } else if (asked.from)  // what began before the window and reaches into it
        for (const View& view : calendars_.expanded(calendar, from, std::min(to, from + std::chrono::seconds{1}), deleted_too)) {
            const Seconds start = Calendars::instant_on(calendar, view.event->start.all_day, view.start());
            if (start < from) give(view, start);
        }
    sort_from(0);
    std::chrono::seconds step = std::chrono::days{1};
    std::vector<Calendars::Found> found;
    while (items.size() < wanted && cursor < to) {
        const Seconds end = std::min(to, cursor + step);
        found.clear();
        const std::size_t before = items.size();
        bool any = false;
        // Singles come in order: once a page is full, later ones cannot be on it.
        calendar.by_time.starting(cursor, after_ordinal, end, [&](Row& row) {
            any = true;
            if (!row.gone || deleted_too) give(calendars_.view_of(calendar, row), row.placed_at);
            return items.size() < wanted;
        });
        calendars_.append_occurrences(found, calendar, cursor, end, deleted_too);
        after_ordinal = 0;
        if (found.empty() && !any) {
            const std::optional<Seconds> next = calendars_.next_start(calendar, end, deleted_too);
            if (!next) break;
            step = *next - end > step ? std::chrono::seconds{std::chrono::days{1}} : step * 2;
            cursor = std::max(end, *next);
            continue;
        }
        for (const Calendars::Found& one : found) give(one.view, one.start);
        sort_from(before);
        cursor = end;
        step *= 2;
    }
}

bool Listing::is_listed(const Calendar& calendar, const View& view, const Asked& asked, bool deleted_too, Seconds from,
                        Seconds to) {
    if (view.cancelled()) {
        // Cancelled occurrences of a living series are listed always (facts/google.md 6.1).
        const Row* master = calendar.rows.of(*view.meeting, view.meeting->id);
        const bool of_living = view.slot != no_slot && master != nullptr && !master->gone;
        const bool stands = of_living && view.meeting->repeats->exceptions.contains(view.slot);
        if (!deleted_too && !stands) return false;
        if (of_living && !stands) return false;
    }
    if (asked.from || asked.to) {
        const bool in_window = view.is_master() ? calendars_.any_occurrence(view, from, to)
                                                : Calendars::overlaps(view, from, asked.to.value_or(Seconds::max()));
        if (!in_window) return false;
    }
    return fits(view, asked);
}

/// Unordered listings go by ordinal: a page starts where the last one ended. What a window holds is taken from the index
/// by time when that is little; else rows are walked for a while, in the hope that a page fills soon.
void Listing::collect_by_ordinal(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now,
                                 std::vector<Item>& items) {
    constexpr std::size_t little = 500;
    constexpr std::size_t walked_before_index = 1000;
    const Seconds from = asked.from.value_or(long_ago);
    const Seconds to = asked.to.value_or(horizon(now));
    const std::size_t wanted = static_cast<std::size_t>(asked.max_results) + 1;
    const std::uint64_t after = asked.page ? static_cast<std::uint64_t>(asked.page->first) : 0;
    const auto consider = [&](Row& row) {
        const View view = calendars_.view_of(calendar, row);
        if (is_listed(calendar, view, asked, deleted_too, from, to))
            items.push_back({static_cast<std::int64_t>(row.ordinal), 0, 0, view});
    };
    /// False: the window holds more than `most` rows.
    const auto by_index = [&](std::uint64_t later_than, std::size_t most) {
        std::vector<Row*> rows;
        calendar.by_time.around(from, asked.to.value_or(Seconds::max()), [&](Row& row) {
            if (row.ordinal > later_than) rows.push_back(&row);
            return rows.size() <= most;
        });
        if (rows.size() > most) return false;
        for (auto master = calendar.masters.upper_bound(later_than); master != calendar.masters.end(); ++master)
            rows.push_back(master->second);
        std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->ordinal < b->ordinal; });
        for (auto row = rows.begin(); row != rows.end() && items.size() < wanted; ++row) consider(**row);
        return true;
    };
    if (asked.to && by_index(after, little)) return;
    auto it = std::upper_bound(calendar.by_ordinal.begin(), calendar.by_ordinal.end(), after,
                               [](std::uint64_t ordinal, const Row* row) { return ordinal < row->ordinal; });
    std::uint64_t last = after;
    for (std::size_t walked = 0; it != calendar.by_ordinal.end() && items.size() < wanted; ++it, ++walked) {
        if ((asked.from || asked.to) && walked == walked_before_index) break;
        consider(**it);
        last = (*it)->ordinal;
    }
    if (it != calendar.by_ordinal.end() && items.size() < wanted) by_index(last, std::numeric_limits<std::size_t>::max());
}

void Listing::collect_by_updated(Calendar& calendar, const Asked& asked, bool deleted_too, Instant now,
                                 std::vector<Item>& items) {
    const Seconds from = asked.from.value_or(long_ago);
    const Seconds to = asked.to.value_or(horizon(now));
    const auto give = [&](const View& view) {
        items.push_back({view.row->updated().time_since_epoch().count(), static_cast<std::int64_t>(view.row->ordinal),
                         view.slot.time_since_epoch().count(), view});
    };
    if (asked.single_events) {
        for (const View& view : calendars_.expanded(calendar, from, to, deleted_too))
            if (fits(view, asked)) give(view);
    } else {
        for (Row* row : calendar.by_ordinal) {
            const View view = calendars_.view_of(calendar, *row);
            if (is_listed(calendar, view, asked, deleted_too, from, to)) give(view);
        }
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
    if (asked.page)
        std::erase_if(items, [&](const Item& item) {
            return key_of(item) <= std::tie(asked.page->first, asked.page->second, asked.page->third);
        });
}

std::vector<Listing::Item> Listing::collect(Calendar& calendar, const Asked& asked, Instant now) {
    std::vector<Item> items;
    const bool deleted_too = asked.show_deleted || asked.updated_min.has_value();
    if (asked.incremental)
        collect_news(calendar, asked, now, items);
    else if (asked.by_updated)
        collect_by_updated(calendar, asked, deleted_too, now, items);
    else if (asked.single_events)
        collect_by_start(calendar, asked, deleted_too, now, items);
    else if (!asked.uid.empty()) {
        // The master, single event or exceptions behind one uid.
        std::vector<Row*> rows;
        if (const View found = calendars_.find_uid(calendar, asked.uid); found) {
            rows = Calendars::exception_rows(calendar, *found.meeting);
            rows.push_back(found.row);
        }
        std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->ordinal < b->ordinal; });
        const Seconds from = asked.from.value_or(long_ago);
        for (Row* row : rows) {
            const View view = calendars_.view_of(calendar, *row);
            if (asked.page && static_cast<std::int64_t>(row->ordinal) <= asked.page->first) continue;
            if (is_listed(calendar, view, asked, deleted_too, from, asked.to.value_or(horizon(now))))
                items.push_back({static_cast<std::int64_t>(row->ordinal), 0, 0, view});
        }
    } else {
        collect_by_ordinal(calendar, asked, deleted_too, now, items);
    }
    return items;
}

}  // namespace fakes::google
