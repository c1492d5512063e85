// Every language has every word, in its own script, and its block is found again whatever language asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/text/join_block.hpp"
#include "engine/text/join_links.hpp"
#include "engine/text/join_words.hpp"

namespace {

using namespace engine::text;
using testing::HasSubstr;

struct Field {
    const char* name;
    std::string_view JoinWords::*word;
};
constexpr Field kFields[] = {{"join_meeting", &JoinWords::join_meeting}, {"join_space", &JoinWords::join_space},
                             {"host", &JoinWords::host},                 {"number", &JoinWords::number},
                             {"password", &JoinWords::password},         {"video_device", &JoinWords::video_device},
                             {"phone", &JoinWords::phone},               {"access_code", &JoinWords::access_code},
                             {"all_numbers", &JoinWords::all_numbers},   {"toll_free", &JoinWords::toll_free},
                             {"dial_address", &JoinWords::dial_address}, {"skype", &JoinWords::skype}};

std::vector<char32_t> letters_of(std::string_view utf8) {
    std::vector<char32_t> out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[i]);
        const int size = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
        if (size == 0 || i + static_cast<std::size_t>(size) > utf8.size()) return {0xFFFD};
        char32_t letter = size == 1 ? first : first & (0xFFu >> (size + 1));
        for (int k = 1; k < size; ++k) {
            const auto next = static_cast<unsigned char>(utf8[i + static_cast<std::size_t>(k)]);
            if (next >> 6 != 2) return {0xFFFD};
            letter = letter << 6 | (next & 0x3Fu);
        }
        out.push_back(letter);
        i += static_cast<std::size_t>(size);
    }
    return out;
}

struct Script {
    char32_t from, to;
};
/// Where most letters of a language come from; Latin unless named.
const std::map<std::string_view, std::vector<Script>>& scripts() {
    static const std::map<std::string_view, std::vector<Script>> all = {
        {"ar", {{0x0600, 0x06FF}}}, {"he", {{0x0590, 0x05FF}}}, {"el", {{0x0370, 0x03FF}, {0x1F00, 0x1FFF}}},
        {"ru", {{0x0400, 0x04FF}}}, {"uk", {{0x0400, 0x04FF}}}, {"ja", {{0x3040, 0x30FF}, {0x4E00, 0x9FFF}}},
        {"ko", {{0xAC00, 0xD7A3}}}, {"th", {{0x0E00, 0x0E7F}}}, {"zh-hans", {{0x4E00, 0x9FFF}}},
        {"zh-hant", {{0x4E00, 0x9FFF}}}};
    return all;
}

TEST(JoinWords, TwentyEightLanguages) {
    std::set<std::string_view> tags;
    for (const JoinWords& words : join_words()) tags.insert(words.tag);
    EXPECT_EQ(tags, (std::set<std::string_view>{"ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "id", "it", "ja",
                                                "ko", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi",
                                                "zh-hans", "zh-hant"}));
}

TEST(JoinWords, EveryLanguageHasEveryWordAndNoneIsEnglishByAccident) {
    // Spelt as in English, and meant so.
    const std::set<std::pair<std::string_view, std::string_view>> same = {{"it", "password"}};
    const JoinWords& english = *find_join_words("en");
    for (const JoinWords& words : join_words())
        for (const Field& field : kFields) {
            const std::string_view word = words.*field.word;
            EXPECT_FALSE(word.empty()) << words.tag << ' ' << field.name;
            if (words.tag == "en") continue;
            EXPECT_EQ(word == english.*field.word, same.contains({words.tag, field.name})) << words.tag << ' ' << field.name;
        }
}

TEST(JoinWords, NoTwoWordsOfALanguageAreTheSame) {
    for (const JoinWords& words : join_words()) {
        std::set<std::string_view> seen;
        for (const Field& field : kFields) EXPECT_TRUE(seen.insert(words.*field.word).second) << words.tag << ' ' << field.name;
    }
}

