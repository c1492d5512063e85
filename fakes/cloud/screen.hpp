#pragma once
// What a device or an app shows its user after it fetched and decrypted with its own code. The judge looks only here.
#include <string>
#include <vector>

#include "fakes/server.hpp"

namespace fakes {

struct ShownParticipant {
    std::string name;
    std::string address;
    std::string response;  // as on the wire: ORGANIZER, ACCEPTED, DECLINED, TENTATIVE, NO_RESPONSE
    std::string role;      // REQUIRED, OPTIONAL, RESOURCE
    bool operator==(const ShownParticipant&) const = default;
};

struct ShownMeeting {
    std::string id;
    std::string series_id;
    Instant start{};
    int duration_minutes = 0;
    bool all_day = false;
    bool recurring = false;
    std::string title;     // "Scheduled meeting" on shared devices when the meeting is private
    std::string location;
    std::string notes;
    std::string organizer_name;
    std::string organizer_address;
    std::string join_url;  // meetingJoinInfo.meetingJoinURL
    std::string join_uri;  // meetingJoinInfo.meetingJoinURI
    std::string space_url;
    std::string sensitivity;  // Normal, Private, ...
    std::vector<ShownParticipant> participants;
    std::string unreadable;  // why nothing could be decrypted ("key refused (403)", "tag mismatch"); empty when readable
    bool operator==(const ShownMeeting&) const = default;
};

/// What a device says about something it was asked to do.
struct ShownAnswer {
    std::string event;    // the name that whoever asked gave to the event
    std::string to;       // "booking", "extension", "release", "answer"
    std::string state;    // "waiting", "confirmed", "failed"
    std::string cause;    // of a failure, as RoomOS calls it: Timeout, Decline, ConfigError, HttpError, KmsError
    std::string item_id;  // of a confirmed booking
    bool operator==(const ShownAnswer&) const = default;
};

/// The screen of one app or device: its meeting list by start then id, and the meetings whose Join button is lit.
struct Screen {
    std::vector<ShownMeeting> meetings;
    std::vector<std::string> join_buttons;  // ids of meetings, by start then id
    std::vector<ShownAnswer> answers;       // by time of asking
    std::vector<std::string> checked_in;    // ids of meetings, sorted
    std::string guest;                      // key of who is signed in at a desk; their meetings are shown, too
    bool operator==(const Screen&) const = default;
};

}  // namespace fakes
