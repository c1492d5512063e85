// The wrapper as a newcomer meets it, with stand-ins for cmake, ninja and the package list.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;

class Wrapper : public ::testing::Test {
  protected:
    void SetUp() override {
        fs::create_directories(checkout_);
        fs::create_directories(tools_);
        fs::copy_file(CALRIG_SOURCE_DIR "/calrig", checkout_ / "calrig", fs::copy_options::overwrite_existing);
        tool("dpkg-query", "echo 'install ok installed'");
        tool("cmake", "echo configured >> \"$PWD/steps\"; mkdir -p build/release; sleep 0.1; touch build/release/build.ninja");
        tool("ninja",
             "dir=$2\n"
             "if [ \"$3\" = -n ]; then [ ! -f \"$dir/done\" ] || echo 'ninja: no work to do.'; exit 0; fi\n"
             "echo built >> \"$dir/../../steps\"; sleep 0.1; mkdir -p \"$dir/sim/cli\"\n"
             "printf '#!/bin/sh\\necho \"played $#: $*\"\\n' > \"$dir/sim/cli/calrig\"; chmod +x \"$dir/sim/cli/calrig\"; touch \"$dir/done\"");
    }
    void TearDown() override { fs::remove_all(home_); }

    void tool(const std::string& name, const std::string& body) {
        std::ofstream(tools_ / name) << "#!/bin/bash\n" << body << "\n";
        fs::permissions(tools_ / name, fs::perms::owner_all);
    }
    std::string run(const std::string& command) {
        const std::string line = "cd '" + home_.string() + "' && export PATH='" + tools_.string() + "':\"$PATH\" && { " + command + "; } 2>&1";
        std::string out;
        FILE* pipe = ::popen(("bash -c \"$(cat <<'LINE'\n" + line + "\nLINE\n)\"").c_str(), "r");
        if (pipe == nullptr) return "cannot run";
        for (char part[256]; std::fgets(part, sizeof part, pipe) != nullptr;) out += part;
        ::pclose(pipe);
        return out;
    }
    std::string steps() {
        std::ifstream in(checkout_ / "steps");
        return {std::istreambuf_iterator<char>(in), {}};
    }

    const fs::path home_ = fs::temp_directory_path() / ("calrig wrapper \u00fc " + std::to_string(::getpid()));
    const fs::path checkout_ = home_ / "a clone";
    const fs::path tools_ = home_ / "tools";
};

TEST_F(Wrapper, BuildsOnceAndPassesTheArgumentsAsTheyAre) {
    const std::string first = run("'a clone/calrig' run 'x y'");
    EXPECT_NE(first.find("building the release preset"), std::string::npos) << first;
    EXPECT_NE(first.find("played 2: run x y\n"), std::string::npos) << first;
    EXPECT_EQ(run("'a clone/calrig' lint"), "played 1: lint\n");
    EXPECT_EQ(steps(), "configured\nbuilt\n");
}

TEST_F(Wrapper, IsFoundThroughLinksAndFromAnywhere) {
    const std::string out = run("ln -s 'a clone/calrig' one; mkdir bin; ln -s ../one bin/calrig; cd /; export CDPATH=.:/tmp; '" +
                                (home_ / "bin/calrig").string() + "' list; cd '" + home_.string() + "'; sh 'a clone/calrig' lint");
    EXPECT_NE(out.find("played 1: list\n"), std::string::npos) << out;
    EXPECT_NE(out.find("played 1: lint\n"), std::string::npos) << out;
    EXPECT_EQ(steps(), "configured\nbuilt\n") << "and builds in the checkout only";
    EXPECT_FALSE(fs::exists(home_ / "build"));
}

TEST_F(Wrapper, TwoAtOnceBuildOneAfterTheOther) {
    const std::string out = run("'a clone/calrig' one & 'a clone/calrig' two & wait");
    EXPECT_NE(out.find("played 1: one\n"), std::string::npos) << out;
    EXPECT_NE(out.find("played 1: two\n"), std::string::npos) << out;
    EXPECT_EQ(steps(), "configured\nbuilt\n");
}

TEST_F(Wrapper, NamesWhatIsMissingAndWhatToDo) {
    tool("dpkg-query", "case \"$*\" in *libre2-dev*) exit 1;; esac; echo 'install ok installed'");
    tool("id", "echo 1000");
    tool("sudo", "exit 1");
    tool("apt-get", "exit 1");
    const std::string failed = run("'a clone/calrig' run; echo rc $?");
    EXPECT_NE(failed.find("libre2-dev          join-link detection in linear time"), std::string::npos) << failed;
    EXPECT_NE(failed.find("the installation failed"), std::string::npos) << failed;
    EXPECT_NE(failed.find("rc 4\n"), std::string::npos) << failed;
    EXPECT_EQ(steps(), "");
}

}  // namespace