TEST(JoinWords, PlaceholdersAreTheSameInEveryLanguage) {
    for (const JoinWords& words : join_words())
        for (const Field& field : kFields) {
            const std::string_view word = words.*field.word;
            const bool takes_value = field.word == &JoinWords::dial_address;
            EXPECT_EQ(word.find("{0}") != std::string_view::npos, takes_value) << words.tag << ' ' << field.name;
            EXPECT_EQ(std::count(word.begin(), word.end(), '{'), takes_value ? 1 : 0) << words.tag << ' ' << field.name;
            EXPECT_EQ(std::count(word.begin(), word.end(), '}'), takes_value ? 1 : 0) << words.tag << ' ' << field.name;
        }
}

TEST(JoinWords, LettersAreWholeAndOfTheLanguagesOwnScript) {
    for (const JoinWords& words : join_words()) {
        EXPECT_EQ(words.right_to_left, words.tag == "ar" || words.tag == "he");
        const auto script = scripts().find(words.tag);
        for (const Field& field : kFields) {
            int own = 0, others = 0;
            for (const char32_t letter : letters_of(words.*field.word)) {
                EXPECT_NE(letter, 0xFFFDu) << words.tag << ' ' << field.name;
                EXPECT_FALSE(letter >= 0x80 && letter < 0xA0) << words.tag << ' ' << field.name << ": a control character";
                // What UTF-8 looks like when it was read as Latin-1 once.
                EXPECT_FALSE(letter == 0xC3 || letter == 0xC2) << words.tag << ' ' << field.name;
                if (script == scripts().end()) {
                    EXPECT_TRUE(letter < 0x250 || (letter >= 0x1E00 && letter < 0x1F00) || letter == 0x2019)
                        << words.tag << ' ' << field.name << " has letter " << static_cast<unsigned>(letter);
                    continue;
                }
                bool in = false;
                for (const Script& range : script->second) in = in || (letter >= range.from && letter <= range.to);
                own += in ? 1 : 0;
                others += !in && ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) ? 1 : 0;
            }
            // Product names keep their letters.
            if (script != scripts().end() && field.word != &JoinWords::skype)
                EXPECT_GT(own, others * 2) << words.tag << ' ' << field.name;
        }
    }
}

struct Fall {
    const char* locale;
    const char* organisation;
    const char* row;
};
TEST(JoinWords, ALocaleFallsToItsRow) {
    for (const Fall& fall :
         {Fall{"pt-PT", "en", "pt"}, Fall{"pt_BR", "en", "pt"}, Fall{"nn-NO", "en", "nb"}, Fall{"no", "fi", "nb"},
          Fall{"iw", "en", "he"}, Fall{"iw_IL", "en", "he"}, Fall{"in", "en", "id"}, Fall{"in-ID", "en", "id"},
          Fall{"zh", "en", "zh-hans"}, Fall{"zh-CN", "en", "zh-hans"}, Fall{"zh_SG", "en", "zh-hans"},
          Fall{"zh-TW", "en", "zh-hant"}, Fall{"zh_HK", "en", "zh-hant"}, Fall{"zh-MO", "en", "zh-hant"},
          Fall{"zh-Hant-HK", "en", "zh-hant"}, Fall{"zh-Hans-HK", "en", "zh-hans"}, Fall{"zh-CHT", "en", "zh-hant"},
          Fall{"zh-CHS", "en", "zh-hans"}, Fall{"mo", "en", "ro"}, Fall{"de-CH-1996", "en", "de"}, Fall{"es_419", "en", "es"},
          Fall{"lt-LT", "pl-PL", "pl"}, Fall{"lt-LT", "lv", "en"}, Fall{"indo", "en", "en"}, Fall{"zhx", "en", "en"}})
        EXPECT_EQ(block_language(fall.locale, fall.organisation), fall.row) << fall.locale;
}

JoinTemplate everything() {
    JoinTemplate all;
    all.headers = {{"en", "Welcome to <Acme>\nBe on time"}, {"pl", "Witamy"}};
    all.footers = {{"en", "Acme & Co."}};
    all.default_language = "en";
    all.phone_number = "+48 22 123 45 67";
    all.all_numbers_url = "https://acme.webex.com/acme/globalcallin.php?MTID=m1";
    all.toll_free_url = "https://www.webex.com/pdf/tollfree_restrictions.pdf";
    all.device_address = "173.243.2.68";
    all.skype = true;
    return all;
}

