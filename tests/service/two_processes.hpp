#pragma once
// `calrig serve` and `calrig engine` as two processes on loopback, and what people do to the calendars in between.
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/serve/client.hpp"
#include "tests/service/process.hpp"

namespace service_test {

class TwoProcesses {
  public:
    /// `provider`: "microsoft" or "google". Everything over TLS, unless `plain`.
    /// `world`: a world file in place of the ready one.
    explicit TwoProcesses(std::string provider, bool plain = false, const std::string& world = {});

    void start_engine();
    /// Until the directory is known and ana, ben and cleo are activated.
    bool is_working();
    int end_engine(int signal);
    Process& engine() { return *engine_; }

    // Over the provider's own interface, as ana.
    std::string create(const std::string& title, const std::string& location, std::chrono::minutes from_now, const std::string& body = "");
    void retitle(const std::string& id, const std::string& title);
    void remove(const std::string& id);
    nlohmann::json event(const std::string& id);
    /// Body and location in one text.
    std::string written(const std::string& id);

    /// What ben's app decrypted and shows, by title.
    std::multimap<std::string, nlohmann::json> shown_to(const std::string& person);
    std::string metrics();
    /// Value of one sample, 0 when there is none: `calrig_mailboxes{state="active"}`.
    double metric(const std::string& sample);
    int operations(const std::string& path, std::string* body = nullptr);
    /// Somebody asks the listener that notifications come to.
    fakes::Reply knock_at_hook(const std::string& method, const std::string& target, const std::string& body);
    nlohmann::json control(const std::string& path);
    /// Acts in the words of scenarios.
    fakes::Reply act(const nlohmann::json& acts);
    const Folder& folder() const { return folder_; }
    std::filesystem::path store() const { return folder_ / (provider_ + ".sqlite"); }
    std::string log() const { return text_of(folder_ / "engine.log"); }
    std::string env(const std::string& name) const { return ready_.value(name, ""); }
    std::filesystem::path config() const { return folder_ / "config.yaml"; }

  private:
    serve_test::Client client();
    fakes::Reply ask(const std::string& method, const std::string& target, const nlohmann::json& body = nullptr);
    std::string calendar_path() const;

    std::string provider_;
    Folder folder_;
    std::uint16_t hooks_port_ = free_port(), operations_port_ = free_port();
    nlohmann::json ready_;
    std::unique_ptr<Process> serve_, engine_;
    std::string bearer_;
};

}  // namespace service_test
