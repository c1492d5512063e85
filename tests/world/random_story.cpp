#include "tests/world/random_story.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <set>
#include <vector>

#include "fakes/dice.hpp"

namespace random_story {
namespace {

using Minute = std::chrono::local_time<std::chrono::minutes>;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

struct Event {
    std::string id, owner;
    bool series = false, all_day = false, gone = false;
    int step_days = 0;  // between occurrences; 0: not regular
    std::chrono::local_days first;
    std::vector<std::string> invited;
    std::set<std::string> left;
    std::set<std::chrono::local_days> cancelled;
};

std::string day_text(std::chrono::local_days day) {
    const std::chrono::year_month_day date{day};
    char text[24];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::string minute_text(Minute at) {
    const auto day = std::chrono::floor<days>(at);
    const auto of_day = at - day;
    char text[8];
    std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(of_day.count() / 60 % 24), static_cast<int>(of_day.count() % 60));
    return day_text(day) + " " + text;
}

class Writer {
  public:
    Writer(std::uint64_t seed, bool google) : dice_(fakes::Dice(seed).stream(google ? "story google" : "story microsoft")), google_(google) {}

    std::string write() {
        const std::string zone = pick({"Europe/Warsaw", "America/New_York", "Asia/Tokyo", "Europe/London", "Australia/Sydney", "Asia/Kolkata"});
        // Two of the days stand before a change of the clocks, in Europe and in America.
        const auto begin = std::chrono::local_days(std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(
            std::initializer_list<int>{20514, 20539, 20749, 20758}.begin()[dice_.below(4)]))));
        if (one_in(2)) rooms_ = {"wawel"};
        rough_ = one_in(2);
        now_ = begin + hours(7) + minutes(5);
        std::string out = "title: A story of chance\nclock: " + day_text(begin) + " 07:00 " + zone + "\nproviders: [" + (google_ ? "google" : "microsoft") + "]\npeople:\n";
        for (const std::string& person : people_) out += "  " + person + ": " + character() + "\n";
        for (const std::string& room : rooms_)
            out += "  " + room + ": { kind: room, device: board" +
                   pick({"", "", ", room mailbox: { keeps subject: no }", ", room mailbox: { answers after: 10m }", ", room mailbox: { accepts by itself: no }"}) + " }\n";
        out += "story:\n";
        for (std::uint64_t left = 4 + dice_.below(12); left > 0; --left) {
            now_ += minutes(std::initializer_list<int>{1, 2, 5, 17, 60, 180, 600, 1500}.begin()[dice_.below(8)]);
            const bool none = std::none_of(events_.begin(), events_.end(), [](const Event& e) { return !e.gone; });
            if (none || dice_.below(100) < 35) create();
            else happen();
            if (rough_ && dice_.below(10) < 3) weather();
        }
        out += steps_;
        now_ += minutes(30);
        out += "expect:\n  - at: " + minute_text(now_) + "\n    status of ana: activated\n";
        // What no notification told is found within a day.
        out += "end: " + minute_text(now_ + (rough_ ? hours(27) : hours(2))) + "\n";
        // Faults come by chance, too: some catch nothing, which in a story that somebody wrote is a mistake.
        if (rough_) out += "relax: [acts are carried out]\n";
        return out;
    }

  private:
    std::string pick(std::initializer_list<const char*> of) { return of.begin()[dice_.below(of.size())]; }
    bool one_in(std::uint64_t count) { return dice_.below(count) == 0; }
    std::string any(const std::vector<std::string>& of) { return of[dice_.below(of.size())]; }
    void step(const std::string& text) { steps_ += "  - at: " + minute_text(now_) + "\n    " + text + "\n"; }

    std::string character() {
        std::string inside;
        if (one_in(3)) inside += "language: " + pick({"pl-PL", "de-DE", "ja-JP", "ar-SA", "fi-FI", "en-GB", "pt-BR", "zh-TW"});
        if (one_in(5)) inside += (inside.empty() ? "" : ", ") + std::string("zone: ") + pick({"Europe/Warsaw", "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney"});
        if (one_in(5)) inside += (inside.empty() ? "" : ", ") + std::string("device: desk");
        return "{ " + inside + " }";
    }

    std::string span_on(std::chrono::local_days day) {
        const Minute start = day + hours(6 + static_cast<int>(dice_.below(15))) + minutes(15 * static_cast<int>(dice_.below(3)));
        return minute_text(start) + " - " + minute_text(start + minutes(15 * (1 + static_cast<int>(dice_.below(8)))));
    }

    void create() {
        Event event;
        event.id = "e" + std::to_string(events_.size() + 1);
        event.owner = any(people_);
        event.first = std::chrono::floor<days>(now_) + days(std::initializer_list<int>{0, 0, 1, 1, 2, 5, 9, 33}.begin()[dice_.below(8)]);
        for (const auto* group : {&people_, &rooms_})
            for (const std::string& one : *group)
                if (one != event.owner && one_in(2)) event.invited.push_back(one);
        event.all_day = one_in(9);
        std::string text = event.owner + " creates: { id: " + event.id + ", title: \"Secret " + event.id + " of the " +
                           pick({"north", "quay", "tram", "Łódź", "日本", "ميناء"}) + " plan\", when: " +
                           (event.all_day ? "all day " + day_text(event.first) : span_on(event.first));
        if (one_in(3)) text += ", repeats: " + repetition(event);
        text += pick({", location: \"@webex\"", ", location: \"@meet\"", ", location: \"@meet:space\"", ", location: \"@webex:onetime\"",
                      ", location: \"Room 4, third floor\"", ", location: \"@webex Berlin\"", ", location: \"sip:board@example.net\"", "", ""});
        text += pick({"", ", body: \"Agenda of the day, see wiki.\"", ", body: \"Join https://acme.webex.com/meet/carol now\"",
                      ", html: \"<p>Agenda &ndash; <b>read</b> it</p><p>https://zoom.us/j/94512345678?pwd=abc</p>\""});
        if (one_in(10)) text += ", sensitivity: private";
        if (one_in(10)) text += ", shows as: free";
        if (!event.invited.empty()) {
            text += ", invites: [";
            for (const std::string& one : event.invited) text += (text.ends_with('[') ? "" : ", ") + one;
            text += "]";
        }
        step(text + " }");
        events_.push_back(std::move(event));
    }

