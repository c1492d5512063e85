#pragma once
// What arrives at the hook: handshakes, change and lifecycle notifications, sync messages, directory changes. Checks,
// marks the work, and answers at once.
#include <functional>
#include <set>

#include "engine/http.hpp"
#include "engine/sync/graph_codec.hpp"
#include "engine/sync/subscriptions.hpp"

namespace engine::sync {

class Webhook {
  public:
    struct Calls {
        std::function<void(Mailbox&)> work_soon;  // a short rest first: changes come in bursts
        std::function<void()> directory_changed;
        std::function<void()> devices_ask;
        std::function<void(const std::set<std::string>& key_uris)> keys_changed;
        /// Whether the event in this state is published already: our own writes are told to us, too.
        std::function<bool(const Mailbox&, const std::string& event_id, const std::string& etag)> is_settled;
    };
    Webhook(Ports& ports, const Config& config, Subscriptions& subscriptions, Calls calls)
        : ports_(ports), config_(config), subscriptions_(subscriptions), calls_(std::move(calls)) {}

    HttpResponse answer(const HttpRequest& request);

  private:
    HttpResponse graph(const HttpRequest& request, std::string_view query);
    HttpResponse google(const HttpRequest& request);
    HttpResponse cloud(const HttpRequest& request);

    Ports& ports_;
    const Config& config_;
    Subscriptions& subscriptions_;
    Calls calls_;
    GraphCodec codec_;
};

}  // namespace engine::sync
