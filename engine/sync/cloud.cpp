#include "engine/sync/cloud.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/json_text.hpp"
#include "engine/meeting/jwe.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAnswerLimitBytes = 8u << 20;

Failure malformed() {
    Failure failure;
    failure.kind = Failure::Kind::malformed;
    return failure;
}

std::optional<MeetingPlace> place_in(const Json& json, const char* url_key, const char* second_url_key) {
    if (!json.is_object()) return std::nullopt;
    MeetingPlace place;
    place.url = text_of(json, url_key);
    if (place.url.empty()) place.url = text_of(json, second_url_key);
    place.sip = text_of(json, "sipUri");
    place.number = text_of(json, "meetingNumber");
    place.conversation_id = text_of(json, "id");
    if (!place.url.starts_with("https://") || place.url.size() > 2'048) return std::nullopt;
    return place;
}

std::map<std::string, std::string> texts_in(const Json& from, const char* key) {
    constexpr std::size_t kLanguagesMax = 200;
    std::map<std::string, std::string> out;
    const auto texts = from.find(key);
    if (texts == from.end() || !texts->is_object()) return out;
    for (const auto& [language, text] : texts->items())
        if (text.is_string() && out.size() < kLanguagesMax) out.emplace(language, text.get<std::string>());
    return out;
}

/// Only https links are passed on to invitees.
std::string link_in(const Json& from, const char* key) {
    std::string url = text_of(from, key);
    if (!url.starts_with("https://") || url.size() > 2'048) url.clear();
    return url;
}

OrganisationSettings organisation_in(const Json& page) {
    OrganisationSettings out;
    out.known = true;
    const auto found = page.find("invitations");
    if (found == page.end() || !found->is_object()) return out;
    out.language = text_of(*found, "language");
    out.invitation.headers = texts_in(*found, "headers");
    out.invitation.footers = texts_in(*found, "footers");
    out.invitation.default_language = text_of(*found, "textsForAll");
    out.invitation.device_address = text_of(*found, "deviceAddress");
    const auto skype = found->find("skypeForBusiness");
    out.invitation.skype = skype != found->end() && skype->is_boolean() && skype->get<bool>();
    if (const auto phone = found->find("phone"); phone != found->end() && phone->is_object()) {
        out.invitation.phone_number = text_of(*phone, "number");
        out.invitation.all_numbers_url = link_in(*phone, "allNumbersUrl");
        out.invitation.toll_free_url = link_in(*phone, "tollFreeUrl");
    }
    return out;
}

}  // namespace

Task<Outcome<HttpResponse>> Cloud::send(const char* method, std::string url, std::string body) {
    HttpRequest request;
    request.method = method;
    request.url = std::move(url);
    if (!body.empty()) request.headers.push_back(Header{"Content-Type", "application/json"});
    request.body = std::move(body);
    CallRules rules;
    rules.bearer = &token_;
    co_return co_await calls_.call(std::move(request), std::move(rules));
}

std::string Cloud::item_url(const std::string& user_id, const char* what, const std::string& item_id) const {
    std::string url;
    url.reserve(256);
    url = config_.storage();
    url += "/calendar/api/v1/users/";
    append_percent(url, user_id);
    url += what;
    meeting::append_base64url(url, item_id);
    return url;
}

Task<Outcome<DirectoryPage>> Cloud::users(const std::string& cursor) {
    std::string url = config_.cloud_base + "/identity/api/v1/orgs/" + percent(config_.org_id) + "/users";
    if (!cursor.empty()) url += "?cursor=" + percent(cursor);
    Outcome<HttpResponse> answer = co_await send("GET", std::move(url), std::string());
    Outcome<DirectoryPage> page;
    page.failure = std::move(answer.failure);
    if (page.failure.any()) co_return page;
    const Json json = parsed(answer.value.body, kAnswerLimitBytes);
    if (!json.is_object() || !json.contains("items") || !json["items"].is_array()) {
        page.failure = malformed();
        co_return page;
    }
    const std::string ours = config_.provider == Provider::microsoft ? "microsoft" : "google";
    for (const Json& item : json["items"]) {
        if (!item.is_object()) continue;
        DirectoryEntry entry;
        entry.id = text_of(item, "id");
        entry.email = text_of(item, "email");
        entry.name = text_of(item, "displayName");
        entry.is_room = text_of(item, "type") == "ROOM";
        // Said only of those of whom it is not so.
        for (const char* proof : {"domainVerified", "emailVerified"})
            entry.proofs += item.contains(proof) && item[proof].is_boolean() && !item[proof].get<bool>() ? 0 : 1;
        if (const auto calendar = item.find("calendar"); calendar != item.end() && calendar->is_object()) {
            const auto enabled = calendar->find("enabled");
            entry.enabled = enabled != calendar->end() && enabled->is_boolean() && enabled->get<bool>() &&
                            text_of(*calendar, "provider") == ours;
        }
        if (const auto room = item.find("personalRoom"); room != item.end() && room->is_object()) {
            entry.room_url = text_of(*room, "url");
            entry.room_sip = text_of(*room, "sipUri");
            entry.room_number = text_of(*room, "meetingNumber");
        }
        if (!entry.id.empty()) page.value.users.push_back(std::move(entry));
    }
    page.value.organisation = organisation_in(json);
    page.value.next = text_of(json, "next");
    co_return page;
}

Task<Failure> Cloud::put_status(const std::string& user_id, const std::string& state, const std::string& reason) {
    Json body;
    body["state"] = state;
    if (!reason.empty()) body["reason"] = reason;
    Outcome<HttpResponse> answer = co_await send(
        "PUT", config_.cloud_base + "/identity/api/v1/users/" + percent(user_id) + "/calendarStatus", dumped(body));
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::put_item(const std::string& user_id, const std::string& item_id, std::string sealed_item) {
    Outcome<HttpResponse> answer =
        co_await send("PUT", item_url(user_id, "/calendarEvents/", item_id), std::move(sealed_item));
    co_return std::move(answer.failure);
}

Task<Outcome<std::set<std::string>>> Cloud::listed_items(const std::string& user_id) {
    Outcome<HttpResponse> answer =
        co_await send("GET", config_.storage() + "/calendar/api/v1/users/" + percent(user_id) + "/calendarEvents", std::string());
    Outcome<std::set<std::string>> ids;
    ids.failure = std::move(answer.failure);
    if (ids.failure.any()) co_return ids;
    const Json json = parsed(answer.value.body, kAnswerLimitBytes);
    if (!json.is_object() || !json.contains("items") || !json["items"].is_array()) {
        ids.failure.kind = Failure::Kind::malformed;
        co_return ids;
    }
    for (const Json& item : json["items"])
        if (std::string id = text_of(item, "id"); !id.empty()) ids.value.insert(std::move(id));
    co_return ids;
}

Task<Failure> Cloud::delete_item(const std::string& user_id, const std::string& item_id) {
    Outcome<HttpResponse> answer = co_await send("DELETE", item_url(user_id, "/calendarEvents/", item_id), std::string());
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::put_button(const std::string& user_id, const std::string& item_id, const std::string& series_id,
                                Instant start, int duration_minutes) {
    std::string body = R"({"meeting":{"durationMinutes":)" + std::to_string(duration_minutes) + R"(,"icalUid":)";
    append_json_text(body, series_id);
    body += R"(,"meetingId":)";
    append_json_text(body, item_id);
    body += R"(,"startTime":")";
    text::append_utc(body, start);
    body += R"("},"state":"ACTIVE"})";
    Outcome<HttpResponse> answer = co_await send("PUT", item_url(user_id, "/joinButton/", item_id), std::move(body));
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::delete_button(const std::string& user_id, const std::string& item_id) {
    Outcome<HttpResponse> answer = co_await send("DELETE", item_url(user_id, "/joinButton/", item_id), std::string());
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::post_presence(const std::string& user_id, bool away, Duration ttl) {
    Json body;
    body["subject"] = user_id;
    body["eventType"] = away ? "ooo" : "clear";
    body["label"] = "hybrid-calendar";
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(ttl).count();
    if (away) body["ttl"] = std::max<std::int64_t>(1, seconds);
    Outcome<HttpResponse> answer =
        co_await send("POST", config_.cloud_base + "/apheleia/api/v1/events", dumped(body));
    co_return std::move(answer.failure);
}

Task<Outcome<MeetingPlace>> Cloud::make_space(const std::string& client_id, const std::string& sealed_title,
                                              const std::string& key_uri, const std::set<std::string>& participants) {
    Json body;
    body["clientTempId"] = client_id;
    body["displayName"] = sealed_title;
    body["encryptionKeyUrl"] = key_uri;
    body["participants"] = participants;
    Outcome<HttpResponse> answer =
        co_await send("POST", config_.storage() + "/conversation/api/v1/conversations", dumped(body));
    Outcome<MeetingPlace> made;
    made.failure = std::move(answer.failure);
    if (made.failure.any()) co_return made;
    const Json told = parsed(answer.value.body, kAnswerLimitBytes);
    std::optional<MeetingPlace> place = place_in(told, "meetUrl", "url");
    if (place) place->made_before = text_of(told, "clientTempId") != client_id;
    if (place)
        made.value = std::move(*place);
    else
        made.failure = malformed();
    co_return made;
}

Task<Failure> Cloud::rename_space(const std::string& conversation_id, const std::string& sealed_title, const std::string& key_uri) {
    Json body;
    body["displayName"] = sealed_title;
    body["encryptionKeyUrl"] = key_uri;
    Outcome<HttpResponse> answer =
        co_await send("PUT", config_.storage() + "/conversation/api/v1/conversations/" + percent(conversation_id), dumped(body));
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::change_meeting(const std::string& number, const std::string& sealed_title, const std::string& key_uri, Instant start,
                                    int duration_minutes) {
    Json body;
    body["title"] = sealed_title;
    body["encryptionKeyUrl"] = key_uri;
    body["startTime"] = text::utc_text(start);
    body["durationMinutes"] = duration_minutes;
    Outcome<HttpResponse> answer = co_await send("PUT", config_.storage() + "/calendar/api/v1/meetings/" + percent(number), dumped(body));
    co_return std::move(answer.failure);
}

Task<Failure> Cloud::delete_meeting(const std::string& id, bool is_number) {
    Outcome<HttpResponse> answer =
        co_await send("DELETE", config_.storage() + "/calendar/api/v1/meetings/" + (is_number ? "" : "clientTempId/") + percent(id), std::string());
    co_return std::move(answer.failure);
}

Task<Outcome<MeetingPlace>> Cloud::make_meeting(const std::string& client_id, const std::string& sealed_title,
                                                const std::string& key_uri, Instant start, int duration_minutes,
                                                const std::string& host) {
    Json body;
    body["clientTempId"] = client_id;
    body["title"] = sealed_title;
    body["encryptionKeyUrl"] = key_uri;
    body["startTime"] = text::utc_text(start);
    body["durationMinutes"] = duration_minutes;
    body["host"] = host;
    Outcome<HttpResponse> answer = co_await send("POST", config_.storage() + "/calendar/api/v1/meetings", dumped(body));
    Outcome<MeetingPlace> made;
    made.failure = std::move(answer.failure);
    if (made.failure.any()) co_return made;
    std::optional<MeetingPlace> place = place_in(parsed(answer.value.body, kAnswerLimitBytes), "joinUrl", "url");
    if (place) {
        made.value = std::move(*place);
        made.value.conversation_id.clear();
    } else {
        made.failure = malformed();
    }
    co_return made;
}

Task<Failure> Cloud::post_notice(const std::string& user_id, const std::string& client_id, const std::string& reason,
                                 const std::string& language, const std::string& text) {
    Json body;
    body["clientTempId"] = client_id;
    body["reason"] = reason;
    body["language"] = language;
    body["text"] = text;
    Outcome<HttpResponse> answer =
        co_await send("POST", config_.storage() + "/calendar/api/v1/users/" + percent(user_id) + "/notices", dumped(body));
    co_return std::move(answer.failure);
}

}  // namespace engine::sync
