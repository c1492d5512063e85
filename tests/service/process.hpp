#pragma once
// The built program as a child process, in a folder of its own that goes with it.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace service_test {

class Folder {
  public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class Process {
  public:
    /// What it prints goes to `log`, standard error after standard output.
    Process(std::vector<std::string> words, std::filesystem::path log);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    void signal(int number) const;
    /// Exit code, or -signal; -1000 when it does not end within `limit` (it is then killed).
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));
    std::string said() const;
    pid_t id() const { return process_; }

  private:
    std::filesystem::path log_;
    pid_t process_ = -1;
};

std::string text_of(const std::filesystem::path& path);
void write(const std::filesystem::path& path, const std::string& text, unsigned mode = 0600);
std::string replaced(std::string text, const std::string& what, const std::string& by);
/// A port of loopback that nobody has just now.
std::uint16_t free_port();
/// Looks every 20 ms until `what` is true; false when it is not within `limit`.
bool eventually(const std::function<bool()>& what, std::chrono::milliseconds limit = std::chrono::seconds(40));

}  // namespace service_test
