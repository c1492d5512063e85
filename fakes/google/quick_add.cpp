// events.quickAdd: What - When - Who - Where, in English, as the help page of Google Calendar describes it
// (facts/google.md 6.5 lists the forms). What is no time, guest or place stays in the summary.
#include <algorithm>
#include <array>

#include "fakes/google/google.hpp"

namespace fakes::google {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

struct Word {
    std::string text;   // as written
    std::string plain;  // lower case, without trailing comma or full stop
    bool used = false;
};

struct Clock {
    minutes at{};       // after midnight
    bool says_half = false;  // am or pm was said
};

/// "8:00 am" is one time, "12/20-12/24" are two dates.
void add(std::vector<Word>& words, Word word) {
    if ((word.plain == "am" || word.plain == "pm") && !words.empty() && !words.back().plain.empty() && words.back().plain.back() >= '0' && words.back().plain.back() <= '9') {
        words.back().text += ' ' + word.text;
        words.back().plain += word.plain;
        return;
    }
    const std::size_t dash = word.plain.find('-');
    if (dash != std::string::npos && word.plain.find('/') < dash && word.plain.find('/', dash) != std::string::npos) {
        words.push_back({word.text.substr(0, dash), word.plain.substr(0, dash), false});
        words.push_back({"-", "-", false});
        word = {word.text.substr(dash + 1), word.plain.substr(dash + 1), false};
    }
    words.push_back(std::move(word));
}

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
        if (end > at) {
            Word word{std::string(text.substr(at, end - at)), {}, false};
            for (const char c : word.text) word.plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            while (!word.plain.empty() && (word.plain.back() == ',' || word.plain.back() == '.' || word.plain.back() == ':')) word.plain.pop_back();
            if (word.plain.ends_with("a.m") || word.plain.ends_with("p.m")) word.plain.erase(word.plain.size() - 2, 1);
            add(words, std::move(word));
        }
        at = end + 1;
    }
    return words;
}

std::optional<int> leading_number(std::string_view text, std::size_t& length) {
    int value = 0;
    length = 0;
    while (length < text.size() && length < 4 && text[length] >= '0' && text[length] <= '9')
        value = value * 10 + (text[length++] - '0');
    return length == 0 ? std::nullopt : std::optional<int>(value);
}

/// "3pm", "10:25am", "14:00"; with `bare` also "9".
std::optional<Clock> clock_of(std::string_view text, bool bare) {
    if (text == "midnight") return Clock{minutes{0}, true};
    if (text == "noon") return Clock{minutes{720}, true};
    std::size_t length = 0;
    const std::optional<int> hour = leading_number(text, length);
    if (!hour || length > 2) return std::nullopt;
    text.remove_prefix(length);
    int minute = 0;
    bool colon = false;
    if (!text.empty() && text[0] == ':') {
        const std::optional<int> read = leading_number(text.substr(1), length);
        if (!read || length != 2) return std::nullopt;
        minute = *read;
        colon = true;
        text.remove_prefix(3);
    }
    int h = *hour;
    const bool am = text == "am";
    const bool pm = text == "pm";
    if (!text.empty() && !am && !pm) return std::nullopt;
    if ((am || pm) && (h < 1 || h > 12)) return std::nullopt;
    if (!am && !pm && !colon && !bare) return std::nullopt;
    if (am && h == 12) h = 0;
    if (pm && h != 12) h += 12;
    if (h > 23 || minute > 59) return std::nullopt;
    return Clock{minutes{h * 60 + minute}, am || pm};
}

/// "10am-10:25am", "9-10am", "10:00-11:30", or one time alone.
bool span_of(std::string_view text, std::optional<Clock>& start, std::optional<Clock>& end) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
        start = clock_of(text, false);
        return start.has_value();
    }
    end = clock_of(text.substr(dash + 1), false);
    start = clock_of(text.substr(0, dash), true);
    if (!start || !end) {
        start.reset();
        end.reset();
        return false;
    }
    // "9-10am": the half of the day is said once.
    if (end->says_half && !start->says_half && text.find(':') > dash && start->at < minutes{720} &&
        end->at >= minutes{720} && start->at + minutes{720} < end->at)
        start->at += minutes{720};
    return true;
}

std::optional<unsigned> month_of(std::string_view word) {
    static constexpr std::array<std::string_view, 12> names = {"january", "february", "march", "april", "may", "june",
                                                               "july", "august", "september", "october", "november", "december"};
    for (unsigned i = 0; i < names.size(); ++i)
        if (word == names[i] || (word.size() >= 3 && word == names[i].substr(0, 3))) return i + 1;
    return std::nullopt;
}

std::optional<std::chrono::weekday> weekday_of(std::string_view word) {
    static constexpr std::array<std::string_view, 7> names = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (unsigned i = 0; i < names.size(); ++i)
        if (word == names[i] || (word.size() >= 3 && word.size() <= 4 && names[i].starts_with(word))) return std::chrono::weekday{i};
    return std::nullopt;
}

