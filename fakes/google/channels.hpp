#pragma once
// Push channels: watch, notifications, retries, stop (facts/google.md 6.6, 6.7).
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/dice.hpp"
#include "fakes/google/calendars.hpp"
#include "fakes/google/parse.hpp"
#include "fakes/google/service.hpp"

namespace fakes::google {

class Channels {
  public:
    Channels(Calendars& calendars, std::string project, bool http_hooks_allowed, Dice dice)
        : calendars_(calendars), project_(std::move(project)), http_hooks_allowed_(http_hooks_allowed), dice_(dice) {}

    /// What a watch with a list's parameters is about: some rows only.
    struct Narrowed {
        std::string query;  // for the resource's address, as sent
        std::function<bool(Calendar&, Row&, Instant)> admits;  // empty: every row
    };
    /// Opens a channel on one collection and sends its sync message. `body` gets the answer.
    Refusal watch(const Calendar& calendar, Collection collection, Narrowed narrowed, std::string_view caller, const ChannelBody& wanted,
                  Instant now, std::string& body, Effects& effects);
    Refusal stop(const ChannelBody& which, Instant now);
    /// One message per living channel on each of these collections.
    void notify(const std::set<Calendars::Changed>& changed, Instant now, Effects& effects);
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects);
    void drop_all();
    bool drop(std::string_view id, Instant now);
    std::vector<OpenChannel> open(Instant now) const;

  private:
    struct Channel {
        std::string id, address, token, resource_id, resource_uri, caller;
        Calendars::Changed watched{};
        Instant expires{};
        std::uint64_t message_number = 1;
        std::function<bool(Calendar&, Row&, Instant)> admits;  // empty: every row
        std::uint64_t seen_change = 0;                         // service-wide; of narrowed channels
    };
    struct Delivery {
        Outgoing message;
        std::string channel;
        int attempts = 1;
    };

    Refusal check(const ChannelBody& wanted, Instant now);
    void send(const Channel& channel, std::string_view state, Instant now, Effects& effects);
    void hand_out(Delivery delivery, Effects& effects);

    /// Since the last look, has a row changed that the channel is about?
    bool concerns(Channel& channel, Instant now);

    Calendars& calendars_;
    std::string project_;
    bool http_hooks_allowed_;
    Dice dice_;
    std::map<std::string, Channel, std::less<>> channels_;                // by id
    std::map<Calendars::Changed, std::set<std::string>> by_collection_;   // channel ids
    std::map<OutgoingId, Delivery> on_the_way_;
    OutgoingId last_outgoing_ = 0;
};

}  // namespace fakes::google
