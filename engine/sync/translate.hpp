#pragma once
// A provider's event -> the meeting list item that this mailbox's owner should see. Values in, values out.
#include <optional>
#include <set>
#include <string>

#include "engine/engine.hpp"
#include "engine/meeting/meeting.hpp"
#include "engine/sync/mailbox.hpp"
#include "engine/sync/series.hpp"

namespace engine::sync {

/// What our extended property remembers of the decoration; it stays with the provider whose calendar it is.
struct JoinRecord {
    std::string url, sip, number, conversation_id;
    bool is_space = false, is_one_time = false;
    std::string text() const;
    static std::optional<JoinRecord> from(std::string_view text);
};

struct Span {
    Instant start{}, end{};
};
/// All-day events begin at midnight in the mailbox's zone (UTC when it is unknown).
Span span_of(const ProviderEvent& event, const MailboxSettings& settings);

struct Translation {
    meeting::Meeting meeting;
    bool joinable = false;   // a Join button may be lit on the screens of this mailbox
    bool lacks_own = false;  // what another copy knows was used, or would have been
};

/// `master`: the series' master, or the event itself when single. `known`: what the organizer's copy said, or nullptr.
Translation translate(const ProviderEvent& event, const ProviderEvent& master, const Mailbox& mailbox,
                      const People& people, const Series* known, const Config& config);

/// The mailbox has this invitation by a distribution list among the attendees, not by name.
bool is_by_group(const ProviderEvent& event, const MailboxRef& who);
/// Users and rooms of the organisation who take part.
std::set<std::string> known_participants(const ProviderEvent& event, const People& people);

int invitees(const ProviderEvent& event);

}  // namespace engine::sync
