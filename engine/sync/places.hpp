#pragma once
// One-time meetings and spaces that were made in the meeting cloud for events: they follow the event's time, its title and
// its key, and a one-time meeting goes when its event no longer holds its link, or left the window for good (RETENTION).
// A space stays: people talk in it.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/sync/cloud.hpp"
#include "engine/sync/mailbox.hpp"
#include "engine/sync/series.hpp"

namespace engine::sync {

/// What the cloud was told last about the place of one event.
struct Place {
    std::string uid, url;      // no link: it was asked for, and what came of it is not known
    std::string id;            // meeting number, or conversation id
    bool is_space = false;
    Instant start{};
    int minutes = 0;
    std::string title_digest;  // keyed: the store shows nothing of the title
    std::string key_uri;       // that its title is sealed with
};

/// An event's title as the cloud is given it, and those who may open it.
struct PlaceTitle {
    std::string sealed, key_uri;
    std::set<std::string> people;
};

class Places {
  public:
    using LookAgain = std::function<void(const std::string& user_id, const std::string& source_id)>;
    Places(Ports& ports, People& people, Cloud& cloud, SeriesBook& series, Records& records, LookAgain look_again)
        : ports_(ports), people_(people), cloud_(cloud), series_(series), records_(records), look_again_(std::move(look_again)) {}

    Task<Outcome<PlaceTitle>> seal_title(const Mailbox& mailbox, const ProviderEvent& event);
    void remember(const Mailbox& mailbox, const std::string& source_id, Place place);
    /// Before it is asked for: whoever dies then still knows of it.
    void intend(const Mailbox& mailbox, const ProviderEvent& event);
    /// The same event asks for the same place, however often and however long after (a cut, a restart).
    std::string client_id(const Mailbox& mailbox, const std::string& uid) const;
    /// Tells the cloud what is new about the organizer's event.
    Task<Failure> follow(const Mailbox& mailbox, const ProviderEvent& event);
    /// The event is no more.
    Task<Failure> end(const Mailbox& mailbox, const std::string& source_id);
    /// The service no longer looks after these: what was made stays, for those who hold its link.
    void forget(const Mailbox& mailbox);
    /// Spaces of what left the window are forgotten. Returns the events whose one-time meeting may be over for good.
    std::vector<std::string> forget_past(const Mailbox& mailbox, Instant began_before);
    /// The cloud no longer knows the meeting behind this link.
    bool is_dead(const std::string& url) const { return dead_.contains(url); }
    bool has_one_time_meeting(const Mailbox& mailbox, const std::string& source_id);
    /// The key of this meeting was replaced.
    void key_replaced(const std::string& uid);

    std::vector<std::string> sources(const Mailbox& mailbox) const;
    std::string title_digest(const std::string& title) const;
    void load(const std::string& user_id, const std::string& source_id, Place place) { all_[user_id][source_id] = std::move(place); }

  private:
    Place* find(const Mailbox& mailbox, const std::string& source_id);
    void erase(const Mailbox& mailbox, const std::string& source_id);

    Ports& ports_;
    People& people_;
    Cloud& cloud_;
    SeriesBook& series_;
    Records& records_;
    LookAgain look_again_;
    std::map<std::string, std::map<std::string, Place>> all_;  // by user id and provider id
    std::set<std::string> dead_;  // links that still stand in an event; found again after a restart
};

}  // namespace engine::sync
