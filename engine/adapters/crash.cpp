#include "engine/adapters/crash.hpp"

#include <cxxabi.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <typeinfo>

namespace engine::adapters {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CALRIG_LEAKS_ARE_LOOKED_FOR 1  // by a tracer at the end, which a process that cannot be dumped does not let in
#endif
#endif

/// A line like those of the log, on standard error: the log may be what broke.
[[noreturn]] void tell_and_abort() {
    const std::type_info* type = abi::__cxa_current_exception_type();
    char time[32] = "";
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    if (::gmtime_r(&now, &parts) != nullptr) std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &parts);
    const std::string line = std::string(R"({"time":")") + time + R"(","level":"error","event":"bug.terminated","exception":")" +
                             (type == nullptr ? "none" : type->name()) + "\"}\n";
    if (::write(STDERR_FILENO, line.data(), line.size()) < 0) std::_Exit(EXIT_FAILURE);
    std::abort();
}

}  // namespace

void keep_crashes_quiet() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);  // a unit that forbids the call has set the limit itself
#ifndef CALRIG_LEAKS_ARE_LOOKED_FOR
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // core(5): a pattern that pipes to a program does not mind the limit
#endif
    std::set_terminate(tell_and_abort);
}

}  // namespace engine::adapters
