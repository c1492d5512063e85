#pragma once
// One item of a user's meeting list: plain content, its sealed wire form, and its digest (facts: webex 3.3).
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/meeting/jwe.hpp"
#include "engine/chance.hpp"
#include "engine/instant.hpp"

namespace engine::meeting {

/// Notes beyond this are cut on a UTF-8 boundary before sealing.
inline constexpr std::size_t kNotesLimitBytes = 16'384;

struct Participant {
    std::string id;                                 // cloud UUID; empty for a stranger
    std::string type = "PERSON";                    // PERSON, ROOM
    std::string response_type = "NO_RESPONSE";      // ORGANIZER, ACCEPTED, DECLINED, TENTATIVE, NO_RESPONSE
    std::string participant_type = "REQUIRED";      // REQUIRED, OPTIONAL, RESOURCE
    std::string org_id;                             // empty for a stranger
    std::string email, name;                        // sealed on the wire
    bool operator==(const Participant&) const = default;
};

struct Meeting {
    std::string id;         // item id, unique in the user's list
    std::string series_id;  // the same for all occurrences of a series; the item id of a single meeting
    Instant start{};
    int duration_minutes = 0;
    std::string organizer_id;  // cloud UUID
    bool is_recurring = false;
    bool is_all_day = false;
    bool is_deleted = false;
    Instant last_modified{};
    std::string sensitivity = "Normal";  // Normal, Private, Personal, Confidential
    std::string self_url;                // see self_link
    std::string conversation_id;         // set: a space meeting

    // sealed on the wire; empty ones are left out
    std::string subject, location, notes;
    std::string webex_uri, webex_url;                // SIP address without scheme, link
    std::string space_uri, space_url, space_meet_url;
    std::string join_uri, join_url;                  // meetingJoinInfo
    std::string organizer_email, organizer_name;
    std::vector<Participant> participants;
    bool operator==(const Meeting&) const = default;
};

/// `calendar_base` + "/calendarEvents/" + base64url of the id.
std::string self_link(std::string_view calendar_base, std::string_view item_id);

/// The item's JSON, sealed with `key`, whose address is `key_url`.
std::string seal_item(const Meeting& meeting, Sealer& key, std::string_view key_url, Random& random);

/// The first half of an HMAC-SHA256: enough to tell that something changed, and kept for every item.
using ContentDigest = std::array<char, 16>;

/// Keyed so that the store reveals nothing. Equal content, equal digest; last_modified does not count: a provider touches
/// it without a change that anyone would see.
ContentDigest content_digest(const Meeting& meeting, const Secret& digest_key);

}  // namespace engine::meeting
