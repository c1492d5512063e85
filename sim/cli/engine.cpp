#include "sim/cli/engine.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "engine/adapters/crash.hpp"
#include "sim/cli/engine_config.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/run.hpp"

namespace sim {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t config_bytes_max = 256'000;
constexpr std::size_t engine_file_bytes_max = 4'000'000;
/// A name server that does not answer keeps a thread that nobody can stop; nothing is written any more by then.
constexpr unsigned last_moment_s = 5;

ConfigSurroundings machine() {
    ConfigSurroundings out;
    out.file = [](const std::string& path) {
        FileText read = read_file(path, engine_file_bytes_max);
        if (read.text && read.text->size() > engine_file_bytes_max) read = {std::nullopt, path + " is larger than 4 MB", {}};
        ConfigSurroundings::Found found{std::move(read.text), std::move(read.error), false};
        struct stat about {};
        found.open_to_others = ::stat(path.c_str(), &about) == 0 && (about.st_mode & 077) != 0;
        return found;
    };
    out.variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
    out.folder_is_there = [](const std::string& path) {
        std::error_code error;
        return fs::is_directory(path, error);
    };
    out.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return out;
}

/// Whole lines; a reader that went away must not stop the engine.
void write_line(std::string_view line) {
    while (!line.empty()) {
        const ::ssize_t count = ::write(STDOUT_FILENO, line.data(), line.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        line.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string ready_text(const engine::service::Service& service) {
    nlohmann::ordered_json out;
    out["HOOKS_PORT"] = service.hooks_port();
    out["OPERATIONS_PORT"] = service.operations_port();
    return out.dump(2) + "\n";
}

/// With its mistakes on standard error; nothing when there are any.
std::optional<engine::service::Settings> read_again(const std::string& path, const std::string& folder) {
    const FileText file = read_file(path, config_bytes_max);
    if (!file.text || file.text->size() > config_bytes_max) return std::nullopt;
    ReadConfig config = read_engine_config(*file.text, folder, machine());
    if (!config.diagnostics.empty()) std::fputs(render_diagnostics(path, config.shown, config.diagnostics, false).c_str(), stderr);
    return std::move(config.settings);
}

}  // namespace

int engine_command(const EngineOptions& options) {
    engine::adapters::keep_crashes_quiet();
    const FileText file = read_file(options.config, config_bytes_max);
    if (!file.text) return usage(file.error);
    if (file.text->size() > config_bytes_max) return usage(options.config + " is larger than 256 KB: a configuration has a few dozen lines");
    std::error_code error;
    const std::string folder = fs::absolute(options.config, error).parent_path().string();
    ReadConfig config = read_engine_config(*file.text, folder, machine());
    if (!config.diagnostics.empty())
        std::fputs(render_diagnostics(options.config, config.shown, config.diagnostics, ::isatty(STDERR_FILENO) == 1).c_str(), stderr);
    if (!config.settings) return exit_scenario_invalid;
    if (options.check) {
        std::printf("%s: ok\n", options.config.c_str());
        return exit_ok;
    }
    std::signal(SIGPIPE, SIG_IGN);
    boost::asio::io_context io{1};
    std::unique_ptr<engine::service::Service> service;
    try {
        service = std::make_unique<engine::service::Service>(io, std::move(*config.settings), write_line);
    } catch (const std::runtime_error& problem) {
        return usage(problem.what());
    }
    if (const auto problem = service->open()) return usage(*problem);
    boost::asio::signal_set signals(io, SIGINT, SIGTERM), renewals(io, SIGHUP);
    std::function<void()> wait_for_signal = [&] {
        signals.async_wait([&](const boost::system::error_code& cancelled, int) {
            if (cancelled) return;
            wait_for_signal();
            service->stop();
        });
    };
    service->on_end([&] {
        signals.cancel();
        renewals.cancel();
        if (service->failed()) std::signal(SIGALRM, [](int) { ::_exit(exit_check_failed); });
        else std::signal(SIGALRM, [](int) { ::_exit(exit_ok); });
        ::alarm(last_moment_s);
    });
    std::function<void()> wait_for_renewal = [&] {
        renewals.async_wait([&](const boost::system::error_code& cancelled, int) {
            if (cancelled) return;
            wait_for_renewal();
            service->renew(read_again(options.config, folder));
        });
    };
    wait_for_signal();
    wait_for_renewal();
    service->start();
    if (!options.ready_file.empty())
        if (const auto problem = write_file(options.ready_file, ready_text(*service))) return usage(*problem);
    try {
        io.run();
    } catch (const std::exception&) {
        std::terminate();  // whoever catches it further out would tell its words
    }
    ::alarm(0);
    if (!options.ready_file.empty()) ::unlink(options.ready_file.c_str());
    return service->failed() ? exit_check_failed : exit_ok;
}

}  // namespace sim
