// The command line. Every word of help, and shell completion, comes from the descriptions given here.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <thread>

#include "sim/cli/completion.hpp"
#include "sim/cli/engine.hpp"
#include "sim/cli/engine_config_keys.hpp"
#include "sim/cli/run.hpp"
#include "sim/cli/serve.hpp"
#include "sim/judge/judge.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/schema.hpp"

namespace {

using namespace sim;

constexpr const char* about =
    "calrig plays stories of calendar life against a real hybrid calendar engine, on fake Microsoft Graph and Google\n"
    "Calendar servers, in virtual time, and judges what apps and devices could decrypt and show.";

constexpr const char* footer =
    "Examples:\n"
    "  calrig run scenarios                           every scenario, on every provider it names\n"
    "  calrig run scenarios/presence --provider google  one folder, one provider\n"
    "  calrig run X.yaml --journal X.log --twice      what happened, and whether it happens again\n"
    "  echo '{\"location\":\"@webex\"}' | calrig inspect join\n\n"
    "Colour: on terminals; NO_COLOR=1 turns it off, FORCE_COLOR=1 on wherever it goes.\n"
    "Exit codes: 0 ok, 1 a check failed, 2 scenario invalid, 3 usage, 4 harness bug or non-determinism.";

const std::map<std::string, Transport> transports = {{"direct", Transport::direct}, {"memory", Transport::memory}, {"tcp", Transport::tcp}};
const std::map<std::string, Provider> providers = {{"microsoft", Provider::microsoft}, {"google", Provider::google}};

struct Arguments {
    RunOptions run;
    ServeOptions serve;
    EngineOptions engine;
    std::string provider, transport = "memory", clock = "real";
    std::uint64_t seed = 1;
    std::vector<std::string> lint_paths, list_paths, bench_what;
    BenchSize bench_size;
    bool requirements = false;
    std::string inspect_what, inspect_file, shell;
};

/// CLI11 takes -1 and what is beyond the end for the greatest number there is.
std::string no_seed(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault == std::errc() && end == text.data() + text.size()) return {};
    return "`" + text + "` is no whole number from 0 to 18446744073709551615";
}

std::string no_name(const std::string& text) { return text.empty() ? "the name of the file is empty" : std::string(); }

CLI::Option* scenario_paths(CLI::App* command, std::vector<std::string>& paths) {
    return command->add_option("PATH", paths, "scenario files, or folders of them (default: scenarios)");
}

void describe_run(CLI::App& app, Arguments& in) {
    CLI::App* run = app.add_subcommand("run", "play scenarios and judge what became visible");
    scenario_paths(run, in.run.paths);
    run->add_option("--provider", in.provider, "play only on this provider")->check(CLI::IsMember({"microsoft", "google"}));
    run->add_option("--seed", in.seed, "seed of all chance: ids, keys, jitter, faults (default: the scenario's, else 1)")->check(no_seed);
    run->add_option("--transport", in.transport, "direct: objects; memory: real HTTP bytes; tcp: loopback with TLS 1.3")
        ->check(CLI::IsMember({"direct", "memory", "tcp"}))->capture_default_str();
    run->add_option("--filter", in.run.filter, "only cases whose path or title contains TEXT")->type_name("TEXT");
    run->add_option("--jobs", in.run.jobs, "worlds played at the same time (default: one per core)")->check(CLI::Range(1u, 256u));
    run->add_flag("--fail-fast", in.run.fail_fast, "stop at the first case that does not pass");
    run->add_flag("--twice", in.run.twice, "play each case twice and compare the journals");
    run->add_flag("--update", in.run.update, "write goldens that are missing or differ, for you to look at");
    run->add_flag("--operations", in.run.operations, "tell at the end which provider operations the engine used, and how often");
    run->add_option("--junit", in.run.junit, "write a JUnit XML report")->type_name("FILE")->check(no_name);
    run->add_option("--json", in.run.json, "write a JSON report, the same bytes for the same results")->type_name("FILE")->check(no_name);
    run->add_option("--journal", in.run.journal, "write what happened, a line per event, in virtual time")->type_name("FILE")->check(no_name);
    run->add_option("--record", in.run.record, "write the exchanges with the provider as HAR 1.2 (one case only)")->type_name("FILE")->check(no_name);
}

