// The configuration: every mistake in one go, with its place; the example that is given out; the unit that systemd reads.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/service/process.hpp"

namespace {

namespace fs = std::filesystem;
using service_test::Folder;
using service_test::Process;
using service_test::text_of;

const fs::path here = fs::path(CALRIG_SOURCE_DIR) / "tests/service/configs";

struct Checked {
    int code;
    std::string said;
};

Checked check(const Folder& folder, const std::string& file) {
    const fs::path log = folder / (file + ".log");
    Process process({CALRIG_BINARY, "engine", "--config", (folder / file).string(), "--check"}, log);
    const int code = process.wait();
    return {code, service_test::replaced(text_of(log), folder.path().string() + "/", "")};
}

/// What is said about configs/NAME.yaml stands in configs/NAME.txt; CALRIG_UPDATE=1 writes it anew, for you to read.
class Mistakes : public ::testing::TestWithParam<const char*> {};

TEST_P(Mistakes, AreSaidAllAtOnceEachWithItsPlace) {
    const std::string name = GetParam();
    Folder folder;
    fs::copy_file(here / (name + ".yaml"), folder / (name + ".yaml"));
    service_test::write(folder / "open.json", "{}", 0644);
    service_test::write(folder / "open.token", "token", 0644);
    service_test::write(folder / "short.key", "abcdef\n");
    service_test::write(folder / "hook.key", "no key\n");
    service_test::write(folder / "two-lines", "hunter2\nhunter2\n");
    service_test::write(folder / "account.json", R"({"client_email":"a@b","token_uri":"ftp://c","private_key":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})");
    service_test::write(folder / "junk.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    service_test::write(folder / "ended.pem", text_of(here / "ended.pem"));
    service_test::write(folder / "other.key", text_of(here / "other.key"));
    const Checked checked = check(folder, name + ".yaml");
    EXPECT_EQ(checked.code, 2);
    const fs::path golden = here / (name + ".txt");
    if (std::getenv("CALRIG_UPDATE") != nullptr) service_test::write(golden, checked.said, 0644);
    EXPECT_EQ(checked.said, text_of(golden));
    EXPECT_EQ(checked.said.find("hunter2"), std::string::npos) << "a secret that stands in the file is not shown again";
}

INSTANTIATE_TEST_SUITE_P(Config, Mistakes, ::testing::Values("many_mistakes", "secrets_in_the_open", "files_that_do_not_fit", "no_yaml", "provisioning"),
                         [](const auto& about) { return std::string(about.param); });

TEST(Config, TheExampleIsRight) {
    Folder folder;
    fs::create_directory(folder / "secrets");
    fs::copy_file(fs::path(CALRIG_SOURCE_DIR) / "engine/service/engine.example.yaml", folder / "engine.yaml");
    service_test::write(folder / "secrets/client-secret", "s3cret\n");
    service_test::write(folder / "secrets/cloud-token", "t0ken\n");
    service_test::write(folder / "secrets/hook-secret", "h00k\n");
    service_test::write(folder / "secrets/store.key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    const Checked checked = check(folder, "engine.yaml");
    EXPECT_EQ(checked.code, 0);
    EXPECT_EQ(checked.said, "engine.yaml: ok\n");
    service_test::write(folder / "secrets/store.key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 0640);
    EXPECT_NE(check(folder, "engine.yaml").said.find("others than its owner may read secrets/store.key"), std::string::npos);
}

TEST(Config, ACertificateThatEndedIsToldOf) {
    Folder folder;
    fs::create_directory(folder / "secrets");
    std::string yaml = text_of(fs::path(CALRIG_SOURCE_DIR) / "engine/service/engine.example.yaml");
    yaml = service_test::replaced(yaml, "listen: 127.0.0.1:8443\n", "listen: 127.0.0.1:8443\n  certificate: ended.pem\n  key: ended.key\n");
    service_test::write(folder / "engine.yaml", yaml, 0644);
    for (const char* secret : {"client-secret", "cloud-token", "hook-secret"}) service_test::write(folder / "secrets" / secret, "s3cret\n");
    service_test::write(folder / "secrets/store.key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    for (const char* file : {"ended.pem", "ended.key"}) service_test::write(folder / file, text_of(here / file));
    const Checked checked = check(folder, "engine.yaml");
    EXPECT_EQ(checked.code, 0) << "it may be renewed while the engine runs behind a proxy: no reason not to start";
    EXPECT_NE(checked.said.find("warning: the certificate ended on 2020-02-01"), std::string::npos) << checked.said;
}

TEST(Config, AFileThatIsNoConfigurationIsNotReadInPart) {
    Folder folder;
    service_test::write(folder / "engine.yaml", text_of(fs::path(CALRIG_SOURCE_DIR) / "engine/service/engine.example.yaml") + "#" + std::string(300'000, 'x'), 0644);
    const Checked checked = check(folder, "engine.yaml");
    EXPECT_EQ(checked.code, 3);
    EXPECT_NE(checked.said.find("is larger than 256 KB"), std::string::npos) << checked.said;
}

TEST(Config, AnAdministratorMayProvisionTheService) {
    Folder folder;
    fs::create_directory(folder / "secrets");
    std::string yaml = text_of(fs::path(CALRIG_SOURCE_DIR) / "engine/service/engine.example.yaml");
    yaml = service_test::replaced(yaml, "provider: microsoft\n", "provider: microsoft\nprovisioning: by administrator\n");
    yaml = service_test::replaced(yaml, "  tenant: 0e1f5c1a-7f0b-4c5e-9d52-2a4f9f1e7a10\n", "");
    yaml = service_test::replaced(yaml, "  base: https://cloud.example.com\n", "  base: https://cloud.example.com\n  regions: https://cloud-{region}.example.com\n  portal: https://admin.example.com/calendar\n");
    service_test::write(folder / "engine.yaml", yaml, 0644);
    for (const char* secret : {"client-secret", "cloud-token", "hook-secret"}) service_test::write(folder / "secrets" / secret, "s3cret\n");
    service_test::write(folder / "secrets/store.key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    const Checked checked = check(folder, "engine.yaml");
    EXPECT_EQ(checked.said, "engine.yaml: ok\n");
    EXPECT_EQ(checked.code, 0);
}

TEST(Config, TheHelpNamesEveryKeyOfTheExample) {
    Folder folder;
    Process process({CALRIG_BINARY, "engine", "--help"}, folder / "help.txt");
    EXPECT_EQ(process.wait(), 0);
    for (const char* key : {"provider", "org id", "client secret", "key file", "public url", "operations", "grace", "policy"})
        EXPECT_NE(process.said().find(key), std::string::npos) << key;
}

TEST(Config, SystemdTakesTheUnit) {
    if (!fs::exists("/usr/bin/systemd-analyze")) GTEST_SKIP() << "there is no systemd-analyze here";
    Folder folder;
    service_test::write(folder / "calrig-engine.service", service_test::replaced(text_of(fs::path(CALRIG_SOURCE_DIR) / "engine/service/calrig-engine.service"), "/usr/bin/calrig", CALRIG_BINARY), 0644);
    Process verify({"/usr/bin/systemd-analyze", "verify", "--man=no", (folder / "calrig-engine.service").string()}, folder / "verify.txt");
    EXPECT_EQ(verify.wait(), 0) << verify.said();
    EXPECT_EQ(verify.said().find("calrig-engine.service"), std::string::npos) << verify.said();
    // Exposure in tenths; what is left is mostly that it may use the network.
    Process security({"/usr/bin/systemd-analyze", "security", "--offline=yes", "--threshold=15", (folder / "calrig-engine.service").string()}, folder / "security.txt");
    EXPECT_EQ(security.wait(), 0) << security.said();
}

}  // namespace
