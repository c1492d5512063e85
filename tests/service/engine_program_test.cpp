// `calrig engine` as operators run it: a process of its own, real sockets, a real clock, a file on disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <random>
#include <thread>

#include "engine/adapters/crash.hpp"
#include "engine/service/metrics.hpp"
#include "sim/judge/needles.hpp"
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

/// The texts of these stories that nobody but the calendar may read, in every spelling.
sim::Needles personal_texts() {
    sim::Needles out;
    for (const char* secret : {"Zephyr merger talks", "Quagga numbers", "Ana Archer", "Ben Baker", "ana@calrig.example", "ben@calrig.example", "meet/ana", "Stand-up", "Design review"})
        out.add(secret, secret);
    return out;
}

void expect_sealed(const std::string& bytes, const char* where) {
    for (const sim::Needles::Hit& hit : personal_texts().find(bytes)) ADD_FAILURE() << hit.name << " (" << hit.encoding << ") stands in " << where;
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
    // Nothing more comes when nothing changes: on a busy host the echo of the last write may still be on its way.
    EXPECT_TRUE(eventually([&] {
        const double before = two.metric("calrig_list_items");
        std::this_thread::sleep_for(1500ms);
        return two.metric("calrig_list_items") == before;
    })) << two.log();
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
    expect_sealed(stored, "the store");
    expect_sealed(log, "the log");
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
    expect_sealed(text, "the metrics");
    EXPECT_EQ(two.end_engine(SIGINT), 0) << two.log();
}

TEST(EngineOperations, NobodysTextsBecomeLabelsLogLinesOrErrors) {
    TwoProcesses two("microsoft", true);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    two.create("Zephyr merger talks", "@webex", 24h, "Quagga numbers");
    ASSERT_TRUE(eventually([&] { return two.shown_to("ben").contains("Zephyr merger talks"); })) << two.log();
    // Whoever rings with somebody's text in path, query or body must not find it in a label or a line of the log.
    const std::string knock = "/hooks/Zephyr%20merger%20talks/ana@calrig.example?subject=Design%20review";
    std::string answers;
    for (const char* method : {"POST", "GET"}) answers += two.knock_at_hook(method, knock, R"({"type":"Ben Baker","value":"ben@calrig.example"})").body;
    answers += two.knock_at_hook("POST", "/hooks/graph", R"({"value":[{"resource":"ana@calrig.example","clientState":"Quagga numbers"}]})").body;
    std::string refused;
    EXPECT_EQ(two.operations("/Ana%20Archer", &refused), 404);
    const std::string metrics = two.metrics();
    EXPECT_NE(metrics.find("calrig_hooks_total{"), std::string::npos) << metrics;
    expect_sealed(metrics, "the metrics");
    expect_sealed(answers + refused, "an answer");
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    expect_sealed(two.log(), "the log");
}

TEST(EngineOperations, APlantedLabelIsFound) {
    // The search above can say no: the same figures, with a sender as the request named itself.
    engine::service::Figures figures;
    figures.hooks[{"graph", 202}] = 7;
    EXPECT_TRUE(personal_texts().find(engine::service::metrics_text(figures)).empty());
    for (const char* sender : {"Zephyr merger talks", "Zephyr%20merger%20talks", "QW5hIEFyY2hlciBpcyBhd2F5", "ZEPHYR MERGER TALKS"}) {
        engine::service::Figures leaking = figures;
        leaking.hooks[{sender, 404}] = 1;
        EXPECT_EQ(personal_texts().find(engine::service::metrics_text(leaking)).size(), 1u) << sender;
    }
}

TEST(EngineCrash, AnUncaughtExceptionIsToldByItsTypeAlone) {
    const std::function<void()> stumble = [] { throw std::runtime_error("cannot read \"Zephyr merger talks\""); };
    const auto crash = [&]() noexcept { stumble(); };
    // What the language does by itself: it tells the words.
    EXPECT_EXIT(crash(), ::testing::KilledBySignal(SIGABRT), ::testing::HasSubstr("Zephyr merger talks"));
    EXPECT_EXIT((engine::adapters::keep_crashes_quiet(), crash()), ::testing::KilledBySignal(SIGABRT),
                ::testing::AllOf(::testing::HasSubstr(R"("event":"bug.terminated","exception":"St13runtime_error")"),
                                 ::testing::Not(::testing::HasSubstr("Zephyr"))));
}

