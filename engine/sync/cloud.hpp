#pragma once
// The meeting cloud's calls, one function each. Nothing that identifies a person or tells what a
// meeting is about goes out of here unless it is sealed (ENC-TRANSIT): ids, times and links' keys only.
#include <set>
#include <string>
#include <vector>

#include "engine/sync/http_calls.hpp"
#include "engine/text/join_block.hpp"

namespace engine::sync {

struct DirectoryEntry {
    std::string id, email, name;
    bool is_room = false;
    bool enabled = false;
    int proofs = 0;  // of the address: its domain is verified, its owner signed in with it
    std::string room_url, room_sip, room_number;  // personal room; empty when there is none
};

/// What the administrator set for everybody's invitations.
struct OrganisationSettings {
    bool known = false;      // the directory was read
    std::string language;    // empty: none
    text::JoinTemplate invitation;
};

struct DirectoryPage {
    std::vector<DirectoryEntry> users;
    OrganisationSettings organisation;  // on the first page
    std::string next;
};

struct MeetingPlace {
    std::string url, sip;
    std::string number;           // one-time meetings
    std::string conversation_id;  // spaces
    bool made_before = false;     // for another meeting of the same people: its name is not this one's
};

/// What somebody does at a device, and what the calendar should make of it; what is sealed stays sealed here.
struct DeviceRequest {
    std::string id, user_id, type;  // BOOK, QUICK_BOOK, EXTEND, RELEASE, RESPOND
    std::string item_id, response, cause;
    std::string guest;              // user id: whose booking of a desk it is
    std::string sealed, key_uri;    // of the title, or of the words
    Instant start{}, expires{};
    int minutes = 0;
};

class Cloud {
  public:
    Cloud(const Config& config, HttpCalls& calls, Bearer& token) : config_(config), calls_(calls), token_(token) {}

    Task<Outcome<DirectoryPage>> users(const std::string& cursor);
    Task<Failure> put_status(const std::string& user_id, const std::string& state, const std::string& reason);

    Task<Failure> put_item(const std::string& user_id, const std::string& item_id, std::string sealed_item);
    /// The ids of all that is in the user's list.
    Task<Outcome<std::set<std::string>>> listed_items(const std::string& user_id);
    Task<Failure> delete_item(const std::string& user_id, const std::string& item_id);
    Task<Failure> put_button(const std::string& user_id, const std::string& item_id, const std::string& series_id,
                             Instant start, int duration_minutes);
    Task<Failure> delete_button(const std::string& user_id, const std::string& item_id);
    Task<Failure> post_presence(const std::string& user_id, bool away, Duration ttl);

    Task<Outcome<MeetingPlace>> make_space(const std::string& client_id, const std::string& sealed_title,
                                           const std::string& key_uri, const std::set<std::string>& participants);
    Task<Outcome<MeetingPlace>> make_meeting(const std::string& client_id, const std::string& sealed_title,
                                             const std::string& key_uri, Instant start, int duration_minutes,
                                             const std::string& host);
    Task<Failure> rename_space(const std::string& conversation_id, const std::string& sealed_title, const std::string& key_uri);
    Task<Failure> change_meeting(const std::string& number, const std::string& sealed_title, const std::string& key_uri, Instant start,
                                 int duration_minutes);
    /// By its number, or by the clientTempId it was asked for with.
    Task<Failure> delete_meeting(const std::string& id, bool is_number);

    // cloud_devices.cpp
    /// Those that wait for an answer.
    Task<Outcome<std::vector<DeviceRequest>>> device_requests();
    /// `cause` empty: it is done. `gone`: the device waits no longer.
    Task<Failure> answer_device(const std::string& request_id, const std::string& cause, const std::string& item_id);
    /// A notice to a user, which the cloud passes on once per `client_id`. In clear: no names, no titles.
    Task<Failure> post_notice(const std::string& user_id, const std::string& client_id, const std::string& reason,
                              const std::string& language, const std::string& text);


  private:
    Task<Outcome<HttpResponse>> send(const char* method, std::string url, std::string body);
    std::string item_url(const std::string& user_id, const char* what, const std::string& item_id) const;

    const Config& config_;
    HttpCalls& calls_;
    Bearer& token_;
};

}  // namespace engine::sync