    std::string repetition(Event& event) {
        event.series = true;
        static constexpr const char* names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
        const std::chrono::weekday weekday{event.first};
        switch (dice_.below(6)) {
            case 0: event.step_days = 1; return "daily 5 times";
            case 1: event.step_days = 7; return std::string("weekly on ") + names[weekday.c_encoding()] + " 4 times";
            case 2: event.step_days = 2; return "every 2 days 6 times";
            case 3: return "monthly on day " + std::to_string(static_cast<unsigned>(std::chrono::year_month_day{event.first}.day())) + " 4 times";
            case 4: return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday ? "daily 3 times" : "every weekday 7 times";
            default: event.step_days = 1; return "daily";
        }
    }

    /// Somebody does something with an event that is there, or with themselves.
    void happen() {
        std::vector<Event*> live;
        for (Event& event : events_)
            if (!event.gone) live.push_back(&event);
        Event& event = *live[dice_.below(live.size())];
        std::chrono::local_days slot = event.first;
        std::string occurrence;
        if (event.series && one_in(2)) {
            if (event.step_days > 0) slot += days(event.step_days * static_cast<int>(dice_.below(3)));
            if (event.cancelled.contains(slot)) return;
            occurrence = ", occurrence: " + day_text(slot);
        }
        std::vector<std::string> guests;
        for (const std::string& one : event.invited)
            if (std::ranges::find(rooms_, one) == rooms_.end() && !event.left.contains(one)) guests.push_back(one);
        const std::string name = "{ event: " + event.id + occurrence;
        switch (dice_.below(12)) {
            case 0:
            case 1:
                if (event.all_day || (event.series && occurrence.empty())) return;
                return step(event.owner + " moves: " + name + ", when: " +
                            span_on(occurrence.empty() ? std::chrono::floor<days>(now_) + days(dice_.below(4)) : slot) + " }");
            case 2:
            case 3: return step(event.owner + " changes: " + name + ", title: \"Changed secret " + std::to_string(steps_.size()) + "\" }");
            case 4: return step(event.owner + " changes: { event: " + event.id + ", location: " + pick({"\"@webex\"", "\"@meet:space\"", "Somewhere"}) + " }");
            case 5:
                if (occurrence.empty()) event.gone = true;
                else event.cancelled.insert(slot);
                return step(event.owner + " cancels: " + name + " }");
            case 6:
            case 7: {
                if (guests.empty()) return;
                const std::string guest = any(guests), answer = pick({"accepts", "declines", "tentatively accepts"});
                if (answer == "declines") event.left.insert(guest);
                return step(guest + " " + answer + ": " + name + " }");
            }
            case 8:
                for (const std::string& one : people_)
                    if (one != event.owner && std::ranges::find(event.invited, one) == event.invited.end()) {
                        event.invited.push_back(one);
                        return step(event.owner + " invites: { event: " + event.id + ", who: [" + one + "] }");
                    }
                return;
            case 9: {
                if (guests.empty()) return;
                const std::string guest = any(guests);
                std::erase(event.invited, guest);
                return step(event.owner + " uninvites: { event: " + event.id + ", who: " + guest + " }");
            }
            case 10: {
                if (guests.empty()) return;
                const std::string guest = any(guests);
                event.left.insert(guest);
                return step(guest + " removes: " + event.id);
            }
            default: return alone();
        }
    }

    void alone() {
        const std::string who = any(people_);
        switch (dice_.below(4)) {
            case 0: return step(who + " sets automatic replies: always");
            case 1: return step(who + " sets language: " + pick({"pl-PL", "ko-KR", "he-IL"}));
            case 2:
                if (who == "ana") return;
                if (!inactive_.insert(who).second) {
                    inactive_.erase(who);
                    return step("admin activates: " + who);
                }
                return step("admin deactivates: " + who);
            default: return step("engine restarts: " + pick({"1s", "5m", "2h"}));
        }
    }

    void weather() {
        step(pick({"network: { next: 3, calls to: calendar, answer: 429, retry after: 30s }", "network: { next: 2, calls to: cloud, answer: 503 }",
                   "network: { next: 2, lose: notifications }", "network: { next: 2, duplicate: notifications }",
                   "network: { next: 3, delay: notifications, by: 3m }", "network: { next: 2, calls to: calendar, cut: within }",
                   "network: { next: 2, calls to: cloud, cut: within }", "network: { next: 2, calls to: anything, cut: before }",
                   "kms refuses: { next: 2, answer: 503 }", "kms answers slowly: { by: 20s, next: 2 }", "network: { next: 1, lose: pushes }",
                   "network: { next: 1, calls to: calendar, answer: 500 }", "network: { next: 2, calls to: token, answer: 503 }",
                   "provider drops: subscriptions", "provider expires: access tokens"}));
    }

    fakes::Dice dice_;
    bool google_;
    bool rough_ = false;
    std::vector<std::string> people_ = {"ana", "ben", "cy", "dee"}, rooms_;
    std::set<std::string> inactive_;
    std::vector<Event> events_;
    Minute now_{};
    std::string steps_;
};

}  // namespace

std::string yaml(std::uint64_t seed, bool google) { return Writer(seed, google).write(); }

}  // namespace random_story
