#include "fakes/microsoft/ids.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view standard_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint64_t counter_mask = 0xFFFF'FFFF'FFFFu;  // Exchange counters have 6 bytes
constexpr std::size_t entry_size = 70;
constexpr std::size_t guid_size = 36;
constexpr std::uint64_t ticks_per_day = 864'000'000'000u;  // .NET ticks of 100 ns
constexpr std::int64_t days_before_epoch = 719'162;        // 0001-01-01 to 1970-01-01
constexpr std::size_t immutable_entry_size = 46;
constexpr Bytes16 immutable_provider = {0x1D, 0x84, 0x03, 0x11, 0xAA, 0x66, 0x11, 0xCD, 0x9B, 0xC8, 0x00, 0xAA, 0x00, 0x2F, 0xC4, 0x5A};
constexpr std::string_view global_object_id = "040000008200E00074C5B7101A82E008";

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out((bytes.size() + 2) / 3 * 4, '=');
    std::size_t at = 0;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
    std::size_t i = 0;
    for (; i + 2 < bytes.size(); i += 3) {
        const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        out[at++] = alphabet[three >> 18];
        out[at++] = alphabet[three >> 12 & 63];
        out[at++] = alphabet[three >> 6 & 63];
        out[at++] = alphabet[three & 63];
    }
    if (i + 1 == bytes.size()) {
        out[at] = alphabet[byte(i) >> 2];
        out[at + 1] = alphabet[(byte(i) & 3) << 4];
    } else if (i + 2 == bytes.size()) {
        out[at] = alphabet[byte(i) >> 2];
        out[at + 1] = alphabet[(byte(i) & 3) << 4 | byte(i + 1) >> 4];
        out[at + 2] = alphabet[(byte(i + 1) & 15) << 2];
    }
    return out;
}

void put(std::string& out, std::uint64_t value, int bytes, bool big_endian) {
    for (int i = 0; i < bytes; ++i) {
        const int shift = 8 * (big_endian ? bytes - 1 - i : i);
        out.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift & 0xFF)));
    }
}

std::uint64_t get(std::string_view in, std::size_t at, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(in[at + static_cast<std::size_t>(i)]);
    return value;
}

void put(std::string& out, const Bytes16& bytes) {
    for (const std::uint8_t b : bytes) out.push_back(static_cast<char>(b));
}

std::string head(const MailboxIds& ids) {
    std::string out;
    out.reserve(128);
    put(out, 0x0003, 2, true);
    put(out, guid_size, 2, false);
    out += ids.mailbox_guid;
    return out;
}

void put_entry(std::string& out, const MailboxIds& ids, std::uint64_t item) {
    put(out, entry_size, 2, false);
    put(out, 0, 4, true);
    put(out, ids.provider);
    put(out, 0x0700, 2, true);
    put(out, ids.replica);
    put(out, ids.folder, 6, true);
    put(out, 0, 2, true);
    put(out, ids.replica);
    put(out, (ids.message_base + item) & counter_mask, 6, true);
    put(out, 0, 2, true);
}

std::uint64_t ticks_of(Date slot) {
    return static_cast<std::uint64_t>(std::chrono::sys_days(slot).time_since_epoch().count() + days_before_epoch) * ticks_per_day;
}

std::optional<Date> slot_of(std::uint64_t ticks) {
    const std::int64_t day = static_cast<std::int64_t>(ticks / ticks_per_day) - days_before_epoch;
    if (ticks % ticks_per_day != 0 || day < -days_before_epoch || day > 2'932'896) return std::nullopt;  // 9999-12-31
    return Date(std::chrono::sys_days(std::chrono::days(day)));
}

std::optional<ParsedId> parse_immutable(const MailboxIds& ids, std::string_view in) {
    const bool occurrence = in.size() == 59;
    const std::size_t entry = occurrence ? 13 : 5;
    if (get(in, 0, 2) != 0x0009 || get(in, 2, 1) != (occurrence ? 8u : 0u) || get(in, entry - 2, 2) != immutable_entry_size << 8 ||
        get(in, entry, 4) != 0 || get(in, entry + 20, 2) != 0x0D00 || get(in, in.size() - 2, 2) != 0)
        return std::nullopt;
    ParsedId parsed;
    if (occurrence) {
        parsed.slot = slot_of(get(in, 3, 8));
        if (!parsed.slot) return std::nullopt;
    }
    std::string own;
    put(own, immutable_provider);
    put(own, 0x0D00, 2, true);
    put(own, ids.replica);
    parsed.here = in.substr(entry + 4, own.size()) == own;
    parsed.item = (get(in, in.size() - 8, 6) - ids.message_base) & counter_mask;
    parsed.immutable = true;
    return parsed;
}

