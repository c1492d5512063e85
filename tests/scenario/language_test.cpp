// One table drives loader, schema, help and guide: these tests keep the committed copies and the examples true.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>

#include "loading.hpp"
#include "sim/scenario/policies.hpp"
#include "sim/scenario/requirements.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/vocabulary.hpp"

namespace {

const std::string kRoot = CALRIG_SOURCE_DIR;

// With CALRIG_UPDATE set, the committed copies are written anew.
bool updating() { return std::getenv("CALRIG_UPDATE") != nullptr; }
void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

constexpr const char* kFrame =
    "title: A frame for one example\n"
    "providers: [google]\n"
    "clock: 2026-03-02 08:00 Europe/Warsaw\n"
    "organisation: { provisioned: no, domain verified: no }\n"
    "people:\n"
    "  ana: { email verified: no }\n  ben: {}\n  cy: {}\n  dee: { activated: no }\n  wawel: { kind: room, device: board, check-in within: 10m }\n"
    "story:\n"
    "  - at: 08:01\n"
    "    ana creates: { id: standup, title: Stand-up, when: 09:00-09:15, repeats: weekly on mon, wed until 2026-04-08,\n"
    "                   invites: [ben, wawel] }\n";

// Acts that undo something need it done before.
std::string prelude(std::string_view verb) {
    if (verb == "unblocks mailbox") return "  - at: 08:02\n    admin blocks mailbox: ben\n";
    if (verb == "stops sharing") return "  - at: 08:02\n    ana shares: { with: ben }\n    admin shares: { calendar: wawel, with: ana }\n";
    if (verb == "is no longer") return "  - at: 08:02\n    ben is: in a meeting\n";
    if (verb == "signs out") return "  - at: 08:02\n    device wawel signs in: ben\n";
    if (verb == "comes back") return "  - at: 08:02\n    device wawel goes offline:\n";
    return "";
}

std::vector<std::string> yaml_blocks(const std::string& markdown) {
    std::vector<std::string> out;
    constexpr std::string_view kOpen = "```yaml\n";
    for (std::size_t at = markdown.find(kOpen); at != std::string::npos; at = markdown.find(kOpen, at)) {
        at += kOpen.size();
        const std::size_t end = markdown.find("```", at);
        out.push_back(markdown.substr(at, end - at));
        at = end;
    }
    return out;
}

}  // namespace

TEST(Language, AlwaysReachesFromTheBeginningToTheEndThatIsPlayed) {
    const std::string head = "title: T\nclock: 2026-03-02 08:00 UTC\npeople: { ana: {} }\n";
    const sim::Scenario alone = loaded_or_fail(head + "expect: [ { always: { calls: { at most: 9 } } } ]\n");
    ASSERT_EQ(alone.expect.size(), 1u);
    EXPECT_EQ(alone.expect[0].from, alone.begin);
    EXPECT_EQ(alone.expect[0].to, alone.end);
    EXPECT_EQ(alone.end, alone.begin + std::chrono::minutes(30));
    const sim::Scenario longer = loaded_or_fail(head + "end: 12:00\nexpect:\n  - always: { presence of ana: active }\n  - at: 09:00\n    presence of ana: active\n");
    ASSERT_EQ(longer.expect.size(), 2u);
    EXPECT_EQ(longer.expect[1].to, longer.begin + std::chrono::hours(4));
    EXPECT_TRUE(longer.expect[1].throughout);
    EXPECT_EQ(longer.end, longer.begin + std::chrono::hours(4));
    EXPECT_EQ(first_mistake(head + "expect: [ { always: { presence of ana: active }, calls: { at most: 9 } } ]\n"), "`always` stands alone");
}

TEST(Language, LoadsTheExampleOfEveryAct) {
    for (const sim::ActRow& row : sim::act_rows()) {
        const std::string text = kFrame + prelude(row.verb) + "  - at: 08:05\n    " + std::string(row.example) +
                                 "\nexpect:\n  - at: 08:10\n    calendar of ana: { event: standup, absent: no }\n";
        const sim::Loaded loaded = load_text(text);
        EXPECT_TRUE(loaded.scenario) << row.example << "\n" << shown(loaded, text);
    }
}

