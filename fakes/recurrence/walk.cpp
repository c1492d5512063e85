#include "fakes/recurrence/walk.hpp"

#include <algorithm>
#include <bit>

namespace fakes::recurrence {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::month;
using std::chrono::year;

struct Civil {
    int year;
    int month;  // 1..12
    int day;
};

Civil civil_of(std::int64_t day_number) {
    const Date date(local_days(days(static_cast<int>(day_number))));
    return {int{date.year()}, static_cast<int>(unsigned{date.month()}), static_cast<int>(unsigned{date.day()})};
}

std::int64_t first_of_month(int in_year, int in_month) {
    return local_days(year(in_year) / month(static_cast<unsigned>(in_month)) / day(1)).time_since_epoch().count();
}

bool is_leap(int in_year) { return year(in_year).is_leap(); }

int month_length(int in_year, int in_month) {
    constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return in_month == 2 && is_leap(in_year) ? 29 : lengths[static_cast<std::size_t>(in_month - 1)];
}

/// The year a day belongs to, for BYYEARDAY, BYWEEKNO and the n-th weekday.
struct YearShape {
    std::int64_t first = 0;  // 1 January
    int length = 365;
    std::int64_t week_one = 0;   // first day of week 1: the first week with four days in the year (RFC 5545 3.3.10)
    int weeks = 52;
    int weeks_before = 52;  // weeks of the year before, and of the one after
    int weeks_after = 52;

    static std::int64_t week_one_of(int in_year, int week_start) {
        const std::int64_t january = first_of_month(in_year, 1);
        const int into_week = (weekday_of_day(january) - week_start + 7) % 7;
        return january - into_week + (into_week > 3 ? 7 : 0);
    }
    YearShape(int in_year, bool with_weeks, int week_start)
        : first(first_of_month(in_year, 1)), length(is_leap(in_year) ? 366 : 365) {
        if (!with_weeks) return;
        week_one = week_one_of(in_year, week_start);
        const std::int64_t next = week_one_of(in_year + 1, week_start);
        weeks = static_cast<int>((next - week_one) / 7);
        weeks_after = static_cast<int>((week_one_of(in_year + 2, week_start) - next) / 7);
        weeks_before = static_cast<int>((week_one - week_one_of(in_year - 1, week_start)) / 7);
    }
};

bool has_bit(std::uint64_t mask, int bit) { return (mask >> bit & 1u) != 0; }

bool passes(const YearFilter& filter, const YearShape& shape, std::int64_t day_number) {
    const int of_year = static_cast<int>(day_number - shape.first);  // from 0
    const int from_end = shape.length - 1 - of_year;
    if (filter.by_day && !filter.day.test(static_cast<std::size_t>(of_year + 1)) &&
        !filter.day_from_end.test(static_cast<std::size_t>(from_end + 1)))
        return false;
    if (filter.by_week) {
        // Days at the year's edges belong to the last week of the year before or to week 1 of the next.
        int week = static_cast<int>(floor_div(day_number - shape.week_one, 7)) + 1;
        int weeks = shape.weeks;
        if (week < 1) {
            weeks = shape.weeks_before;
            week = weeks;
        } else if (week > weeks) {
            weeks = shape.weeks_after;
            week = 1;
        }
        if (!has_bit(filter.week, week) && !has_bit(filter.week_from_end, weeks - week + 1)) return false;
    }
    if (filter.by_nth) {
        const auto weekday = static_cast<std::size_t>(weekday_of_day(day_number));
        if (!has_bit(filter.nth[weekday], 0) && !has_bit(filter.nth[weekday], of_year / 7 + 1) &&
            !has_bit(filter.nth_from_end[weekday], from_end / 7 + 1))
            return false;
    }
    return true;
}

// --- DAILY and faster, plain WEEKLY ------------------------------------------------------------------------------------

class EvenWalk {
  public:
    explicit EvenWalk(const PreparedRule& rule) : rule_(rule), period_(rule.interval * rule.unit) {}

    LimitHit run(std::int64_t from, std::int64_t to, std::uint32_t max_steps, Visitor& visitor) {
        const auto& offsets = rule_.offsets;
        const auto per_period = static_cast<std::int64_t>(offsets.size());
        if (per_period == 0) return LimitHit::none;
        const bool filtered = rule_.filters_days || rule_.filters_times;
        std::int64_t index = 0;
        std::int64_t given = 0;
        if (from > rule_.base && (!rule_.counted || !filtered)) {
            index = std::max<std::int64_t>(0, floor_div(from - offsets.back() - rule_.base, period_));
            if (index > 0 && rule_.counted) {
                std::int64_t in_first = 0;
                for (const std::int32_t offset : offsets) in_first += rule_.base + offset >= rule_.start ? 1 : 0;
                given = in_first + (index - 1) * per_period;
            }
        }
        const std::int64_t end = std::min({to, rule_.until_wall, last_wall});
        std::uint64_t steps = 0;
        while (true) {
            const std::int64_t begin = rule_.base + index * period_;
            if (begin > end || given >= rule_.count) return LimitHit::none;
            steps += 1 + offsets.size() / 8;
            if (steps > max_steps) return LimitHit::steps;
            if (filtered) {
                const std::int64_t resume = blocked_until(begin);
                if (resume > begin) {
                    index = resume <= begin + period_ ? index + 1 : (resume - rule_.base + period_ - 1) / period_;
                    continue;
                }
            }
            for (const std::int32_t offset : offsets) {
                const std::int64_t wall = begin + offset;
                if (wall < rule_.start) continue;
                if (wall > end || given >= rule_.count) return LimitHit::none;
                ++given;
                if (wall >= from && !visitor.take(wall)) return LimitHit::none;
            }
            ++index;
        }
    }

