#pragma once
// Exchange's identifiers. Item ids, change keys and iCalUIds are functions of a mailbox's numbers, so they need no table:
// an id can be built from its item, and read back. (Layouts: inferred from published samples.)
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/dice.hpp"
#include "fakes/hands.hpp"

namespace fakes::microsoft {

using Bytes16 = std::array<std::uint8_t, 16>;

/// What all ids of one mailbox have in common.
struct MailboxIds {
    std::string mailbox_guid;  // not the user's object id
    Bytes16 provider{};
    Bytes16 replica{};
    std::uint64_t folder = 0;         // 48 bits: counter of the default calendar
    std::uint64_t message_base = 0;   // 48 bits: added to item numbers
    std::uint64_t change_base = 0;    // 48 bits: added to change numbers
};

MailboxIds draw_mailbox_ids(Dice& dice);

/// Those of the same mailbox's further calendar number `place`: another folder, other counters.
MailboxIds ids_of_calendar(const MailboxIds& home, std::uint64_t place);

/// 152 characters, `AAMk...AAA=`: base64url of 113 bytes. `item` is the item's number in its mailbox.
std::string item_id(const MailboxIds& ids, std::uint64_t item);
/// 164 characters: the item's id with the local date of the slot inside, so it outlives a move of the occurrence.
std::string occurrence_id(const MailboxIds& ids, std::uint64_t item, Date slot);
/// 68 characters, `AAkALg...`: the form that outlives a move between folders; with a slot 80, by analogy.
std::string immutable_id(const MailboxIds& ids, std::uint64_t item, std::optional<Date> slot);
/// An attachment's id: that of its item, whatever its form, and 16 bytes more behind a count of one.
std::string attachment_id(std::string_view of_item, std::uint64_t attachment);
/// Its number; empty when the text is no id of an attachment of this item.
std::optional<std::uint64_t> parse_attachment_id(std::string_view of_item, std::string_view text);
std::string calendar_id(const MailboxIds& ids);
/// Of the one group that holds all calendars, "My Calendars".
std::string calendar_group_id(const MailboxIds& ids);
bool calendar_id_shaped(std::string_view text);
/// 32 characters: base64 of the replica and the change number.
std::string change_key(const MailboxIds& ids, std::uint64_t change);

struct ParsedId {
    std::uint64_t item = 0;
    std::optional<Date> slot;
    bool here = false;  // the id is one of this mailbox and calendar
    bool immutable = false;
};
/// Reads both forms. Empty: the id has not the structure of an Exchange id (ErrorInvalidIdMalformed, not 404).
std::optional<ParsedId> parse_id(const MailboxIds& ids, std::string_view text);

/// A meeting's identity over all its copies: 8 random bytes and the instant of its creation.
struct MeetingId {
    std::uint64_t key = 0;
    Instant created{};
};
/// GlobalObjectId in hex; with a slot, that of one occurrence (MS-OXOCAL 2.2.1.27).
std::string ical_uid(const MeetingId& meeting, std::optional<Date> slot = std::nullopt);
std::optional<MeetingId> parse_ical_uid(std::string_view text);

std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);                        // keeps the padding, as Exchange does
std::optional<std::string> base64url_decode(std::string_view text);  // padding needed, as Exchange writes it
std::optional<std::string> base64_decode(std::string_view text);     // the standard alphabet, line ends left out

}  // namespace fakes::microsoft