TEST(Language, LoadsTheExampleOfEveryExpectation) {
    for (const sim::ClaimRow& row : sim::claim_rows()) {
        const std::string asked = row.phrase == "answer on device" ? "  - at: 08:02\n    device wawel books: { id: huddle }\n" : "";
        const std::string text = kFrame + asked + std::string("expect:\n  - between: 2026-03-04 08:50 and 08:56\n    ") + std::string(row.example) + "\n";
        std::string google = text;
        const sim::Loaded loaded = load_text(google);
        EXPECT_TRUE(loaded.scenario) << row.example << "\n" << shown(loaded, text);
        if (loaded.scenario) EXPECT_FALSE(loaded.scenario->expect.empty()) << row.example;
    }
}

TEST(Language, LoadsEveryPolicysDefault) {
    for (const sim::PolicyRow& row : sim::policies()) {
        const std::string text = kFrame + std::string("policy: { ") + std::string(row.name) + ": " + std::string(row.standard) +
                                 " }\nexpect: [ { at: 09:00, app ben: { lists: Stand-up } } ]\n";
        const sim::Loaded loaded = load_text(text);
        ASSERT_TRUE(loaded.scenario) << shown(loaded, text);
        EXPECT_EQ(loaded.scenario->policies.count(std::string(row.name)), 1u);
    }
}

TEST(Language, GivesPoliciesInCanonicalForm) {
    const sim::Scenario s = loaded_or_fail(kFrame + std::string(
        "policy: { join lead: 10m, list free: no, both keywords: room, invitees max: 300 }\n"
        "expect: [ { at: 09:00, app ben: { lists: Stand-up } } ]\n"));
    EXPECT_EQ(sim::policy_duration(s.policies.at("join lead")), std::chrono::minutes(10));
    EXPECT_FALSE(sim::policy_flag(s.policies.at("list free")));
    EXPECT_EQ(s.policies.at("both keywords"), "room");
    EXPECT_EQ(sim::policy_number(s.policies.at("invitees max")), 300);
}

TEST(Language, HasEveryStatementOnce) {
    std::set<std::string_view> ids;
    for (const sim::Requirement& row : sim::requirements()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_TRUE(row.microsoft || row.google) << row.id;
        EXPECT_FALSE(row.sentence.empty()) << row.id;
    }
    EXPECT_EQ(ids.size(), 55u);
}

TEST(Language, SchemaIsUpToDate) {
    const std::string path = kRoot + "/scenarios/schema.json";
    if (updating()) write(path, sim::scenario_json_schema());
    EXPECT_EQ(file_text(path).value_or(""), sim::scenario_json_schema())
        << "run this test with CALRIG_UPDATE=1, or `calrig schema > scenarios/schema.json`";
}

TEST(Language, GuideIsUpToDate) {
    const std::string path = kRoot + "/scenarios/README.md";
    const std::string guide = file_text(path).value_or("");
    const std::string begin = "<!-- reference begins -->\n";
    const std::string end = "<!-- reference ends -->";
    const std::size_t from = guide.find(begin);
    const std::size_t to = guide.find(end);
    ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << "the guide has lost its marks";
    const std::string now = guide.substr(0, from + begin.size()) + sim::scenario_language_reference() + guide.substr(to);
    if (updating()) write(path, now);
    EXPECT_EQ(file_text(path).value_or(""), now) << "run this test with CALRIG_UPDATE=1";
}

TEST(Language, EveryWholeExampleOfTheGuideLoads) {
    int whole = 0;
    for (const std::string& block : yaml_blocks(file_text(kRoot + "/scenarios/README.md").value_or(""))) {
        if (block.find("title:") != 0 && block.find("\ntitle:") == std::string::npos) continue;
        ++whole;
        const sim::Loaded loaded = load_text(block);
        EXPECT_TRUE(loaded.scenario && loaded.diagnostics.empty()) << shown(loaded, block);
    }
    EXPECT_GE(whole, 3);
}

TEST(Language, HelpNamesEveryActAndExpectation) {
    const std::string help = sim::scenario_language_help();
    for (const sim::ActRow& row : sim::act_rows()) EXPECT_THAT(help, testing::HasSubstr(std::string(row.example)));
    for (const sim::ClaimRow& row : sim::claim_rows()) EXPECT_THAT(help, testing::HasSubstr(std::string(row.example)));
}
