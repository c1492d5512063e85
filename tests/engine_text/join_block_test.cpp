#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/text/html_text.hpp"
#include "engine/text/join_block.hpp"
#include "engine/text/join_links.hpp"

namespace {

using namespace engine::text;
using testing::HasSubstr;

JoinDetails room() {
    JoinDetails details;
    details.url = "https://acme.webex.com/meet/jan";
    details.sip = "jan@acme.webex.com";
    details.meeting_number = "2650 123 4567";
    details.host_name = "Jan <Kowalski> & Söhne";
    return details;
}

std::string outlook_mail() {
    std::string rows;
    for (int i = 0; i < 200; ++i)
        rows += "<tr style=\"height:15.0pt\"><td width=64 style=\"padding:0cm 5.4pt\"><p class=\"MsoNormal\">Zeile&nbsp;" +
                std::to_string(i) + "<o:p></o:p></p></td><td>&euro; 1.000</td></tr>\r\n";
    return "<html xmlns:v=\"urn:schemas-microsoft-com:vml\">\r\n<head>\r\n<meta http-equiv=\"Content-Type\" "
           "content=\"text/html; charset=utf-8\"><!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style>"
           "<![endif]--><style><!-- p.MsoNormal {margin:0cm;} /* </body> */ --></style><title></body></title></head>\r\n"
           "<body lang=\"PL\" link=\"#0563C1\"><div class=\"WordSection1\"><p class=\"MsoNormal\">Zażółć gęślą jaźń "
           "&#8211; plan<o:p>&nbsp;</o:p></p><table>" + rows +
           "</table><blockquote>&gt; From: Bob &lt;bob@example.com&gt;<br>see you</blockquote></div></body>\r\n"
           "<!-- </body> --></html>\r\n";
}

TEST(JoinBlock, LocaleFallsBackByLanguageThenDefaultThenEnglish) {
    EXPECT_EQ(block_language("pl-PL", "de"), "pl");
    EXPECT_EQ(block_language("pl_PL", "de"), "pl");
    EXPECT_EQ(block_language("es_419", "de"), "es");
    EXPECT_EQ(block_language("DE-at", "fr"), "de");
    EXPECT_EQ(block_language("iw", "fr"), "he");
    EXPECT_EQ(block_language("zh_TW", "ja"), "zh-hant");
    EXPECT_EQ(block_language("sw", "xx"), "en");
    EXPECT_EQ(block_language("", ""), "en");
    EXPECT_EQ(block_language("ar-EG", "en"), "ar");
    EXPECT_EQ(block_language(std::string(5000, 'a'), "fi"), "fi");
}

TEST(JoinBlock, EveryLanguageHoldsLinkAddressAndItsMarks) {
    EXPECT_GE(block_languages().size(), 28U);
    for (const std::string_view language : block_languages()) {
        const JoinBlock block = make_join_block(room(), language, "en");
        EXPECT_EQ(block.locale, language);
        for (const std::string& form : {block.html, block.text}) {
            EXPECT_EQ(count_join_blocks(form), 1U) << language;
            EXPECT_THAT(form, HasSubstr("https://acme.webex.com/meet/jan")) << language;
            EXPECT_THAT(form, HasSubstr("jan@acme.webex.com")) << language;
            EXPECT_THAT(form, HasSubstr("2650 123 4567")) << language;
            EXPECT_THAT(form, HasSubstr(std::string(kBlockEnd))) << language;
        }
        for (const bool html : {true, false}) {
            JoinInput input;
            input.body = html ? block.html : block.text;
            input.body_is_html = html;
            const JoinFinding found = find_join(input);
            ASSERT_TRUE(found.target) << language;
            EXPECT_EQ(found.target->url, "https://acme.webex.com/meet/jan") << language;
            ASSERT_TRUE(found.companion) << language;
            EXPECT_EQ(found.companion->uri, "sip:jan@acme.webex.com") << language;
            EXPECT_FALSE(found.ambiguous) << language;
        }
    }
}

TEST(JoinBlock, NamesCannotBreakTheMarkup) {
    JoinDetails details = room();
    details.host_name = "</div><script>x</script>\n-- ~ --";
    const JoinBlock block = make_join_block(details, "en", "en");
    EXPECT_EQ(block.html.find("<script"), std::string::npos);
    EXPECT_EQ(block.text.find("\n-- ~ --\n"), block.text.rfind("\n-- ~ --\n"));
}

TEST(JoinBlock, ArabicRunsRightToLeftAroundLeftToRightAddresses) {
    const JoinBlock block = make_join_block(room(), "ar", "en");
    EXPECT_THAT(block.html, HasSubstr("dir=\"rtl\""));
    EXPECT_THAT(block.html, HasSubstr("<bdi dir=\"ltr\">jan@acme.webex.com</bdi>"));
    EXPECT_THAT(block.text, HasSubstr("\xE2\x81\xA6https://acme.webex.com/meet/jan\xE2\x81\xA9"));
    EXPECT_EQ(make_join_block(room(), "en", "en").text.find("\xE2\x81\xA6"), std::string::npos);
}

TEST(JoinBlock, SplicedBeforeTheRealEndOfTheBody) {
    const std::string mail = outlook_mail();
    ASSERT_GT(mail.size(), 20000U);
    const std::string block = make_join_block(room(), "pl", "en").html;
    const std::string out = splice_html(mail, block);
    EXPECT_EQ(out.size(), mail.size() + block.size());
    const std::size_t at = out.find(block);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(out.substr(0, at) + out.substr(at + block.size()), mail);
    EXPECT_EQ(out.substr(at + block.size(), 7), "</body>");
    EXPECT_EQ(out.substr(at - 6, 6), "</div>");
    EXPECT_EQ(count_join_blocks(out), 1U);
    EXPECT_EQ(strip_join_block(out, true), mail);
}

TEST(JoinBlock, AppendedWhereThereIsNoBody) {
    EXPECT_EQ(splice_html("<p>x</p>", "B"), "<p>x</p>B");
    EXPECT_EQ(splice_html("", "B"), "B");
    EXPECT_EQ(splice_html("<script>'</body>'</script>x", "B"), "<script>'</body>'</script>xB");
    EXPECT_EQ(splice_html("<body>a</BODY >b", "B"), "<body>aB</BODY >b");
    EXPECT_EQ(splice_html("<body>a</body><body>b</body>", "B"), "<body>a</body><body>bB</body>");
    EXPECT_EQ(splice_html("<p title=\"</body>\">x", "B"), "<p title=\"</body>\">xB");
}

TEST(JoinBlock, TextComesBackExactly) {
    for (const std::string author : {"", "Agenda", "Agenda\n", "Agenda\n\n", "a\r\nb\r\n"}) {
        const std::string block = make_join_block(room(), "fi", "en").text;
        EXPECT_EQ(strip_join_block(splice_text(author, block), false), author);
        EXPECT_TRUE(splice_text(author, block).starts_with(author));
    }
}

TEST(JoinBlock, TextBelowTheBlockStaysTheAuthors) {
    const std::string block = make_join_block(room(), "en", "en").text;
    EXPECT_EQ(strip_join_block("above\n" + block + "below\n", false), "abovebelow\n");
    EXPECT_EQ(strip_join_block("above\n-- Do not delete or change any of the following text. --\nrest", false), "above");
}

TEST(JoinBlock, FoundAgainAfterAClientRewroteIt) {
    const std::string block = make_join_block(room(), "en", "en").html;
    std::string rewritten = "<html><body><p>Hi</p>" + block + "<p>PS</p></body></html>";
    for (std::size_t at = rewritten.find(" delete or"); at != std::string::npos; at = rewritten.find(" delete or"))
        rewritten.replace(at, 10, "\r\ndelete&nbsp;or");
    EXPECT_EQ(count_join_blocks(rewritten), 1U);
    EXPECT_EQ(strip_join_block(rewritten, true), "<html><body><p>Hi</p><p>PS</p></body></html>");

    std::string bare = "<p>Hi</p><div><p>-- Do not delete or change any of the following text. --</p>"
                       "<p>x</p><p>-- ~ --</p></div><p>PS</p>";
    EXPECT_EQ(html_to_text(strip_join_block(bare, true)), "Hi\n\nPS");
}

TEST(JoinBlock, TwoBlocksAreCountedAndBothComeOut) {
    const std::string block = make_join_block(room(), "de", "en").html;
    EXPECT_EQ(count_join_blocks(block + "x" + block), 2U);
    EXPECT_EQ(strip_join_block(block + "x" + block, true), "x");
}

TEST(JoinBlock, WithoutItTheAuthorsWordsAreLeft) {
    const std::string block = make_join_block(room(), "ja", "en").html;
    EXPECT_EQ(html_to_text(strip_join_block("<html><body><p>Zażółć</p><p>b</p>" + block + "</body></html>", true), 100), "Zażółć\n\nb");
    EXPECT_EQ(strip_join_block("plain\n" + make_join_block(room(), "ja", "en").text, false), "plain");
    EXPECT_EQ(html_to_text(strip_join_block("<p>ąąąą</p>", true), 3), "ą");
}

}  // namespace
