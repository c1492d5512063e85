#include "sim/cli/serve.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <absl/time/time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "engine/adapters/destination.hpp"
#include "sim/cli/files.hpp"
#include "sim/cli/run.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/serve/control/control.hpp"
#include "sim/serve/discovery.hpp"
#include "sim/serve/engine_files.hpp"
#include "sim/serve/environment.hpp"
#include "sim/serve/host.hpp"
#include "sim/serve/page/page.hpp"
#include "sim/serve/ready_world.hpp"

namespace sim {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t trust_bytes_max = 4'000'000;

std::optional<Instant> read_start(const std::string& text) {
    absl::Time at;
    std::string error;
    for (const char* format : {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%d"})
        if (absl::ParseTime(format, text, absl::UTCTimeZone(), &at, &error)) return Instant(std::chrono::milliseconds(absl::ToUnixMillis(at)));
    return std::nullopt;
}

Instant wall_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// The world, or an exit code when it was said what is wrong.
std::optional<Scenario> read_world_file(const std::string& path, int& code) {
    const FileText file = read_file(path, kScenarioBytesMax);
    if (!file.text) {
        code = usage(file.error);
        return std::nullopt;
    }
    const auto beside = [](const std::string& other) { return read_file(other, kScenarioBytesMax).text; };
    Loaded loaded = read_world(path, *file.text, beside);
    if (!loaded.diagnostics.empty())
        std::fputs(render_diagnostics(path, *file.text, loaded.diagnostics, ::isatty(STDERR_FILENO) == 1).c_str(), stderr);
    if (!loaded.scenario) code = exit_scenario_invalid;
    return std::move(loaded.scenario);
}

/// Ten thousand idle clients need as many descriptors; whoever may not raise the limit keeps what there is.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 32'768));
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool is_loopback(const std::string& address) { return address == "::1" || address.starts_with("127."); }

constexpr const char* bearer_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";

std::optional<std::string> write_out(const ServeOptions& options, Host& host, ServedWorld& world, ServedFiles& files, Environment& environment) {
    if (!options.out.empty()) {
        std::error_code error;
        fs::create_directories(options.out, error);
        if (error) return "cannot make the folder " + options.out + ": " + error.message();
        const fs::path folder = fs::absolute(options.out, error).lexically_normal();
        if (!host.authority_pem().empty()) {
            files.authority_pem = (folder / "ca.pem").string();
            if (auto problem = write_file(files.authority_pem, host.authority_pem())) return problem;
        }
        files.service_account_key = (folder / "service-account.json").string();
        if (auto problem = write_file(files.service_account_key, service_account_key_json(world, host.origins()), FileAccess::owner_only)) return problem;
        for (const EngineFile& one : engine_files(host)) {
            const fs::path path = folder / one.name;
            if (one.kept && fs::exists(path, error)) continue;
            if (auto problem = write_file(path.string(), one.text, one.secret ? FileAccess::owner_only : FileAccess::everyone)) return problem;
        }
    }
    environment = environment_of(world, host.origins(), files);
    if (options.out.empty()) return std::nullopt;
    return write_file((fs::path(options.out) / "env.sh").string(), shell_text(environment), FileAccess::owner_only);
}

constexpr const char* authority_file = "ca.pem";
constexpr const char* authority_key_file = "ca-key.pem";

/// The authority that an earlier start left in the folder; a sentence when there is half of one.
std::optional<std::string> read_authority(const std::string& folder, HostSettings& settings) {
    const fs::path certificate = fs::path(folder) / authority_file, key = fs::path(folder) / authority_key_file;
    std::error_code ignored;
    const bool has_certificate = fs::exists(certificate, ignored), has_key = fs::exists(key, ignored);
    if (!has_certificate && !has_key) return std::nullopt;
    if (!has_key || !has_certificate)
        return folder + " holds " + (has_key ? authority_key_file : authority_file) + " but no " + (has_key ? authority_file : authority_key_file) + ": give a folder of its own";
    const FileText certificate_pem = read_file(certificate.string(), trust_bytes_max), key_pem = read_file(key.string(), trust_bytes_max);
    if (!certificate_pem.text) return certificate_pem.error;
    if (!key_pem.text) return key_pem.error;
    settings.authority_pem = *certificate_pem.text;
    settings.authority_key_pem = *key_pem.text;
    return std::nullopt;
}

std::optional<std::string> keep_authority(const std::string& folder, const Host& host) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return "cannot make the folder " + folder + ": " + error.message();
    if (auto problem = write_file((fs::path(folder) / authority_key_file).string(), host.authority_key_pem(), FileAccess::owner_only)) return problem;
    return write_file((fs::path(folder) / authority_file).string(), host.authority_pem());
}

HostSettings settings_of(const ServeOptions& options) {
    HostSettings out;
    out.bind = options.bind;
    if (!options.name.empty()) out.name = options.name;
    out.port = static_cast<std::uint16_t>(options.port);
    const auto own = [](int port) { return port < 0 ? std::nullopt : std::optional<std::uint16_t>(static_cast<std::uint16_t>(port)); };
    out.graph_port = own(options.graph_port);
    out.authority_port = own(options.authority_port);
    out.google_port = own(options.google_port);
    out.cloud_port = own(options.cloud_port);
    out.plain_http = options.plain_http;
    out.virtual_clock = options.virtual_clock;
    out.cloud_hook = options.cloud_hook;
    if (!options.calendars.empty()) out.calendars = options.calendars == "google" ? Provider::google : Provider::microsoft;
    out.verifiable_tokens = options.verifiable_tokens;
    out.graph_requests = options.graph_requests;
    out.graph_takes = std::chrono::milliseconds(options.graph_takes_ms);
    out.endpoint_sample = static_cast<std::size_t>(options.endpoint_sample);
    if (!options.engine.empty()) out.engine = options.engine == "google" ? Provider::google : Provider::microsoft;
    return out;
}

void say(const ServeOptions& options, const Host& host, ServedWorld& world) {
    for (const std::string& refusal : world.refusals()) std::fprintf(stderr, "calrig: the world file, %s\n", refusal.c_str());
    if (!is_loopback(options.bind))
        std::fprintf(stderr,
                     "calrig: WARNING: listening on %s, not on loopback only. Whoever can reach this port can read and change\n"
                     "calrig: WARNING: the calendars here; the service account's key is public knowledge. The control plane %s.\n",
                     options.bind.c_str(), !options.control_token ? "is closed: open it with --control-token" : "wants its token");
    std::printf("calrig serves %s\n", host.origins().main.c_str());
    std::printf("  page    %s/\n", host.origins().main.c_str());
    const Origins& origins = host.origins();
    if (origins.graph != origins.main) std::printf("  Graph   %s\n", origins.graph.c_str());
    if (origins.authority != origins.main) std::printf("  Entra   %s\n", origins.authority.c_str());
    if (origins.google != origins.main) std::printf("  Google  %s\n", origins.google.c_str());
    if (!options.out.empty()) std::printf("  . %s\n", (fs::path(options.out) / "env.sh").c_str());
    std::printf("Ctrl-C ends it.\n");
    std::fflush(stdout);
}

}  // namespace

int serve_command(const ServeOptions& options) {
    // RFC 1123 2.1: what can stand in a certificate and in an address.
    if (options.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != std::string::npos)
        return usage("--name: `" + options.name + "` is no host name; give one like calrig.test");
    if (options.control_token && (options.control_token->empty() || options.control_token->find_first_not_of(bearer_characters) != std::string::npos))
        return usage("--control-token is one word of letters, digits and -._~+/= (RFC 6750 2.1), and not empty");
    engine::adapters::Destination ignored;
    if (const std::string problem = options.cloud_hook.empty() ? std::string() : engine::adapters::find_destination(options.cloud_hook, ignored); !problem.empty())
        return usage("--cloud-hook: `" + options.cloud_hook + "`: " + problem + "; give one like https://localhost:9443/hooks/cloud");
    HostSettings settings = settings_of(options);
    if (!options.start.empty()) {
        settings.start = read_start(options.start);
        if (!settings.start) return usage("`" + options.start + "` is no time; write 2026-03-02T08:00:00Z");
    }
    if (!options.trust.empty()) {
        const FileText pem = read_file(options.trust, trust_bytes_max);
        if (!pem.text) return usage(pem.error);
        if (pem.text->find("-----BEGIN CERTIFICATE-----") == std::string::npos) return usage(options.trust + " holds no certificate in PEM");
        settings.outgoing.trusted_pem = *pem.text;
    }
    const bool keeps_authority = !options.ca_dir.empty() && !settings.plain_http;
    if (keeps_authority)
        if (const auto problem = read_authority(options.ca_dir, settings)) return usage(*problem);
    for (const std::string& path : options.app_certificates) {
        const FileText pem = read_file(path, trust_bytes_max);
        if (!pem.text) return usage(pem.error);
        if (!fakes::is_client_certificate(*pem.text)) return usage(path + " holds no certificate in PEM with an RSA key");
        settings.app_certificates.push_back(*pem.text);
    }
    int code = exit_ok;
    std::optional<Scenario> world = options.world.empty() ? ready_world(settings.start.value_or(wall_now())) : read_world_file(options.world, code);
    if (!world) return code;
    if (options.world.empty() && settings.virtual_clock && !settings.start) settings.start = std::chrono::floor<std::chrono::days>(wall_now());
    const std::uint64_t seed = options.seed.value_or(world->seed.value_or(1));

    raise_descriptor_limit();
    boost::asio::io_context io{1};
    Host host(io, settings);
    if (const auto problem = host.bind()) return usage(*problem);
    if (keeps_authority && settings.authority_pem.empty())
        if (const auto problem = keep_authority(options.ca_dir, host)) return usage(*problem);
    host.add(discovery_documents(host.origins().google));
    host.load(std::move(*world), seed);

    ServedFiles files;
    Environment environment;
    host.add(front_page());
    ControlSettings control;
    control.token = options.control_token.value_or("");
    control.environment = [&] { return environment; };
    control.world_changed = [&] {
        auto problem = write_out(options, host, host.world(), files, environment);
        if (!problem && !options.ready_file.empty()) problem = write_file(options.ready_file, json_text(environment), FileAccess::owner_only);
        if (problem) std::fprintf(stderr, "calrig: %s\n", problem->c_str());
    };
    host.add(control_plane(host, std::move(control)));
    if (const auto problem = write_out(options, host, host.world(), files, environment)) return usage(*problem);
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        host.stop();
        io.stop();
    });
    host.accept();
    if (!options.ready_file.empty())
        if (const auto problem = write_file(options.ready_file, json_text(environment), FileAccess::owner_only)) return usage(*problem);
    say(options, host, host.world());
    io.run();
    if (!options.ready_file.empty()) ::unlink(options.ready_file.c_str());
    return exit_ok;
}

}  // namespace sim
