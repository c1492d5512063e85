#pragma once
// What an app or device reads off the wire, as plain values; ciphertext stays ciphertext here.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/cloud/screen.hpp"

namespace fakes {

/// The key server's reply about one key, opened.
struct WireKey {
    std::string url;              // the one asked for
    int status = 0;
    std::string jwk;              // JSON text, when status is 200
    std::int64_t error_code = 0;
    std::string redirect;         // with errorCode 301002: where the key is now
};

/// What the service answered to a request of this device.
struct WireAnswer {
    std::string id, state, cause, item_id;
};

struct WirePush {
    std::uint64_t sequence = 0;
    std::string event_type;
    std::string item;           // JSON of calendarMeetingExternal
    std::string item_id;        // of the item, or of the locus' meeting
    bool lit = false;           // calendar.join_button
    std::string subject;        // apheleia.subscription_update
    std::string status;
    std::vector<std::string> sealed_keys;  // encryption.kms_message: replies of the key server
    WireAnswer answer;                     // calendar.device_request
};

struct WireList {
    std::vector<std::pair<std::string, std::string>> items;  // id, JSON text
    std::vector<std::string> join_buttons;
    std::string service_id;           // whom booking keys are shared with
    std::vector<WireAnswer> answers;  // of late, those of pushes that were missed among them
    std::vector<std::string> check_ins;
};

/// One ciphertext of an item and where its plaintext goes.
struct SealedText {
    std::string name;  // as the wire calls it
    std::string jwe;
    std::string ShownMeeting::*field = nullptr;  // none: decrypted, not shown
    std::size_t participant = 0;
    std::string ShownParticipant::*participant_field = nullptr;
};

struct WireItem {
    ShownMeeting clear;  // what needs no key; participants without name and address
    std::string key_url;
    std::string participants_url, notes_url;  // what was left out
    bool deleted = false;
    std::vector<SealedText> sealed;
};

/// nullopt when the text is not what the cloud would send.
std::optional<WirePush> read_push(std::string_view body);
std::optional<WireList> read_list(std::string_view body);
std::optional<WireItem> read_item(std::string_view json);
/// A part that was left out of an item, as that item's member: `"encryptedNotes":"..."`; empty when it is none of this item,
/// or no longer sealed with its key.
std::string read_part(std::string_view body, const WireItem& item);
/// The one key of the key server's opened reply to `create /keys`; status is the reply's when there is none.
WireKey read_new_key(std::string_view reply);
/// The status in an opened reply of the key server; 0 when there is none.
int read_key_status(std::string_view reply);
/// The member `id` of a small answer; empty when there is none.
std::string read_id(std::string_view body);

}  // namespace fakes
