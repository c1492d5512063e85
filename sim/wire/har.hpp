#pragma once
// Recordings: HAR 1.2 with secrets masked, and a server that answers strictly from one.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"
#include "sim/judge/journal.hpp"

namespace sim {

/// Where a recording comes from: ids, tenants and jitter follow the seed, offsets count from the beginning. HAR 1.2
/// leaves names with an underscore to their owners: "_seed" and "_begin" of the log.
struct RecordedRun {
    std::uint64_t seed = 0;
    fakes::Instant begin{};
};

/// Collects the exchanges between the engine and the calendar providers (token endpoints included) and writes HAR 1.2.
class HarRecorder {
  public:
    explicit HarRecorder(std::optional<RecordedRun> run = std::nullopt);
    ~HarRecorder();
    /// Exchanges with others (cloud, devices) are ignored.
    void add(const Exchange& exchange);
    std::string text() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

struct RecordedExchange {
    fakes::Instant started{};
    std::chrono::milliseconds took{0};
    fakes::Request request;
    fakes::Reply reply;    // status 0: no answer was recorded
    std::string pointer;   // JSON pointer of the entry: "/log/entries/3"
};

struct Recording {
    std::string file;
    std::optional<RecordedRun> run;         // unset: recorded elsewhere
    std::vector<RecordedExchange> entries;  // by `started`; equal ones as in the file
};

/// What is wrong in a recording: "day.har: /log/entries/3/request/method must be a string".
struct HarRead {
    std::optional<Recording> recording;  // unset when anything is wrong
    std::vector<std::string> problems;
};
HarRead read_har(std::string_view text, std::string_view file);

struct ReplaySettings {
    /// Where the engine answers. Requests of the recording to this host, and to those it asked subscriptions for, are the
    /// providers' notifications.
    std::string hook_host;
    fakes::Instant begin{};   // of the replay: the recording's own beginning, else its first entry, happened then
    std::vector<std::string> headers_that_matter = {"prefer", "if-match", "if-none-match"};
    /// Members of JSON bodies at any depth ("/id": only of the outermost object) and of forms: present on both sides is
    /// enough. What the engine chose for one of them stands for the recorded value in later answers and notifications.
    std::vector<std::string> volatile_members = {"transactionId", "clientState", "expirationDateTime", "notificationUrl",
                                                 "lifecycleNotificationUrl", "/id", "/token", "/expiration", "/address",
                                                 "assertion", "client_secret", "client_id"};
    /// Hosts whose first segment of the path is the tenant's id: a recording may be of any tenant.
    std::vector<std::string> tenant_first = {"login.microsoftonline.com"};
    std::vector<std::string> volatile_query = {"startDateTime", "endDateTime", "timeMin", "timeMax", "updatedMin"};
};

/// Answers from a recording: each entry once, in order among equals, at once; an entry without an answer is never
/// answered. What was not recorded gets 501, and the closest entry is told. A notification comes at its offset, but not
/// before the writes that were recorded before it: it may tell of what they did; and after what was read just before it.
class ReplayServer final : public fakes::Server {
  public:
    ReplayServer(Recording recording, ReplaySettings settings);
    ~ReplayServer() override;
    void request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now,
                 fakes::Effects& effects) override;
    void answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now,
                  fakes::Effects& effects) override;
    void wake(fakes::Instant now, fakes::Effects& effects) override;
    std::optional<fakes::Instant> next_wake() const override;

    std::vector<std::string> hosts() const;
    /// One text per request that had no entry: the request, the closest entry, and per part what differs. The first
    /// ones only; all are counted.
    const std::vector<std::string>& unexpected() const;
    std::uint64_t unexpected_count() const;
    /// Entries that nobody asked for, and notifications that were never sent.
    std::vector<std::string> unused() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sim
