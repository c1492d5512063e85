#pragma once
// Everything the engine knows about one user or room of the organisation, activated or not.
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/meeting/meeting.hpp"
#include "engine/sync/agenda.hpp"
#include "engine/sync/provider.hpp"

namespace engine::sync {

enum class Activation { none, pending, active, error };

/// One item of the meeting list as last published.
struct Item {
    static constexpr Instant kNoSlot = Instant::min();  // a single event has no slot

    Instant slot = kNoSlot;
    Instant start{}, end{};
    meeting::ContentDigest digest{};  // of the published content; zeros: publish again
    Instant lit_start{};  // when `lit`: what the button says
    int lit_minutes = 0;
    bool lit = false;     // the Join button is on
    bool joinable = false;
};

/// One event of the calendar that is not an occurrence: a single one or a series master.
struct Source {
    std::string uid;
    std::vector<Item> items;                // by slot
    std::optional<Instant> enters;          // when the next of its occurrences comes into the window
    std::uint64_t settled = 0;              // Publishing::mark of the state that is published; 0: unknown, or a master
};

/// uid, or uid and slot: the same for every copy of the meeting, stable when an occurrence is moved.
std::string item_id(const std::string& uid, Instant slot);
int minutes_between(Instant start, Instant end);

enum class Timer { work, activation, subscription, refresh, window, buttons, away };
inline constexpr std::size_t kTimers = 7;
enum class LaneName { calendar, buttons, away };
inline constexpr std::size_t kLanes = 3;

struct LaneState {
    enum class Phase { idle, queued, running };
    Phase phase = Phase::idle;
    bool again = false;  // wanted while running
};

/// What is to be done for a mailbox; taken in the order of the members.
struct Todo {
    bool deactivate = false;
    bool activate = false;
    bool renew = false;
    bool full_look = false;
    bool incremental = false;      // providers with sync tokens
    std::set<std::string> events;  // to be read anew, by provider id
    bool sweep = false;            // what left the window, what enters it
    bool any() const {
        return deactivate || activate || renew || full_look || incremental || !events.empty() || sweep;
    }
};

/// An invitation that is not listed yet, because its organizer's copy is just being given its join details.
struct Waiting {
    Instant until{};
    std::string source_id, uid;
    int unreadable = 0;  // answers about it in a row that could not be read
};

struct AwayState {
    std::optional<meeting::AutomaticReplies> replies;
    std::uint64_t answer_seen = 0;  // digest of the provider's answer that `replies` was read from
    std::optional<Instant> next_poll;
    bool posted = false;  // the cloud was told "ooo" ...
    Instant posted_until{};  // ... until then
};

/// A copy of what the buttons need of the items of the next hours, so that a button does not cost a walk over all.
struct NearItem {
    const std::string* source_id = nullptr;  // both in Mailbox::sources, whose nodes stay where they are ...
    Source* source = nullptr;
    Instant slot{};                          // ... while its items move
};

class Mailbox {
  public:
    using Due = std::function<void(Mailbox&, Timer)>;
    Mailbox(std::string id, const Due& due);
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    Agenda::Slot& timer(Timer which) { return timers_[static_cast<std::size_t>(which)]; }
    LaneState& lane(LaneName which) { return lanes_[static_cast<std::size_t>(which)]; }
    /// The item of a source with this slot, or nullptr.
    static Item* item(Source& source, Instant slot);
    Item* item(const std::string& source_id, Instant slot);
    /// What is near is to be collected anew.
    void forget_near() {
        near.clear();
        near_dirty = true;
    }
    /// The source is about to go.
    void forget_near(const Source& source) {
        std::erase_if(near, [&source](const NearItem& one) { return one.source == &source; });
    }
    bool usable() const { return state == Activation::active; }

    const std::string user_id;
    // from the directory
    MailboxRef ref;
    std::string name;
    std::string room_url, room_sip, room_number;
    bool settings_missed = false;  // a keyword was found before the organisation's settings were known
    bool room_missed = false;  // a keyword asked for the personal room while none was known
    bool wanted = false;  // the directory says: enabled
    bool address_proved = true;  // domain verified, or the owner signed in with it (G-EMAIL-VERIFIED)

    bool compared = false;  // with what the cloud holds: nothing is there that the store knows nothing of

    Activation state = Activation::none;
    int activation_tries = 0;                // failed ones in a row
    std::optional<Instant> activation_due;   // of the next try
    MailboxSettings settings;
    Subscription subscription;
    std::string sync_token;
    std::map<std::string, Source> sources;   // by provider id
    AwayState away;
    Todo todo;
    std::vector<Waiting> waiting;
    int work_failures = 0;                   // in a row
    std::optional<Instant> in_step_at;       // when the calendar's work last ended with nothing left to do
    int button_failures = 0;
    bool leaving = false;                    // being deactivated
    bool told_nothing = false;               // the coming full look is the daily one: no notification asked for it

    std::vector<NearItem> near;              // see Buttons; whoever takes a source away calls forget_near
    Instant near_until{};
    bool near_dirty = true;
    std::vector<std::string> near_changed;   // sources of which items came near, moved or went
    bool window_unknown = true;              // the window timer is to be set by a look at all sources,
    std::vector<std::string> window_touched;  // or only at these

  private:
    class OneTimer final : public Agenda::Slot {
      public:
        OneTimer(Mailbox& mailbox, Timer which, Meant meant) : Slot(meant), mailbox_(mailbox), which_(which) {}

      private:
        void due() override { mailbox_.due_(mailbox_, which_); }
        Mailbox& mailbox_;
        const Timer which_;
    };
    const Due& due_;
    std::array<OneTimer, kTimers> timers_;
    std::array<LaneState, kLanes> lanes_;
};

/// Mail addresses without regard to letter case, without a copy in small letters.
struct AddressHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view address) const;
};
struct SameAddress {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

/// Everyone in the organisation's directory, by user id.
class People {
  public:
    Mailbox* find(const std::string& user_id);
    Mailbox& add(const std::string& user_id, const Mailbox::Due& due);
    /// Letter case does not count in addresses.
    Mailbox* by_address(std::string_view address);
    const Mailbox* by_address(std::string_view address) const;
    void set_address(Mailbox& mailbox, const std::string& address);
    std::map<std::string, std::unique_ptr<Mailbox>>& all() { return all_; }
    /// Grows whenever something changed about anyone that list items or join details are made of.
    std::uint64_t revision() const { return revision_; }
    void changed() { ++revision_; }

  private:
    std::uint64_t revision_ = 1;
    std::map<std::string, std::unique_ptr<Mailbox>> all_;
    std::unordered_map<std::string, Mailbox*, AddressHash, SameAddress> by_address_;  // looked up only, never walked
};

std::string lower_case(std::string_view text);

}  // namespace engine::sync
