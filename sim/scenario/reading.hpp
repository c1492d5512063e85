#pragma once
// Typed access to one map of a scenario file by the rows of the vocabulary. Every mistake becomes a diagnostic with its
// place and reading goes on, so that a file tells all its mistakes at once.
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/key_row.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/times.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace sim {

class StoryBook;

/// What every reader needs: the scenario so far, and where mistakes go.
struct LoadState {
    Scenario scenario;
    const Zone* zone = nullptr;
    std::vector<Diagnostic> diagnostics;
    const ReadFile* read_file = nullptr;
    std::set<std::string, std::less<>> used_people;
    /// Names under `people:` that could not be taken, and whether none could: who uses them makes no second mistake.
    std::set<std::string, std::less<>> refused_people;
    bool people_unread = false;
    /// An act could not be told: what the story makes is not known whole.
    bool story_unsure = false;
    /// The world is running: whether a service refuses an act is seen when it is done, not told beforehand.
    bool running = false;

    void error(const Place& place, std::string what, std::string help = {}, std::string label = {});
    void warning(const Place& place, std::string what, std::string help = {}, std::string label = {});
    void misread(const Place& place, const Misread& misread) { error(place, misread.what, misread.help); }
    /// `help` is the near word if there is one, else `otherwise`.
    void unknown(const Place& place, std::string what, std::string_view word, std::span<const std::string> candidates,
                 std::string otherwise);
    /// nullptr, said, when there is no such person.
    const ScenarioPerson* person(const std::string& key, const Place& place);
    /// Whether the mistake about this name was told where the people are.
    bool excused(const std::string& key) const;
    bool plays(Provider provider) const;
};

/// The `at` of a step or expectation, also under a name that it does not have here; nullptr: it has none.
const YamlEntry* time_entry(const YamlNode& node);

/// One map with known keys. `owner` is how messages call it: "`ana creates`".
class Fields {
  public:
    /// A text or list in place of the map stands for `short_key`, if there is one.
    Fields(LoadState& state, const YamlNode& node, std::span<const KeyRow> rows, std::string owner, const Place& place,
           std::string_view short_key = {}, const TimeContext* time = nullptr);

    bool good() const { return good_; }  // no key or value was refused so far
    bool has(std::string_view key) const { return find(key) != nullptr; }
    Place place(std::string_view key) const;      // of the value; of the owner when absent
    Place key_place(std::string_view key) const;  // of the key; of the owner when absent
    const Place& owner_place() const { return place_; }
    const std::string& owner() const { return owner_; }
    const YamlNode* node(std::string_view key) const;
    std::map<std::string, Place, std::less<>> places() const;  // of all values, by key

    // Absent or wrong: nothing; what is wrong has been said.
    std::optional<std::string> text(std::string_view key);
    std::vector<std::string> texts(std::string_view key);
    std::optional<std::string> word(std::string_view key);
    std::optional<bool> flag(std::string_view key);
    bool flag_or(std::string_view key, bool otherwise) { return flag(key).value_or(otherwise); }
    std::optional<int> number(std::string_view key);
    std::optional<std::chrono::milliseconds> duration(std::string_view key);
    std::optional<Instant> time(std::string_view key);
    std::optional<fakes::Date> date(std::string_view key, fakes::Date today);
    std::optional<fakes::When> when(std::string_view key, fakes::Date today, const Zone& zone);
    std::optional<fakes::Repeat> repeat(std::string_view key, fakes::Date start);
    std::optional<std::string> person(std::string_view key);
    std::vector<std::string> people(std::string_view key);     // keys of `people` only
    /// Of people by key, or e-mail addresses as written, each with its place.
    std::vector<std::pair<std::string, Place>> addresses(std::string_view key);
    std::optional<std::string> language(std::string_view key);
    const Zone* zone(std::string_view key);
    std::optional<std::string> file(std::string_view key, std::string& content);
    /// Only the name of a file beside the scenario, which need not be there yet.
    std::optional<std::string> beside(std::string_view key);
    std::optional<std::string> operation(std::string_view key);
    std::optional<int> how_often(std::string_view key);

    LoadState& state() { return state_; }

  private:
    struct Found {
        std::size_t row = 0;
        const YamlNode* value = nullptr;
        Place key_place;
        std::string joined;  // the text with what commas cut off (repeats)
        bool alone = false;  // stands in place of the map
    };
    const Found* find(std::string_view key) const;
    const KeyRow& row(const Found& found) const { return rows_[found.row]; }
    void read_map(const YamlNode& node);
    void lone_word(const YamlEntry& entry);
    std::optional<std::string> scalar(const Found& found, std::string_view hint);
    std::vector<std::pair<std::string, Place>> scalars(std::string_view key);
    TimeContext time_context() const;

    LoadState& state_;
    std::span<const KeyRow> rows_;
    std::string owner_;
    Place place_;
    const TimeContext* time_;
    std::vector<Found> found_;
    bool good_ = true;
};

/// One act of a step while it is read.
struct ActReading {
    LoadState& state;
    StoryBook& book;
    Fields& fields;
    std::string actor;
    Instant at{};
    fakes::Date day{};  // local date of `at`
    std::vector<Act> acts;

    bool refused = false;  // the scenario says the service refuses this
    std::string because;   // with this word
    std::string principal{};  // key: in whose calendar, once `in calendar of` was read
};

/// A status of presence in the words of the presence service; empty: unknown.
std::string_view status_on_the_wire(std::string_view words);

/// One claim of an expectation while it is read.
struct ClaimReading {
    LoadState& state;
    const StoryBook& book;
    Fields& fields;
    std::string subject;  // key of the person or room
    std::string screen;   // "app ben" or "device wawel", for claims about screens
    Instant from{}, to{};
    bool over_a_span = false;
    fakes::Date day{};
    std::vector<Claim> claims;
};

/// The policies of a file by their names, into `scenario.policies`; nullptr: there are none.
void read_policy_table(LoadState& state, const YamlNode* node, const Place& place);

std::string address_of(const LoadState& state, const std::string& key_or_address);
bool is_address(std::string_view text);
/// BCP 47, as far as calendars use it: language, optional script, optional region.
bool is_language_tag(std::string_view text);

}  // namespace sim