std::uint64_t spread(std::uint64_t z) {  // second half of a uid's tail: looks random, follows from the first
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void put_hex(std::string& out, std::uint64_t value, int bytes, bool big_endian) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (int i = 0; i < bytes; ++i) {
        const int shift = 8 * (big_endian ? bytes - 1 - i : i);
        out.push_back(digits[value >> (shift + 4) & 15]);
        out.push_back(digits[value >> shift & 15]);
    }
}

std::optional<std::uint64_t> get_hex(std::string_view text, bool big_endian) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 16; i += 2) {
        std::uint64_t byte = 0;
        for (std::size_t j = i; j < i + 2; ++j) {
            const char c = text[j];
            if (c >= '0' && c <= '9') byte = byte << 4 | static_cast<std::uint64_t>(c - '0');
            else if (c >= 'A' && c <= 'F') byte = byte << 4 | static_cast<std::uint64_t>(c - 'A' + 10);
            else return std::nullopt;
        }
        value = big_endian ? value << 8 | byte : value | byte << (4 * i);
    }
    return value;
}

constexpr std::int64_t filetime_epoch_ms = 11'644'473'600'000;  // 1601-01-01 to 1970-01-01

}  // namespace

std::string base64(std::string_view bytes) { return encode(bytes, standard_alphabet); }
std::string base64url(std::string_view bytes) { return encode(bytes, url_alphabet); }

std::optional<std::string> base64url_decode(std::string_view text) {
    static constexpr auto values = [] {
        std::array<std::int8_t, 256> table{};
        table.fill(-1);
        for (std::size_t i = 0; i < url_alphabet.size(); ++i)
            table[static_cast<unsigned char>(url_alphabet[i])] = static_cast<std::int8_t>(i);
        return table;
    }();
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pad = i >= text.size() - padding;
        const std::int8_t value = pad ? std::int8_t{0} : values[static_cast<unsigned char>(text[i])];
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (i % 4 == 3) {
            out.push_back(static_cast<char>(static_cast<unsigned char>(bits >> 16 & 0xFF)));
            out.push_back(static_cast<char>(static_cast<unsigned char>(bits >> 8 & 0xFF)));
            out.push_back(static_cast<char>(static_cast<unsigned char>(bits & 0xFF)));
            bits = 0;
        }
    }
    out.resize(out.size() - padding);
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string url;
    url.reserve(text.size());
    for (const char c : text) {
        if (c == '-' || c == '_') return std::nullopt;
        if (c != '\r' && c != '\n') url.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    return base64url_decode(url);
}

MailboxIds draw_mailbox_ids(Dice& dice) {
    MailboxIds ids;
    ids.mailbox_guid = dice.uuid();
    for (Bytes16* bytes : {&ids.provider, &ids.replica})
        for (std::uint8_t& b : *bytes) b = static_cast<std::uint8_t>(dice.below(256));
    ids.folder = 0x10D;
    ids.message_base = 0x1A'0000'0000u + (dice.below(1u << 16) << 16);
    ids.change_base = 0x1'0000u + dice.below(1u << 20);
    return ids;
}

std::string item_id(const MailboxIds& ids, std::uint64_t item) {
    std::string out = head(ids);
    put(out, 0, 1, true);
    put_entry(out, ids, item);
    return base64url(out);
}

std::string occurrence_id(const MailboxIds& ids, std::uint64_t item, Date slot) {
    std::string out = head(ids);
    put(out, 8, 1, true);
    put(out, ticks_of(slot), 8, true);
    put_entry(out, ids, item);
    return base64url(out);
}

std::string immutable_id(const MailboxIds& ids, std::uint64_t item, std::optional<Date> slot) {
    std::string out;
    put(out, 0x0009, 2, true);
    put(out, slot ? 8 : 0, 1, true);
    if (slot) put(out, ticks_of(*slot), 8, true);
    put(out, immutable_entry_size, 2, false);
    put(out, 0, 4, true);
    put(out, immutable_provider);
    put(out, 0x0D00, 2, true);
    put(out, ids.replica);
    put(out, (ids.message_base + item) & counter_mask, 6, true);
    put(out, 0, 2, true);
    return base64url(out);
}

std::string attachment_id(std::string_view of_item, std::uint64_t attachment) {
    std::string out = base64url_decode(of_item).value_or(std::string());
    put(out, 1, 1, true);
    put(out, 18, 2, false);
    put(out, 16, 2, false);
    put(out, attachment, 8, true);
    put(out, spread(attachment), 8, true);
    return base64url(out);
}

std::optional<std::uint64_t> parse_attachment_id(std::string_view of_item, std::string_view text) {
    static constexpr std::size_t tail = 16;
    const std::optional<std::string> bytes = base64url_decode(text);
    if (!bytes || bytes->size() < tail) return std::nullopt;
    const std::uint64_t number = get(*bytes, bytes->size() - tail, 8);
    if (attachment_id(of_item, number) != text) return std::nullopt;
    return number;
}

