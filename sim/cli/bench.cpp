// `calrig bench`: speed and size as ratios within one run; absolute figures only say something beside the machine's name.
#include <sys/resource.h>

#include <algorithm>

#include <chrono>
#include <cstdio>

#include "sim/cli/case.hpp"
#include "sim/cli/files.hpp"
#include "sim/judge/judge.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/wire/bench.hpp"
#include "sim/world/timelapse.hpp"
#include "sim/world/world.hpp"

namespace sim {
namespace {

std::chrono::nanoseconds processor_time() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto span = [](const timeval& time) { return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec); };
    return span(usage.ru_utime) + span(usage.ru_stime);
}

double seconds(std::chrono::nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

/// Resident memory now, MB.
double resident_mb() {
    const FileText statm = read_file("/proc/self/statm", 256);
    long long total = 0;
    long long resident = 0;
    if (!statm.text || std::sscanf(statm.text->c_str(), "%lld %lld", &total, &resident) != 2) return 0;
    return static_cast<double>(resident) * 4096 / 1e6;
}

void bench_transport() {
    std::printf("transport: GETs of 2 KB answers by 100 coroutines, no JSON\n");
    double slowest = 0;
    for (const auto& [transport, count] : {std::pair{Transport::tcp, 40'000u}, {Transport::memory, 200'000u}, {Transport::direct, 400'000u}}) {
        const WireFigures figures = measure_transport(transport, count, 2048, processor_time);
        if (slowest == 0) slowest = figures.exchanges_per_second;
        std::printf("  %-7s %10.0f exchanges/s of CPU   %5.1f x tcp\n", transport_name(transport), figures.exchanges_per_second, figures.exchanges_per_second / slowest);
    }
}

/// Most cases tell of one morning; a few live through weeks, in which automatic replies are asked for every 20 minutes.
constexpr std::uint64_t kBriefExchangesMax = 500;

struct CaseFigures {
    int case_count = 0;
    std::uint64_t exchange_count = 0;
    std::chrono::nanoseconds took{};
    void add(std::uint64_t exchanges, std::chrono::nanoseconds span) {
        ++case_count;
        exchange_count += exchanges;
        took += span;
    }
    void add(const CaseFigures& other) {
        case_count += other.case_count;
        exchange_count += other.exchange_count;
        took += other.took;
    }
    double rate() const { return case_count / seconds(took); }
};

bool bench_cases() {
    const FoundScenarios found = find_scenarios({"scenarios"});
    if (!found.errors.empty()) {
        std::fprintf(stderr, "calrig: %s: run the bench where the scenarios are\n", found.errors.front().c_str());
        return false;
    }
    const auto read = [](const std::string& path) { return read_file(path, kScenarioBytesMax).text; };
    std::printf("cases: every scenario loaded, played with real engine and fakes, and judged, one thread\n");
    double slowest = 0;
    for (const Transport transport : {Transport::tcp, Transport::memory, Transport::direct}) {
        CaseFigures brief, lengthy;
        for (const std::string& path : found.paths) {
            const auto load_began = processor_time();
            const FileText file = read_file(path, kScenarioBytesMax);
            const Loaded loaded = file.text ? read_scenario(path, *file.text, read) : Loaded{};
            if (!loaded.scenario) continue;
            const auto load_took = (processor_time() - load_began) / static_cast<int>(loaded.scenario->providers.size());
            for (const Provider provider : loaded.scenario->providers) {
                RunOptions options;
                options.transport = transport;
                const auto began = processor_time();
                const std::uint64_t exchanges = play_case(*loaded.scenario, provider, options).told.exchange_count;
                (exchanges > kBriefExchangesMax ? lengthy : brief).add(exchanges, processor_time() - began + load_took);
            }
        }
        CaseFigures all = brief;
        all.add(lengthy);
        if (slowest == 0) slowest = all.rate();
        const auto row = [&](const char* name, const char* of, const CaseFigures& figures) {
            std::printf("  %-7s %-20s %6.0f cases/s   %8.0f exchanges/s of CPU   %5.1f x tcp   (%d cases, %llu exchanges)\n", name, of, figures.rate(),
                        static_cast<double>(figures.exchange_count) / seconds(figures.took), figures.rate() / slowest, figures.case_count,
                        static_cast<unsigned long long>(figures.exchange_count));
        };
        row(transport_name(transport), "all", all);
        row("", "up to 500 exchanges", brief);
        row("", "weeks of polling", lengthy);
    }
    return true;
}

void bench_users(const BenchSize& wish) {
    using namespace std::chrono_literals;
    const int day_count = wish.day_count > 0 ? wish.day_count : 10;
    struct Row {
        int user_count;
        Transport transport;
        std::chrono::minutes away_poll;  // half of all exchanges ask for automatic replies: what the meetings alone cost shows without
    };
    std::vector<Row> rows = {{50, Transport::direct, 20min}, {100, Transport::direct, 20min}, {200, Transport::direct, 20min},
                             {200, Transport::direct, 6h}, {100, Transport::memory, 20min}};
    if (wish.user_count > 0) rows = {{wish.user_count, Transport::direct, 20min}, {wish.user_count, Transport::direct, 6h}};
    std::printf("users: %d days, 8 meetings a day each, 4 people a meeting, JSON on both ends\n", day_count);
    double first = 0;
    for (const Row& row : rows) {
        TimelapseSettings settings;
        settings.user_count = row.user_count;
        settings.day_count = day_count;
        settings.transport = row.transport;
        settings.away_poll = row.away_poll;
        settings.resident_mb = resident_mb;
        const double before_mb = resident_mb();
        const auto began = processor_time();
        const TimelapseFigures figures = play_timelapse(settings);
        const double took = seconds(processor_time() - began);
        const double per_user = took / row.user_count;
        if (first == 0) first = per_user;
        std::printf("  %5d users  %-7s  replies asked for every %3lld min  %7.2f s  %7.1f MB more  %9llu exchanges  %8.0f exchanges/s of CPU  %6.2f x the time per user of the first row\n",
                    row.user_count, transport_name(row.transport), static_cast<long long>(row.away_poll.count()), took, std::max(0.0, figures.resident_mb_peak - before_mb),
                    static_cast<unsigned long long>(figures.exchange_count), static_cast<double>(figures.exchange_count) / took, per_user / first);
        for (const std::string& complaint : figures.complaints) std::printf("        not a figure: %s\n", complaint.c_str());
        std::fflush(stdout);
    }
}

}  // namespace

int bench_command(const std::vector<std::string>& what, const BenchSize& size) {
    const auto wanted = [&](const char* one) { return what.empty() || std::find(what.begin(), what.end(), one) != what.end(); };
    int code = exit_ok;
    if (wanted("transport")) bench_transport();
    if (wanted("cases") && !bench_cases()) code = exit_usage;
    if (wanted("users")) bench_users(size);
    if (wanted("engine") && !bench_engine(size.user_count, size.allocations)) code = exit_check_failed;
    if (wanted("serve") && !bench_serve(size.event_count)) code = exit_check_failed;
    return code;
}

}  // namespace sim
