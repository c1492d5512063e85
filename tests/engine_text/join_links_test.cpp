#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "engine/text/join_links.hpp"
#include "engine/text/join_scan.hpp"

namespace {

using engine::text::find_join;
using engine::text::has_webex_link;
using engine::text::JoinFinding;
using engine::text::JoinInput;
using engine::text::JoinScan;
using engine::text::JoinTarget;

JoinFinding in_text(std::string_view body) {
    JoinInput input;
    input.body = body;
    return find_join(input);
}

JoinFinding in_html(std::string_view body) {
    JoinInput input;
    input.body = body;
    input.body_is_html = true;
    return find_join(input);
}

std::string url(const JoinFinding& finding) { return finding.target ? finding.target->url : "none"; }
std::string uri(const JoinFinding& finding) { return finding.target ? finding.target->uri : "none"; }

TEST(JoinLinks, EveryDisguiseIsRefused) {
    for (const char* body : {
             "https://acme.webex.com@evil.example/meet/x",
             "https://evil.example\\@acme.webex.com/meet/x",
             "https://acme.webex.com\\.evil.example/meet/x",
             "https://acme.webex.com%2eevil.example/meet/x",
             "https://acme.webex.com:8443@evil.example/meet/x",
             "https://acme.webex.com:1234/meet/x",
             "https:///acme.webex.com/meet/x",
             "https:acme.webex.com/meet/x",
             "https://аcme.webex.com/meet/x",
             "https://acme.webex.com.evil.example/meet/x",
             "https://acme-webex.com/meet/x",
             "https://acmewebex.com/meet/x",
             "acmewebex.com/meet/x",
             "acme.webex.com.evil.example/meet/x",
             "ftp://x/https://acme.webex.com/meet/x",
             "https://evil.example/#https://acme.webex.com/meet/x",
             "https://acme..webex.com/meet/x",
             "https://-acme.webex.com/meet/x",
             "https://acme.webex.com#/meet/x",
             "https://acme.webex.com?/meet/x",
             "https://acme.webex.com/meet/..",
             "https://acme.webex.com/meet/",
             "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fx",
             "https://evilsafelinks.protection.outlook.com/?url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fx",
             "https://nam01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
             "https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.webex.com%40evil.example%2Fmeet%2Fx",
             "https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fx%0D%0AHost:%20x",
             "https://www.google.com.evil.example/url?q=https%3A%2F%2Facme.webex.com%2Fmeet%2Fx",
             "sip:26501234567@acme.webex.com.evil.example",
             "sip:26501234567@evilwebex.com",
             "sip:26501234567@acme.webex.com@evil.example",
             "sip:x@127.0.0.1",
             "sip:x@192.168.1.7",
             "sip:x@xn--wbex-y8a.com",
             "xmpp:26501234567@acme.webex.com",
             "jan@webex.com",
             "no-reply@acme.webex.com",
             "26501234567@acme.webex.com/resource",
             "https://zoom.us.evil.example/j/123456789",
             "https://us02web.zoom.us@evil.example/j/123456789",
             "https://teams.microsoft.com.evil.example/l/meetup-join/19%3ameeting_x",
             "https://xmeet.google.com/abc-defg-hij",
         })
        EXPECT_FALSE(in_text(body).target) << body << " gave " << url(in_text(body)) << uri(in_text(body));
}

TEST(JoinLinks, RefusalIsExplained) {
    const JoinFinding finding = in_text("https://acme.webex.com@evil.example/meet/x");
    EXPECT_THAT(finding.why, testing::Contains(testing::HasSubstr("refused")));
}

// One scan remembers the last host where nothing joins; each link must count as it does alone.
TEST(JoinLinks, LinksAfterOthersCountAsTheyDoAlone) {
    const std::vector<std::string> links = {
        "https://wiki.example.com/a", "https://wiki.example.com", "https://wiki.example.com?x=https://acme.webex.com/meet/jan", "https://wiki.example.com/b c",
        "https://wiki.example.com/\\b", "https://wiki.example.company/meet/jan", "https://wiki.example.com:443/x", "https://wiki.example.com:444/x",
        "https://wiki.example.com@acme.webex.com/meet/jan", "https://wiki.example.com.webex.com.evil.example/meet/jan", "HTTPS://wiki.example.com/c",
        "https://www.google.com/maps", "https://www.google.com/url?q=https%3A%2F%2Facme.webex.com%2Fmeet%2Fjan", "https://acme.webex.com/about", "https://acme.webex.com/meet/eva",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwiki.example.com%2Fx", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.webex.com%2Fmeet%2Fbo",
        "https://cms.example.com/meeting/12345678", "https://cms.example.com/x", "http://wiki.example.com/a<b"};
    const std::vector<std::string> own = {"cms.example.com"};
    for (const std::string& first : links)
        for (const std::string& second : links) {
            JoinScan together({{}, own}), one({{}, own}), other({{}, own});
            for (const std::string* link : {&first, &second}) together.read_link(*link);
            one.read_link(first);
            other.read_link(second);
            std::vector<JoinTarget> found = one.found();
            for (const JoinTarget& target : other.found())
                if (std::find(found.begin(), found.end(), target) == found.end()) found.push_back(target);
            EXPECT_EQ(together.found(), found) << first << "  " << second;
            EXPECT_EQ(together.refused(), one.refused() + other.refused()) << first << "  " << second;
        }
}

// The vendor's table: an all-digits user part needs no scheme. It comes last, and numbers of people's mailboxes are none.
TEST(JoinLinks, NumberAtADomainJoinsWhereNothingElseDoes) {
    const auto uri = [](std::string_view location, std::string_view body, bool html = false) {
        const JoinFinding finding = find_join({.location = location, .body = body, .body_is_html = html});
        return finding.target ? finding.target->url + finding.target->uri : "";
    };
    EXPECT_EQ(uri("12345@company.example", ""), "sip:12345@company.example");
    EXPECT_EQ(uri("", "Dial (12345@Company.example)."), "sip:12345@company.example");
    EXPECT_EQ(uri("", R"(<a href="mailto:12345@company.example">12345@company.example</a>)", true), "sip:12345@company.example");
    EXPECT_EQ(uri("1@company.example", "2@company.example"), "sip:1@company.example");
    EXPECT_EQ(uri("12345@company.example", "https://acme.webex.com/meet/x"), "https://acme.webex.com/meet/x");
    EXPECT_EQ(uri("12345@company.example", "sip:board@company.example"), "sip:board@company.example");
    for (const char* none : {"ana1234@company.example", "12-345@company.example", "12345@qq.com", "12345@vip.163.com", "12345@10.1.2.3",
                             "12345@company", "12345@evilwebex.com", "12345@zoom.us.evil.example", "xmpp:12345@company.example"})
        EXPECT_EQ(uri("", none), "") << none;
}

TEST(JoinLinks, SentenceAndBracketsStayOutside) {
    for (const char* body : {"(https://acme.webex.com/meet/jan).", "[https://acme.webex.com/meet/jan],",
                             "[https://acme.webex.com/meet/jan](https://acme.webex.com/meet/jan)",
                             "'https://acme.webex.com/meet/jan'!", "«https://acme.webex.com/meet/jan»",
                             "会議はhttps://acme.webex.com/meet/janです。", "https://acme.webex.com/meet/jan。",
                             "https://acme.webex.com/meet/jan|Teams", "انضم:https://acme.webex.com/meet/jan،شكرا",
                             "https://acme.webex.com/meet/jan…", "acme.webex.com/meet/jan."})
        EXPECT_EQ(url(in_text(body)), "https://acme.webex.com/meet/jan") << body;
}

TEST(JoinLinks, BalancedBracketsBelongToTheLink) {
    EXPECT_EQ(url(in_text("https://acme.webex.com/meet/jan?x=(1)")), "https://acme.webex.com/meet/jan?x=(1)");
}

TEST(JoinLinks, ListOfLinksIsTakenApart) {
    const JoinFinding finding = in_text("https://example.com/a,https://acme.webex.com/meet/a;https://acme.webex.com/meet/b");
    EXPECT_EQ(url(finding), "https://acme.webex.com/meet/a");
    EXPECT_TRUE(finding.ambiguous);
}

TEST(JoinLinks, SameLinkTwiceIsNotAmbiguous) {
    EXPECT_FALSE(in_text("https://acme.webex.com/meet/a https://ACME.webex.com/meet/a").ambiguous);
}

TEST(JoinLinks, AddressBesideTheLinkIsItsCompanion) {
    const JoinFinding finding = in_text("https://acme.webex.com/meet/jan\nDial jan@acme.webex.com");
    EXPECT_EQ(url(finding), "https://acme.webex.com/meet/jan");
    ASSERT_TRUE(finding.companion);
    EXPECT_EQ(finding.companion->uri, "sip:jan@acme.webex.com");
    EXPECT_FALSE(finding.ambiguous);
}

TEST(JoinLinks, TenantKeyTakesItsVideoId) {
    EXPECT_EQ(uri(in_text("Tenant key: acme@m.webex.com\nVideo ID: 112 345 678 9\n")), "sip:1123456789.acme@m.webex.com");
    EXPECT_EQ(uri(in_html("<div>Tenant key: <a href=\"mailto:acme@m.webex.com\">acme@m.webex.com</a></div>"
                          "<div>Video ID: 112 345 678 9</div>")),
              "sip:1123456789.acme@m.webex.com");
    EXPECT_EQ(uri(in_text("acme@m.webex.com")), "sip:acme@m.webex.com");
}

TEST(JoinLinks, AnchorTextCountsOnlyWithoutAUsableHref) {
    EXPECT_FALSE(in_html("<a href=\"https://evil.example/x\">https://acme.webex.com/meet/jan</a>").target);
    for (const char* anchor : {"<a>https://acme.webex.com/meet/jan</a>", "<a href=\"\">https://acme.webex.com/meet/jan</a>",
                               "<a href=\"#\">https://acme.webex.com/meet/jan</a>",
                               "<a name=x>https://acme.webex.com/meet/jan</a>",
                               "<a href=\"tel:123\">https://acme.webex.com/meet/jan</a>"})
        EXPECT_EQ(url(in_html(anchor)), "https://acme.webex.com/meet/jan") << anchor;
}

TEST(JoinLinks, WhatAReaderNeverSeesDoesNotCount) {
    for (const char* body : {"<style>a{background:url(https://acme.webex.com/meet/jan)}</style>",
                             "<title>https://acme.webex.com/meet/jan</title>",
                             "<textarea>https://acme.webex.com/meet/jan</textarea>",
                             "<img src=\"https://acme.webex.com/meet/jan\">", "<link href=\"https://acme.webex.com/meet/jan\">",
                             "<area href=\"https://acme.webex.com/meet/jan\">",
                             "<a data-href=\"https://acme.webex.com/meet/jan\">x</a>",
                             "<p title=\"https://acme.webex.com/meet/jan\">x</p>",
                             "<a href=\"https://acme.webex.com/meet/jan", "<!-- https://acme.webex.com/meet/jan"})
        EXPECT_FALSE(in_html(body).target) << body;
}

TEST(JoinLinks, InlineMarkupDoesNotBreakALink) {
    EXPECT_EQ(url(in_html("https://acme.webex.com/<b>meet</b>/j<wbr>an")), "https://acme.webex.com/meet/jan");
    EXPECT_EQ(url(in_html("<td>https://acme.webex.com/meet/jan</td><td>x</td>")), "https://acme.webex.com/meet/jan");
    EXPECT_EQ(url(in_html("https://acme.webex.com/meet/jan<br>x")), "https://acme.webex.com/meet/jan");
}

TEST(JoinLinks, OrderOfSources) {
    JoinInput input;
    input.location = "Room 5";
    input.body = "https://us02web.zoom.us/j/89123456789";
    input.provider_join_url = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0";
    EXPECT_EQ(find_join(input).target->kind, "teams");
    input.location = "@webex https://acme.webex.com/meet/jan";
    EXPECT_EQ(find_join(input).target->kind, "webex-pmr");
    input.own_join_url = "https://acme.webex.com/m/9f8e7d6c-1111-4222-8333-444455556666";
    EXPECT_EQ(find_join(input).target->kind, "webex-meeting");
    input = {};
    input.provider_join_url = "https://unknown.example/x";
    input.body = "https://us02web.zoom.us/j/89123456789";
    EXPECT_EQ(find_join(input).target->kind, "zoom");
}

TEST(JoinLinks, ExistingWebexLinksAreSeen) {
    EXPECT_TRUE(has_webex_link("", "<a href=\"https://acme.webex.com/meet/jan\">x</a>", true));
    EXPECT_TRUE(has_webex_link("26501234567@acme.webex.com", "", false));
    EXPECT_FALSE(has_webex_link("@webex", "https://us02web.zoom.us/j/89123456789", false));
    EXPECT_FALSE(has_webex_link("@webex", "messenger@webex.com https://www.webex.com/downloads.html", false));
}

TEST(JoinLinks, LongBodyStaysFast) {
    std::string body = "<html><body>";
    while (body.size() < 4096)
        body += "<p class=\"MsoNormal\"><span style=\"font-size:11pt\">Agenda point: figures of the third quarter &amp; plan"
                "</span></p><a href=\"https://contoso.sharepoint.com/x\">file</a>";
    body += "<a href=\"https://acme.webex.com/meet/jan\">Join</a></body></html>";
    EXPECT_EQ(url(in_html(body)), "https://acme.webex.com/meet/jan");
    constexpr int kRounds = 2000;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) EXPECT_TRUE(in_html(body).target);
    const auto each = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / kRounds;
    std::printf("%.1f us per %zu bytes of HTML\n", each, body.size());
    EXPECT_LT(each, 10000);  // catches anything beyond linear; a quiet release build needs about 12 us
}

TEST(JoinLinks, HostileSizesStayLinear) {
    const auto repeated = [](const char* part, int times) {
        std::string out;
        for (int i = 0; i < times; ++i) out += part;
        return out;
    };
    const std::clock_t begin = std::clock();  // processor time: a busy machine is no defect
    for (const char* part : {"a@", "@", "sip:a@b.", "(https://", ")https://", "<a href=", "<a href=\"https://acme.webex.com/", "&#",
                             "<!--", "<script>", "</", "https://x.y/?url=%25", ",https://a.b", "acme@m.webex.com ", "[[[[", "-- Do not delete or change any of the following"}) {
        const std::string body = repeated(part, 60000);
        in_text(body);
        in_html(body);
    }
    EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 20);
}

}  // namespace