JoinDetails details() {
    JoinDetails all;
    all.url = "https://acme.webex.com/acme/j.php?MTID=m0123456789abcdef";
    all.sip = "26501234567@acme.webex.com";
    all.meeting_number = "2650 123 4567";
    all.host_name = "Jan Kowalski";
    return all;
}

TEST(JoinWords, ABlockWithEverythingIsFoundAgainInEveryLanguage) {
    for (const JoinWords& words : join_words()) {
        const JoinBlock block = make_join_block(details(), words.tag, "en", everything());
        const std::string mail = "<html><body><p>Agenda</p></body></html>";
        const std::string html = splice_html(mail, block.html);
        const std::string text = splice_text("Agenda\n", block.text);
        EXPECT_EQ(count_join_blocks(html), 1U) << words.tag;
        EXPECT_EQ(count_join_blocks(text), 1U) << words.tag;
        EXPECT_EQ(strip_join_block(html, true), mail) << words.tag;
        EXPECT_EQ(strip_join_block(text, false), "Agenda\n") << words.tag;
        for (const Field& field : kFields) {
            if (field.word == &JoinWords::join_space || field.word == &JoinWords::password) continue;
            std::string_view word = words.*field.word;
            word = word.substr(0, word.find("{0}"));
            EXPECT_THAT(block.text, HasSubstr(std::string(word))) << words.tag << ' ' << field.name;
        }
        EXPECT_THAT(block.text, HasSubstr("26501234567.acme@lync.webex.com")) << words.tag;
        JoinInput input;
        input.body = html;
        input.body_is_html = true;
        const JoinFinding found = find_join(input);
        ASSERT_TRUE(found.target) << words.tag;
        EXPECT_EQ(found.target->url, details().url) << words.tag;
        EXPECT_FALSE(found.ambiguous) << words.tag;
    }
}

TEST(JoinTemplate, HeadersFollowTheLanguageThenTheChosenOne) {
    const JoinTemplate all = everything();
    EXPECT_EQ(template_text(all.headers, "pl-PL", "en"), "Witamy");
    EXPECT_EQ(template_text(all.headers, "fi", "en"), all.headers.at("en"));
    EXPECT_EQ(template_text(all.headers, "fi", ""), "");
    EXPECT_EQ(template_text({{"pt-BR", "Oi"}}, "pt_BR", ""), "Oi");
    EXPECT_EQ(template_text({{"zh-TW", "a"}}, "zh-HK", ""), "a");
}

TEST(JoinTemplate, TheOrganisationsTextIsTextOnly) {
    JoinTemplate all;
    all.headers["en"] = "<script>x</script>\n-- ~ --\n-- Do not delete or change any of the following text. --";
    const JoinBlock block = make_join_block(details(), "en", "en", all);
    EXPECT_EQ(block.html.find("<script"), std::string::npos);
    EXPECT_THAT(block.html, HasSubstr("&lt;script&gt;x&lt;/script&gt;<br>"));
    for (const std::string& form : {block.html, block.text}) {
        EXPECT_EQ(count_join_blocks(form), 1U);
        EXPECT_EQ(form.find(kBlockEnd), form.rfind(kBlockEnd));
    }
}

TEST(JoinTemplate, BeyondTheLimitIsCutBetweenLetters) {
    JoinTemplate all;
    for (std::size_t i = 0; i < kTemplateLimitLetters; ++i) all.footers["en"] += "ż";
    all.footers["en"] += "END";
    const JoinBlock block = make_join_block(details(), "en", "en", all);
    EXPECT_EQ(block.text.find("END"), std::string::npos);
    EXPECT_THAT(block.text, HasSubstr("żż\n\n" + std::string(kBlockEnd)));
}

TEST(JoinTemplate, WithoutANumberNobodyIsToldToCall) {
    JoinDetails room = details();
    room.meeting_number.clear();
    const JoinBlock block = make_join_block(room, "en", "en", everything());
    EXPECT_EQ(block.text.find("+48 22"), std::string::npos);
    EXPECT_EQ(block.text.find("173.243"), std::string::npos);
}

}  // namespace
