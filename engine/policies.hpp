#pragma once
// The choices an operator has, and their defaults; apart from the engine so that pure parts need nothing of Asio.
#include "engine/instant.hpp"

namespace engine {

enum class Provider { microsoft, google };

/// Whose language join details speak. Each ends in English; a locale without words falls to its language first.
enum class LocaleFallback { scheduler_first, organisation_first, scheduler_only };

/// What the service answers in the place of a room that leaves invitations unanswered; conflicts are declined.
enum class RoomAnswering { never, accepts, tentatively };

/// Where real behaviour is undocumented the choice has a name and a default (facts/webex.md 12).
struct Policies {
    bool both_keywords_space = false;        // @webex = space (default: personal room)
    bool both_keywords_room = false;         // @meet = personal room (default: space)
    LocaleFallback locale_fallback = LocaleFallback::scheduler_first;
    bool remove_details_with_keyword = false;  // default: what is in the invitation stays (facts/webex.md 1.4)
    bool button_of_several_links = false;      // KIM: no Join in apps when the body holds more than one join link
    bool button_of_sip_in_location = false;    // KIM: nor for a non-Webex sip address in the location only
    int space_button_people_max = 75;          // KIM: nor for meetings of larger spaces
    int space_invitees_max = 120;              // beyond: no space, the organizer is told
    Duration decorate_ahead_microsoft = std::chrono::days(150);  // later ones wait for the daily look (five months)
    Duration window_back = std::chrono::days(7);
    Duration window_ahead = std::chrono::days(31);
    Duration join_lead = std::chrono::minutes(5);      // OBTP
    Duration room_join_lead = std::chrono::minutes(5); // OBTP on rooms' devices
    Duration join_tail = std::chrono::minutes(0);      // after the end
    Duration away_poll = std::chrono::minutes(20);     // OOO-PRESENCE
    Duration away_status_life = std::chrono::hours(24);  // cap of a presence event's ttl
    Duration subscription_life = std::chrono::hours(144);  // below Graph's live limit of 10,070 min
    Duration subscription_margin = std::chrono::hours(12);  // replaced this long before the expiry
    Duration watch_refresh = std::chrono::hours(24);   // full look at every mailbox: what no notification told
    Duration key_renewal = std::chrono::hours(24 * 365);  // of a meeting's key, at the latest when its server says so
    Duration activation_retry = std::chrono::minutes(60);
    int activation_retry_count = 3;                    // then every activation_retry_slow
    Duration activation_retry_slow = std::chrono::hours(24);
    Duration http_timeout = std::chrono::seconds(30);
    Duration retry_base = std::chrono::seconds(2);     // doubled each time, with jitter, unless Retry-After says more
    Duration retry_cap = std::chrono::minutes(5);
    int retry_count = 8;                               // then the mailbox's work rests and is taken up again, ever later, up to hourly
    bool list_declined_google = true;                  // facts/webex.md 3.2: declined stays listed on Google
    bool list_declined_microsoft = false;
    bool list_free = true;
    bool list_group_invitations = false;  // KIM: who was invited by a list only has the meeting once they said yes
    bool list_declined_rooms = false;                  // a room that declined is not in the meeting
    bool book_at_devices = true;                       // ad hoc bookings, releases, answers: where the provider's list allows
    bool release_no_shows = true;                      // a device may release what nobody checked in to
    RoomAnswering room_answers = RoomAnswering::never;     // when a room does not answer by itself
    int invitees_max = 1500;
    int page_size_events = 100;
    int mailbox_at_once = 4;                           // calls of one mailbox under way
    int mailbox_calls_a_minute = 300;                  // fixed minutes: never more than twice that in any sixty seconds
};

}  // namespace engine
