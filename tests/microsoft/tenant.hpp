#pragma once
// A small tenant for the tests: people, rooms, a token, a hook that answers what the test wants.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "fakes/microsoft/service.hpp"

namespace microsoft_test {

using fakes::Instant;
using nlohmann::json;

Instant at(std::string_view text);  // "2026-03-02T09:15:04Z"
fakes::LocalTime wall(std::string_view text);
fakes::Date day(std::string_view text);

struct Answer {
    int status = 0;
    std::vector<fakes::Header> headers;
    json body;
    std::string text;
    std::string rule;
    std::string header(std::string_view name) const;
};

class Tenant {
  public:
    explicit Tenant(fakes::MicrosoftOptions options = {}, std::vector<fakes::Group> groups = {});

    Answer call(std::string method, std::string path, json body = nullptr, std::vector<fakes::Header> headers = {});
    Answer raw(fakes::Request request);
    Answer token(std::string form);
    /// Runs the service's own clockwork up to `until`; requests it sends go to the hook.
    void run_until(Instant until);
    void run_for(std::chrono::milliseconds span) { run_until(now + span); }
    /// Subscribes to `user`'s events; the hook echoes.
    Answer subscribe(const std::string& user, json more = json::object());
    json meeting(const std::string& subject, const std::string& start, const std::string& end, const std::vector<std::string>& attendees = {});
    std::string events(const std::string& user) const { return "/users/" + user + "@calrig.example/calendar/events"; }
    /// Change notifications the hook got since the last call, one per item.
    std::vector<json> take_notifications();

    std::unique_ptr<fakes::MicrosoftService> service;
    fakes::Organisation organisation;
    Instant now = at("2026-03-02T09:15:00Z");
    std::string bearer;
    std::vector<fakes::Outgoing> sent;  // all of them
    /// What the hook says; nullptr: nothing comes back.
    std::function<std::unique_ptr<fakes::Reply>(const fakes::Outgoing&)> hook;

    void pump(fakes::Effects& effects);

  private:
    std::vector<json> notifications_;
    std::vector<fakes::Effects::Answer> answers_;
    fakes::ExchangeId last_ = 0;
};

std::unique_ptr<fakes::Reply> polite_hook(const fakes::Outgoing& outgoing);
json example(const std::string& file);  // of facts/examples/graph in the repository

}  // namespace microsoft_test
