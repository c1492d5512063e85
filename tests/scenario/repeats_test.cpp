#include "loading.hpp"
#include "sim/scenario/repeats.hpp"

using namespace std::chrono;

namespace {

struct Row {
    const char* text;
    const char* meaning;
};

// From Friday, 27 February 2026.
std::string read(const std::string& text) {
    auto result = sim::read_repeat(text, year(2026) / 2 / 27);
    if (const auto* misread = std::get_if<sim::Misread>(&result)) return misread->what;
    return sim::text_of(std::get<fakes::Repeat>(result));
}

}  // namespace

TEST(Repeats, AreReadAsPeopleSayThem) {
    for (const Row& row :
         {Row{"daily", "every day"}, Row{"every day", "every day"}, Row{"every 2 days", "every 2 days"},
          Row{"every other day", "every 2 days"}, Row{"every weekday", "every week on mon, tue, wed, thu, fri"},
          Row{"weekly", "every week on fri"}, Row{"weekly on mon, wed", "every week on mon, wed"},
          Row{"weekly on Monday and Wednesday", "every week on mon, wed"}, Row{"every 2 weeks on fri", "every 2 weeks on fri"},
          Row{"weekly on mon, wed until 2026-04-08", "every week on mon, wed until 2026-04-08"},
          Row{"weekly on mon 5 times", "every week on mon, 5 times"}, Row{"daily, 10 times", "every day, 10 times"},
          Row{"monthly", "every month on day 27"}, Row{"monthly on day 31", "every month on day 31"},
          Row{"monthly on the last day", "every month on the last day"}, Row{"monthly on the 2nd tue", "every month on the 2nd tue"},
          Row{"monthly on the last fri", "every month on the last fri"}, Row{"every 3 months on the first mon", "every 3 months on the 1st mon"},
          Row{"yearly", "every year on 27 feb"}, Row{"yearly on 29 feb", "every year on 29 feb"},
          Row{"yearly on Feb 29", "every year on 29 feb"}, Row{"yearly on the last fri of nov", "every year on the last fri of nov"}})
        EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(Repeats, ThatCannotBeSaySo) {
    for (const Row& row : {Row{"sometimes", "cannot read `sometimes` as a repetition"},
                           Row{"weekly on funday", "cannot read `weekly on funday` as a repetition: `funday` is left over"},
                           Row{"monthly on day 32", "a month has days 1 to 31"}, Row{"yearly on 30 feb", "that month has no day 30"},
                           Row{"every 0 days", "the interval must be 1 to 99"}, Row{"weekly on mon 0 times", "a series has 1 to 999 times"},
                           Row{"daily until 2026-01-01", "the series ends before it starts"},
                           Row{"daily until soon", "`until` needs a date"},
                           Row{"daily 3 times until 2026-04-08", "a series ends either by date or after so many times"},
                           Row{"daily and then some", "cannot read `daily and then some` as a repetition: `and then some` is left over"}})
        EXPECT_EQ(read(row.text), row.meaning) << row.text;
}

TEST(Repeats, TellTheirOwnWordsBack) {
    for (const char* text : {"every day", "every 2 weeks on fri", "every month on the 2nd tue", "every year on 29 feb until 2032-02-29"})
        EXPECT_EQ(read(text), text);
}
