// The page in a real browser: what it shows, and that clicks and keys do what they say.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/serve/browser.hpp"
#include "tests/serve/controlled.hpp"

namespace {

using nlohmann::json;
using serve_test::Browser;
using serve_test::Controlled;

class PageInABrowser : public testing::Test {
  protected:
    explicit PageInABrowser(sim::HostSettings settings = serve_test::plain_settings()) : it_(std::move(settings)) {}
    void SetUp() override {
        if (Browser::installed().empty()) GTEST_SKIP() << "Chromium is not installed (apt-get install chromium): the page was not looked at";
        browser_ = std::make_unique<Browser>();
        browser_->size(1360, 900);
        browser_->open("http://localhost:" + std::to_string(it_.running.port()) + "/");
        ASSERT_TRUE(browser_->becomes("document.documentElement?.dataset.ready === 'yes'")) << browser_->complaints();
    }
    void TearDown() override {
        if (browser_ && !HasFailure()) EXPECT_EQ(browser_->complaints().find("/_calrig/") != std::string::npos, is_refused_) << browser_->complaints();
        if (browser_ && !is_refused_) EXPECT_EQ(browser_->complaints(), "");
    }
    std::string text(const std::string& selector) { return browser_->value("document.querySelector(" + json(selector).dump() + ")?.innerText ?? ''").get<std::string>(); }
    bool shows(const std::string& selector, const std::string& words) {
        return browser_->becomes("document.querySelector(" + json(selector).dump() + ")?.innerText.includes(" + json(words).dump() + ")");
    }
    void click(const std::string& selector) { browser_->value("document.querySelector(" + json(selector).dump() + ").click()"); }
    void click_text(const std::string& selector, const std::string& words) {
        browser_->value("[...document.querySelectorAll(" + json(selector).dump() + ")].find(one => one.innerText.includes(" + json(words).dump() + ")).click()");
    }
    void set(const std::string& selector, const std::string& value) {
        browser_->value("document.querySelector(" + json(selector).dump() + ").value = " + json(value).dump());
    }
    /// Kept only when asked: CALRIG_SCREENSHOTS names a folder.
    void keep(const std::string& name) {
        const char* folder = std::getenv("CALRIG_SCREENSHOTS");
        if (folder == nullptr) return;
        std::ofstream(std::string(folder) + "/" + name + ".png", std::ios::binary) << browser_->screenshot();
    }

