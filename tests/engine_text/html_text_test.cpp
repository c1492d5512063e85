#include <gtest/gtest.h>

#include "engine/text/html_text.hpp"

namespace {

using engine::text::cut_utf8;
using engine::text::html_to_text;

TEST(HtmlText, ParagraphsTablesAndLists) {
    EXPECT_EQ(html_to_text("<p>a</p>\r\n<p>b<br>c</p>"), "a\n\nb\nc");
    EXPECT_EQ(html_to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"), "a b\nc");
    EXPECT_EQ(html_to_text("<ul><li>one</li><li>two</li></ul>"), "one\ntwo");
    EXPECT_EQ(html_to_text("a<br><br><br><br>b"), "a\n\nb");
    EXPECT_EQ(html_to_text("<div>a</div><div>b</div>"), "a\nb");
    EXPECT_EQ(html_to_text("  a \n\n b <b>c</b>d "), "a b cd");
}

TEST(HtmlText, Entities) {
    EXPECT_EQ(html_to_text("&lt;a&gt; &amp;amp; &#322;&#x142; &eacute; &nbsp; x &unknown; &#0; AT&T &copy"),
              "<a> &amp; łł é x &unknown; \xEF\xBF\xBD AT&T &copy");
    EXPECT_EQ(html_to_text("&#150;&#128;"), "–€");
}

TEST(HtmlText, GmailQuotedReply) {
    EXPECT_EQ(html_to_text("<div dir=\"ltr\">Sure!<div><br></div></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" "
                           "class=\"gmail_attr\">On Tue, Bob &lt;<a href=\"mailto:b@example.com\">b@example.com</a>&gt; "
                           "wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px\">see <i>you</i>"
                           "</blockquote></div>"),
              "Sure!\n\nOn Tue, Bob <b@example.com> wrote:\n\nsee you");
}

TEST(HtmlText, InvisiblePartsAreDropped) {
    EXPECT_EQ(html_to_text("<head><title>t</title><style>s</style></head><!-- c --><script>x</script>a<![if !mso]>b<![endif]>"),
              "ab");
}

TEST(HtmlText, RightToLeftTextIsKept) {
    EXPECT_EQ(html_to_text("<p dir=\"rtl\">اجتماع <b>اليوم</b></p>"), "اجتماع اليوم");
}

TEST(HtmlText, StopsAtTheLimitOnACharacterBoundary) {
    std::string html;
    for (int i = 0; i < 10000; ++i) html += "<p>会議</p>";
    const std::string text = html_to_text(html, 1000);
    EXPECT_LE(text.size(), 1000U);
    EXPECT_GE(text.size(), 990U);
    EXPECT_EQ(cut_utf8("会議", 5), "会");
    EXPECT_EQ(cut_utf8("ab", 5), "ab");
}

}  // namespace
