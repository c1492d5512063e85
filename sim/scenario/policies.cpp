#include "sim/scenario/policies.hpp"

#include <array>
#include <charconv>

namespace sim {
namespace {

using Kind = PolicyRow::Kind;

// Defaults are the engine's own (engine/engine.hpp); the world sets what a scenario names.
constexpr std::array kPolicies{
    PolicyRow{"both keywords", Kind::choice, "as named", "as named|space|room",
              "what plain @webex and @meet make", "the vendor's defaults: @webex a personal room, @meet a space"},
    PolicyRow{"locale fallback", Kind::choice, "scheduler first", "scheduler first|organisation first|scheduler only",
              "whose language join details speak: scheduler's locale, its language, the organisation's, English",
              "undocumented; the guide's organisation language for all meetings is `organisation first`"},
    PolicyRow{"keyword removal", Kind::choice, "keep details", "keep details|remove details",
              "what happens to join details when their keyword is taken out", "undocumented; nobody's invitation loses text by itself"},
    PolicyRow{"several links", Kind::choice, "no button", "no button|button of the first",
              "whether apps offer to join when the body holds several join links", "known issues in meetings: they do not"},
    PolicyRow{"sip in location", Kind::choice, "no button", "no button|button",
              "whether apps offer to join by a non-Webex sip address that stands in the location only",
              "known issues in meetings: they do not; in the body it works"},
    PolicyRow{"space button people max", Kind::number, "75", "", "people beyond which apps do not offer to join a space's meeting",
              "known issues in meetings: spaces with more than 75 people"},
    PolicyRow{"space invitees max", Kind::number, "120", "", "invitees beyond which no space is made and the organizer is told",
              "known issues: 120 (earlier 60)"},
    PolicyRow{"decorate ahead", Kind::duration, "150d", "", "Microsoft: how far ahead keywords are acted on at once, later ones daily",
              "known issues: five months"},
    PolicyRow{"window back", Kind::duration, "7d", "", "how far back meetings are kept", "Google reference: 7 days"},
    PolicyRow{"window ahead", Kind::duration, "31d", "", "how far ahead meetings are kept", "Google reference: 31 days"},
    PolicyRow{"join lead", Kind::duration, "5m", "", "how long before the start the Join button lights",
              "vendor's overview: five minutes"},
    PolicyRow{"room join lead", Kind::duration, "5m", "", "the same on rooms' devices",
              "RoomOS: five minutes; devices have a StartTimeBuffer of their own"},
    PolicyRow{"join tail", Kind::duration, "0s", "", "how long after the end the Join button stays lit",
              "client libraries: joinable until the end"},
    PolicyRow{"away poll", Kind::duration, "20m", "", "how often automatic replies are looked at",
              "vendor's overview: presence follows within 20 minutes, and no push is listed"},
    PolicyRow{"subscription life", Kind::duration, "144h", "", "expiry asked for subscriptions and channels",
              "below Graph's limit of 10,070 minutes for events"},
    PolicyRow{"subscription margin", Kind::duration, "12h", "", "how long before its expiry a subscription is replaced",
              "leaves room for a provider's bad night"},
    PolicyRow{"watch refresh", Kind::duration, "24h", "", "how often every mailbox is looked at in full",
              "vendor's guide: a daily refresh finds what no notification told"},
    PolicyRow{"key renewal", Kind::duration, "365d", "", "how long a meeting's key is used for what is written",
              "undocumented; published keys expire after a year. What is listed then is sealed anew under a new one"},
    PolicyRow{"activation retry", Kind::duration, "60m", "", "time between attempts to activate a user in error",
              "vendor's guide: after 60 minutes"},
    PolicyRow{"list declined on google", Kind::flag, "yes", "", "a declined meeting stays in the list on Google",
              "known issues: still listed and notified"},
    PolicyRow{"list declined on microsoft", Kind::flag, "no", "", "a declined meeting stays in the list on Microsoft",
              "known issues name only the unsent decline as still listed"},
    PolicyRow{"list declined in rooms", Kind::flag, "no", "", "a meeting that a room declined stays in the room's list",
              "vendor's guide: a room shows what it accepted"},
    PolicyRow{"list group invitations", Kind::flag, "no", "", "who is invited by a distribution list only has the meeting before they said yes",
              "known issues in meetings: only once they accepted"},
    PolicyRow{"list free", Kind::flag, "yes", "", "events shown as free are listed", "undocumented; hiding them would lose meetings"},
    PolicyRow{"book at devices", Kind::flag, "yes", "", "devices may book, release and answer where the provider's operations allow",
              "Google lists them; Microsoft's list has none outside provisioning, so a device gets ConfigError there"},
    PolicyRow{"release no-shows", Kind::flag, "yes", "", "a room is released when nobody checked in",
              "undocumented who writes it: the room declines, its own booking is deleted"},
    PolicyRow{"room answers", Kind::choice, "never", "never|accepts|tentatively",
              "what the service answers for a room that does not answer by itself; conflicts are declined",
              "rooms usually answer by themselves, and a room that does not may have a reason"},
    PolicyRow{"device clock", Kind::choice, "corrected", "corrected|own",
              "whether devices correct their clock by the time the cloud tells", "HTTP's Date is there for the taking"},
    PolicyRow{"invitees max", Kind::number, "1500", "", "invitees beyond which an event is not processed",
              "vendor's limits: 1500 (earlier 300)"},
    PolicyRow{"page size", Kind::number, "100", "", "events asked for per page", "ours: keeps one answer near 200 KB"},
    PolicyRow{"mailbox calls a minute", Kind::number, "300", "", "calls made for one mailbox in a minute; the rest waits",
              "Google's limit is 600 for a user, Graph's 10,000 in ten minutes"},
};

}  // namespace

std::span<const PolicyRow> policies() { return kPolicies; }

std::chrono::milliseconds policy_duration(std::string_view canonical) {
    return std::chrono::milliseconds(policy_number(canonical));
}
bool policy_flag(std::string_view canonical) { return canonical == "true"; }
std::int64_t policy_number(std::string_view canonical) {
    std::int64_t value = 0;
    std::from_chars(canonical.data(), canonical.data() + canonical.size(), value);
    return value;
}

}  // namespace sim
