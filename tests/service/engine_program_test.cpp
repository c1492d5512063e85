// `calrig engine` as operators run it: a process of its own, real sockets, a real clock, a file on disk.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <random>
#include <thread>

#include "tests/service/two_processes.hpp"

namespace {

using nlohmann::json;
using service_test::eventually;
using service_test::TwoProcesses;
using namespace std::chrono_literals;

constexpr const char* join_address = "https://calrig.webex.com/meet/ana";

int count_of(const std::string& text, const std::string& what) {
    int out = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++out;
    return out;
}

std::string base64_of(const std::string& text) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i + 3 <= text.size(); i += 3) {
        unsigned three = 0;
        for (std::size_t j = 0; j < 3; ++j) three = three << 8u | static_cast<unsigned char>(text[i + j]);
        for (const unsigned shift : {18u, 12u, 6u, 0u}) out += digits[three >> shift & 63u];
    }
    return out;
}

/// The text in the forms in which it could lie in a file.
std::map<std::string, std::string> forms_of(const std::string& text) {
    std::map<std::string, std::string> out = {{"plain", text}};
    for (std::size_t cut = 0; cut < 3 && cut < text.size(); ++cut) {
        const std::string form = base64_of(text.substr(cut));
        if (form.size() >= 8) out["base64, " + std::to_string(cut) + " cut"] = form;
        if (form.size() >= 8) out["base64url, " + std::to_string(cut) + " cut"] = service_test::replaced(service_test::replaced(form, "+", "-"), "/", "_");
    }
    std::string hex, wide, upper;
    for (const char c : text) {
        static constexpr char digits[] = "0123456789abcdef";
        hex += digits[static_cast<unsigned char>(c) >> 4];
        hex += digits[static_cast<unsigned char>(c) & 15];
        wide += c;
        wide += '\0';
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    out["hex"] = hex;
    out["UTF-16"] = wide;
    out["upper case"] = upper;
    out["percent"] = service_test::replaced(service_test::replaced(text, "@", "%40"), " ", "%20");
    return out;
}

class EngineProgram : public ::testing::TestWithParam<const char*> {};

TEST_P(EngineProgram, JoinDetailsListItemsAndButtonsComeOverRealSockets) {
    TwoProcesses two(GetParam());
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    const std::string id = two.create("Zephyr 4711", "@webex", 4min, "the agenda is Quagga");
    ASSERT_TRUE(eventually([&] { return two.written(id).find(join_address) != std::string::npos; })) << two.written(id) << two.log();
    EXPECT_NE(two.written(id).find("the agenda is Quagga"), std::string::npos) << "what the organizer wrote stays";
    ASSERT_TRUE(eventually([&] { return two.shown_to("ben").contains("Zephyr 4711"); })) << two.log();
    // Four minutes before the start the button is lit: five are promised.
    ASSERT_TRUE(eventually([&] {
        const auto shown = two.shown_to("ben");
        const auto found = shown.find("Zephyr 4711");
        return found != shown.end() && found->second.value("button", false);
    })) << two.log();
    EXPECT_EQ(two.shown_to("ben").find("Zephyr 4711")->second.value("join", ""), join_address);
    EXPECT_GE(two.metric(std::string("calrig_hooks_total{sender=\"") + GetParam() + "\",status=\"200\"}") +
                  two.metric("calrig_hooks_total{sender=\"graph\",status=\"202\"}") + two.metric("calrig_hooks_total{sender=\"google\",status=\"200\"}"), 1)
        << two.metrics();
    two.remove(id);
    EXPECT_TRUE(eventually([&] { return !two.shown_to("ben").contains("Zephyr 4711"); })) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

TEST_P(EngineProgram, KilledAtAnyMomentNothingIsDoubledOrLost) {
    TwoProcesses two(GetParam());
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    const std::string calm = two.create("Calm", "@webex", 24h);
    ASSERT_TRUE(eventually([&] { return two.shown_to("ben").contains("Calm"); })) << two.log();
    const int blocks = count_of(two.written(calm), join_address);
    ASSERT_GE(blocks, 1);
    std::map<std::string, std::string> expected = {{"Calm", calm}};
    int round = 0;
    for (const auto pause : {5ms, 150ms, 600ms, 1'050ms, 1'150ms}) {
        ++round;
        for (const char* which : {"a", "b", "c"}) {
            const std::string title = "Storm " + std::to_string(round) + which;
            expected[title] = two.create(title, "@webex", 24h + std::chrono::hours(round));
        }
        std::this_thread::sleep_for(pause);
        EXPECT_EQ(two.end_engine(SIGKILL), -SIGKILL);
        if (round == 2) {
            // While nobody looks: one is renamed, one is cancelled.
            two.retitle(expected["Storm 1a"], "Renamed in the dark");
            expected["Renamed in the dark"] = expected["Storm 1a"];
            expected.erase("Storm 1a");
            two.remove(expected["Storm 1b"]);
            expected.erase("Storm 1b");
        }
        two.start_engine();
    }
    ASSERT_TRUE(two.is_working()) << two.log();
    const auto as_expected = [&] {
        const auto shown = two.shown_to("ben");
        for (const auto& [title, id] : expected)
            if (shown.count(title) != 1) return false;
        return !shown.contains("Storm 1a") && !shown.contains("Storm 1b");
    };
    EXPECT_TRUE(eventually(as_expected)) << two.log();
    for (const auto& [title, id] : expected) {
        EXPECT_TRUE(eventually([&, id = id] { return count_of(two.written(id), join_address) == blocks; })) << title << ": " << two.written(id);
        EXPECT_EQ(two.shown_to("ben").count(title), 1u) << title;
        EXPECT_EQ(two.shown_to("ana").count(title), 1u) << title;
    }
    // Nothing more comes when nothing changes.
    const double before = two.metric("calrig_list_items");
    std::this_thread::sleep_for(1500ms);
    EXPECT_EQ(two.metric("calrig_list_items"), before);
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    EXPECT_EQ(two.log().find("store.unreadable"), std::string::npos);
}

TEST_P(EngineProgram, EndsOnRequestAndLeavesNothingReadableOnTheDisk) {
    TwoProcesses two(GetParam());
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    const std::string id = two.create("Zephyr merger talks", "@webex", 24h, "Quagga numbers");
    ASSERT_TRUE(eventually([&] { return two.shown_to("ben").contains("Zephyr merger talks"); })) << two.log();
    // While it runs there is a write-ahead file, too; it is looked at as it is.
    std::string stored = service_test::text_of(two.store()) + service_test::text_of(two.store().string() + "-wal");
    EXPECT_GT(stored.size(), 10'000u) << "something was stored";
    EXPECT_EQ(two.end_engine(SIGTERM), 0) << two.log();
    EXPECT_FALSE(std::filesystem::exists(two.store().string() + "-wal")) << "a clean end leaves one file";
    stored += service_test::text_of(two.store());
    struct stat about {};
    ASSERT_EQ(::stat(two.store().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
    const std::string log = two.log();
    for (const char* secret : {"Zephyr merger talks", "Quagga numbers", "Ana Archer", "Ben Baker", "ana@calrig.example", "ben@calrig.example", "meet/ana", "Stand-up", "Design review"})
        for (const auto& [form, text] : forms_of(secret)) {
            EXPECT_EQ(stored.find(text), std::string::npos) << secret << " (" << form << ") lies in the store";
            EXPECT_EQ(log.find(text), std::string::npos) << secret << " (" << form << ") stands in the log";
        }
    EXPECT_EQ(stored.find(two.env("CLIENT_SECRET")), std::string::npos);
    std::istringstream lines(log);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const json one = json::parse(line, nullptr, false);
        ASSERT_TRUE(one.is_object()) << line;
        EXPECT_TRUE(one.contains("time") && one.contains("level") && one.contains("event")) << line;
    }
    EXPECT_GE(count, 3);
    EXPECT_NE(log.find(R"("event":"service.ended","given_up":0)"), std::string::npos) << log;
}

INSTANTIATE_TEST_SUITE_P(Providers, EngineProgram, ::testing::Values("microsoft", "google"), [](const auto& about) { return std::string(about.param); });

TEST(EngineOperations, HealthReadinessAndMetricsThatAParserTakes) {
    TwoProcesses two("microsoft", true);  // plain http on loopback, as behind a proxy
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    EXPECT_EQ(two.operations("/healthz"), 200);
    EXPECT_EQ(two.operations("/nothing"), 404);
    const std::string text = two.metrics();
    std::map<std::string, std::string> types;
    std::set<std::string> seen;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            const std::size_t end = line.find(' ', 7);
            EXPECT_TRUE(types.emplace(line.substr(7, end - 7), line.substr(end + 1)).second) << "a family comes twice: " << line;
            continue;
        }
        if (line.starts_with("# HELP ")) continue;
        const std::size_t blank = line.rfind(' ');
        ASSERT_NE(blank, std::string::npos) << line;
        std::size_t used = 0;
        std::stod(line.substr(blank + 1), &used);
        EXPECT_EQ(used, line.size() - blank - 1) << line;
        EXPECT_TRUE(seen.insert(line.substr(0, blank)).second) << "a series comes twice: " << line;
        std::string family = line.substr(0, std::min(line.find('{'), blank));
        for (const char* suffix : {"_bucket", "_sum", "_count"})
            if (!types.contains(family) && family.ends_with(suffix)) family.resize(family.size() - std::string(suffix).size());
        EXPECT_TRUE(types.contains(family)) << "no TYPE before " << line;
    }
    for (const char* family : {"calrig_mailboxes", "calrig_exchanges_total", "calrig_queue", "calrig_last_sync_age_seconds", "calrig_hooks_total", "process_cpu_seconds_total"})
        EXPECT_TRUE(types.contains(family)) << family << " is missing in\n" << text;
    EXPECT_GE(two.metric(R"(calrig_exchanges_total{service="graph",result="2xx"})"), 5);
    for (const char* personal : {"@calrig.example", "Ana", "ana", "Stand-up"}) EXPECT_EQ(text.find(personal), std::string::npos) << personal << " in\n" << text;
    EXPECT_EQ(two.end_engine(SIGINT), 0) << two.log();
}

TEST(EngineBench, AloneOnRecordedAnswersTheEngineDoesTheSame) {
    service_test::Folder folder;
    service_test::Process bench({CALRIG_BINARY, "bench", "engine", "--users", "8"}, folder / "bench.txt");
    EXPECT_EQ(bench.wait(100s), 0) << bench.said();
    EXPECT_NE(bench.said().find("8 users,     80 copies"), std::string::npos) << bench.said();
    EXPECT_EQ(bench.said().find("not a figure"), std::string::npos) << bench.said();
}

TEST(EngineOperations, ASecondEngineOnTheSameStoreIsRefused) {
    TwoProcesses two("microsoft", true);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    service_test::Process second({CALRIG_BINARY, "engine", "--config", two.config().string()}, two.folder() / "second.log");
    EXPECT_EQ(second.wait(), 3);
    EXPECT_NE(second.said().find("another engine is using it"), std::string::npos) << second.said();
}

TEST(EngineOperations, AnotherKeyThanTheStoresIsRefused) {
    TwoProcesses two("microsoft", true);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    service_test::write(two.folder() / "store.key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    service_test::Process second({CALRIG_BINARY, "engine", "--config", two.config().string()}, two.folder() / "second.log");
    EXPECT_EQ(second.wait(), 3);
    EXPECT_NE(second.said().find("was written with another key"), std::string::npos) << second.said();
}

}  // namespace
