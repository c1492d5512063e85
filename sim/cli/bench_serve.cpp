// `calrig bench serve`: a server as people start it, as a child on loopback, and what it answers per second of its own CPU
// time. Nothing is asked of it that any client could not ask.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "sim/cli/files.hpp"
#include "sim/cli/load_client.hpp"
#include "sim/cli/run.hpp"
#include "sim/serve/account_assertion.hpp"
#include "sim/serve/service_account.hpp"

namespace sim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int connections = 8;
constexpr std::uint64_t lists_most = 12'000;  // asked for of each kind
constexpr std::uint64_t quarters = 35'000;                     // of hours, about a year
constexpr std::size_t small_file_bytes_max = 1'000'000;

double milliseconds_of(std::chrono::nanoseconds span) { return std::chrono::duration<double, std::milli>(span).count(); }

/// `calrig serve` in a folder of its own, until this goes.
class ServedChild {
  public:
    explicit ServedChild(bool plain) {
        std::string pattern = (fs::temp_directory_path() / "calrig-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) return;
        folder_ = pattern;
        const fs::path ready_file = folder_ / "ready.json";
        std::vector<std::string> words = {"calrig", "serve", "--port", "0", "--out", folder_.string(), "--ready-file", ready_file.string()};
        if (plain) words.push_back("--plain-http");
        std::fflush(stdout);
        const auto began = Clock::now();
        process_ = ::fork();
        if (process_ == 0) {
            std::vector<char*> pointers;
            for (std::string& word : words) pointers.push_back(word.data());
            pointers.push_back(nullptr);
            (void)!std::freopen("/dev/null", "w", stdout);
            ::execv("/proc/self/exe", pointers.data());
            ::_exit(127);
        }
        for (int i = 0; i < 20'000 && ready_.is_null(); ++i) {
            const FileText file = read_file(ready_file.string(), small_file_bytes_max);
            if (file.text) ready_ = json::parse(*file.text, nullptr, false);
            else std::this_thread::sleep_for(std::chrono::microseconds(500));
        }
        if (!is_up()) return;
        const std::string base = ready_.value("GRAPH_BASE", ":0");
        port_ = static_cast<std::uint16_t>(std::stoi(base.substr(base.rfind(':') + 1)));
        host_ = base.substr(base.find("://") + 3);
        if (!plain) authority_pem_ = read_file(ready_.value("CALRIG_CA", ""), small_file_bytes_max).text.value_or("");
        LoadClient first(port_, 1, authority_pem_);
        const LoadFigures answer = first.run({[&](std::uint64_t) { return get("/v1.0/me", ""); }, 1, 401});
        if (answer.problem.empty()) first_answer_ = Clock::now() - began;
    }
    ~ServedChild() {
        if (process_ > 0) {
            ::kill(process_, SIGTERM);
            ::waitpid(process_, nullptr, 0);
        }
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }
    ServedChild(const ServedChild&) = delete;
    ServedChild& operator=(const ServedChild&) = delete;

    bool is_up() const { return ready_.is_object(); }
    std::uint16_t port() const { return port_; }
    const std::string& authority_pem() const { return authority_pem_; }
    std::string said(const char* name) const { return ready_.value(name, ""); }
    const fs::path& folder() const { return folder_; }
    std::chrono::nanoseconds first_answer() const { return first_answer_; }
    std::string origin() const { return (authority_pem_.empty() ? "http://" : "https://") + host_; }

    /// Time on a processor so far, of its only thread.
    std::chrono::nanoseconds processor_time() const {
        const FileText file = read_file("/proc/" + std::to_string(process_) + "/schedstat", 256);
        long long nanoseconds = 0;
        if (!file.text || std::sscanf(file.text->c_str(), "%lld", &nanoseconds) != 1) return {};
        return std::chrono::nanoseconds(nanoseconds);
    }
    double resident_mb() const {
        const FileText file = read_file("/proc/" + std::to_string(process_) + "/statm", 256);
        long long total = 0;
        long long resident = 0;
        if (!file.text || std::sscanf(file.text->c_str(), "%lld %lld", &total, &resident) != 2) return 0;
        return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
    }

    std::string get(const std::string& target, const std::string& bearer) const {
        std::string out = "GET " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
        if (!bearer.empty()) out += "Authorization: Bearer " + bearer + "\r\n";
        return out + "\r\n";
    }
    std::string post(const std::string& target, const std::string& bearer, const std::string& body, const char* type = "application/json") const {
        std::string out = "POST " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        if (!bearer.empty()) out += "Authorization: Bearer " + bearer + "\r\n";
        return out + "\r\n" + body;
    }

  private:
    fs::path folder_;
    pid_t process_ = -1;
    json ready_;
    std::uint16_t port_ = 0;
    std::string host_, authority_pem_;
    std::chrono::nanoseconds first_answer_{};
};

std::string token_of(const ServedChild& server, const std::string& target, const std::string& form) {
    LoadClient client(server.port(), 1, server.authority_pem());
    const LoadFigures answer = client.run({[&](std::uint64_t) { return server.post(target, "", form, "application/x-www-form-urlencoded"); }, 1, 200});
    return json::parse(answer.first_body, nullptr, false).value("access_token", "");
}

std::string graph_token(const ServedChild& server) {
    return token_of(server, "/" + server.said("TENANT") + "/oauth2/v2.0/token",
                    "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=" + server.said("CLIENT_ID") + "&client_secret=" + server.said("CLIENT_SECRET"));
}

std::string google_token(const ServedChild& server) {
    const json account = json::parse(read_file(server.said("SA_KEY_JSON"), small_file_bytes_max).text.value_or(""), nullptr, false);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return token_of(server, "/token",
                    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
                        served_account_assertion({account.value("client_email", ""), server.said("GOOGLE_TOKEN_URI"), server.said("SUBJECT"), "https://www.googleapis.com/auth/calendar"}, now));
}

/// The n-th quarter of an hour of 2030, as both vendors write it.
std::string quarter(std::uint64_t number) {
    const std::chrono::sys_seconds at = std::chrono::sys_days{std::chrono::year{2030} / 1 / 1} + std::chrono::minutes(15 * static_cast<std::int64_t>(number));
    const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:00", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
    return text;
}

std::string graph_event(std::uint64_t number) {
    return R"({"subject":"Weekly numbers )" + std::to_string(number) + R"(","body":{"contentType":"text","content":"Please bring what you have; we look at the open points first."},"start":{"dateTime":")" +
           quarter(number % quarters) + R"(","timeZone":"UTC"},"end":{"dateTime":")" + quarter(number % quarters + 2) + R"(","timeZone":"UTC"},"location":{"displayName":"Front desk"}})";
}

