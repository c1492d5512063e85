#include "fakes/cloud/item_form.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {

namespace dom = simdjson::dom;

struct ItemForm::Parser {
    dom::parser parser;
};

namespace {

enum class Form { name, time, minutes, uuid, flag, no, sensitivity, reminder, key_url, links, jwe, organizer, join_info,
                  participants, person_type, response, role };

struct Member {
    std::string_view name;
    Form form;
    bool required = false;
};

constexpr auto item_members = std::to_array<Member>({
    {"id", Form::name, true},
    {"seriesId", Form::name, true},
    {"start", Form::time, true},
    {"durationMinutes", Form::minutes, true},
    {"organizer", Form::uuid},
    {"encryptionKeyUrl", Form::key_url},
    {"encryptedSubject", Form::jwe},
    {"encryptedLocation", Form::jwe},
    {"encryptedNotes", Form::jwe},
    {"encryptedOrganizer", Form::organizer},
    {"encryptedParticipants", Form::participants},
    {"meetingJoinInfo", Form::join_info},
    {"webexURI", Form::jwe},
    {"webexURL", Form::jwe},
    {"spaceURI", Form::jwe},
    {"spaceURL", Form::jwe},
    {"spaceMeetURL", Form::jwe},
    {"isRecurring", Form::flag},
    {"isAllDay", Form::flag},
    {"isDeleted", Form::no},
    {"lastModified", Form::time},
    {"meetingSensitivity", Form::sensitivity},
    {"conversationId", Form::uuid},
    {"isReminderSupported", Form::flag},
    {"reminderSupportType", Form::reminder},
    {"hasAttachments", Form::flag},
    {"links", Form::links},
});
constexpr auto organizer_members = std::to_array<Member>({
    {"encryptedEmailAddress", Form::jwe},
    {"encryptedName", Form::jwe},
});
constexpr auto join_members = std::to_array<Member>({
    {"meetingJoinURI", Form::jwe},
    {"meetingJoinURL", Form::jwe},
});
constexpr auto participant_members = std::to_array<Member>({
    {"encryptedEmailAddress", Form::jwe},
    {"encryptedName", Form::jwe},
    {"type", Form::person_type, true},
    {"responseType", Form::response, true},
    {"participantType", Form::role, true},
    {"id", Form::uuid},
    {"orgId", Form::uuid},
});
constexpr auto link_members = std::to_array<Member>({{"href", Form::name, true}, {"rel", Form::name, true}});

template <std::size_t count>
bool one_of(std::string_view word, const std::array<std::string_view, count>& words) {
    for (const std::string_view candidate : words)
        if (word == candidate) return true;
    return false;
}

}  // namespace

/// One walk over one item; stops at the first mistake.
struct ItemForm::Walk {
    ItemForm& form;
    std::string refusal;
    bool sealed = false;
    bool key_named = false;
    std::string_view id;
    Instant start{};
    std::int64_t minutes = 0;

    bool no(const std::string& path, std::string_view what) {
        refusal = path + " " + std::string(what);
        return false;
    }

