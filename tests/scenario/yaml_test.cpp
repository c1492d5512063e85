#include <gmock/gmock.h>

#include "loading.hpp"
#include "sim/scenario/yaml_tree.hpp"

namespace {

std::string mistake(const std::string& text) {
    const sim::YamlTree tree = sim::read_yaml(text);
    if (tree.mistakes.empty()) return "none";
    const sim::Diagnostic& d = tree.mistakes.front();
    return std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " " + d.what;
}

}  // namespace

TEST(Yaml, KeepsPlainTextsAsTheyAre) {
    const sim::YamlTree tree = sim::read_yaml("a: no\nb: 010\nc: 1e3\nd: ~\ne: 2026-03-02\nf: null\n");
    ASSERT_TRUE(tree.mistakes.empty());
    EXPECT_EQ(tree.root.find("a")->value.text, "no");
    EXPECT_EQ(tree.root.find("b")->value.text, "010");
    EXPECT_EQ(tree.root.find("c")->value.text, "1e3");
    EXPECT_EQ(tree.root.find("e")->value.text, "2026-03-02");
}

TEST(Yaml, CountsPlacesFromOneInLettersNotBytes) {
    const sim::YamlTree tree = sim::read_yaml("title: x\nłódź: { key: \"wärt\" , next: [a, bb] }\n");
    ASSERT_TRUE(tree.mistakes.empty());
    const sim::YamlEntry& town = *tree.root.find("łódź");
    EXPECT_EQ(town.place.line, 2);
    EXPECT_EQ(town.place.column, 1);
    EXPECT_EQ(town.place.length, 4);
    const sim::YamlNode& value = town.value.find("key")->value;
    EXPECT_EQ(value.place.column, 14);
    EXPECT_EQ(value.place.length, 6);
    EXPECT_EQ(town.value.find("next")->value.items[1].place.column, 33);
}

TEST(Yaml, TellsALoneWordFromAKey) {
    const sim::YamlTree tree = sim::read_yaml("a: { x: weekly on mon, wed until then, y: }\n");
    ASSERT_TRUE(tree.mistakes.empty()) << tree.mistakes[0].what;
    const sim::YamlNode& map = tree.root.find("a")->value;
    ASSERT_EQ(map.entries.size(), 3u);
    EXPECT_FALSE(map.entries[1].colon);
    EXPECT_EQ(map.entries[1].key, "wed until then");
    EXPECT_TRUE(map.entries[2].colon);
}

TEST(Yaml, RefusesItsMagic) {
    EXPECT_EQ(mistake("a: 1\nb: 2\na: 3\n"), "3:1 the key `a` is given twice");
    EXPECT_EQ(mistake("a: { b: 1, b: 2 }\n"), "1:12 the key `b` is given twice");
    EXPECT_EQ(mistake("a: &x 1\n"), "1:4 anchors (&) and aliases (*) are not part of a scenario");
    EXPECT_EQ(mistake("a: *x\n"), "1:4 anchors (&) and aliases (*) are not part of a scenario");
    EXPECT_EQ(mistake("b: { <<: 1 }\n"), "1:6 merge keys are not part of a scenario");
    EXPECT_EQ(mistake("a: !!str 1\n"), "1:4 YAML tags (!) are not part of a scenario");
    EXPECT_EQ(mistake("a: 1\n---\nb: 2\n"), "2:1 a second document begins here");
    EXPECT_EQ(mistake("? [a, b]\n: 1\n"), "1:3 a key must be a word or two");
}

TEST(Yaml, HelpsWithQuotes) {
    EXPECT_EQ(mistake("location: @webex\n"), "1:11 a text cannot begin with `@` unquoted");
    EXPECT_EQ(sim::read_yaml("a: { location: @webex:space, b: 1 }\n").mistakes.at(0).help, "quote it: \"@webex:space\"");
    EXPECT_EQ(mistake("a: %5\n"), "1:4 a text cannot begin with `%` unquoted");
    EXPECT_EQ(mistake("a: `x`\n"), "1:4 a text cannot begin with a backtick unquoted");
    EXPECT_EQ(mistake("title: \"never\na: b\nc: d\n"), "1:8 this quote is not closed on its line");
    EXPECT_EQ(mistake("a: {b: 'x, c: 1}\nd: 2\n"), "1:8 this quote is not closed on its line");
    EXPECT_EQ(mistake("title: \"never\nb: \"x\"\n"), "1:8 this quote is not closed on its line");
}

TEST(Yaml, RefusesWhatIsNoScenarioText) {
    EXPECT_EQ(mistake(""), "0:0 the file is empty");
    EXPECT_EQ(mistake("# only words\n"), "0:0 the file has only comments");
    EXPECT_EQ(mistake("a: b\n\tc: d\n"), "2:1 a tab in the indentation");
    EXPECT_EQ(mistake("a: \xC3\x28\n"), "1:4 this byte is not UTF-8");
    EXPECT_EQ(mistake(std::string("a: x\0y\n", 7)), "1:5 a NUL byte");
    EXPECT_THAT(mistake(std::string(2'000, '[')), testing::EndsWith("nested deeper than 12 levels"));
    EXPECT_EQ(mistake("a: {b: 1\nc: 2\n"), "1:4 this `{` is never closed, or a comma is missing behind it");
    EXPECT_EQ(mistake("a: '[{' # {\nb: { t: \"[{\", u: [x\nc: d\n"), "2:18 this `[` is never closed, or a comma is missing behind it");
    EXPECT_EQ(mistake("---\n"), "0:0 the file has nothing in it");
    EXPECT_EQ(mistake("a: b\x1b[2J\n"), "1:5 a control character");
    EXPECT_EQ(mistake("a: b\rc: d\n"), "1:5 a carriage return that ends no line");
    EXPECT_EQ(mistake(std::string("a\0:\0 \0b\0", 8)), "0:0 the file is not in UTF-8, but in UTF-16 or UTF-32");
    EXPECT_EQ(mistake("%TAG ! x\n---\na: b\n"), "1:1 YAML directives (%) are not part of a scenario");
    EXPECT_EQ(mistake("a: |\n  %TAG is text here\n"), "none");
}

TEST(Yaml, RefusesAHugeFileWithoutReadingIt) {
    const std::string huge = "title: " + std::string(10'000'000, 'x');
    EXPECT_EQ(mistake(huge), "0:0 the file is too large: more than 1000000 bytes");
}

TEST(Yaml, SurvivesEveryTruncationAndByteFlip) {
    const std::string text =
        "title: \"x\" # c\npeople: { ana: {}, b: 'it''s' }\nstory:\n  - at: 08:01\n    ana creates: { t: |\n  }\nexpect: [a, ...]\n";
    for (std::size_t n = 0; n <= text.size(); ++n) EXPECT_FALSE(load_text(text.substr(0, n)).diagnostics.empty()) << n;
    for (std::size_t n = 0; n < text.size(); ++n)
        for (const char c : {'{', '}', '[', '"', '\'', ':', '&', '*', '\n', '\t', '\x80', '-'}) {
            std::string broken = text;
            broken[n] = c;
            EXPECT_FALSE(load_text(broken).diagnostics.empty()) << "no clock, and nothing is said: " << broken;
        }
}
