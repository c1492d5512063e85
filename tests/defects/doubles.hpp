#pragma once
// Test doubles that stand between the parts and spoil what passes: how a defect is planted without touching what ships.
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/kms.hpp"
#include "sim/world/world.hpp"

namespace defects {

using Json = nlohmann::json;
using engine::HttpRequest;
using engine::HttpResult;

/// What a double does to each exchange of the engine; unset: nothing.
struct Meddle {
    std::function<void(HttpRequest&)> before;                                               // spoils what is sent
    std::function<std::optional<HttpResult>(const HttpRequest&)> instead;                   // answers, nothing is sent
    std::function<void(const HttpRequest&, HttpResult&)> after;                             // spoils the answer
    std::function<std::vector<HttpRequest>(const HttpRequest&, const HttpResult&)> also;    // sends more
};
sim::Doubles on_the_wire(Meddle meddle);

/// What a double does to a fake service.
struct Tamper {
    std::string actor;                                          // "cloud", "graph", ...
    std::function<bool(const fakes::Outgoing&)> swallow;        // lost for good: the service believes it arrived
    std::function<void(fakes::Request&)> request;
    std::function<void(fakes::Effects&, fakes::Instant)> wake;  // what it wants to send on its own
};
sim::Doubles at_the_service(Tamper tamper);

/// What a double does to each request that arrives at the engine, and to its answer; unset: nothing.
struct Door {
    std::function<void(HttpRequest&)> before;
    std::function<void(const HttpRequest&, engine::HttpResponse&)> after;
};
sim::Doubles at_the_door(Door door);

/// Between a key server's channel and its vault: where its messages are in clear.
sim::Doubles at_the_vault(fakes::KeyServer::Between between, std::string actor = "kms");

sim::Doubles with_config(std::function<void(engine::Config&)> change);
/// Before each line of the engine's log comes this one.
sim::Doubles with_log_line(std::function<std::string()> line);
/// Beside the first write the store gets this pair.
sim::Doubles with_stored(std::string key, std::string value);
/// The first `writes` of keys that begin so, of each run of the engine, never reach the store.
sim::Doubles with_forgetful_store(std::string prefix = {}, int writes = std::numeric_limits<int>::max());

// ---- words for the table --------------------------------------------------------------------------------------------
bool is(const HttpRequest& request, std::string_view method, std::string_view url_part);
inline bool is_item(const HttpRequest& request) { return is(request, "PUT", "/calendarEvents/"); }
/// What the engine reads from URLs that hold `url_part` goes through `edit` first.
sim::Doubles after_reading(std::string url_part, std::function<void(HttpResult&)> edit);
HttpResult answer(int status, std::string body = {});
void replace_all(std::string& text, std::string_view from, std::string_view to);
void edit_json(std::string& body, const std::function<void(Json&)>& edit);
std::string base64(std::string_view bytes);
std::string percent(std::string_view bytes);
std::string hex(std::string_view bytes);
/// A request like `request` (with its token) but of another method and address, without a body.
HttpRequest like(const HttpRequest& request, std::string method, std::string url);

/// Every item that goes to the cloud passes `edit`.
sim::Doubles in_every_item(std::function<void(Json&)> edit);
/// Requests of this kind are never sent; the engine gets `status`.
sim::Doubles never_sent(std::string method, std::string url_part, int status, std::string body = {});
/// In the provider's and the cloud's answers `from` reads `to`.
sim::Doubles misread(std::string from, std::string to, std::string url_part = "/");

}  // namespace defects
