#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/meeting/meeting.hpp"
#include "engine/text/zone.hpp"
#include "tests/engine_text/counting_random.hpp"

namespace {

using namespace engine::meeting;
using nlohmann::json;
using nlohmann::ordered_json;

template <typename J>
std::string text_of(const J& item, const char* member) {
    return item.contains(member) ? item.at(member).template get<std::string>() : std::string();
}

// The plain content of an item of the list example after decryption.
Meeting from_plain(const json& item) {
    Meeting m;
    m.id = item.at("id");
    m.series_id = item.at("seriesId");
    m.start = *engine::text::to_utc(item.at("start").get<std::string>(), "UTC");
    m.duration_minutes = item.at("durationMinutes");
    m.organizer_id = item.at("organizer");
    m.is_recurring = item.at("isRecurring");
    m.is_deleted = item.at("isDeleted");
    m.last_modified = *engine::text::to_utc(item.at("lastModified").get<std::string>(), "UTC");
    m.sensitivity = item.at("meetingSensitivity");
    m.self_url = self_link("https://calendar.example.com/calendar/api/v1", m.id);
    m.conversation_id = text_of(item, "conversationId");
    m.subject = text_of(item, "encryptedSubject");
    m.location = text_of(item, "encryptedLocation");
    m.notes = text_of(item, "encryptedNotes");
    m.webex_uri = text_of(item, "webexURI");
    m.webex_url = text_of(item, "webexURL");
    m.space_uri = text_of(item, "spaceURI");
    m.space_url = text_of(item, "spaceURL");
    m.space_meet_url = text_of(item, "spaceMeetURL");
    m.join_uri = text_of(item.at("meetingJoinInfo"), "meetingJoinURI");
    m.join_url = text_of(item.at("meetingJoinInfo"), "meetingJoinURL");
    m.organizer_email = text_of(item.at("encryptedOrganizer"), "encryptedEmailAddress");
    m.organizer_name = text_of(item.at("encryptedOrganizer"), "encryptedName");
    for (const json& p : item.at("encryptedParticipants"))
        m.participants.push_back({p.at("id"), p.at("type"), p.at("responseType"), p.at("participantType"), p.at("orgId"),
                                  p.at("encryptedEmailAddress"), p.at("encryptedName")});
    return m;
}

bool is_jwe(const std::string& text) { return text.starts_with("eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0.."); }

void open_all(ordered_json& value, Sealer& key) {
    if (value.is_string()) {
        if (is_jwe(value.get<std::string>())) value = key.open(value.get<std::string>()).value();
    } else if (value.is_structured()) {
        for (ordered_json& child : value) open_all(child, key);
    }
}

// Same names in the same order, and ciphertext exactly where the example has it.
void expect_same_form(const ordered_json& got, const ordered_json& example, const std::string& path) {
    ASSERT_EQ(got.type(), example.type()) << path;
    if (example.is_object()) {
        std::vector<std::string> names, wanted;
        for (const auto& [name, _] : got.items()) names.push_back(name);
        for (const auto& [name, _] : example.items()) wanted.push_back(name);
        ASSERT_EQ(names, wanted) << path;
        for (const auto& name : names) expect_same_form(got.at(name), example.at(name), path + "/" + name);
    } else if (example.is_array()) {
        ASSERT_EQ(got.size(), example.size()) << path;
        for (std::size_t i = 0; i < got.size(); ++i) expect_same_form(got[i], example[i], path + "/" + std::to_string(i));
    } else if (example.is_string() && is_jwe(example.get<std::string>())) {
        EXPECT_TRUE(is_jwe(got.get<std::string>())) << path;
    } else {
        EXPECT_EQ(got, example) << path;
    }
}

TEST(Meeting, WireFormIsTheExamples) {
    std::ifstream sealed_file(CALRIG_SOURCE_DIR "/tests/facts/examples/webex/calendarEvents.list.response.json");
    std::ifstream plain_file(CALRIG_SOURCE_DIR "/tests/facts/examples/webex/calendarEvents.list.decrypted.json");
    std::ifstream key_file(CALRIG_SOURCE_DIR "/tests/facts/examples/webex/jwe.vectors.json");
    ASSERT_TRUE(sealed_file && plain_file && key_file);
    const ordered_json examples = ordered_json::parse(sealed_file).at("body").at("items");
    const json plain = json::parse(plain_file).at("items");
    const json key_json = json::parse(key_file);
    const std::string key_url = key_json.at("keyUrl");
    Sealer key(*Secret::from_base64url(key_json.at("jwk").at("k").get<std::string>()));
    CountingRandom random;
    ASSERT_EQ(examples.size(), plain.size());
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const std::string wire = seal_item(from_plain(plain[i]), key, key_url, random);
        ordered_json got = ordered_json::parse(wire);
        expect_same_form(got, examples[i], "items/" + std::to_string(i));
        open_all(got, key);
        json opened = json::parse(got.dump());
        json expected = plain[i];
        expected.erase("endTime");  // computed by the reader
        EXPECT_EQ(opened, expected);
        EXPECT_EQ(wire.find("alice@example.com"), std::string::npos);
    }
}