    template <std::size_t count>
    bool object(dom::element element, const std::string& path, const std::array<Member, count>& members) {
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) return no(path.empty() ? "the body" : path, "must be an object");
        std::uint64_t seen = 0;
        for (const auto& [name, value] : object) {
            std::size_t at = 0;
            while (at < count && members[at].name != name) ++at;
            if (at == count) return no(full(path, name), "is not a member of the published form");
            const std::uint64_t bit = std::uint64_t{1} << at;
            if ((seen & bit) != 0) return no(full(path, name), "is there twice");
            seen |= bit;
            if (!check(value, path, members[at])) return false;
        }
        for (std::size_t at = 0; at < count; ++at)
            if (members[at].required && (seen & (std::uint64_t{1} << at)) == 0)
                return no(full(path, members[at].name), "is missing");
        return true;
    }

    static std::string full(const std::string& path, std::string_view name) {
        return path.empty() ? std::string(name) : path + "." + std::string(name);
    }

    template <std::size_t count>
    bool array(dom::element element, const std::string& path, std::size_t most, const std::array<Member, count>& members) {
        dom::array array;
        if (element.get(array) != simdjson::SUCCESS) return no(path, "must be an array");
        std::size_t at = 0;
        for (const dom::element entry : array) {
            if (at == most) return no(path, "has too many entries");
            if (!object(entry, path + "[" + std::to_string(at) + "]", members)) return false;
            ++at;
        }
        return true;
    }

    bool check(dom::element value, const std::string& path, const Member& member) {
        switch (member.form) {
            case Form::organizer: return object(value, full(path, member.name), organizer_members);
            case Form::join_info: return object(value, full(path, member.name), join_members);
            case Form::participants:
                return array(value, full(path, member.name), cloud_limits::participants_max, participant_members);
            case Form::links: return array(value, full(path, member.name), 10, link_members);
            case Form::minutes:
                if (value.get(minutes) != simdjson::SUCCESS || minutes < 0 || minutes > cloud_limits::duration_minutes_max)
                    return no(full(path, member.name), "must be a number of minutes");
                return true;
            case Form::flag:
            case Form::no: {
                bool flag = false;
                if (value.get(flag) != simdjson::SUCCESS) return no(full(path, member.name), "must be true or false");
                if (flag && member.form == Form::no)
                    return no(full(path, member.name), "must not be true: items are deleted with DELETE");
                return true;
            }
            default: break;
        }
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS) return no(full(path, member.name), "must be a string");
        return check_text(text, path, member);
    }

    bool check_text(std::string_view text, const std::string& path, const Member& member) {
        switch (member.form) {
            case Form::jwe:
                sealed = true;
                if (!form.shape_.check(text))
                    return no(full(path, member.name), "must be a compact JWE (dir, A256GCM) or absent: plaintext is refused");
                return true;
            case Form::key_url:
                key_named = true;
                if (!form.is_key_url(text))
                    return no(full(path, member.name), "must be a key URL of this organisation's key server");
                return true;
            case Form::name:
                if (text.empty() || text.size() > cloud_limits::id_bytes_max)
                    return no(full(path, member.name), "must have 1 to 1024 bytes");
                if (path.empty() && member.name == "id") id = text;
                return true;
            case Form::time: {
                const auto when = wire_text::read_time(text);
                if (!when) return no(full(path, member.name), "must be a UTC time such as 2026-03-02T08:00:00.000Z");
                if (member.name == "start") start = *when;
                return true;
            }
            case Form::uuid:
                return wire_text::is_uuid(text) ? true : no(full(path, member.name), "must be a UUID");
            case Form::sensitivity:
                return word(text, path, member, std::to_array<std::string_view>({"Normal", "Personal", "Private", "Confidential"}));
            case Form::reminder:
                return word(text, path, member, std::to_array<std::string_view>({"NONE", "SERVICE", "CLIENT"}));
            case Form::person_type:
                return word(text, path, member, std::to_array<std::string_view>({"PERSON", "ROOM"}));
            case Form::response:
                return word(text, path, member,
                            std::to_array<std::string_view>({"NO_RESPONSE", "ACCEPTED", "DECLINED", "TENTATIVE",
                                                             "ORGANIZER", "UNKNOWN_RESPONSE"}));
            case Form::role:
                return word(text, path, member, std::to_array<std::string_view>({"REQUIRED", "OPTIONAL", "RESOURCE"}));
            default: return no(full(path, member.name), "has a form nobody checks");
        }
    }

    template <std::size_t count>
    bool word(std::string_view text, const std::string& path, const Member& member,
              const std::array<std::string_view, count>& words) {
        return one_of(text, words) ? true : no(full(path, member.name), "is none of the known words");
    }
};

ItemForm::ItemForm(std::string_view kms_host)
    : parser_(std::make_unique<Parser>()), key_prefix_("kms://" + std::string(kms_host) + "/keys/") {}
ItemForm::~ItemForm() = default;

bool ItemForm::is_key_url(std::string_view url) const {
    return url.starts_with(key_prefix_) && wire_text::is_uuid(url.substr(key_prefix_.size()));
}

std::string ItemForm::check(std::string_view json, std::string_view expected_id, Item& item) {
    dom::element root;
    if (parser_->parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS)
        return "the body must be JSON";
    Walk walk{*this, {}, false, false, {}, {}, 0};
    if (!walk.object(root, {}, item_members)) return walk.refusal;
    if (walk.sealed && !walk.key_named) return "encryptionKeyUrl is missing: nobody could decrypt the item";
    if (walk.id != expected_id) return "id must be the item id of the path";
    item.id = walk.id;
    item.start = walk.start;
    item.end = walk.start + std::chrono::minutes(walk.minutes);
    return {};
}

namespace {

struct Part {
    std::string_view member, url_member, path;
    std::size_t listed_bytes_max;
};
constexpr std::array<Part, 2> parts{{
    {"encryptedParticipants", "participantsUrl", "/participants", cloud_limits::listed_participants_bytes_max},
    {"encryptedNotes", "notesUrl", "/notes", cloud_limits::listed_notes_bytes_max},
}};

void append(std::string& object, std::string_view name, std::string_view value) {
    object += object.size() > 1 ? "," : "";
    wire_text::append_string(object, name);
    object += ':';
    object += value;
}

}  // namespace

std::string ItemForm::slim(std::string_view json, std::string_view url) {
    dom::object root;
    if (parser_->parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
    bool left_out = false;
    std::string out = "{";
    for (const auto& [name, value] : root) {
        const std::string text = simdjson::minify(value);
        const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& one) { return one.member == name; });
        if (part == parts.end() || text.size() <= part->listed_bytes_max) {
            append(out, name, text);
            continue;
        }
        std::string address;
        wire_text::append_string(address, std::string(url) + std::string(part->path));
        append(out, part->url_member, address);
        left_out = true;
    }
    return left_out ? out + '}' : std::string();
}

std::string ItemForm::part(std::string_view json, std::string_view member) {
    dom::object root;
    if (parser_->parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
    std::string out = "{";
    bool found = false;
    for (const auto& [name, value] : root) {
        if (name != "id" && name != "encryptionKeyUrl" && name != member) continue;
        found = found || name == member;
        append(out, name, simdjson::minify(value));
    }
    return found ? out + '}' : std::string();
}

}  // namespace fakes
