#include "tests/service/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace service_test {

namespace fs = std::filesystem;

Folder::Folder() {
    std::string pattern = (fs::temp_directory_path() / "calrig-service-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
}
Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> words, fs::path log) : log_(std::move(log)) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int file = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(file, STDOUT_FILENO);
        ::dup2(file, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(file);
}

Process::~Process() {
    if (process_ <= 0) return;
    signal(SIGKILL);
    wait();
}

void Process::signal(int number) const { ::kill(process_, number); }

int Process::wait(std::chrono::milliseconds limit) {
    int status = 0;
    const bool ended = eventually([&] { return ::waitpid(process_, &status, WNOHANG) == process_; }, limit);
    if (!ended) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, &status, 0);
    }
    process_ = -1;
    if (!ended) return -1000;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string Process::said() const { return text_of(log_); }

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

void write(const fs::path& path, const std::string& text, unsigned mode) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    ::chmod(path.c_str(), mode);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
    return text;
}

std::uint16_t free_port() {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof here;
    ::bind(file, reinterpret_cast<sockaddr*>(&here), sizeof here);
    ::getsockname(file, reinterpret_cast<sockaddr*>(&here), &length);
    ::close(file);
    return ntohs(here.sin_port);
}

bool eventually(const std::function<bool()>& what, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!what()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace service_test