TEST(Meeting, EmptyTextsAreLeftOut) {
    Meeting m;
    m.id = "x";
    m.participants.push_back({});
    Sealer key{Secret()};
    CountingRandom random;
    const json item = json::parse(seal_item(m, key, "kms://k/keys/1", random));
    for (const char* name : {"encryptedSubject", "encryptedNotes", "webexURL", "meetingJoinInfo", "encryptedOrganizer", "links",
                             "conversationId", "isAllDay"})
        EXPECT_FALSE(item.contains(name)) << name;
    EXPECT_FALSE(item.at("encryptedParticipants").at(0).contains("encryptedName"));
}

TEST(Meeting, NamesWithQuotesAndControlCharactersStayValidJson) {
    Meeting m;
    m.id = "a\"b\\c\n";
    m.is_all_day = true;
    m.subject = "\"quoted\"\t";
    Sealer key{Secret()};
    CountingRandom random;
    const json item = json::parse(seal_item(m, key, "kms://k/keys/1", random));
    EXPECT_EQ(item.at("id"), m.id);
    EXPECT_EQ(item.at("isAllDay"), true);
    EXPECT_EQ(key.open(item.at("encryptedSubject").get<std::string>()), m.subject);
}

TEST(Meeting, LongNotesAreCutOnACharacterBoundary) {
    Meeting m;
    for (int i = 0; i < 20000; ++i) m.notes += "ą";
    m.notes.insert(0, "x");
    Sealer key{Secret()};
    CountingRandom random;
    const json item = json::parse(seal_item(m, key, "k", random));
    const std::string notes = key.open(item.at("encryptedNotes").get<std::string>()).value();
    EXPECT_EQ(notes.size(), kNotesLimitBytes - 1);
    EXPECT_TRUE(m.notes.starts_with(notes));
}

TEST(Meeting, DigestSeesContentOnly) {
    const Secret key;
    Meeting a;
    a.subject = "Budget";
    a.participants.push_back({});
    Meeting b = a;
    EXPECT_EQ(content_digest(a, key), content_digest(b, key));
    b.last_modified += engine::Duration(1);
    EXPECT_EQ(content_digest(a, key), content_digest(b, key));
    const auto differs = [&](auto change) {
        Meeting c = a;
        change(c);
        return content_digest(c, key) != content_digest(a, key);
    };
    EXPECT_TRUE(differs([](Meeting& m) { m.subject = "Budge"; m.location = "t"; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.start += engine::Duration(1); }));
    EXPECT_TRUE(differs([](Meeting& m) { m.duration_minutes = 1; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.is_deleted = true; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.is_all_day = true; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.join_url = "x"; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.join_uri = "x"; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.participants[0].response_type = "ACCEPTED"; }));
    EXPECT_TRUE(differs([](Meeting& m) { m.participants.push_back({}); }));
    std::array<std::uint8_t, 32> other{1};
    EXPECT_NE(content_digest(a, key), content_digest(a, Secret(other)));
    EXPECT_NE(content_digest(a, key), engine::meeting::ContentDigest{});
}

}  // namespace
