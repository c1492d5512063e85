#pragma once
// Everything that crossed the network or became visible, in the order it happened. The judge sees only this and the
// expectation. No addresses, no real durations.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fakes/cloud/screen.hpp"
#include "fakes/hands.hpp"
#include "sim/scenario/scenario.hpp"

namespace sim {

struct MessageHead {
    std::string name;
    std::string value;
};

/// One HTTP exchange between two actors.
struct Exchange {
    std::uint64_t number = 0;          // 1.. in order of sending
    Instant sent{};
    Instant done{};
    std::string from;                  // "engine", "graph", "google", "cloud", "app ben", "device wawel"
    std::string to;                    // "graph", "entra", "google", "gmail", "google-token", "cloud", "kms", "own-kms", "engine", "app ben", ...
    std::string what;                  // for requests of fakes: "graph notification", ...
    std::string method, host, target;
    std::vector<MessageHead> request_headers;
    std::string request_body;
    int status = 0;                    // 0: no answer came back
    std::vector<MessageHead> reply_headers;
    std::string reply_body;
    std::string fault;                 // what the network did to it: "429 by fault at line 12", "cut within the response"
    std::string broken_rule;           // what a fake said about a refusal
    std::string operation;             // statement id of the listed operation (OP-M-INSTANCES), "" when none
    std::string person;                // key of the person whose mailbox or list it is about, "" when none
};
struct ScreenChange { std::string who; fakes::Screen screen; };                  // "app ben", "device wawel"
struct CalendarChange { std::string owner; std::vector<fakes::SeenEvent> events; };  // key of the owner
struct CloudList { std::string person; std::map<std::string, std::string> items; };  // wire JSON by item id
struct PresenceChange { std::string person; std::string status; };               // "ooo", "clear"
struct StateChange { std::string person; std::string state; std::string reason; };
struct NoticeMailed { std::string person; std::vector<std::string> texts; };     // by the cloud, all so far
struct TenantChange { std::vector<fakes::TenantApplication> applications; };  // what the tenant's administrator sees
/// `event` is the id the scenario gives, `uid` the iCalendar uid it stands for (both empty for other acts).
/// `organizer`: key of the person whose event an act made: the actor, or whom they made it for.
struct ActDone { std::string actor; std::string text; Place place; std::string refusal; std::string event; std::string uid; std::string organizer{}; };
/// Who may read with a key of a key server, by people's keys (ids of those who are none), since a change. `k` opens what was
/// sealed with it: the judge may read everything.
struct KeyAccess { std::string server; std::string key_url; std::set<std::string> holders; bool revoked = false; bool retired = false; std::string k; };
struct LogLine { std::string level; std::string text; };
struct StoreWrite { std::string key; std::string value; bool erased = false; };
/// Limits hit, restarts, seeds; and where the engine and a recording parted (text: first line what, then details).
struct Note {
    enum class Kind { plain, not_recorded, never_asked, idle_fault };
    std::string text;
    Kind kind = Kind::plain;
    Place place{};  // of the act, for idle_fault
};

using What = std::variant<Exchange, ScreenChange, CalendarChange, CloudList, PresenceChange, StateChange, NoticeMailed, TenantChange, ActDone,
                          KeyAccess, LogLine, StoreWrite, Note>;

struct Record {
    Instant at{};
    What what;
};

class Journal {
  public:
    void add(Instant at, What what) { records_.push_back(Record{at, std::move(what)}); }
    const std::deque<Record>& records() const { return records_; }

    /// One line per record, stable over transports: sorted by (virtual time, actor, order within the actor), bodies as
    /// digests of their canonical form.
    std::string text() const;
    /// SHA-256 of text(), lower-case hex.
    std::string digest() const;

  private:
    std::deque<Record> records_;
};

/// The digest of a journal whose text is at hand.
std::string journal_digest(std::string_view text);

}  // namespace sim
