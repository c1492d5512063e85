#include "fakes/cloud/edge_wire.hpp"


#include "fakes/cloud/json_reading.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

namespace dom = simdjson::dom;

bool flag_of(dom::object object, std::string_view member) {
    bool flag = false;
    return object[member].get(flag) == simdjson::SUCCESS && flag;
}

WireAnswer answer_of(dom::object from) {
    return {text_of(from, "id"), text_of(from, "state"), text_of(from, "cause"), text_of(from, "itemId")};
}

std::vector<std::string> texts_of(dom::object from, std::string_view member) {
    std::vector<std::string> out;
    dom::array array;
    if (from[member].get(array) != simdjson::SUCCESS) return out;
    for (const dom::element entry : array) {
        std::string_view text;
        if (entry.get(text) == simdjson::SUCCESS) out.emplace_back(text);
    }
    return out;
}

}  // namespace

std::optional<WirePush> read_push(std::string_view body) {
    dom::object root;
    dom::object data;
    WirePush push;
    if (kept_parser().parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["sequenceNumber"].get(push.sequence) != simdjson::SUCCESS ||
        root["data"].get(data) != simdjson::SUCCESS)
        return std::nullopt;
    push.event_type = text_of(data, "eventType");
    if (push.event_type.empty()) return std::nullopt;
    dom::object part;
    if (data["calendarMeetingExternal"].get(part) == simdjson::SUCCESS) {
        push.item_id = text_of(part, "id");
        push.item = simdjson::minify(part);
    }
    if (data["locus"].get(part) == simdjson::SUCCESS) {
        dom::object meeting;
        if (part["meeting"].get(meeting) != simdjson::SUCCESS) return std::nullopt;
        push.item_id = text_of(meeting, "meetingId");
        push.lit = text_of(part, "state") == "ACTIVE" && !flag_of(meeting, "removed");
    }
    if (data["encryption"].get(part) == simdjson::SUCCESS) {
        dom::array replies;
        if (part["kmsMessages"].get(replies) == simdjson::SUCCESS)
            for (const dom::element reply : replies) {
                std::string_view sealed;
                if (reply.get(sealed) == simdjson::SUCCESS) push.sealed_keys.emplace_back(sealed);
            }
    }
    if (data["request"].get(part) == simdjson::SUCCESS) push.answer = answer_of(part);
    push.subject = text_of(data, "subject");
    push.status = text_of(data, "status");
    return push;
}

std::optional<WireList> read_list(std::string_view body) {
    dom::object root;
    dom::array items;
    if (kept_parser().parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["items"].get(items) != simdjson::SUCCESS)
        return std::nullopt;
    WireList list;
    for (const dom::element entry : items) {
        dom::object item;
        if (entry.get(item) != simdjson::SUCCESS) return std::nullopt;
        list.items.emplace_back(text_of(item, "id"), simdjson::minify(item));
    }
    list.join_buttons = texts_of(root, "joinButtons");
    list.check_ins = texts_of(root, "checkIns");
    list.service_id = text_of(root, "service");
    dom::array answers;
    if (root["deviceRequests"].get(answers) == simdjson::SUCCESS)
        for (const dom::element entry : answers) {
            dom::object one;
            if (entry.get(one) == simdjson::SUCCESS) list.answers.push_back(answer_of(one));
        }
    return list;
}