void describe_serve(CLI::App& app, Arguments& in) {
    CLI::App* serve = app.add_subcommand("serve", "serve Graph, Entra, Google and the meeting cloud to any client, over HTTPS");
    serve->add_option("WORLD", in.serve.world, "scenario file whose people and acts are the world (default: a small ready organisation)");
    serve->add_option("--port", in.serve.port, "of the origin that carries everything; 0: any free one")->check(CLI::Range(0, 65535))->capture_default_str();
    serve->add_option("--bind", in.serve.bind, "address to listen on; anything but loopback is open to the network")->capture_default_str();
    serve->add_option("--name", in.serve.name, "host name in the addresses given out, and in the certificate (default: localhost)");
    const auto own_port = [&](const char* option, int& port, const char* whose) {
        serve->add_option(option, port, std::string("a port of its own for ") + whose + "; 0: any free one")->check(CLI::Range(0, 65535));
    };
    own_port("--graph-port", in.serve.graph_port, "Graph");
    own_port("--authority-port", in.serve.authority_port, "Entra");
    own_port("--google-port", in.serve.google_port, "Google");
    own_port("--cloud-port", in.serve.cloud_port, "the meeting cloud");
    serve->add_option("--clock", in.clock, "real: goes on by itself; virtual: stands still until the control plane moves it")
        ->check(CLI::IsMember({"real", "virtual"}))->capture_default_str();
    serve->add_option("--start", in.serve.start, "where the clock begins: 2026-03-02T08:00:00Z (default: now; virtual: the world's)")->type_name("TIME");
    serve->add_option("--seed", in.seed, "seed of all chance: the same world and seed give the same ids")->check(no_seed);
    serve->add_option("--out", in.serve.out, "write ca.pem, service-account.json, env.sh and configurations for `calrig engine` there")->type_name("DIR");
    serve->add_option("--ca-dir", in.serve.ca_dir, "keep the certificate authority there, so that clients trust it after a restart, too")->type_name("DIR");
    serve->add_option("--trust", in.serve.trust, "authorities of clients' notification receivers, beside the system's")->type_name("CA.pem");
    serve->add_option("--ready-file", in.serve.ready_file, "written when clients are answered: the names of env.sh as JSON")->type_name("FILE");
    serve->add_option("--app-certificate", in.serve.app_certificates, "certificate registered on the Entra application, for client assertions")->type_name("CERT.pem");
    serve->add_option("--cloud-hook", in.serve.cloud_hook, "where the meeting cloud tells of directory changes (default: nowhere)")->type_name("URL");
    serve->add_option("--calendars", in.serve.calendars, "whose calendars the meeting cloud's people have, for a `calrig engine` outside (default: the world's first)")
        ->check(CLI::IsMember({"microsoft", "google"}));
    serve->add_option("--with-engine", in.serve.engine, "run the real sync engine inside, on this provider, so that meeting lists fill")
        ->check(CLI::IsMember({"microsoft", "google"}));
    serve->add_option("--control-token", in.serve.control_token, "bearer that the control plane then wants; needed for one beyond loopback")->type_name("TOKEN");
    serve->add_flag("--verifiable-tokens", in.serve.verifiable_tokens, "sign Graph's access tokens with the key that Entra's JWKS document shows");
    serve->add_option("--graph-requests", in.serve.graph_requests, "of one application to one mailbox in ten minutes, then 429 (Outlook: 10000; default: any)")
        ->check(CLI::Range(0, 1'000'000));
    serve->add_option("--graph-takes-ms", in.serve.graph_takes_ms, "how long a mailbox request is under way at Graph; a fifth one at a time to a mailbox is refused (429)")
        ->check(CLI::Range(0, 60'000));
    serve->add_option("--endpoint-sample", in.serve.endpoint_sample, "answers of a notification host within ten minutes before Graph can find it slow (deliveries wait) or drop them")
        ->check(CLI::Range(1, 1'000));
    serve->add_flag("--plain-http", in.serve.plain_http, "no TLS; notification addresses may then be http to loopback, too");
}

void describe_engine(CLI::App& app, Arguments& in) {
    CLI::App* engine = app.add_subcommand("engine", "run the sync engine as a service: real clock, TLS, a store on disk, health and metrics");
    engine->add_option("--config", in.engine.config, "the configuration, see below; `calrig serve --out DIR` writes DIR/engine.yaml for its fakes")->type_name("FILE")->required();
    engine->add_flag("--check", in.engine.check, "only say all mistakes of the configuration, with their places");
    engine->add_option("--ready-file", in.engine.ready_file, "written when the ports are taken: their numbers as JSON")->type_name("FILE");
    engine->footer([] { return engine_config_help(); });
}

void describe_others(CLI::App& app, Arguments& in) {
    CLI::App* lint = app.add_subcommand("lint", "find all mistakes in scenario files without playing them");
    scenario_paths(lint, in.lint_paths);
    CLI::App* list = app.add_subcommand("list", "list scenarios, or the statements they prove");
    scenario_paths(list, in.list_paths);
    list->add_flag("--requirements", in.requirements, "the statements of the two references, each with its scenarios");
    CLI::App* bench = app.add_subcommand("bench", "measure speed and size, as ratios within one run");
    bench->add_option("WHAT", in.bench_what, "transport, cases, users, engine, serve (default: all)")->check(CLI::IsMember({"transport", "cases", "users", "engine", "serve"}));
    bench->add_option("--users", in.bench_size.user_count, "one organisation of so many people for `users` and `engine`")->check(CLI::Range(4, 10'000));
    bench->add_option("--days", in.bench_size.day_count, "of so many days")->check(CLI::Range(1, 60));
    bench->add_option("--events", in.bench_size.event_count, "so many events in each calendar of `serve`")->check(CLI::Range(50, 1'000'000));
    CLI::App* inspect = app.add_subcommand("inspect", "ask one part why: JSON lines in, JSON lines out");
    inspect->add_option("WHAT", in.inspect_what,
                        "join: {location, body, bodyType} -> what is joinable and why; "
                        "occurrences: {event, window{start, end}} -> occurrences of a Graph or Google event; "
                        "zone: {zone, local or utc} -> the other; "
                        "jwe: {compact, key} -> opened, or {text, key} -> made")
        ->required()->check(CLI::IsMember({"join", "occurrences", "zone", "jwe"}));
    inspect->add_option("FILE", in.inspect_file, "JSON lines (default: standard input)");
    app.add_subcommand("schema", "print the JSON Schema of scenario files, for editors");
    app.add_subcommand("language", "print the reference of the scenario language");
    CLI::App* completion = app.add_subcommand("completion", "print a completion script:  source <(calrig completion bash)");
    completion->add_option("SHELL", in.shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
}

std::vector<std::string> or_default(std::vector<std::string> paths) {
    if (paths.empty()) paths.push_back("scenarios");
    return paths;
}

int dispatch(CLI::App& app, Arguments& in) {
    if (app.got_subcommand("run")) {
        in.run.paths = or_default(std::move(in.run.paths));
        if (!in.provider.empty()) in.run.provider = providers.at(in.provider);
        if (app.get_subcommand("run")->count("--seed") > 0) in.run.seed = in.seed;
        if (app.get_subcommand("run")->count("--jobs") == 0) in.run.jobs = std::max(1u, std::thread::hardware_concurrency());
        in.run.transport = transports.at(in.transport);
        return run_command(in.run);
    }
    if (app.got_subcommand("serve")) {
        in.serve.virtual_clock = in.clock == "virtual";
        if (app.get_subcommand("serve")->count("--seed") > 0) in.serve.seed = in.seed;
        return serve_command(in.serve);
    }
    if (app.got_subcommand("engine")) return engine_command(in.engine);
    if (app.got_subcommand("lint")) return lint_command(or_default(std::move(in.lint_paths)));
    if (app.got_subcommand("list")) return list_command({or_default(std::move(in.list_paths)), in.requirements});
    if (app.got_subcommand("bench")) in.bench_size.allocations = &count_allocations;
    if (app.got_subcommand("bench")) return bench_command(in.bench_what, in.bench_size);
    if (app.got_subcommand("inspect")) return inspect_command(in.inspect_what, in.inspect_file);
    if (app.got_subcommand("schema")) std::fputs(scenario_json_schema().c_str(), stdout);
    if (app.got_subcommand("language")) std::fputs(scenario_language_help().c_str(), stdout);
    if (app.got_subcommand("completion")) std::fputs(completion_script(app, in.shell).c_str(), stdout);
    return exit_ok;
}

/// A line that names what a word the command line does not know was probably meant to be; empty when nothing is near.
std::string meant_instead(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    const CLI::App& command = chosen.empty() ? app : *chosen.front();
    for (const std::string& word : app.remaining(true)) {
        std::vector<std::string> known;
        if (word.starts_with("--"))
            for (const CLI::Option* option : command.get_options())
                for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
        else if (chosen.empty())
            for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) known.push_back(one->get_name());
        if (const auto near = did_you_mean(word.substr(0, word.find('=')), known)) return "did you mean `" + *near + "`?\n";
    }
    return {};
}

/// The same for one of an option's fixed words: "--provider: gogle not in {microsoft,google}".
std::string meant_word(const std::string& mistake) {
    constexpr std::string_view middle = " not in {";
    const std::size_t begin = mistake.find(": "), at = mistake.find(middle);
    if (begin == std::string::npos || at == std::string::npos || at < begin + 2 || !mistake.ends_with('}')) return {};
    std::vector<std::string> known(1);
    for (const char c : mistake.substr(at + middle.size(), mistake.size() - at - middle.size() - 1)) {
        if (c == ',') known.emplace_back();
        else known.back().push_back(c);
    }
    const auto near = did_you_mean(mistake.substr(begin + 2, at - begin - 2), known);
    return near ? "did you mean `" + *near + "`?\n" : "";
}

/// "" or " run".
std::string chosen_command(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    return chosen.empty() ? "" : " " + chosen.front()->get_name();
}

std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& mistake) {
    if (!app.get_subcommands().empty()) return mistake.what();
    for (const std::string& word : app.remaining(true))
        return (word.starts_with("-") ? "there is no option `" : "there is no command `") + word + "`";
    return "say what to do: calrig run, for example";
}

/// Of a program started without them (`>&-`) the next opened file would take their place.
void keep_standard_files_open() {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(standard, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;  // the lowest free number is this one
}

/// What was printed may have gone nowhere: a full disk is seen when the last of it is written.
int ended(int code) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    std::fprintf(stderr, "calrig: cannot write to standard output: %s\n", std::strerror(errno));
    return code == exit_ok ? exit_usage : code;
}

}  // namespace

int main(int argc, char** argv) {
    keep_standard_files_open();
    CLI::App app(about, "calrig");
    app.footer(footer);
    app.require_subcommand(1);
    app.set_version_flag("--version", CALRIG_VERSION);
    Arguments arguments;
    describe_run(app, arguments);
    describe_serve(app, arguments);
    describe_engine(app, arguments);
    describe_others(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        return ended(app.exit(asked));
    } catch (const CLI::ParseError& mistake) {
        std::fprintf(stderr, "calrig: %s\n%sSee  calrig%s --help\n", what_is_wrong(app, mistake).c_str(),
                     (meant_instead(app) + meant_word(mistake.what())).c_str(),
                     chosen_command(app).c_str());
        return exit_usage;
    }
    try {
        return ended(dispatch(app, arguments));
    } catch (const std::exception& bug) {
        std::fprintf(stderr, "calrig: this is a bug of calrig: %s\n", bug.what());
        return exit_harness_bug;
    }
}
