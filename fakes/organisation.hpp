#pragma once
// The organisation every fake is born with: who exists, and what their mailboxes are like. Values only.
#include <map>
#include <string>
#include <vector>

namespace fakes {

enum class Provider { microsoft, google };

/// What a room mailbox does with invitations. Defaults are what the vendor's deployment guide makes administrators set
/// (facts/webex.md 4.4: comments kept); Exchange's own defaults rewrite the room's copy.
struct RoomMailbox {
    bool accepts_by_itself = true;
    bool keeps_subject = true;   // Exchange: DeleteSubject false and AddOrganizerToSubject false
    bool keeps_comments = true;  // Exchange: DeleteComments false
    int answer_seconds = 2;      // time until the room answers an invitation
};

struct Person {
    std::string key;       // "ana": the scenario's name for them
    std::string name;      // "Ana Archer"
    std::string address;   // e-mail = user principal name = calendar id
    std::string cloud_address;  // e-mail in the meeting cloud, when it is another one
    std::string user_id;   // UUID in the meeting cloud
    std::string language;  // BCP 47 ("pl-PL"); each service spells it its own way (Google: "pl")
    std::string zone;      // IANA
    bool is_room = false;
    bool has_mailbox = true;  // false: user without Exchange mailbox / Calendar service
    RoomMailbox room;
};

/// What the organisation's administrator set in the meeting cloud for everybody's invitations.
struct InvitationSettings {
    std::string language;                         // BCP 47; empty: the scheduler's
    std::map<std::string, std::string> headers, footers;  // by language; plain text
    std::string texts_for_all;                    // language of the header and footer for those without one
    std::string phone_number, all_numbers_url, toll_free_url;
    std::string device_address;                   // IPv4
    bool skype = false;
    bool operator==(const InvitationSettings&) const = default;
};

/// Somebody who signs in to the meeting cloud's administration pages.
struct Administrator {
    std::string key;     // "full administrator"
    std::string role;    // "id_full_admin"; empty: none
    bool of_another_organisation = false;
};

/// A distribution list, or a group of a domain's directory: who invites it invites its members.
struct Group {
    std::string address, name;
    std::vector<std::string> members;  // addresses
};

struct Organisation {
    std::string name;                // "Calrig Example"
    std::string domain;              // "calrig.example"
    std::string org_id;              // UUID in the meeting cloud
    std::string microsoft_tenant;    // GUID
    std::string microsoft_client;    // application id, GUID
    std::string microsoft_secret;    // client secret
    std::string google_client_email; // service account
    std::string google_client_id;    // its number in the admin console
    std::string google_public_key;   // PEM (SubjectPublicKeyInfo) that verifies the service account's assertions
    std::vector<Person> people;      // rooms included
    std::vector<Administrator> administrators;
    std::vector<Group> groups;
};

}  // namespace fakes