/// "3", "3rd".
std::optional<unsigned> day_of(std::string_view word) {
    std::size_t length = 0;
    const std::optional<int> value = leading_number(word, length);
    if (!value || *value < 1 || *value > 31 || length > 2) return std::nullopt;
    const std::string_view rest = word.substr(length);
    if (!rest.empty() && rest != "st" && rest != "nd" && rest != "rd" && rest != "th") return std::nullopt;
    return static_cast<unsigned>(*value);
}

class QuickText {
  public:
    QuickText(std::string_view text, const recurrence::Zone& zone, Instant now)
        : words_(words_of(text)), zone_(zone), now_(zone.to_local(now)), today_(std::chrono::floor<days>(now_)) {}

    Edit read(int default_minutes) {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (words_[i].used) continue;
            if (take_guests(i) || take_repeat(i) || take_length(i)) continue;
            take_when(i);
        }
        take_place();
        return result(default_minutes);
    }

  private:
    std::string_view plain(std::size_t i) const { return i < words_.size() && !words_[i].used ? std::string_view(words_[i].plain) : std::string_view(); }
    void use(std::size_t i, std::size_t count) {
        for (std::size_t k = i; k < i + count && k < words_.size(); ++k) words_[k].used = true;
        if (i > 0 && (plain(i - 1) == "on" || plain(i - 1) == "at" || plain(i - 1) == "from" || plain(i - 1) == "this"))
            words_[i - 1].used = true;
    }

    bool take_guests(std::size_t i) {
        if (plain(i) != "with") return false;
        std::size_t k = i + 1;
        while (!plain(k).empty() && (plain(k).find('@') != std::string_view::npos || plain(k) == "and")) {
            if (plain(k).find('@') != std::string_view::npos) guests_.emplace_back(plain(k));
            ++k;
        }
        if (guests_.empty()) return false;
        use(i, k - i);
        return true;
    }

    bool take_repeat(std::size_t i) {
        if (plain(i) == "until") {
            local_days day{};
            const std::size_t count = date_at(i + 1, day);
            if (count == 0) return false;
            until_ = day;
            use(i, count + 1);
            return true;
        }
        if (plain(i) != "every" && plain(i) != "daily" && plain(i) != "weekly") return false;
        if (plain(i) != "every") {
            rule_ = plain(i) == "daily" ? "FREQ=DAILY" : "FREQ=WEEKLY";
            use(i, 1);
            return true;
        }
        const std::string_view what = plain(i + 1);
        static constexpr std::array<std::string_view, 7> codes = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
        if (what == "weekday") rule_ = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
        else if (what == "day") rule_ = "FREQ=DAILY";
        else if (what == "week") rule_ = "FREQ=WEEKLY";
        else if (what == "month") rule_ = "FREQ=MONTHLY";
        else if (what == "year") rule_ = "FREQ=YEARLY";
        else if (const auto day = weekday_of(what)) {
            rule_ = "FREQ=WEEKLY;BYDAY=" + std::string(codes[day->c_encoding()]);
            date_ = next(*day);
        } else return false;
        if (what == "weekday") {
            date_ = today_;
            while (std::chrono::weekday{*date_} == std::chrono::Saturday || std::chrono::weekday{*date_} == std::chrono::Sunday) *date_ += days{1};
        }
        use(i, 2);
        return true;
    }

    bool take_length(std::size_t i) {
        if (plain(i) != "for") return false;
        std::size_t digits = 0;
        const std::optional<int> count = leading_number(plain(i + 1), digits);
        if (!count || digits != plain(i + 1).size() || *count == 0) return false;
        const std::string_view unit = plain(i + 2);
        if (unit.starts_with("min")) length_ = minutes{*count};
        else if (unit.starts_with("hour") || unit == "h") length_ = minutes{*count * 60};
        else return false;
        use(i, 3);
        return true;
    }

    void take_when(std::size_t i) {
        local_days day{};
        if (const std::size_t count = date_at(i, day); count != 0 && !date_) {
            date_ = day;
            std::size_t rest = 0;
            if (between(i + count)) rest = date_at(i + count + 1, day);
            if (rest != 0 && day > *date_) last_ = day;
            else rest = 0;
            use(i, rest == 0 ? count : count + 1 + rest);
            return;
        }
        if (start_) return;
        // "9 to 10am", "8:00am - 9:00am": as "9-10am".
        if (between(i + 1) && span_of(std::string(plain(i)) + "-" + std::string(plain(i + 2)), start_, end_)) return use(i, 3);
        if (span_of(plain(i), start_, end_)) use(i, 1);
    }

    bool between(std::size_t i) const { return plain(i) == "to" || plain(i) == "-"; }
    local_days next(std::chrono::weekday day) const { return today_ + (day - std::chrono::weekday{today_}); }

    /// Words of a date at `i`, 0 if there is none. Without a year: the next such day.
    std::size_t date_at(std::size_t i, local_days& day) const {
        const std::string_view word = plain(i);
        if (word.empty()) return 0;
        if (word == "today" || word == "tomorrow") {
            day = today_ + days{word == "tomorrow" ? 1 : 0};
            return 1;
        }
        if (const auto weekday = weekday_of(word)) {
            day = next(*weekday);
            return 1;
        }
        if (const auto weekday = word == "next" ? weekday_of(plain(i + 1)) : std::nullopt) {
            day = next(*weekday);
            if (day == today_) day += days{7};
            return 2;
        }
        if (const auto iso = parse_date(word)) {
            day = local_days{std::chrono::floor<days>(*iso).time_since_epoch()};
            return 1;
        }
        if (const auto month = month_of(word))
            if (const auto number = day_of(plain(i + 1))) return dated(*month, *number, plain(i + 2), day, 2);
        if (const auto number = day_of(word))
            if (const auto month = month_of(plain(i + 1))) return dated(*month, *number, plain(i + 2), day, 2);
        const std::size_t slash = word.find('/');
        if (slash == std::string_view::npos) return 0;
        const auto month = day_of(word.substr(0, slash));  // US order
        const std::size_t second = std::min(word.find('/', slash + 1), word.size());
        const auto number = day_of(word.substr(slash + 1, second - slash - 1));
        if (!month || !number || *month > 12) return 0;
        if (second == word.size()) return dated(*month, *number, {}, day, 1);
        return dated(*month, *number, word.substr(second + 1), day, 0);
    }

    /// `count` words and the year, if that is one.
    std::size_t dated(unsigned month, unsigned number, std::string_view year_text, local_days& day, std::size_t count) const {
        std::size_t digits = 0;
        const std::optional<int> year = leading_number(year_text, digits);
        const bool says_year = year && digits == 4 && year_text.size() == 4 && *year >= 1970;
        std::chrono::year_month_day date{std::chrono::year_month_day{today_}.year(), std::chrono::month{month}, std::chrono::day{number}};
        if (says_year) date = std::chrono::year{*year} / date.month() / date.day();
        if (date.ok() && !says_year && local_days{date} < today_) date = (date.year() + std::chrono::years{1}) / date.month() / date.day();
        if (!date.ok()) return 0;
        day = local_days{date};
        return count + (says_year ? 1 : 0);
    }

    void take_place() {
        for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
            if (plain(i) != "at" && plain(i) != "in") continue;
            if (std::all_of(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(i), [](const Word& word) { return word.used; })) continue;  // what is it about?
            std::size_t end = i + 1;
            while (end < words_.size() && !words_[end].used) ++end;
            for (std::size_t k = i + 1; k < end; ++k) place_ += (place_.empty() ? "" : " ") + words_[k].text;
            if (place_.empty()) continue;
            for (std::size_t k = i; k < end; ++k) words_[k].used = true;
            return;
        }
    }

    Edit result(int default_minutes) {
        Edit edit;
        Event& event = edit.event;
        std::string summary;
        for (const Word& word : words_)
            if (!word.used) summary += (summary.empty() ? "" : " ") + word.text;
        event.summary = summary;
        event.location = place_;
        for (const std::string& address : guests_) {
            Attendee guest;
            guest.address = address;
            if (event.attendee(address) == nullptr) event.attendees.push_back(std::move(guest));
        }
        if (!start_) {
            event.start.all_day = event.end.all_day = true;
            event.start.at = Seconds{date_.value_or(today_).time_since_epoch()};
            event.end.at = (last_ ? Seconds{last_->time_since_epoch()} : event.start.at) + days{1};
        } else {
            local_days day = date_.value_or(today_);
            if (!date_ && day + start_->at <= now_) day += days{1};  // the time has passed: tomorrow
            const std::chrono::local_seconds start = day + start_->at;
            std::chrono::local_seconds end = start + length_.value_or(minutes{default_minutes});
            if (end_) end = day + end_->at + days{end_->at < start_->at ? 1 : 0};
            event.start.zone = event.end.zone = zone_.iana();
            event.start.at = zone_.to_utc(start);
            event.end.at = zone_.to_utc(end);
        }
        if (rule_.empty()) return edit;
        if (until_) {
            const std::chrono::year_month_day date{*until_};
            const Seconds last = zone_.to_utc(*until_ + days{1}) - std::chrono::seconds{1};
            std::string text;
            append_date_time(text, event.start.all_day ? Seconds{until_->time_since_epoch()} : last, recurrence::Zone::utc());
            std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
            rule_ += ";UNTIL=" + (event.start.all_day ? text.substr(0, 8) : text);
        }
        edit.recurrence.push_back("RRULE:" + rule_);
        return edit;
    }

    std::vector<Word> words_;
    const recurrence::Zone& zone_;
    std::chrono::local_seconds now_;
    local_days today_;
    std::vector<std::string> guests_;
    std::optional<local_days> date_, last_, until_;
    std::optional<Clock> start_, end_;
    std::optional<minutes> length_;
    std::string rule_, place_;
};

}  // namespace

Edit read_quick_text(std::string_view text, const recurrence::Zone& zone, Instant now, int default_minutes) {
    return QuickText(text, zone, now).read(default_minutes);
}

}  // namespace fakes::google
