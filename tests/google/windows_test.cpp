// Lists by window, page and order give what a walk over everything gives, whatever the index does.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "fakes/dice.hpp"
#include "tests/google/domain.hpp"

namespace fakes {
namespace {

std::string at(std::int64_t minutes) {
    const auto t = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::minutes{minutes};
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{t - day};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:00Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
    return text;
}

json between(std::int64_t from, std::int64_t to) {
    return {{"start", {{"dateTime", at(from)}, {"timeZone", "UTC"}}}, {"end", {{"dateTime", at(to)}, {"timeZone", "UTC"}}}};
}

/// All pages of a listing.
std::vector<json> listed(Domain& d, const std::string& query, int page_size) {
    std::vector<json> items;
    std::string page;
    for (int guard = 0; guard < 2000; ++guard) {
        const json part = d.ok("mia", "GET", events_of() + "?" + query + "&timeZone=UTC&maxResults=" + std::to_string(page_size) + page);
        EXPECT_LE(part["items"].size(), static_cast<std::size_t>(page_size));
        for (const json& item : part["items"]) items.push_back(item);
        if (!part.contains("nextPageToken")) return items;
        page = "&pageToken=" + escaped(part["nextPageToken"].get<std::string>());
    }
    ADD_FAILURE() << "pages without end: " << query;
    return items;
}

TEST(Windows, GiveWhatAWalkOverEverythingGives) {
    Domain d;
    Dice dice(11);
    std::vector<std::string> ids;
    for (int i = 0; i < 120; ++i) {
        const auto start = static_cast<std::int64_t>(dice.below(40 * 1440));
        // Lengths from nothing to weeks, so that all length classes take part.
        const std::int64_t length = dice.below(8) == 0 ? 0 : std::int64_t{1} << dice.below(15);
        json event = between(start, start + length);
        event["summary"] = "E" + std::to_string(i);
        if (dice.below(10) == 0) {
            event["end"] = between(start, start + 30)["end"];
            event["recurrence"] = {"RRULE:FREQ=DAILY;INTERVAL=3;COUNT=" + std::to_string(2 + dice.below(9))};
        }
        ids.push_back(d.ok("mia", "POST", events_of(), event)["id"]);
    }
    for (int i = 0; i < 80; ++i) {  // moves, endings, deletions
        const std::string target = events_of() + "/" + ids[dice.below(ids.size())];
        const auto start = static_cast<std::int64_t>(dice.below(40 * 1440));
        if (dice.below(4) == 0)
            d.call("mia", "DELETE", target);
        else if (dice.below(4) == 0)
            d.call("mia", "PATCH", target, {{"recurrence", nullptr}});
        else
            d.call("mia", "PATCH", target, between(start, start + static_cast<std::int64_t>(dice.below(3000))));
    }
    for (const json& instance : listed(d, "singleEvents=true", 2500))  // exceptions: moved and deleted ones
        if (instance.contains("recurringEventId") && dice.below(3) == 0) {
            const std::string target = events_of() + "/" + instance["id"].get<std::string>();
            const auto start = static_cast<std::int64_t>(dice.below(40 * 1440));
            if (dice.below(2) == 0)
                d.call("mia", "DELETE", target);
            else
                d.call("mia", "PATCH", target, between(start, start + 45));
        }
    const auto ids_of = [](const std::vector<json>& items) {
        std::vector<std::string> out;
        for (const json& item : items) out.push_back(item["id"]);
        return out;
    };
    for (const std::string& more : {std::string("singleEvents=true"), std::string("singleEvents=true&showDeleted=true"), std::string("singleEvents=true&orderBy=startTime")}) {
        const std::vector<json> all = listed(d, more, 2500);
        ASSERT_GT(all.size(), 100u);
        EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const json& a, const json& b) {
            return a.contains("start") && b.contains("start") && a["start"]["dateTime"] < b["start"]["dateTime"];
        }));
        for (const int page_size : {6, 50}) EXPECT_EQ(ids_of(listed(d, more, page_size)), ids_of(all)) << more << page_size;
        if (more.find("showDeleted") != std::string::npos) continue;  // tombstones show no times to compare with
        for (int round = 0; round < 12; ++round) {
            const auto from = static_cast<std::int64_t>(dice.below(45 * 1440));
            const std::int64_t to = from + 1 + static_cast<std::int64_t>(dice.below(round % 2 == 0 ? 600 : 30000));
            std::vector<std::string> wanted;
            for (const json& item : all) {
                const std::string start = item["start"]["dateTime"], end = item["end"]["dateTime"];
                if (start < at(to) && (end > at(from) || (start == end && start >= at(from)))) wanted.push_back(item["id"]);
            }
            const std::string window = "&timeMin=" + at(from) + "&timeMax=" + at(to);
            EXPECT_EQ(ids_of(listed(d, more + window, 250)), wanted) << window;
            EXPECT_EQ(ids_of(listed(d, more + window, 5)), wanted) << window;
        }
    }
    const std::vector<json> rows = listed(d, "showDeleted=false", 2500);
    for (const int page_size : {1, 7, 50}) EXPECT_EQ(ids_of(listed(d, "showDeleted=false", page_size)), ids_of(rows));
    EXPECT_EQ(listed(d, "orderBy=updated", 11).size(), rows.size());
}

/// Processor time of one request, in microseconds.
double cost(Domain& d, const Request& request, int rounds) {
    Effects effects;
    d.service().request(1, request, d.now, effects);
    const std::clock_t begin = std::clock();
    for (int i = 0; i < rounds; ++i) {
        effects.answers.clear();
        d.service().request(static_cast<ExchangeId>(2 + i), request, d.now, effects);
    }
    return static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / rounds;
}

TEST(Windows, CostWhatTheyShowAndNotWhatTheCalendarHolds) {
    Domain d;
    const Request in_march{"GET", "www.googleapis.com", events_of() + "?singleEvents=true&orderBy=startTime&maxResults=50&timeMin=" + at(0),
                           {{"Authorization", "Bearer " + d.token("mia")}}, ""};
    Request unordered = in_march;
    unordered.target = events_of() + "?maxResults=50&timeMin=" + at(0) + "&timeMax=" + at(3000);
    std::string body = between(0, 30).dump();
    const auto fill = [&](int count, std::int64_t first) {
        for (int i = 0; i < count; ++i)
            d.ok("mia", "POST", events_of(), between(first + i * 30, first + i * 30 + 30));
    };
    fill(60, 0);
    const double small = cost(d, in_march, 100);
    const double small_unordered = cost(d, unordered, 100);
    fill(700, 50000);
    fill(700, -500000);
    const double large = cost(d, in_march, 100);
    const double large_unordered = cost(d, unordered, 100);
    std::printf("a page of 50: %.0f us among 60 events, %.0f us among 1460; unordered window %.0f, %.0f us\n", small, large, small_unordered, large_unordered);
    EXPECT_LT(large, small * 4 + 200);
    EXPECT_LT(large_unordered, small_unordered * 4 + 2000);
}

}  // namespace
}  // namespace fakes