    Controlled it_;
    std::unique_ptr<Browser> browser_;
    bool is_refused_ = false;  // the browser itself notes refused fetches on its console
};

class PageWithAnEngine : public PageInABrowser {
  protected:
    PageWithAnEngine() : PageInABrowser(settings()) {}
    static sim::HostSettings settings() {
        sim::HostSettings out = serve_test::plain_settings();
        out.start = serve_test::monday() - std::chrono::minutes(10);
        out.engine = sim::Provider::microsoft;
        return out;
    }
};

TEST_F(PageWithAnEngine, ShowsMeetingListsAndJoinButtonsWhenItIsTime) {
    ASSERT_TRUE(shows("#screens", "Stand-up")) << text("#screens");
    EXPECT_TRUE(shows("#who-more", "service: activated"));
    EXPECT_EQ(browser_->value("document.querySelectorAll('#screens .join').length"), 0) << "ten minutes before";
    click("[data-by='5m']");
    ASSERT_TRUE(browser_->becomes("document.querySelector('#screens .join')")) << "five minutes before";
    EXPECT_EQ(browser_->value("document.querySelector('#screens .join').href"), "https://calrig.webex.com/meet/ana");
    EXPECT_TRUE(shows("#people [data-key=ben]", "Join"));
    keep("joining");
}

TEST_F(PageWithAnEngine, RestartsTheEngineByAClick) {
    ASSERT_TRUE(shows("#screens", "Stand-up")) << text("#screens");
    ASSERT_EQ(browser_->value("document.querySelector('#restart-engine').hidden"), false);
    click("#restart-engine");
    EXPECT_TRUE(shows("#said", "begins anew")) << text("#trouble");
    click("[data-by='5m']");
    EXPECT_TRUE(browser_->becomes("document.querySelector('#screens .join')")) << "it goes on after the restart";
}

TEST_F(PageInABrowser, ArmsAndDisarmsFaultsByClicks) {
    EXPECT_TRUE(shows("#faults", "No fault is armed"));
    EXPECT_EQ(browser_->value("document.querySelector('#restart-engine').hidden"), true) << "none runs here";
    click("#new-fault");
    set("#fault-form [name=does]", "503");
    set("#fault-form [name=next]", "2");
    set("#fault-form [name=person]", "ana");
    keep("new-fault");
    click("#fault-form button[type=submit]");
    ASSERT_TRUE(shows("#faults", "ana")) << text("#fault-form");
    const std::string token = it_.running.graph_token();
    EXPECT_EQ(it_.list(token).status, 503);
    EXPECT_TRUE(shows("#faults", "1 of 2"));
    click("#faults button");
    EXPECT_TRUE(shows("#faults", "No fault is armed"));
    EXPECT_EQ(it_.list(token).status, 200);
}

TEST_F(PageInABrowser, DropsOneSubscriptionOfMany) {
    const std::string token = it_.running.graph_token();
    serve_test::Receiver receiver;
    const std::string first = it_.graph_subscription(token, receiver.url()), second = it_.graph_subscription(token, receiver.url());
    ASSERT_TRUE(browser_->becomes("document.querySelectorAll('#subscriptions tbody tr').length === 2")) << text("#subscriptions");
    click("[data-key='drop " + first + "']");
    EXPECT_TRUE(browser_->becomes("document.querySelectorAll('#subscriptions tbody tr').length === 1")) << text("#subscriptions");
    EXPECT_EQ(it_.ask("GET", "/subscriptions")["microsoft"][0]["id"], second);
}

TEST_F(PageInABrowser, ShowsTheOrganisationItsWeekAndWhatIsEmpty) {
    EXPECT_EQ(text("#who"), "Ana Archer");
    EXPECT_TRUE(shows("#people", "Dennis Denied"));
    EXPECT_TRUE(shows("#rooms", "Wawel Room"));
    EXPECT_TRUE(shows("#now", "Mon, 2 Mar 2026")) << text("#now");
    EXPECT_TRUE(shows("#week", "Stand-up"));
    EXPECT_TRUE(shows("#week li:nth-child(1)", "09:00–09:15")) << "in the world's zone, not the browser's: " << text("#week");
    EXPECT_TRUE(shows("#week li:nth-child(2)", "Planning"));
    EXPECT_TRUE(shows("#screens", "The meeting list is empty"));
    EXPECT_TRUE(shows("#subscriptions", "Nobody watches a calendar"));
    EXPECT_TRUE(shows("#exchanges", "Nobody has asked anything yet"));
    keep("light");
    click("[data-key=wawel]");
    EXPECT_TRUE(shows("#who", "Wawel Room"));
    EXPECT_TRUE(shows("#screens", "device wawel"));
    EXPECT_EQ(browser_->value("document.querySelector('#new-meeting').disabled"), true);
    click("[data-week='1']");
    EXPECT_TRUE(shows("#week-name", "9 Mar")) << text("#week-name");
}

TEST_F(PageInABrowser, MovesTheClockByButtonsAndWords) {
    click("[data-by='1h']");
    EXPECT_TRUE(shows("#now", "10:00:00")) << text("#now");
    set("#clock-to", "tomorrow 09:00");
    click("#set-clock button");
    EXPECT_TRUE(shows("#now", "Tue, 3 Mar 2026, 09:00:00")) << text("#now");
    is_refused_ = true;
    set("#clock-to", "yesteryear");
    click("#set-clock button");
    EXPECT_TRUE(browser_->becomes("!document.querySelector('#trouble').hidden"));
}

TEST_F(PageInABrowser, MakesReschedulesAnswersAndCancelsMeetingsByClicks) {
    click("#new-meeting");
    keep("new-meeting");
    set("#meeting-form [name=title]", "<img src=x onerror=alert(1)> Budget");
    set("#meeting-form [name=day]", "2026-03-05");
    set("#meeting-form [name=from]", "16:00");
    click("#invitees input[value=ben]");
    click("#meeting-form button[type=submit]");
    ASSERT_TRUE(shows("#week li:nth-child(4)", "<img src=x onerror=alert(1)> Budget")) << "as text: " << text("#meeting-form");
    EXPECT_EQ(browser_->value("document.querySelectorAll('#week img').length"), 0);
    EXPECT_TRUE(shows("#week li:nth-child(4)", "16:00–16:30\n"));
    EXPECT_TRUE(shows("#week li:nth-child(4)", "@webex"));

    click_text(".event", "Budget");
    keep("event");
    set("#event-form [name=from]", "17:15");
    click_text("#event-acts button", "Reschedule");
    EXPECT_TRUE(shows("#week li:nth-child(4)", "17:15–17:45"));

    click("[data-key=ben]");
    click("[data-provider=google]");
    ASSERT_TRUE(shows("#who", "Ben Baker"));
    ASSERT_TRUE(shows("#week li:nth-child(4)", "Budget"));
    click_text(".event", "Budget");
    click_text("#event-acts button", "Accept");
    ASSERT_TRUE(browser_->becomes("!document.querySelector('#event-dialog').open")) << text("#event-form");
    click_text(".event", "Budget");
    EXPECT_TRUE(shows("#event-facts", "accepted")) << text("#event-facts");
    click("#event-dialog [data-close]");

    click("[data-key=ana]");
    ASSERT_TRUE(shows("#who", "Ana Archer"));
    click_text(".event", "Budget");
    EXPECT_TRUE(shows("#event-facts", "ben@calrig.example: accepted"));
    click_text("#event-acts button", "Cancel it");
    EXPECT_TRUE(browser_->becomes("!document.querySelector('#week').innerText.includes('Budget')"));
}

TEST_F(PageInABrowser, OneOccurrenceOfASeriesIsCancelledAlone) {
    browser_->value("document.querySelector('#week li:nth-child(3) .event').click()");
    ASSERT_TRUE(shows("#event-name", "Stand-up"));
    click_text("#event-acts button", "Cancel it");
    EXPECT_TRUE(browser_->becomes("!document.querySelector('#week li:nth-child(3)').innerText.includes('Stand-up')")) << text("#event-form");
    EXPECT_TRUE(shows("#week li:nth-child(4)", "Stand-up"));
}

TEST_F(PageInABrowser, TurnsAutomaticRepliesOnAndOff) {
    const auto state = [&] {
        const std::string token = it_.running.graph_token();
        serve_test::Client client = it_.running.client();
        const fakes::Reply reply = client.ask("GET", it_.running.user_path("/mailboxSettings"), {{"Authorization", token}});
        return json::parse(reply.body, nullptr, false)["automaticRepliesSetting"].value("status", "");
    };
    EXPECT_EQ(state(), "disabled");
    click("#replies");
    keep("replies");
    click("#replies-form button[value=on]");
    ASSERT_TRUE(browser_->becomes("!document.querySelector('#replies-dialog').open")) << text("#replies-form");
    EXPECT_EQ(state(), "alwaysEnabled");
    click("#replies");
    click("#replies-form button[value=off]");
    ASSERT_TRUE(browser_->becomes("!document.querySelector('#replies-dialog').open"));
    EXPECT_EQ(state(), "disabled");
}

TEST_F(PageInABrowser, RefusalsAreSaidWhereOneIsLooking) {
    click("#new-meeting");
    set("#meeting-form [name=title]", "Never");
    set("#meeting-form [name=day]", "2026-03-05");
    set("#meeting-form [name=from]", "16:00");
    browser_->value("document.querySelector('#meeting-form [name=minutes]').removeAttribute('max'), document.querySelector('#meeting-form [name=minutes]').value = '9999999995'");
    click("#meeting-form button[type=submit]");
    EXPECT_TRUE(browser_->becomes("!document.querySelector('#meeting-form .trouble').hidden")) << text("#meeting-form");
    EXPECT_EQ(browser_->value("document.querySelector('#meeting-dialog').open"), true);
    is_refused_ = true;
}

TEST_F(PageInABrowser, FollowsWhatOthersDoAndShowsTheLastExchanges) {
    const std::string token = it_.running.graph_token();
    it_.list(token);
    it_.list("Bearer wrong");
    EXPECT_TRUE(shows("#exchanges", "OP-M-EVENT-LIST"));
    EXPECT_TRUE(shows("#exchanges", "401"));
    serve_test::Receiver receiver;
    it_.graph_subscription(token, receiver.url());
    EXPECT_TRUE(shows("#subscriptions", receiver.url()));
    it_.create_picnic();
    EXPECT_TRUE(shows("#week", "Picnic"));
    keep("busy");
}

TEST_F(PageInABrowser, KeepsWhatIsChosenOverReloadsAndGoesBackToIt) {
    click_text("#people button", "Ben Baker");
    ASSERT_TRUE(shows("#who", "Ben Baker"));
    click("[data-provider=google]");
    const std::string this_week = text("#week-name");
    click("[data-week='1']");
    ASSERT_TRUE(browser_->becomes("document.querySelector('#week-name').innerText !== " + json(this_week).dump()));
    const std::string week = text("#week-name");
    ASSERT_TRUE(browser_->becomes("location.hash === '#of=ben&at=google&week=1'")) << browser_->value("location.hash");
    it_.ask("POST", "/clock/advance", R"({"by": "5m"})");
    browser_->value("history.back(), 0");
    EXPECT_TRUE(browser_->becomes("location.hash === '#of=ben&at=google&week=0'"));
    EXPECT_TRUE(browser_->becomes("document.querySelector('#week-name').innerText === " + json(this_week).dump()));
    browser_->value("history.back(), 0");
    EXPECT_TRUE(browser_->becomes("document.querySelector('[data-provider=microsoft]').getAttribute('aria-pressed') === 'true'"));
    browser_->value("history.go(2), 0");
    EXPECT_TRUE(browser_->becomes("document.querySelector('#week-name').innerText === " + json(week).dump()));
    browser_->open("about:blank");
    browser_->open("http://localhost:" + std::to_string(it_.running.port()) + "/#of=ben&at=google&week=1");
    ASSERT_TRUE(browser_->becomes("document.documentElement?.dataset.ready === 'yes'"));
    EXPECT_TRUE(shows("#who", "Ben Baker"));
    EXPECT_TRUE(browser_->becomes("document.querySelector('#week-name').innerText === " + json(week).dump()));
    EXPECT_EQ(browser_->value("document.querySelector('[data-provider=google]').getAttribute('aria-pressed')"), "true");
}

TEST_F(PageInABrowser, ShowsFiftyPeopleAndHostileTitlesAsText) {
    std::string world = "title: \"<b>Fifty</b>\"\nclock: 2026-03-02 08:00 Europe/Warsaw\npeople:\n";
    for (int i = 10; i < 60; ++i) world += "  p" + std::to_string(i) + ": { name: \"Person <i>" + std::to_string(i) + "</i> with a rather long name, of the second floor\" }\n";
    const std::string hostile = "<img src=x onerror=alert(1)>\" ' </script><script>document.title='taken'</script> \xE2\x80\xAEtxet " + std::string(200, 'W');
    it_.ask("PUT", "/world", world);
    it_.ask("POST", "/acts", json{{"p10 creates", {{"id", "x"}, {"title", hostile.substr(0, 250)}, {"when", "10:00-11:00"}, {"location", "<a href=javascript:alert(1)>here</a>"}}}}.dump());
    EXPECT_TRUE(browser_->becomes("document.querySelectorAll('#people button').length === 50"));
    EXPECT_TRUE(shows("#week", "<img src=x onerror"));
    EXPECT_EQ(browser_->value("document.querySelectorAll('#week img, #week script, #people i, main a[href^=javascript]').length"), 0);
    EXPECT_TRUE(browser_->value("document.title").get<std::string>().starts_with("<b>Fifty</b>"));
    for (const int width : {1360, 390}) {
        browser_->size(width, 900);
        EXPECT_LE(browser_->value("document.documentElement.scrollWidth").get<int>(), width) << "nothing sticks out";
        keep("hostile-" + std::to_string(width));
    }
    click_text("#week button, #week [role=button]", "<img src=x");
    EXPECT_TRUE(browser_->becomes("!!document.querySelector('dialog[open]')"));
    EXPECT_EQ(browser_->value("document.querySelectorAll('dialog[open] img, dialog[open] script').length"), 0);
    browser_->press("Escape");
    EXPECT_TRUE(browser_->becomes("!document.querySelector('dialog[open]')"));
}

TEST_F(PageInABrowser, IsReachableByKeyboardAndFitsNarrowAndDark) {
    browser_->press("Tab");
    EXPECT_EQ(browser_->value("document.activeElement.className"), "skip");
    std::string way;
    for (int i = 0; i < 40; ++i) {
        browser_->press("Tab");
        way += browser_->value("(document.activeElement.dataset.by ?? document.activeElement.dataset.key ?? document.activeElement.id) + ' '").get<std::string>();
    }
    for (const char* stop : {"5m", "clock-to", "ana", "wawel", "new-meeting", "replies"}) EXPECT_NE(way.find(stop), std::string::npos) << way;
    browser_->value("document.querySelector('[data-key=ben]').focus()");
    browser_->press("Enter");
    EXPECT_TRUE(shows("#who", "Ben Baker"));
    EXPECT_EQ(browser_->value("document.activeElement.dataset.key"), "ben") << "what was chosen keeps the focus";
    browser_->value("document.activeElement.blur()");
    for (const bool dark : {false, true}) {
        browser_->dark(dark);
        for (const int width : {1360, 820, 390}) {
            browser_->size(width, 900);
            EXPECT_LE(browser_->value("document.documentElement.scrollWidth").get<int>(), width) << "nothing sticks out";
            keep((dark ? std::string("dark-") : std::string("light-")) + std::to_string(width));
        }
    }
    // WCAG 2.2, 1.4.3: text stands out from its ground by 4.5 to 1.
    const char* contrast = R"((() => {
        const light = c => { const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
        const ground = one => { for (; one; one = one.parentElement) { const c = getComputedStyle(one).backgroundColor; if (!/, 0\)$|^color/.test(c)) return c; } return 'rgb(255,255,255)'; };
        return [...document.querySelectorAll('h1, h2, h3, p, button, td, th, span, dt, dd, a')].filter(one => one.checkVisibility() && !one.disabled && !one.closest('.declined, .visually-hidden, .skip') && [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
            .map(one => { const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x); return [(a + .05) / (b + .05), one.outerHTML.slice(0, 80)]; }).filter(([ratio]) => ratio < 4.5).map(String).join('\n');
    })())";
    browser_->size(1360, 900);
    for (const bool dark : {false, true}) {
        browser_->dark(dark);
        EXPECT_EQ(browser_->value(contrast), "") << (dark ? "dark" : "light");
    }
}

}  // namespace