  private:
    /// `begin` itself when the period passes the limits; otherwise the next time at which it may.
    std::int64_t blocked_until(std::int64_t begin) {
        const std::int64_t day_number = floor_div(begin, day_seconds);
        if (rule_.filters_days) {
            const std::int64_t open = next_open(day_number);
            if (open != day_number) return open * day_seconds;
        }
        if (rule_.filters_times) {
            const auto second = static_cast<int>(begin - day_number * day_seconds);
            if (rule_.hours != 0 && !has_bit(rule_.hours, second / 3600)) return begin - second % 3600 + 3600;
            if (rule_.minutes != 0 && !has_bit(rule_.minutes, second / 60 % 60)) return begin - second % 60 + 60;
            if (rule_.seconds != 0 && !has_bit(rule_.seconds, second % 60)) return begin + 1;
        }
        return begin;
    }

    /// The day itself, a later day of its month that passes, or the first day of the next month.
    std::int64_t next_open(std::int64_t day_number) {
        if (day_number < month_begin_ || day_number >= month_end_) enter_month(day_number);
        const std::uint32_t left = month_open_ >> (day_number - month_begin_);
        return left == 0 ? month_end_ : day_number + std::countr_zero(left);
    }

    void enter_month(std::int64_t day_number) {
        const Civil date = civil_of(day_number);
        const int length = month_length(date.year, date.month);
        month_begin_ = day_number - date.day + 1;
        month_end_ = month_begin_ + length;
        month_open_ = 0;
        if (!has_bit(rule_.months, date.month - 1)) return;
        month_open_ = rule_.month_days->taken[static_cast<std::size_t>(length - 28)]
                                             [static_cast<std::size_t>(weekday_of_day(month_begin_))];
        if (rule_.year_filter == nullptr || month_open_ == 0) return;
        const YearShape shape(date.year, false, rule_.week_start);
        for (int i = 0; i < length; ++i)
            if (!passes(*rule_.year_filter, shape, month_begin_ + i)) month_open_ &= ~(1u << i);
    }

    const PreparedRule& rule_;
    std::int64_t period_;
    std::int64_t month_begin_ = 0;  // the month last looked at: days [begin, end)
    std::int64_t month_end_ = 0;
    std::uint32_t month_open_ = 0;  // bit per day of it
};

// --- MONTHLY, YEARLY, WEEKLY with BYMONTH --------------------------------------------------------------------------------

class CalendarWalk {
  public:
    explicit CalendarWalk(const PreparedRule& rule) : rule_(rule) {
        const std::int64_t start_day = floor_div(rule.start, day_seconds);
        const Civil date = civil_of(start_day);
        switch (rule.kind) {
            case WalkKind::years: base_ = date.year; break;
            case WalkKind::months: base_ = std::int64_t{date.year} * 12 + date.month - 1; break;
            default: base_ = start_day - (weekday_of_day(start_day) - rule.week_start + 7) % 7;
        }
    }

    LimitHit run(std::int64_t from, std::int64_t to, std::uint32_t max_steps, Visitor& visitor) {
        if (rule_.times.empty()) return LimitHit::none;
        std::int64_t index = 0;
        if (!rule_.counted && from > rule_.start) index = std::max<std::int64_t>(0, index_of(from));
        const std::int64_t end = std::min({to, rule_.until_wall, last_wall});
        std::int64_t given = 0;
        std::uint64_t steps = 0;
        while (given < rule_.count) {
            size_ = 0;
            if (!gather(index, end)) return LimitHit::none;
            steps += 1 + size_ / 4 + examined_ / 8;
            if (steps > max_steps) return LimitHit::steps;
            const std::size_t instances = size_ * rule_.times.size();
            if (rule_.set_pos.empty()) {
                // A whole period before the window only counts.
                if (size_ > 0 && index > 0 && (days_[size_ - 1] + 1) * day_seconds <= from) {
                    given += static_cast<std::int64_t>(instances);
                } else {
                    for (std::size_t i = 0; i < instances; ++i)
                        if (!give(instance(i), from, end, given, visitor)) return LimitHit::none;
                }
            } else {
                choose(instances);
                for (const std::size_t i : chosen_)
                    if (!give(instance(i), from, end, given, visitor)) return LimitHit::none;
                steps += chosen_.size() / 4;
            }
            ++index;
        }
        return LimitHit::none;
    }

