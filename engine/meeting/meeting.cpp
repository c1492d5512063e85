#include "engine/meeting/meeting.hpp"

#include <algorithm>

#include "engine/json_text.hpp"
#include "engine/meeting/keyed_digest.hpp"
#include "engine/text/html_text.hpp"
#include "engine/text/zone.hpp"

namespace engine::meeting {
namespace {

// One JSON object under construction. Empty texts are left out: an empty string is never turned into a JWE.
class ObjectWriter {
  public:
    ObjectWriter(std::string& out, Sealer& key, Random& random) : out_(out), key_(key), random_(random) {
        out_.push_back('{');
    }
    void text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        member(name);
        append_json_text(out_, value);
    }
    void sealed(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        member(name);
        out_.push_back('"');
        key_.append_sealed(out_, random_, value);
        out_.push_back('"');
    }
    void flag(std::string_view name, bool value) {
        member(name);
        out_.append(value ? "true" : "false");
    }
    void number(std::string_view name, int value) {
        member(name);
        out_.append(std::to_string(value));
    }
    void time(std::string_view name, Instant value) {
        member(name);
        out_.push_back('"');
        text::append_utc(out_, value);
        out_.push_back('"');
    }
    void member(std::string_view name) {
        if (out_.back() != '{') out_.push_back(',');
        out_.push_back('"');
        out_.append(name).append("\":");
    }
    void close() { out_.push_back('}'); }

  private:
    std::string& out_;
    Sealer& key_;
    Random& random_;
};

}  // namespace

std::string self_link(std::string_view calendar_base, std::string_view item_id) {
    std::string out(calendar_base);
    out.append("/calendarEvents/");
    append_base64url(out, item_id);
    return out;
}

std::string seal_item(const Meeting& meeting, Sealer& key, std::string_view key_url, Random& random) {
    std::string out;
    out.reserve(3072 + 512 * meeting.participants.size() + 2 * meeting.notes.size());
    ObjectWriter item(out, key, random);
    item.text("id", meeting.id);
    item.text("seriesId", meeting.series_id);
    item.time("start", meeting.start);
    item.number("durationMinutes", meeting.duration_minutes);
    item.text("organizer", meeting.organizer_id);
    item.text("encryptionKeyUrl", key_url);
    item.flag("isRecurring", meeting.is_recurring);
    item.flag("isDeleted", meeting.is_deleted);
    if (meeting.is_all_day) item.flag("isAllDay", true);
    item.time("lastModified", meeting.last_modified);
    item.text("meetingSensitivity", meeting.sensitivity);
    item.flag("isReminderSupported", true);
    item.text("reminderSupportType", "SERVICE");
    if (!meeting.self_url.empty()) {
        item.member("links");
        out.push_back('[');
        ObjectWriter link(out, key, random);
        link.text("href", meeting.self_url);
        link.text("rel", "self");
        link.close();
        out.push_back(']');
    }
    item.text("conversationId", meeting.conversation_id);
    item.sealed("encryptedSubject", meeting.subject);
    item.sealed("encryptedLocation", meeting.location);
    item.sealed("encryptedNotes", text::cut_utf8(meeting.notes, kNotesLimitBytes));
    item.sealed("webexURI", meeting.webex_uri);
    item.sealed("webexURL", meeting.webex_url);
    item.sealed("spaceURI", meeting.space_uri);
    item.sealed("spaceURL", meeting.space_url);
    item.sealed("spaceMeetURL", meeting.space_meet_url);
    if (!meeting.join_uri.empty() || !meeting.join_url.empty()) {
        item.member("meetingJoinInfo");
        ObjectWriter join(out, key, random);
        join.sealed("meetingJoinURI", meeting.join_uri);
        join.sealed("meetingJoinURL", meeting.join_url);
        join.close();
    }
    if (!meeting.organizer_email.empty() || !meeting.organizer_name.empty()) {
        item.member("encryptedOrganizer");
        ObjectWriter organizer(out, key, random);
        organizer.sealed("encryptedEmailAddress", meeting.organizer_email);
        organizer.sealed("encryptedName", meeting.organizer_name);
        organizer.close();
    }
    if (!meeting.participants.empty()) {
        item.member("encryptedParticipants");
        out.push_back('[');
        for (const Participant& p : meeting.participants) {
            if (out.back() != '[') out.push_back(',');
            ObjectWriter participant(out, key, random);
            participant.text("id", p.id);
            participant.text("type", p.type);
            participant.text("responseType", p.response_type);
            participant.text("participantType", p.participant_type);
            participant.text("orgId", p.org_id);
            participant.sealed("encryptedEmailAddress", p.email);
            participant.sealed("encryptedName", p.name);
            participant.close();
        }
        out.push_back(']');
    }
    item.close();
    return out;
}

ContentDigest content_digest(const Meeting& m, const Secret& digest_key) {
    // Every field with its length before it: no two contents share one text.
    std::string content;
    content.reserve(1024 + m.notes.size() + 160 * m.participants.size());
    content = "meeting 1\n";
    const auto put = [&](std::string_view field) {
        content.append(std::to_string(field.size())).push_back(':');
        content.append(field);
    };
    put(m.id);
    put(m.series_id);
    put(std::to_string(m.start.time_since_epoch().count()));
    put(std::to_string(m.duration_minutes));
    put(m.organizer_id);
    put(std::string{m.is_recurring ? 'r' : '-', m.is_all_day ? 'a' : '-', m.is_deleted ? 'd' : '-'});
    put(m.sensitivity);
    put(m.self_url);
    put(m.conversation_id);
    put(m.subject);
    put(m.location);
    put(text::cut_utf8(m.notes, kNotesLimitBytes));
    for (const std::string* field : {&m.webex_uri, &m.webex_url, &m.space_uri, &m.space_url, &m.space_meet_url,
                                     &m.join_uri, &m.join_url, &m.organizer_email, &m.organizer_name})
        put(*field);
    put(std::to_string(m.participants.size()));
    for (const Participant& p : m.participants)
        for (const std::string* field : {&p.id, &p.type, &p.response_type, &p.participant_type, &p.org_id, &p.email, &p.name})
            put(*field);
    const std::string whole = keyed_digest(digest_key, content);
    ContentDigest out{};
    std::copy_n(whole.begin(), out.size(), out.begin());
    return out;
}

}  // namespace engine::meeting
