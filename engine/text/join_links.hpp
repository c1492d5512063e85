#pragma once
// Finds what a Join button would dial: one pass over location and body, linear in their length, without guessing.
// A target on a look-alike host, behind an unknown redirector or with a foreign scheme is refused, never repaired.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

struct JoinTarget {
    std::string kind;  // "webex-meeting", "webex-pmr", "webex-sip", "sip", "teams", "teams-vtc", "zoom", "zoom-sip",
                       // "meet", "cms", "bluejeans", "goto", "whereby", "jitsi"
    std::string url;   // https://...; scheme and host in lower case, path and query as written
    std::string uri;   // sip:...; exactly one of url and uri is set
    bool operator==(const JoinTarget&) const = default;
};

struct JoinInput {
    std::string_view location;
    std::string_view body;
    bool body_is_html = false;
    std::string_view own_join_url;       // of our own decoration, when there is one: wins
    std::string_view provider_join_url;  // Graph onlineMeeting.joinUrl, Google conferenceData; used when recognised
    std::span<const std::string> video_domains;  // hosts whose plain user@host is a video address, not an e-mail
    std::span<const std::string> cms_domains;    // hosts of the organisation's own meeting servers
};

struct JoinFinding {
    std::optional<JoinTarget> target;
    std::optional<JoinTarget> companion;  // the same provider's other form in that field: the address beside a link
    enum class Field { none, own, provider, location, body };
    Field field = Field::none;     // what gave `target`
    bool body_has_it = false;      // for a target of the location: the body names it too
    bool ambiguous = false;        // more than one distinct link in the field that gave `target` (KIM: no top Join)
    std::vector<std::string> why;  // sentences, in order of decision
};

/// Order: own decoration; Webex link in the location; the provider's structured link; location; body; a number at a domain
/// (12345@example.com), location before body. Inside one field the first joinable candidate in reading order wins.
JoinFinding find_join(const JoinInput& input);

/// Whether kind names a Webex meeting, room or video address.
bool is_webex_kind(std::string_view kind);

/// Whether a Webex link leads to the meeting of a space (https://acme.webex.com/m/{uuid}).
bool is_space_link(std::string_view url);

/// Whether location or body already hold something that joins a Webex meeting: then nothing is added (facts: webex 1.3).
bool has_webex_link(std::string_view location, std::string_view body, bool body_is_html);

}  // namespace engine::text
