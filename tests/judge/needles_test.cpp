#include "sim/judge/needles.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "sim/judge/claims.hpp"
#include "sim/judge/unescaped.hpp"

namespace {
using sim::Needles;

std::string base64(const std::string& text) {
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string url_alphabet(std::string text) {
    for (char& c : text) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    while (text.ends_with('=')) text.pop_back();
    return text;
}

bool leaks(const std::string& secret, const std::string& haystack) {
    Needles needles;
    needles.add(secret, "it");
    return !needles.find(haystack).empty();
}

TEST(Needles, FindsASecretInEveryEncodingSomebodyMightUse) {
    const std::string secret = "Größe & <Plan> \"Zürich\"";
    EXPECT_TRUE(leaks(secret, "x" + secret + "y"));
    EXPECT_TRUE(leaks(secret, "q=Gr%C3%B6%C3%9Fe%20%26%20%3CPlan%3E%20%22Z%C3%BCrich%22"));
    EXPECT_TRUE(leaks(secret, "q=Gr%c3%b6%c3%9fe+%26+%3cPlan%3e+%22Z%c3%bcrich%22"));
    EXPECT_TRUE(leaks(secret, "<b>Größe &amp; &lt;Plan&gt; &quot;Zürich&quot;</b>"));
    EXPECT_TRUE(leaks(secret, "{\"s\":\"Gr\\u00f6\\u00dfe & <Plan> \\\"Z\\u00fcrich\\\"\"}"));
    EXPECT_TRUE(leaks(secret, "{\"s\":\"Größe & <Plan> \\\"Zürich\\\"\"}"));
}

TEST(Needles, FindsUpperCaseAndUtf16) {
    EXPECT_TRUE(leaks("Quagga", "x=QUAGGA;"));
    EXPECT_TRUE(leaks("Größe", std::string("..G\0r\0\xF6\0\xDF\0e\0..", 14)));
    EXPECT_FALSE(leaks("Größe", std::string("..G\0r\0\xF6\0\xDE\0e\0..", 14)));
    EXPECT_TRUE(leaks("a\U0001F600b", std::string("a\0\x3D\xD8\x00\xDE" "b\0", 8)));
}

TEST(Needles, OneWordIsFoundAsAWordAndNotInTheMiddleOfAKey) {
    EXPECT_TRUE(leaks("Sync", "log: Sync of ana"));
    EXPECT_TRUE(leaks("Sync", "{\"subject\":\"Sync\"}"));
    EXPECT_TRUE(leaks("Sync", "/items/Sync?x"));
    EXPECT_TRUE(leaks("Quagga", "quagga"));
    EXPECT_FALSE(leaks("M102", "eyJhM102bGciOi"));
    EXPECT_FALSE(leaks("M102", "eyJh-M102_bGciOi"));
}

TEST(Needles, AWordThatTheProtocolsSayThemselvesIsFoundAsAWholeValueOnly) {
    EXPECT_FALSE(leaks("Meeting", R"({"meetingInfo":{"meeting":1},"type":"meeting"})"));
    EXPECT_FALSE(leaks("Event", R"({"seriesEvents":"x","calendarEvent":1})"));
    EXPECT_FALSE(leaks("Calendar", "/calendar/api/Calendar/v1"));
    EXPECT_FALSE(leaks("2026", "2026-03-02T08:00:00Z 2026"));
    EXPECT_TRUE(leaks("Meeting", R"({"subject":"Meeting","id":1})"));
    EXPECT_TRUE(leaks("Meeting", "Meeting"));
    EXPECT_TRUE(leaks("Meeting", "a=1&title=Meeting&b=2"));
    EXPECT_TRUE(leaks("Meeting", "<b>Meeting</b>"));
    EXPECT_FALSE(leaks("Meeting", R"("Meeting":1)"));
    EXPECT_TRUE(leaks("Meeting of the board", "xMeeting of the boardx")) << "several words are like nothing else";
}

TEST(Needles, ATitleThatIsASensitivityIsNoLeakWhereSensitivityIsTold) {
    for (const std::string title : {"Normal", "Personal", "Private", "Confidential"}) {
        sim::Needles needles;
        needles.add(title, "title of plan");
        EXPECT_TRUE(needles.find("{\"meetingSensitivity\":\"" + title + "\",\"icalUid\":\"x\"}", 1).empty()) << title;
        EXPECT_FALSE(needles.find("{\"subject\":\"" + title + "\"}", 1).empty()) << title;
    }
}

TEST(Needles, FindsUtf16OfEitherByteOrder) {
    EXPECT_TRUE(leaks("Größe", std::string("..\0G\0r\0\xF6\0\xDF\0e", 12)));
}

TEST(Unescaped, UndoesEscapesOfAnyLetterInAnyMixture) {
    EXPECT_EQ(sim::unescaped("nothing here: 100 % & more \\n"), std::nullopt);
    EXPECT_EQ(sim::unescaped("%50lan%C3%B3w"), "Planów");
    EXPECT_EQ(sim::unescaped(R"(\u0050lan \/ \u00f3 \ud83d\ude00 \")"), "Plan / ó \U0001F600 \"");
    EXPECT_EQ(sim::unescaped("&#80;l&#x61;n &lt;b&gt; &oacute; &euro; &unknown; &amp"), "Plan <b> ó € &unknown; &amp");
    EXPECT_EQ(sim::unescaped("%2550lan") , "Plan") << "escapes within escapes";
    EXPECT_EQ(sim::unescaped("&amp;oacute;"), "ó");
    EXPECT_EQ(sim::unescaped("%5"), std::nullopt);
    EXPECT_EQ(sim::unescaped("\\u12"), std::nullopt);
    EXPECT_EQ(sim::unescaped("&#xFFFFFFF;"), std::nullopt);
    EXPECT_EQ(sim::unescaped(""), std::nullopt);
}

TEST(Needles, FindsBase64AtEveryAlignment) {
    const std::string secret = "ana@calrig.example";
    for (const std::string lead : {"", "a", "ab", "abc"})
        for (const std::string tail : {"", "z", "zz"}) {
            EXPECT_TRUE(leaks(secret, base64(lead + secret + tail))) << lead << tail;
            EXPECT_TRUE(leaks(secret, url_alphabet(base64(lead + secret + tail)))) << lead << tail;
        }
}

TEST(Needles, FindsHexInEitherCase) {
    EXPECT_TRUE(leaks("Z\xC3\xBCrich", "id=5ac3bc72696368;"));
    EXPECT_TRUE(leaks("Z\xC3\xBCrich", "id=5AC3BC72696368;"));
    EXPECT_FALSE(leaks("Z\xC3\xBCrich", "id=5ac3bc72696369;"));
    Needles needles;
    needles.add("Budget", "title of budget");
    const auto hits = needles.find("0x427564676574");
    ASSERT_EQ(hits.size(), 1u);
    EXPECT_EQ(hits[0].encoding, "hex");
    EXPECT_EQ(hits[0].offset, 2u);
}

TEST(Needles, FindsAddressesInAnotherCase) {
    EXPECT_TRUE(leaks("Ana@Calrig.Example", "user=ana@calrig.example"));
}

TEST(Needles, ShortTextsAndCiphertextDoNotMatchByChance) {
    EXPECT_FALSE(leaks("ab", "ababab"));
    EXPECT_FALSE(leaks("Weekly stand-up", base64("something else entirely, and long enough")));
}

TEST(Needles, SaysWhatLeakedHowAndWhere) {
    Needles needles;
    needles.add("Budget review", "title of budget");
    const auto hits = needles.find("log: " + base64("Budget review!!"));
    ASSERT_EQ(hits.size(), 1u);
    EXPECT_EQ(hits[0].name, "title of budget");
    EXPECT_EQ(hits[0].encoding, "base64");
    EXPECT_EQ(hits[0].offset, 5u);
}

TEST(VisibleText, IsWhatAReaderSees) {
    EXPECT_EQ(sim::visible_text("<html><style>p{a}</style><p>Gr&uuml;&#223;e&nbsp;&amp; mehr</p><!-- no --><td>x</td>"), "Grüße & mehr x ");
}

TEST(JoinBlocks, AreCountedByTheirFirstLine) {
    const std::string line = "-- Do not delete or change any of the following text. --";
    EXPECT_EQ(sim::join_block_count("a " + line + " b " + line), 2);
    EXPECT_EQ(sim::join_block_count("nothing"), 0);
}

}  // namespace