std::string google_event(std::uint64_t number) {
    return R"({"summary":"Weekly numbers )" + std::to_string(number) + R"(","description":"Please bring what you have; we look at the open points first.","location":"Front desk","start":{"dateTime":")" +
           quarter(number % quarters) + R"(Z"},"end":{"dateTime":")" + quarter(number % quarters + 2) + R"(Z"}})";
}

std::uint64_t lists_of(std::uint64_t events) { return std::min(events, lists_most); }

struct Row {
    const char* what;
    std::function<std::string(std::uint64_t)> request;
    std::uint64_t count;
    int status;
    const char* items;  // member whose length must be 50; empty: any
};

bool measure(const ServedChild& server, LoadClient& client, const Row& row) {
    if (row.items[0] != '\0') (void)client.run({row.request, std::min<std::uint64_t>(row.count, 500), row.status});  // warm
    const auto before = server.processor_time();
    const LoadFigures figures = client.run({row.request, row.count, row.status});
    const double took = milliseconds_of(server.processor_time() - before) / 1000;
    std::string problem = figures.problem;
    if (problem.empty() && row.items[0] != '\0') {
        const json body = json::parse(figures.first_body, nullptr, false);
        if (!body.is_object() || !body.contains(row.items) || body[row.items].size() != 50) problem = "not a list of 50 events";
    }
    if (!problem.empty()) {
        std::fprintf(stderr, "calrig: %s: %s\n", row.what, problem.c_str());
        return false;
    }
    std::printf("  %-38s %8.0f per second of its CPU   %6.1f kB   half within %.2f ms, 99%% within %.2f ms\n", row.what,
                took > 0 ? static_cast<double>(figures.answers) / took : 0.0, static_cast<double>(figures.body_bytes) / 1000,
                milliseconds_of(figures.half), milliseconds_of(figures.late));
    std::fflush(stdout);
    return true;
}

