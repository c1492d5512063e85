#include "sim/cli/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace sim {
namespace fs = std::filesystem;

FileText read_file(const std::string& path, std::size_t bytes_max) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    const auto unread = [&](const std::string& reason) { return FileText{std::nullopt, "cannot read " + path + ": " + reason, reason}; };
    if (!fs::exists(status)) return unread(error ? error.message() : "there is no such file");
    if (fs::is_directory(status)) return unread("it is a folder");
    std::ifstream in(path, std::ios::binary);
    if (!in) return unread(std::strerror(errno));
    // The limit bounds what is read, not what is set aside: a limit of 256 MB costs a small file nothing.
    constexpr std::size_t first_bytes = 4096;
    const std::uintmax_t said_bytes = fs::is_regular_file(status) ? fs::file_size(path, error) : 0;
    const std::size_t expected_bytes = error || said_bytes >= bytes_max ? 0 : static_cast<std::size_t>(said_bytes) + 1;
    std::string text;
    std::size_t done_bytes = 0;
    while (in && done_bytes <= bytes_max) {
        text.resize(std::min(bytes_max + 1, std::max({expected_bytes, first_bytes, done_bytes * 2})));
        in.read(text.data() + done_bytes, static_cast<std::streamsize>(text.size() - done_bytes));
        done_bytes += static_cast<std::size_t>(in.gcount());
    }
    text.resize(done_bytes);
    text.shrink_to_fit();
    return {std::move(text), {}, {}};
}

std::optional<std::string> write_file(const std::string& path, std::string_view text, FileAccess access) {
    // Devices and pipes cannot be renamed onto; they are written as they are.
    std::error_code error;
    const bool plain = !fs::exists(path, error) || fs::is_regular_file(path, error);
    const std::string beside = plain ? path + ".writing" : path;
    const auto failed = [&](const char* what) {
        const std::string reason = std::strerror(errno);
        if (plain) ::unlink(beside.c_str());
        return "cannot " + std::string(what) + " " + path + ": " + reason;
    };
    const ::mode_t mode = access == FileAccess::owner_only ? 0600 : 0644;
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) return failed("write");
    // A file that was left there keeps its old mode unless told.
    if (plain && access == FileAccess::owner_only) ::fchmod(file, mode);
    for (std::size_t done = 0; done < text.size();) {
        const ::ssize_t count = ::write(file, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int reason = errno;
            ::close(file);
            errno = reason;
            return failed("write");
        }
        done += static_cast<std::size_t>(count);
    }
    // A full disk may show only when the file is closed.
    if (plain && ::fsync(file) != 0) {
        const int reason = errno;
        ::close(file);
        errno = reason;
        return failed("write");
    }
    if (::close(file) != 0) return failed("write");
    if (plain && ::rename(beside.c_str(), path.c_str()) != 0) return failed("replace");
    return std::nullopt;
}

FoundScenarios find_scenarios(const std::vector<std::string>& paths) {
    FoundScenarios out;
    const auto add = [&](std::string path) {
        if (std::ranges::find(out.paths, path) == out.paths.end()) out.paths.push_back(std::move(path));
    };
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            if (fs::exists(path, error)) add(path);
            else out.errors.push_back("there is no file or folder " + path + (error ? ": " + error.message() : std::string()));
            continue;
        }
        std::vector<std::string> found;
        for (fs::recursive_directory_iterator it(path, error), end; it != end; it.increment(error)) {
            if (error) break;
            const fs::path& one = it->path();
            if (it->is_regular_file(error) && (one.extension() == ".yaml" || one.extension() == ".yml")) found.push_back(one.generic_string());
        }
        if (found.empty()) out.errors.push_back("no scenario (*.yaml) below " + path);
        std::ranges::sort(found);
        for (std::string& one : found) add(std::move(one));
    }
    return out;
}

std::string tzdata_version() {
    std::ifstream in("/usr/share/zoneinfo/tzdata.zi");
    std::string line;
    std::getline(in, line);
    const std::string head = "# version ";
    return line.starts_with(head) ? line.substr(head.size()) : std::string();
}

}  // namespace sim
