#pragma once
// Reads the small grammars of the language (times, spans, repetitions) word by word.
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fakes/hands.hpp"

namespace sim {

/// Why a value could not be read: a sentence, and what to write instead.
struct Misread {
    std::string what;
    std::string help;
};
template <typename T>
using Read = std::variant<T, Misread>;

class Cursor {
  public:
    explicit Cursor(std::string_view text);

    bool at_end() const { return at_ == text_.size(); }
    std::string_view rest() const { return std::string_view(text_).substr(at_); }
    void skip_blanks();
    /// The next word (letters, or one run of other characters up to a blank or comma), not taken.
    std::string_view peek_word() const;
    /// Takes `word` if it stands next as a whole word; letter case does not matter.
    bool take(std::string_view word);
    /// Takes one of the characters, blanks around it included.
    bool take_symbol(std::string_view symbol);
    /// Takes a run of at most nine digits.
    std::optional<int> take_number();

    std::size_t mark() const { return at_; }
    void back_to(std::size_t mark) { at_ = mark; }

  private:
    std::string text_;  // lower case, blanks trimmed
    std::size_t at_ = 0;
};

std::optional<std::chrono::weekday> weekday_of(std::string_view word);  // "mon", "monday"
std::optional<int> month_of(std::string_view word);                     // "feb", "february": 1..12
std::string text_of(fakes::Date date);                                  // "2026-03-04"

/// A date if one stands next: 2026-03-04, today, tomorrow, next monday. Nothing is taken otherwise. A date that does
/// not exist (2026-02-30) is a Misread.
Read<std::optional<fakes::Date>> take_date(Cursor& cursor, fakes::Date today);

/// A time of day if one stands next: 9:00, 09:00, 08:01:30; 24:00 is the end of the day.
Read<std::optional<std::chrono::seconds>> take_clock_time(Cursor& cursor);

}  // namespace sim
