#include "engine/sync/webhook.hpp"

#include <nlohmann/json.hpp>

#include "engine/sync/hook_signature.hpp"
#include "engine/sync/http_calls.hpp"

namespace engine::sync {
namespace {

constexpr std::size_t kHookBodyLimitBytes = 1u << 20;
constexpr std::size_t kValidationTokenLimitBytes = 4'096;
constexpr std::size_t kEventIdLimitBytes = 1'024;
constexpr std::size_t kKeysPerNotice = 1'000;
constexpr std::size_t kEventsPending = 200;  // beyond this one full look is cheaper

HttpResponse status_only(int status) {
    HttpResponse response;
    response.status = status;
    return response;
}

std::string_view query_value(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=')
            return pair.substr(key.size() + 1);
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

std::set<std::string> uris_in(const nlohmann::json& body) {
    std::set<std::string> uris;
    const auto list = body.find("keyUris");
    if (list == body.end() || !list->is_array()) return uris;
    for (const nlohmann::json& uri : *list)
        if (uri.is_string() && uris.size() < kKeysPerNotice) uris.insert(uri.get<std::string>());
    return uris;
}

std::string header(const HttpRequest& request, std::string_view name) {
    const std::string* value = find_header(request.headers, name);
    return value == nullptr ? std::string() : *value;
}

}  // namespace

HttpResponse Webhook::answer(const HttpRequest& request) {
    std::string_view url = request.url;
    url.remove_prefix(origin(url).size());
    const std::string_view path = url.substr(0, url.find('?'));
    const std::string_view query = path.size() < url.size() ? url.substr(path.size() + 1) : std::string_view();
    if (request.method != "POST") return status_only(405);
    if (request.body.size() > kHookBodyLimitBytes) return status_only(413);
    if (path.ends_with("/graph") || path.ends_with("/graph/lifecycle")) return graph(request, query);
    if (path.ends_with("/google")) return google(request);
    if (path.ends_with("/cloud")) return cloud(request);
    return status_only(404);
}

/// Graph docs: the decoded token as text/plain within 10 s; notifications are answered 202 within 3 s, also those
/// that are not for us.
HttpResponse Webhook::graph(const HttpRequest& request, std::string_view query) {
    const std::string_view token = query_value(query, "validationToken");
    if (!token.empty()) {
        if (token.size() > kValidationTokenLimitBytes) return status_only(400);
        HttpResponse response = status_only(200);
        response.headers.push_back(Header{"Content-Type", "text/plain"});
        response.body = unpercent(token);
        return response;
    }
    const std::optional<std::vector<GraphNotice>> notices = codec_.notices(request.body);
    if (!notices) return status_only(400);
    std::size_t strange = 0;
    for (const GraphNotice& notice : *notices) {
        Mailbox* mailbox = subscriptions_.owner(notice.subscription_id, notice.client_state);
        if (mailbox == nullptr) {
            ++strange;
            continue;
        }
        if (notice.lifecycle.empty() && calls_.is_settled(*mailbox, notice.event_id, notice.event_etag)) continue;
        if (!notice.lifecycle.empty()) {
            // All three are triggers for the same, idempotent cure; renewal is by replacement.
            mailbox->todo.full_look = true;
            if (notice.lifecycle != "missed") mailbox->todo.renew = true;
        } else if (!notice.event_id.empty() && notice.event_id.size() <= kEventIdLimitBytes) {
            if (mailbox->todo.events.size() >= kEventsPending)
                mailbox->todo.full_look = true;
            else
                mailbox->todo.events.insert(notice.event_id);
        }
        mailbox->told_nothing = false;
        calls_.work_soon(*mailbox);
    }
    // One line, whatever a stranger put into one request.
    if (strange > 0) ports_.log.line(Log::Level::info, "notification.not_ours count=" + std::to_string(strange));
    return status_only(202);
}

/// Google docs: nothing says what changed; the first message of a channel is "sync".
HttpResponse Webhook::google(const HttpRequest& request) {
    Mailbox* mailbox =
        subscriptions_.owner(header(request, "X-Goog-Channel-ID"), header(request, "X-Goog-Channel-Token"));
    if (mailbox == nullptr) {
        ports_.log.line(Log::Level::info, "notification.not_ours");
        return status_only(200);
    }
    if (header(request, "X-Goog-Resource-State") == "sync") return status_only(200);
    mailbox->todo.incremental = true;
    mailbox->told_nothing = false;
    calls_.work_soon(*mailbox);
    return status_only(200);
}

HttpResponse Webhook::cloud(const HttpRequest& request) {
    // Whoever could ring without being the cloud could keep the engine reading the directory (README: the hook is a bell).
    if (!is_signed(config_.cloud_hook_secret, request.body, header(request, kSignatureHeader))) {
        ports_.log.line(Log::Level::warning, "cloud_notice.not_signed");
        return status_only(401);
    }
    const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("type") || !body["type"].is_string()) return status_only(400);
    // Only the ring of a bell: what there is to do is fetched with the service's own token.
    const std::string type = body["type"].get<std::string>();
    if (type == "directory.changed") calls_.directory_changed();
    if (type == "device.requests") calls_.devices_ask();
    if (type == "keys.changed") calls_.keys_changed(uris_in(body));
    return status_only(204);
}

}  // namespace engine::sync
