#include "loading.hpp"
#include "sim/scenario/repeats.hpp"

using namespace std::chrono;

namespace {

struct Said {
    const char* text;
    const char* meaning;
};

// From Friday, 27 February 2026.
std::string meaning_of(const std::string& text) {
    auto result = sim::read_repeat(text, year(2026) / 2 / 27);
    if (const auto* misread = std::get_if<sim::Misread>(&result)) return misread->what;
    return sim::text_of(std::get<fakes::Repeat>(result));
}

}  // namespace

TEST(Repeats, AreReadAsPeopleSayThem) {
    for (const Said& row :
         {Said{"daily", "every day"}, Said{"every day", "every day"}, Said{"every 2 days", "every 2 days"},
          Said{"every other day", "every 2 days"}, Said{"every weekday", "every week on mon, tue, wed, thu, fri"},
          Said{"weekly", "every week on fri"}, Said{"weekly on mon, wed", "every week on mon, wed"},
          Said{"weekly on Monday and Wednesday", "every week on mon, wed"}, Said{"every 2 weeks on fri", "every 2 weeks on fri"},
          Said{"weekly on mon, wed until 2026-04-08", "every week on mon, wed until 2026-04-08"},
          Said{"weekly on mon 5 times", "every week on mon, 5 times"}, Said{"daily, 10 times", "every day, 10 times"},
          Said{"monthly", "every month on day 27"}, Said{"monthly on day 31", "every month on day 31"},
          Said{"monthly on the last day", "every month on the last day"}, Said{"monthly on the 2nd tue", "every month on the 2nd tue"},
          Said{"monthly on the last fri", "every month on the last fri"}, Said{"every 3 months on the first mon", "every 3 months on the 1st mon"},
          Said{"yearly", "every year on 27 feb"}, Said{"yearly on 29 feb", "every year on 29 feb"},
          Said{"yearly on Feb 29", "every year on 29 feb"}, Said{"yearly on the last fri of nov", "every year on the last fri of nov"}})
        EXPECT_EQ(meaning_of(row.text), row.meaning) << row.text;
}

TEST(Repeats, ThatCannotBeSaySo) {
    for (const Said& row : {Said{"sometimes", "cannot read `sometimes` as a repetition"},
                           Said{"weekly on funday", "cannot read `weekly on funday` as a repetition: `funday` is left over"},
                           Said{"monthly on day 32", "a month has days 1 to 31"}, Said{"yearly on 30 feb", "that month has no day 30"},
                           Said{"every 0 days", "the interval must be 1 to 99"}, Said{"weekly on mon 0 times", "a series has 1 to 999 times"},
                           Said{"daily until 2026-01-01", "the series ends before it starts"},
                           Said{"daily until soon", "`until` needs a date"},
                           Said{"daily 3 times until 2026-04-08", "a series ends either by date or after so many times"},
                           Said{"daily and then some", "cannot read `daily and then some` as a repetition: `and then some` is left over"}})
        EXPECT_EQ(meaning_of(row.text), row.meaning) << row.text;
}

TEST(Repeats, TellTheirOwnWordsBack) {
    for (const char* text : {"every day", "every 2 weeks on fri", "every month on the 2nd tue", "every year on 29 feb until 2032-02-29"})
        EXPECT_EQ(meaning_of(text), text);
}