MailboxIds ids_of_calendar(const MailboxIds& home, std::uint64_t place) {
    MailboxIds ids = home;
    ids.folder = (home.folder + 0x100 + place) & counter_mask;
    ids.message_base = (home.message_base + (place << 40)) & counter_mask;
    return ids;
}
std::string calendar_group_id(const MailboxIds& ids) {
    MailboxIds group = ids;
    group.folder = 0x106;
    return calendar_id(group);
}
std::string calendar_id(const MailboxIds& ids) {
    std::string out = head(ids);
    put(out, 0, 1, true);
    put(out, 46, 2, false);
    put(out, 0, 4, true);
    put(out, ids.provider);
    put(out, 0x0100, 2, true);
    put(out, ids.replica);
    put(out, ids.folder, 6, true);
    put(out, 0, 2, true);  // MS-OXCDATA 2.2.4.1: a folder's entry ends in two bytes of padding
    return base64url(out);
}

bool calendar_id_shaped(std::string_view text) {
    if (text.size() != 120) return false;
    const std::optional<std::string> bytes = base64url_decode(text);
    return bytes && get(*bytes, 0, 2) == 0x0003 && get(*bytes, 2, 2) == guid_size << 8;
}

std::string change_key(const MailboxIds& ids, std::uint64_t change) {
    std::string out;
    put(out, ids.replica);
    put(out, (ids.change_base + change) & counter_mask, 6, true);
    return base64(out);
}

std::optional<ParsedId> parse_id(const MailboxIds& ids, std::string_view text) {
    if (text.size() != 152 && text.size() != 164 && text.size() != 68 && text.size() != 80) return std::nullopt;
    const std::optional<std::string> bytes = base64url_decode(text);
    if (!bytes) return std::nullopt;
    if (bytes->size() == 51 || bytes->size() == 59) return parse_immutable(ids, *bytes);
    const bool occurrence = bytes->size() == 121;
    if (!occurrence && bytes->size() != 113) return std::nullopt;
    const std::string_view in = *bytes;
    if (get(in, 0, 2) != 0x0003 || get(in, 2, 2) != guid_size << 8 || get(in, 40, 1) != (occurrence ? 8u : 0u))
        return std::nullopt;
    const std::size_t entry = in.size() - entry_size;
    if (get(in, entry - 2, 2) != entry_size << 8 || get(in, entry, 4) != 0 || get(in, entry + 20, 2) != 0x0700 ||
        get(in, in.size() - 2, 2) != 0)
        return std::nullopt;
    ParsedId parsed;
    if (occurrence) {
        parsed.slot = slot_of(get(in, 41, 8));
        if (!parsed.slot) return std::nullopt;
    }
    std::string own;
    put_entry(own, ids, 0);
    const std::string_view theirs = in.substr(entry - 2);
    parsed.here = in.substr(4, guid_size) == ids.mailbox_guid && theirs.substr(0, 64) == std::string_view(own).substr(0, 64);
    parsed.item = (get(in, in.size() - 8, 6) - ids.message_base) & counter_mask;
    return parsed;
}

std::string ical_uid(const MeetingId& meeting, std::optional<Date> slot) {
    std::string out(global_object_id);
    out.reserve(112);
    if (slot) {
        put_hex(out, static_cast<std::uint64_t>(static_cast<int>(slot->year())), 2, true);
        put_hex(out, static_cast<unsigned>(slot->month()), 1, true);
        put_hex(out, static_cast<unsigned>(slot->day()), 1, true);
    } else {
        out += "00000000";
    }
    const std::int64_t filetime = (meeting.created.time_since_epoch().count() + filetime_epoch_ms) * 10'000;
    put_hex(out, static_cast<std::uint64_t>(filetime), 8, false);
    out += "000000000000000010000000";
    put_hex(out, meeting.key, 8, true);
    put_hex(out, spread(meeting.key), 8, true);
    return out;
}

std::optional<MeetingId> parse_ical_uid(std::string_view text) {
    if (text.size() != 112 || text.substr(0, 32) != global_object_id) return std::nullopt;
    const std::optional<std::uint64_t> filetime = get_hex(text.substr(40, 16), false);
    const std::optional<std::uint64_t> key = get_hex(text.substr(80, 16), true);
    const std::optional<std::uint64_t> tail = get_hex(text.substr(96, 16), true);
    if (!filetime || !key || !tail || *tail != spread(*key)) return std::nullopt;
    MeetingId meeting;
    meeting.key = *key;
    meeting.created = Instant(std::chrono::milliseconds(static_cast<std::int64_t>(*filetime / 10'000) - filetime_epoch_ms));
    return meeting;
}

}  // namespace fakes::microsoft
