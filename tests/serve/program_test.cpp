// `calrig serve` as people start it: the built program, its files, its ends.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/microsoft/certificate.hpp"
#include "tests/serve/client.hpp"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using serve_test::Client;

std::string text_of(const fs::path& path) {
    std::ifstream in(path);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

/// One run of the program in a folder of its own.
class Program {
  public:
    explicit Program(std::vector<std::string> arguments) {
        std::string pattern = (fs::temp_directory_path() / "calrig-serve-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::vector<std::string> all = {CALRIG_BINARY, "serve", "--out", folder_.string(), "--ready-file", (folder_ / "ready.json").string()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        process_ = ::fork();
        if (process_ == 0) {
            std::vector<char*> words;
            for (std::string& word : all) words.push_back(word.data());
            words.push_back(nullptr);
            (void)!std::freopen((folder_ / "out.txt").c_str(), "w", stdout);
            (void)!std::freopen((folder_ / "err.txt").c_str(), "w", stderr);
            ::execv(words[0], words.data());
            ::_exit(127);
        }
    }
    ~Program() {
        if (process_ > 0) end(SIGKILL);
        fs::remove_all(folder_);
    }
    json ready() {
        for (int i = 0; i < 400; ++i) {
            if (fs::exists(folder_ / "ready.json")) return json::parse(text_of(folder_ / "ready.json"));
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
        }
        ADD_FAILURE() << "never ready: " << errors();
        return {};
    }
    /// Exit code, or -signal.
    int end(int signal) {
        ::kill(process_, signal);
        return wait();
    }
    int wait() {
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    std::string errors() const { return text_of(folder_ / "err.txt"); }
    const fs::path& folder() const { return folder_; }

  private:
    fs::path folder_;
    pid_t process_ = -1;
};

std::uint16_t port_of(const json& ready) {
    const std::string base = ready.value("GRAPH_BASE", ":0");
    return static_cast<std::uint16_t>(std::stoi(base.substr(base.rfind(':') + 1)));
}

unsigned mode_of(const fs::path& path) {
    struct stat about {};
    ::stat(path.c_str(), &about);
    return about.st_mode & 0777u;
}

std::string token(const json& ready, Client& client) {
    const fakes::Reply reply = client.ask("POST", "/" + ready.value("TENANT", "") + "/oauth2/v2.0/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                                          "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + ready.value("CLIENT_ID", "") +
                                              "&client_secret=" + ready.value("CLIENT_SECRET", ""));
    return "Bearer " + json::parse(reply.body, nullptr, false).value("access_token", "");
}

TEST(ServeProgram, WritesItsFilesServesAndEndsCleanly) {
    for (const int signal : {SIGINT, SIGTERM}) {
        Program program({"--port", "0"});
        const json ready = program.ready();
        EXPECT_EQ(mode_of(program.folder() / "service-account.json"), 0600u);
        EXPECT_EQ(mode_of(program.folder() / "env.sh"), 0600u);
        EXPECT_EQ(mode_of(program.folder() / "ready.json"), 0600u);
        EXPECT_NE(text_of(program.folder() / "env.sh").find("export GRAPH_BASE='" + ready.value("GRAPH_BASE", "") + "'\n"), std::string::npos);
        EXPECT_EQ(json::parse(text_of(ready.value("SA_KEY_JSON", "")))["token_uri"], ready["GOOGLE_TOKEN_URI"]);
        Client client(port_of(ready), text_of(ready.value("CALRIG_CA", "")));
        ASSERT_TRUE(client.connected()) << client.problem();
        EXPECT_EQ(client.ask("GET", "/v1.0/users/" + ready.value("GRAPH_USER", "") + "/events", {{"Authorization", token(ready, client)}}).status, 200);
        EXPECT_EQ(client.ask("GET", "/discovery/v1/apis/calendar/v3/rest").status, 200);
        EXPECT_EQ(program.end(signal), 0) << program.errors();
        EXPECT_FALSE(fs::exists(program.folder() / "ready.json")) << "nobody is ready any more";
        EXPECT_EQ(program.errors(), "");
    }
}

TEST(ServeProgram, KilledAndStartedAgainItGivesTheSameIds) {
    const auto ids = [](const std::string& seed) {
        Program program({"--port", "0", "--seed", seed, "--clock", "virtual", "--start", "2026-03-02T08:00:00Z"});
        json ready = program.ready();
        Client client(port_of(ready), text_of(ready.value("CALRIG_CA", "")));
        const std::string bearer = token(ready, client);
        const std::vector<fakes::Header> headers = {{"Authorization", bearer}, {"Content-Type", "application/json"}};
        const std::string path = "/v1.0/users/" + ready.value("GRAPH_USER", "") + "/events";
        const fakes::Reply made = client.ask(
            "POST", path, headers, R"({"subject":"x","start":{"dateTime":"2026-03-03T10:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T11:00:00","timeZone":"UTC"}})");
        EXPECT_EQ(made.status, 201) << made.body;
        const json list = json::parse(client.ask("GET", path + "?$select=id,iCalUId", headers).body);
        EXPECT_EQ(program.end(SIGKILL), -SIGKILL);
        return ready.value("TENANT", "") + list["value"].dump() + json::parse(made.body).value("id", "");
    };
    const std::string first = ids("5");
    EXPECT_EQ(ids("5"), first);
    EXPECT_NE(ids("6"), first);
}

TEST(ServeProgram, APortInUseIsOneClearSentence) {
    Program first({"--port", "0"});
    const std::string port = std::to_string(port_of(first.ready()));
    Program second({"--port", port});
    EXPECT_EQ(second.wait(), 3);
    EXPECT_EQ(second.errors(), "calrig: cannot listen on 127.0.0.1 port " + port + ": the port is in use; choose another by --port, or 0 for any free one\n");
}

TEST(ServeProgram, SaysLoudlyThatItIsOpenToTheNetwork) {
    Program program({"--port", "0", "--bind", "0.0.0.0"});
    program.ready();
    EXPECT_NE(program.errors().find("WARNING: listening on 0.0.0.0"), std::string::npos) << program.errors();
}

TEST(ServeProgram, MistakesAreSaidAndEndIt) {
    EXPECT_EQ(Program({"--port", "0", "--start", "yesterday"}).wait(), 3);
    EXPECT_EQ(Program({"--port", "0", "--trust", "/nowhere.pem"}).wait(), 3);
    EXPECT_EQ(Program({"--port", "99999"}).wait(), 3);
    EXPECT_EQ(Program({"--port", "0", "--bind", "here"}).wait(), 3);
    EXPECT_EQ(Program({"/nowhere.yaml"}).wait(), 3);
}

TEST(ServeProgram, WhatNoOptionCanMeanIsSaidBeforeAnythingIsServed) {
    Program junk({"--port", "0"});
    const std::string file = (junk.folder() / "junk.pem").string();
    std::ofstream(file) << "junk";
    for (const auto& [option, value] : std::initializer_list<std::pair<std::string, std::string>>{
             {"--app-certificate", file}, {"--cloud-hook", "junk"}, {"--cloud-hook", "https://"}, {"--name", "a b"}, {"--control-token", ""}, {"--control-token", "a b"}}) {
        Program program({"--port", "0", option, value});
        EXPECT_EQ(program.wait(), 3) << option << " " << value;
        EXPECT_FALSE(program.errors().empty()) << option;
        EXPECT_EQ(program.errors().find("bug of calrig"), std::string::npos) << program.errors();
    }
}

TEST(ServeProgram, ServesAScenarioAsItsWorld) {
    Program program({"--port", "0", "--clock", "virtual", CALRIG_SOURCE_DIR "/scenarios/rooms/room_and_personal_device_both_light_up.yaml"});
    const json ready = program.ready();
    Client client(port_of(ready), text_of(ready.value("CALRIG_CA", "")));
    EXPECT_EQ(client.ask("GET", "/v1.0/users/" + ready.value("GRAPH_USER", "") + "/events", {{"Authorization", token(ready, client)}}).status, 200);
    EXPECT_NE(ready.value("ROOM", ""), "");
}

TEST(ServeProgram, AKeptAuthorityIsTrustedAfterARestart) {
    std::string pattern = (fs::temp_directory_path() / "calrig-ca-XXXXXX").string();
    const fs::path kept = ::mkdtemp(pattern.data());
    std::string first;
    {
        Program program({"--port", "0", "--ca-dir", kept.string()});
        const json ready = program.ready();
        first = text_of(ready.value("CALRIG_CA", ""));
        EXPECT_EQ(mode_of(kept / "ca-key.pem"), 0600u);
        EXPECT_EQ(text_of(kept / "ca.pem"), first);
        Client client(port_of(ready), first);
        EXPECT_TRUE(client.connected()) << client.problem();
        EXPECT_EQ(program.end(SIGTERM), 0) << program.errors();
    }
    {
        Program program({"--port", "0", "--ca-dir", kept.string()});
        Client client(port_of(program.ready()), first);
        EXPECT_TRUE(client.connected()) << client.problem();
    }
    {
        Program other({"--port", "0"});
        Client client(port_of(other.ready()), first);
        EXPECT_FALSE(client.connected()) << "otherwise each start has its own";
    }
    fs::remove(kept / "ca-key.pem");
    Program half({"--port", "0", "--ca-dir", kept.string()});
    EXPECT_EQ(half.wait(), 3);
    EXPECT_NE(half.errors().find("holds ca.pem but no ca-key.pem"), std::string::npos) << half.errors();
    std::ofstream(kept / "ca-key.pem") << "no key";
    Program none({"--port", "0", "--ca-dir", kept.string()});
    EXPECT_EQ(none.wait(), 3);
    EXPECT_NE(none.errors().find("no certificate of an authority"), std::string::npos) << none.errors();
    fs::remove_all(kept);
}

TEST(ServeProgram, ARegisteredCertificateGetsTokensByAssertionAndNoOther) {
    const microsoft_test::OwnCertificate registered, stranger;
    std::string pattern = (fs::temp_directory_path() / "calrig-cert-XXXXXX").string();
    const fs::path folder = ::mkdtemp(pattern.data());
    std::ofstream(folder / "app.pem") << registered.pem();
    Program program({"--port", "0", "--plain-http", "--app-certificate", (folder / "app.pem").string(), "--verifiable-tokens"});
    const json ready = program.ready();
    Client client(port_of(ready));
    const std::string endpoint = ready.value("AUTHORITY_BASE", "") + "/" + ready.value("TENANT", "") + "/oauth2/v2.0/token";
    const auto by = [&](const microsoft_test::OwnCertificate& certificate) {
        const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
        const json header = {{"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", certificate.thumbprint_sha256()}};
        const json claims = {{"aud", endpoint}, {"iss", ready["CLIENT_ID"]}, {"sub", ready["CLIENT_ID"]}, {"jti", "one"}, {"nbf", now - 10}, {"exp", now + 300}};
        const std::string said = microsoft_test::jwt_part(header.dump()) + "." + microsoft_test::jwt_part(claims.dump());
        return client.ask("POST", "/" + ready.value("TENANT", "") + "/oauth2/v2.0/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                          "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + ready.value("CLIENT_ID", "") +
                              "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" + said + "." +
                              microsoft_test::jwt_part(certificate.sign(said, true)));
    };
    const fakes::Reply good = by(registered);
    ASSERT_EQ(good.status, 200) << good.body;
    const std::string token = json::parse(good.body)["access_token"];
    EXPECT_EQ(client.ask("GET", "/v1.0/users/" + ready.value("GRAPH_USER", "") + "/events", {{"Authorization", "Bearer " + token}}).status, 200);
    const json keys = json::parse(client.ask("GET", "/" + ready.value("TENANT", "") + "/discovery/v2.0/keys").body);
    const std::size_t end = token.rfind('.');
    EXPECT_TRUE(microsoft_test::verifies(keys["keys"][0], token.substr(0, end), microsoft_test::jwt_part_decode(token.substr(end + 1)))) << "--verifiable-tokens";
    const fakes::Reply bad = by(stranger);
    EXPECT_EQ(bad.status, 401);
    EXPECT_NE(bad.body.find("AADSTS700027"), std::string::npos) << bad.body;
    fs::remove_all(folder);
}

TEST(ServeProgram, ThrottlesAsManyRequestsAsItIsTold) {
    Program program({"--port", "0", "--plain-http", "--graph-requests", "3"});
    const json ready = program.ready();
    Client client(port_of(ready));
    const std::string bearer = token(ready, client);
    const auto status = [&] { return client.ask("GET", "/v1.0/users/" + ready.value("GRAPH_USER", "") + "/events", {{"Authorization", bearer}}).status; };
    for (int i = 0; i < 3; ++i) EXPECT_EQ(status(), 200);
    EXPECT_EQ(status(), 429);
}

TEST(ServeProgram, IsMeasuredByTheBench) {
    const std::string command = std::string(CALRIG_BINARY) + " bench serve --events 60 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string told;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) told += line;
    EXPECT_EQ(::pclose(pipe), 0) << told;
    for (const char* row : {"first answer", "Graph: create", "Google: create", "Graph: list of 50 with $select", "Graph: list of 50, whole", "Google: list of 50",
                            "TLS, Graph: list of 50 with $select"}) {
        EXPECT_NE(told.find(row), std::string::npos) << row << " is missing in\n" << told;
    }
}

}  // namespace
