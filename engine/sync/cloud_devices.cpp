// What devices ask through the meeting cloud, and what they are told.
#include <nlohmann/json.hpp>

#include "engine/sync/cloud.hpp"
#include "engine/json_text.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kRequestsLimitBytes = 8u << 20;
constexpr std::size_t kRequestsLimit = 10'000;

DeviceRequest request_in(const Json& item) {
    DeviceRequest one;
    one.id = text_of(item, "id");
    one.user_id = text_of(item, "userId");
    one.type = text_of(item, "type");
    one.item_id = text_of(item, "itemId");
    one.response = text_of(item, "response");
    one.cause = text_of(item, "cause");
    one.guest = text_of(item, "guest");
    one.sealed = text_of(item, item.contains("words") ? "words" : "title");
    one.key_uri = text_of(item, "encryptionKeyUrl");
    one.start = text::to_utc(text_of(item, "startTime"), "UTC").value_or(Instant{});
    one.expires = text::to_utc(text_of(item, "expiresAt"), "UTC").value_or(Instant{});
    const auto minutes = item.find("durationMinutes");
    if (minutes != item.end() && minutes->is_number_unsigned() && minutes->get<std::uint64_t>() <= 1'440)
        one.minutes = static_cast<int>(minutes->get<std::uint64_t>());
    return one;
}

}  // namespace

Task<Outcome<std::vector<DeviceRequest>>> Cloud::device_requests() {
    Outcome<HttpResponse> answer =
        co_await send("GET", config_.storage() + "/calendar/api/v1/deviceRequests", std::string());
    Outcome<std::vector<DeviceRequest>> outcome;
    outcome.failure = std::move(answer.failure);
    if (outcome.failure.any()) co_return outcome;
    const Json json = parsed(answer.value.body, kRequestsLimitBytes);
    if (!json.is_object() || !json.contains("items") || !json["items"].is_array() ||
        json["items"].size() > kRequestsLimit) {
        outcome.failure.kind = Failure::Kind::malformed;
        co_return outcome;
    }
    for (const Json& item : json["items"])
        if (item.is_object()) outcome.value.push_back(request_in(item));
    co_return outcome;
}

Task<Failure> Cloud::answer_device(const std::string& request_id, const std::string& cause, const std::string& item_id) {
    Json body;
    body["state"] = cause.empty() ? "DONE" : "FAILED";
    if (!cause.empty()) body["cause"] = cause;
    if (!item_id.empty()) body["itemId"] = item_id;
    Outcome<HttpResponse> answer =
        co_await send("PUT", config_.storage() + "/calendar/api/v1/deviceRequests/" + percent(request_id), body.dump());
    co_return std::move(answer.failure);
}

}  // namespace engine::sync