TEST(EngineCrash, LeavesNeitherWordsNorACoreFile) {
    TwoProcesses two("microsoft", true);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    two.create("Zephyr merger talks", "@webex", 24h, "Quagga numbers");
    ASSERT_TRUE(eventually([&] { return two.shown_to("ben").contains("Zephyr merger talks"); })) << two.log();
    const std::string limits = service_test::text_of("/proc/" + std::to_string(two.engine().id()) + "/limits");
    EXPECT_NE(limits.find("Max core file size        0                    0"), std::string::npos) << limits;
    EXPECT_EQ(two.end_engine(SIGABRT), -SIGABRT);  // what a failed assertion ends with
    EXPECT_FALSE(std::filesystem::exists(two.folder() / "core"));
    expect_sealed(two.log(), "what the crash said");
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

/// What operators mend must work at once: whoever was refused is not left waiting for the next hourly, then daily try.
TEST_P(EngineProgram, CredentialsThatAreMendedWorkAtOnce) {
    const bool google = std::string(GetParam()) == "google";
    TwoProcesses two(GetParam());
    const std::string yaml = service_test::text_of(two.config());
    if (google) {
        json key = json::parse(service_test::text_of(two.folder() / "service-account.json"));
        key["client_email"] = "nobody@calrig.example";
        service_test::write(two.folder() / "wrong", key.dump());
        service_test::write(two.config(), service_test::replaced(yaml, "key file: service-account.json", "key file: wrong"));
    } else {
        service_test::write(two.folder() / "wrong", "wrong\n");
        service_test::write(two.config(), service_test::replaced(yaml, "client secret: { file: client-secret }", "client secret: { file: wrong }"));
    }
    two.start_engine();
    ASSERT_TRUE(eventually([&] { return two.metric("calrig_mailboxes{state=\"error\"}") >= 5; })) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    // With the same ones nobody is asked again before it is time.
    two.start_engine();
    ASSERT_TRUE(eventually([&] { return two.operations("/readyz") == 200; })) << two.log();
    EXPECT_EQ(two.metric("calrig_mailboxes{state=\"error\"}"), 7) << two.metrics();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    service_test::write(two.config(), yaml);
    two.start_engine();
    EXPECT_TRUE(two.is_working()) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

TEST(EngineOperations, AnAuthorityThatIsNotTrustedIsNamedInTheLog) {
    TwoProcesses two("microsoft");
    service_test::write(two.config(), service_test::replaced(service_test::text_of(two.config()), "trust: ca.pem\n", ""));
    two.start_engine();
    EXPECT_TRUE(eventually([&] { return two.log().find(R"("event":"http.untrusted","to":"https://localhost:)") != std::string::npos; })) << two.log();
    EXPECT_NE(two.log().find(R"("event":"directory.unreadable","code":"certificate_not_trusted")"), std::string::npos) << two.log();
    EXPECT_EQ(two.operations("/readyz"), 503);
    EXPECT_EQ(two.operations("/healthz"), 200) << "another process would fare no better";
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

TEST(EngineOperations, ARenewedAuthorityIsTakenWithoutARestart) {
    TwoProcesses two("microsoft");
    const std::string whole = service_test::text_of(two.config());
    service_test::write(two.config(), service_test::replaced(whole, "trust: ca.pem\n", ""));
    two.start_engine();
    EXPECT_TRUE(eventually([&] { return two.log().find(R"("event":"http.untrusted")") != std::string::npos; })) << two.log();
    service_test::write(two.config(), whole + "no such key: 1\n");
    two.engine().signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return two.log().find(R"("event":"certificates.not_renewed")") != std::string::npos; })) << two.log();
    service_test::write(two.config(), whole);
    two.engine().signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return two.log().find(R"("event":"certificates.renewed")") != std::string::npos; })) << two.log();
    EXPECT_TRUE(eventually([&] { return two.is_working(); }, std::chrono::seconds(60))) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

TEST(EngineOperations, TheStoreOfAnotherOrganisationIsRefused) {
    TwoProcesses two("microsoft", true);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    const std::string yaml = service_test::text_of(two.config());
    const std::size_t at = yaml.find("org id: ") + 8;
    service_test::write(two.config(), yaml.substr(0, at) + "7f2c3f0e-58a4-4a1d-9d35-1c0f1f6a2b11" + yaml.substr(yaml.find('\n', at)));
    service_test::Process second({CALRIG_BINARY, "engine", "--config", two.config().string()}, two.folder() / "second.log");
    EXPECT_EQ(second.wait(), 3);
    EXPECT_NE(second.said().find("is another organisation's"), std::string::npos) << second.said();
}

/// What a disk can do to a store: gone, or bent. Nothing stays in a list that no calendar holds.
TEST_P(EngineProgram, AStoreThatIsLostOrDamagedLeavesNoGhosts) {
    TwoProcesses two(GetParam());
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    const std::string first = two.create("Goes first", "@webex", 24h), second = two.create("Goes second", "@webex", 25h);
    two.create("Stays", "@webex", 26h);
    const auto shows = [&](const char* title) { return two.shown_to("ben").contains(title); };
    ASSERT_TRUE(eventually([&] { return shows("Goes first") && shows("Goes second") && shows("Stays"); })) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(two.store().string() + ending);
    two.remove(first);
    two.start_engine();
    ASSERT_TRUE(two.is_working()) << two.log();
    EXPECT_TRUE(eventually([&] { return !shows("Goes first") && shows("Goes second") && shows("Stays"); })) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
    std::string bytes = service_test::text_of(two.store());
    for (std::size_t page = 4'096; page + 4'096 <= bytes.size(); page += 4'096) bytes[page + 3'000] = static_cast<char>(bytes[page + 3'000] ^ 1);
    service_test::write(two.store(), bytes);
    two.remove(second);
    two.start_engine();
    // A bent byte where SQLite itself looks: then it is the operator who moves the file away (engine/service/README.md).
    const auto gave_up = [&] { return two.log().find(R"("event":"store.failed")") != std::string::npos; };
    EXPECT_TRUE(eventually([&] { return gave_up() || two.is_working(); })) << two.log();
    if (gave_up()) {
        EXPECT_NE(two.end_engine(SIGTERM), 0);
        for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(two.store().string() + ending);
        two.start_engine();
    }
    EXPECT_TRUE(eventually([&] { return !shows("Goes second") && shows("Stays"); })) << two.log();
    EXPECT_NE(two.log().find("list.unknown_items_deleted"), std::string::npos) << two.log();
    EXPECT_EQ(two.end_engine(SIGTERM), 0);
}

}  // namespace