std::optional<WireItem> read_item(std::string_view json) {
    dom::object root;
    if (kept_parser().parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
    WireItem item;
    ShownMeeting& clear = item.clear;
    clear.id = text_of(root, "id");
    if (clear.id.empty()) return std::nullopt;
    item.deleted = flag_of(root, "isDeleted");
    if (item.deleted) return item;
    const auto start = wire_text::read_time(text_of(root, "start"));
    std::int64_t minutes = 0;
    if (!start || root["durationMinutes"].get(minutes) != simdjson::SUCCESS) return std::nullopt;
    clear.start = *start;
    clear.duration_minutes = static_cast<int>(minutes);
    clear.series_id = text_of(root, "seriesId");
    clear.all_day = flag_of(root, "isAllDay");
    clear.recurring = flag_of(root, "isRecurring");
    clear.sensitivity = text_of(root, "meetingSensitivity");
    item.key_url = text_of(root, "encryptionKeyUrl");
    item.participants_url = text_of(root, "participantsUrl");
    item.notes_url = text_of(root, "notesUrl");

    const auto seal = [&item](dom::object from, std::string_view member, std::string ShownMeeting::*field) {
        std::string jwe = text_of(from, member);
        if (!jwe.empty()) item.sealed.push_back({std::string(member), std::move(jwe), field, 0, nullptr});
    };
    seal(root, "encryptedSubject", &ShownMeeting::title);
    seal(root, "encryptedLocation", &ShownMeeting::location);
    seal(root, "encryptedNotes", &ShownMeeting::notes);
    seal(root, "spaceURL", &ShownMeeting::space_url);
    for (const std::string_view hidden : {"webexURI", "webexURL", "spaceURI", "spaceMeetURL"})
        seal(root, hidden, nullptr);
    dom::object part;
    if (root["meetingJoinInfo"].get(part) == simdjson::SUCCESS) {
        seal(part, "meetingJoinURL", &ShownMeeting::join_url);
        seal(part, "meetingJoinURI", &ShownMeeting::join_uri);
    }
    if (root["encryptedOrganizer"].get(part) == simdjson::SUCCESS) {
        seal(part, "encryptedName", &ShownMeeting::organizer_name);
        seal(part, "encryptedEmailAddress", &ShownMeeting::organizer_address);
    }
    dom::array participants;
    if (root["encryptedParticipants"].get(participants) == simdjson::SUCCESS)
        for (const dom::element entry : participants) {
            if (entry.get(part) != simdjson::SUCCESS) return std::nullopt;
            const std::size_t index = clear.participants.size();
            clear.participants.push_back({{}, {}, text_of(part, "responseType"), text_of(part, "participantType")});
            for (const auto& [member, field] :
                 {std::pair{"encryptedName", &ShownParticipant::name},
                  std::pair{"encryptedEmailAddress", &ShownParticipant::address}}) {
                std::string jwe = text_of(part, member);
                if (!jwe.empty()) item.sealed.push_back({member, std::move(jwe), nullptr, index, field});
            }
        }
    return item;
}

std::string read_part(std::string_view body, const WireItem& item) {
    dom::object root;
    if (kept_parser().parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return {};
    if (text_of(root, "id") != item.clear.id || text_of(root, "encryptionKeyUrl") != item.key_url) return {};
    for (const std::string_view member : {"encryptedParticipants", "encryptedNotes"}) {
        dom::element value;
        if (root[member].get(value) == simdjson::SUCCESS) return "\"" + std::string(member) + "\":" + std::string(simdjson::minify(value));
    }
    return {};
}

WireKey read_new_key(std::string_view reply) {
    WireKey key;
    key.status = read_key_status(reply);
    dom::object root;
    dom::array keys;
    if (kept_parser().parse(reply.data(), reply.size()).get(root) != simdjson::SUCCESS || root["keys"].get(keys) != simdjson::SUCCESS)
        return key;
    for (const dom::element made : keys) {
        dom::object one;
        dom::object jwk;
        if (made.get(one) != simdjson::SUCCESS || one["jwk"].get(jwk) != simdjson::SUCCESS) continue;
        key.url = text_of(one, "uri");
        key.jwk = simdjson::minify(jwk);
    }
    return key;
}

int read_key_status(std::string_view reply) {
    dom::object root;
    std::int64_t status = 0;
    const bool there = kept_parser().parse(reply.data(), reply.size()).get(root) == simdjson::SUCCESS &&
                       root["status"].get(status) == simdjson::SUCCESS && status > 0 && status < 1000;
    return there ? static_cast<int>(status) : 0;
}

std::string read_id(std::string_view body) {
    dom::object root;
    return kept_parser().parse(body.data(), body.size()).get(root) == simdjson::SUCCESS ? text_of(root, "id") : std::string();
}

}  // namespace fakes
