#include "tests/serve/browser.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

namespace serve_test {
namespace {

using nlohmann::json;
constexpr int answer_ms = 60'000;

std::string from_base64(const std::string& text) {
    static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string::npos) break;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        if ((count += 6) < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
    return out;
}

}  // namespace

struct Browser::Parts {
    pid_t child = -1;
    int to = -1, from = -1;
    int calls = 0;
    std::string session, read, complaints;
    std::filesystem::path profile;

    json call(const std::string& method, json parameters = json::object(), bool in_page = true) {
        const int id = ++calls;
        json message = {{"id", id}, {"method", method}, {"params", std::move(parameters)}};
        if (in_page && !session.empty()) message["sessionId"] = session;
        std::string bytes = message.dump();
        bytes.push_back('\0');
        for (std::size_t at = 0; at < bytes.size();) {
            const ssize_t sent = ::write(to, bytes.data() + at, bytes.size() - at);
            if (sent <= 0) {
                ADD_FAILURE() << "the browser is gone, at " << method;
                return {};
            }
            at += static_cast<std::size_t>(sent);
        }
        while (true) {
            const json got = next();
            if (got.is_null()) {
                ADD_FAILURE() << "no answer to " << method;
                return {};
            }
            if (got.value("id", 0) != id) {
                note(got);
                continue;
            }
            if (got.contains("error")) ADD_FAILURE() << method << ": " << got["error"].dump();
            return got.value("result", json::object());
        }
    }

    void note(const json& event) {
        const std::string method = event.value("method", "");
        if (method == "Runtime.exceptionThrown") complaints += event["params"]["exceptionDetails"].dump() + "\n";
        if (method == "Log.entryAdded" && event["params"]["entry"].value("level", "") == "error") complaints += event["params"]["entry"].dump() + "\n";
    }

    json next() {
        while (true) {
            if (const auto end = read.find('\0'); end != std::string::npos) {
                json out = json::parse(read.substr(0, end), nullptr, false);
                read.erase(0, end + 1);
                return out;
            }
            pollfd wait{from, POLLIN, 0};
            if (::poll(&wait, 1, answer_ms) <= 0) return {};
            std::array<char, 65536> bytes{};
            const ssize_t count = ::read(from, bytes.data(), bytes.size());
            if (count <= 0) return {};
            read.append(bytes.data(), static_cast<std::size_t>(count));
        }
    }
};

std::string Browser::installed() {
    for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"})
        if (::access(path, X_OK) == 0) return path;
    return {};
}

Browser::Browser() : parts_(std::make_unique<Parts>()) {
    std::string name = (std::filesystem::temp_directory_path() / "calrig-browser-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the browser's profile");
    parts_->profile = name;
    int commands[2], answers[2];
    if (::pipe(commands) != 0 || ::pipe(answers) != 0) throw std::runtime_error("no pipes for the browser");
    const std::string path = installed(), profile = "--user-data-dir=" + name;
    std::vector<const char*> arguments{path.c_str(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                                       "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
                                       profile.c_str(), "about:blank", nullptr};
    parts_->child = ::fork();
    if (parts_->child == 0) {
        // The protocol wants commands on 3 and answers on 4; the pipes' own numbers may be just these.
        const int in = ::fcntl(commands[0], F_DUPFD, 10), out = ::fcntl(answers[1], F_DUPFD, 10);
        ::dup2(in, 3);
        ::dup2(out, 4);
        const int nowhere = ::open("/dev/null", O_RDWR);
        ::dup2(nowhere, 1);
        ::dup2(nowhere, 2);
        for (int other = 5; other < 64; ++other) ::close(other);
        ::setpgid(0, 0);
        ::execv(path.c_str(), const_cast<char* const*>(arguments.data()));
        ::_exit(127);
    }
    ::close(commands[0]);
    ::close(answers[1]);
    parts_->to = commands[1];
    parts_->from = answers[0];
    const json target = parts_->call("Target.createTarget", {{"url", "about:blank"}}, false);
    const json attached = parts_->call("Target.attachToTarget", {{"targetId", target.value("targetId", "")}, {"flatten", true}}, false);
    parts_->session = attached.value("sessionId", "");
    parts_->call("Page.enable");
    parts_->call("Runtime.enable");
    parts_->call("Log.enable");
}

Browser::~Browser() {
    ::close(parts_->to);
    ::close(parts_->from);
    ::kill(-parts_->child, SIGKILL);
    ::waitpid(parts_->child, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(parts_->profile, ignored);
}

void Browser::open(const std::string& url) { parts_->call("Page.navigate", {{"url", url}}); }

json Browser::value(const std::string& expression) {
    const json out = parts_->call("Runtime.evaluate", {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
    if (out.contains("exceptionDetails")) {
        ADD_FAILURE() << expression << "\n" << out["exceptionDetails"].dump(1);
        return {};
    }
    return out.contains("result") ? out["result"].value("value", json()) : json();
}

bool Browser::becomes(const std::string& expression) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
        if (value("!!(" + expression + ")") == true) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

void Browser::size(int width, int height) {
    parts_->call("Emulation.setDeviceMetricsOverride", {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

void Browser::dark(bool dark) {
    parts_->call("Emulation.setEmulatedMedia", {{"features", {{{"name", "prefers-color-scheme"}, {"value", dark ? "dark" : "light"}}}}});
}

void Browser::press(const std::string& key) {
    json down = {{"type", "keyDown"}, {"key", key}, {"code", key}, {"windowsVirtualKeyCode", key == "Tab" ? 9 : key == "Enter" ? 13 : key == "Escape" ? 27 : 32}};
    if (key == "Enter") down["text"] = "\r";
    parts_->call("Input.dispatchKeyEvent", down);
    down["type"] = "keyUp";
    down.erase("text");
    parts_->call("Input.dispatchKeyEvent", down);
}

void Browser::type(const std::string& text) { parts_->call("Input.insertText", {{"text", text}}); }

std::string Browser::screenshot() { return from_base64(parts_->call("Page.captureScreenshot", {{"format", "png"}, {"captureBeyondViewport", false}}).value("data", "")); }

const std::string& Browser::complaints() const { return parts_->complaints; }

}  // namespace serve_test