  private:
    std::int64_t instance(std::size_t i) const {
        return days_[i / rule_.times.size()] * day_seconds + rule_.times[i % rule_.times.size()];
    }

    bool give(std::int64_t wall, std::int64_t from, std::int64_t end, std::int64_t& given, Visitor& visitor) const {
        if (wall < rule_.start) return true;
        if (wall > end || given >= rule_.count) return false;
        ++given;
        return wall < from || visitor.take(wall);
    }

    void choose(std::size_t instances) {
        chosen_.clear();
        const auto size = static_cast<std::int64_t>(instances);
        for (const int position : rule_.set_pos) {
            const std::int64_t index = position > 0 ? position - 1 : size + position;
            if (index >= 0 && index < size) chosen_.push_back(static_cast<std::size_t>(index));
        }
        std::sort(chosen_.begin(), chosen_.end());
        chosen_.erase(std::unique(chosen_.begin(), chosen_.end()), chosen_.end());
    }

    std::int64_t index_of(std::int64_t wall) const {
        const std::int64_t day_number = floor_div(std::min(wall, last_wall), day_seconds);
        const Civil date = civil_of(day_number);
        switch (rule_.kind) {
            case WalkKind::years: return floor_div(date.year - base_, rule_.interval);
            case WalkKind::months:
                return floor_div(std::int64_t{date.year} * 12 + date.month - 1 - base_, rule_.interval);
            default: return floor_div(day_number - base_, 7 * rule_.interval);
        }
    }

    /// The days of a period; false when it begins after `end`.
    bool gather(std::int64_t index, std::int64_t end) {
        const std::int64_t last_day = floor_div(end, day_seconds);
        examined_ = 0;
        if (rule_.kind == WalkKind::weeks) {
            const std::int64_t week = base_ + 7 * index * rule_.interval;
            if (week > last_day) return false;
            const Civil first = civil_of(week);
            const int left = month_length(first.year, first.month) - first.day;  // days of that month after the first
            for (int i = 0; i < 7; ++i) {
                const int in_month = i <= left ? first.month : first.month % 12 + 1;
                if (has_bit(rule_.months, in_month - 1) && has_bit(rule_.weekdays, (rule_.week_start + i) % 7))
                    days_[size_++] = week + i;
            }
            return true;
        }
        const std::int64_t period = base_ + index * rule_.interval;
        if (rule_.kind == WalkKind::months) {
            if (period >= 10'000 * 12) return false;
            const auto in_month = static_cast<int>(period % 12) + 1;
            const auto in_year = static_cast<int>(period / 12);
            const std::int64_t first = first_of_month(in_year, in_month);
            if (first > last_day) return false;
            if (has_bit(rule_.months, in_month - 1)) gather_month(in_year, in_month, first, nullptr);
            return true;
        }
        if (period >= 10'000) return false;
        const auto in_year = static_cast<int>(period);
        const YearShape shape(in_year, rule_.year_filter && rule_.year_filter->by_week, rule_.week_start);
        if (shape.first > last_day) return false;
        std::int64_t first = shape.first;
        for (int in_month = 1; in_month <= 12; ++in_month) {
            if (has_bit(rule_.months, in_month - 1)) gather_month(in_year, in_month, first, &shape);
            first += month_length(in_year, in_month);
        }
        return true;
    }

    void gather_month(int in_year, int in_month, std::int64_t first, const YearShape* shape) {
        const int length = month_length(in_year, in_month);
        std::uint32_t taken = rule_.month_days->taken[static_cast<std::size_t>(length - 28)]
                                                     [static_cast<std::size_t>(weekday_of_day(first))];
        for (; taken != 0; taken &= taken - 1) {
            const std::int64_t day_number = first + std::countr_zero(taken);
            ++examined_;
            if (shape != nullptr && rule_.year_filter && !passes(*rule_.year_filter, *shape, day_number)) continue;
            days_[size_++] = day_number;
        }
    }

    const PreparedRule& rule_;
    std::int64_t base_ = 0;
    std::array<std::int64_t, 366> days_{};
    std::size_t size_ = 0;
    std::size_t examined_ = 0;
    std::vector<std::size_t> chosen_;
};

}  // namespace

LimitHit walk(const PreparedRule& rule, std::int64_t from, std::int64_t to, std::uint32_t max_steps, Visitor& visitor) {
    if (rule.too_large) return LimitHit::steps;
    from = std::max(from, rule.start);
    if (from > std::min(to, rule.until_wall)) return LimitHit::none;
    return rule.kind == WalkKind::even ? EvenWalk(rule).run(from, to, max_steps, visitor)
                                       : CalendarWalk(rule).run(from, to, max_steps, visitor);
}

}  // namespace fakes::recurrence