/// The same list by a client that nobody here wrote, when it is installed.
void beside(const ServedChild& server, const std::string& target, const std::string& bearer) {
    if (std::system("command -v wrk >/dev/null 2>&1") != 0) {
        std::printf("  (wrk is not installed: nothing to compare with)\n");
        return;
    }
    // The bearer is in a file that only this user reads, not in the list of processes.
    const fs::path script = server.folder() / "wrk.lua";
    if (write_file(script.string(), "wrk.headers[\"Authorization\"] = \"Bearer " + bearer + "\"\n", FileAccess::owner_only)) return;
    std::fflush(stdout);
    const auto before = server.processor_time();
    const std::string command = "timeout 20 wrk -t1 -c8 -d2s -s '" + script.string() + "' '" + server.origin() + target + "' 2>/dev/null";
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return;
    double requests = 0;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr)
        if (std::strstr(line, " requests in ") != nullptr) requests = std::strtod(line, nullptr);
    ::pclose(pipe);
    const double took = milliseconds_of(server.processor_time() - before) / 1000;
    if (requests > 0 && took > 0) std::printf("  %-38s %8.0f per second of its CPU\n", "the first list, asked by wrk", requests / took);
}

bool bench_plain(std::uint64_t events) {
    const ServedChild server(true);
    if (!server.is_up()) return std::fprintf(stderr, "calrig: the server did not start\n"), false;
    const double idle_mb = server.resident_mb();
    std::printf("  first answer %.0f ms after start, %.1f MB then\n", milliseconds_of(server.first_answer()), idle_mb);
    const std::string graph = graph_token(server);
    const std::string google = google_token(server);
    const std::string user = "/v1.0/users/" + server.said("GRAPH_USER") + "/events";
    const std::string calendar = "/calendar/v3/calendars/primary/events";
    const std::string selected = user + "?$top=50&$select=id,subject,bodyPreview,start,end,location,isAllDay,showAs,organizer";
    LoadClient client(server.port(), connections, {});
    const auto create_graph = [&](std::uint64_t n) { return server.post(user, graph, graph_event(n)); };
    const auto create_google = [&](std::uint64_t n) { return server.post(calendar, google, google_event(n)); };
    if (!measure(server, client, {"Graph: create", create_graph, events, 201, ""})) return false;
    const double graph_mb = server.resident_mb() - idle_mb;
    if (!measure(server, client, {"Google: create", create_google, events, 200, ""})) return false;
    const double google_mb = server.resident_mb() - idle_mb - graph_mb;
    std::printf("  %llu events more in each calendar: %.0f bytes an event of Graph, %.0f of Google\n", static_cast<unsigned long long>(events),
                graph_mb * 1e6 / static_cast<double>(events), google_mb * 1e6 / static_cast<double>(events));
    const auto list = [&](const std::string& target, const std::string& bearer) { return [=, &server](std::uint64_t) { return server.get(target, bearer); }; };
    const bool went = measure(server, client, {"Graph: list of 50 with $select", list(selected, graph), lists_of(events), 200, "value"}) &&
                      measure(server, client, {"Graph: list of 50, whole", list(user + "?$top=50", graph), lists_of(events), 200, "value"}) &&
                      measure(server, client, {"Google: list of 50, compact", list(calendar + "?maxResults=50&prettyPrint=false", google), lists_of(events), 200, "items"});
    beside(server, selected, graph);
    return went;
}

bool bench_tls(std::uint64_t events) {
    const ServedChild server(false);
    if (!server.is_up()) return std::fprintf(stderr, "calrig: the server did not start\n"), false;
    std::printf("  over TLS 1.3: first answer %.0f ms after start, %.1f MB then\n", milliseconds_of(server.first_answer()), server.resident_mb());
    const std::string graph = graph_token(server);
    const std::string user = "/v1.0/users/" + server.said("GRAPH_USER") + "/events";
    LoadClient client(server.port(), connections, server.authority_pem());
    const std::uint64_t few = std::min<std::uint64_t>(events, 1'000);
    const auto create = [&](std::uint64_t n) { return server.post(user, graph, graph_event(n)); };
    const auto list = [&](std::uint64_t) { return server.get(user + "?$top=50&$select=id,subject,bodyPreview,start,end,location,isAllDay,showAs,organizer", graph); };
    return measure(server, client, {"TLS, Graph: create", create, few, 201, ""}) && measure(server, client, {"TLS, Graph: list of 50 with $select", list, lists_of(events), 200, "value"});
}

}  // namespace

bool bench_serve(int event_count) {
    const auto events = static_cast<std::uint64_t>(event_count > 0 ? event_count : 20'000);
    std::printf("serve: a child on loopback, %d connections, one request under way on each; its CPU time, not the client's\n", connections);
    return bench_plain(events) && bench_tls(events);
}

}  // namespace sim
