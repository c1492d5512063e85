#include "fakes/cloud/key_vault.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/small_body.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {
namespace {

using nlohmann::json;

constexpr int revoked_code = 405005;  // published client code: the key is revoked
constexpr int moved_code = 301002;    // published client code: followed once, to redirectUri

/// Nothing beside what the verbs need may come to a key server, least of all what a key is for.
constexpr std::array<std::string_view, 8> message_members{"method", "uri",     "requestId",   "client",
                                                          "count",  "userIds", "keyUris",     "resourceUri"};

std::string stranger_in(const json& message) {
    for (const auto& [name, value] : message.items())
        if (std::ranges::find(message_members, name) == message_members.end()) return name;
    return {};
}

json failure(int status, std::string_view reason) { return {{"status", status}, {"reason", reason}}; }
json key_revoked() { return {{"status", 405}, {"reason", "Key revoked"}, {"errorCode", revoked_code}}; }

/// The strings of an array member; nullopt when it is missing, empty, too long or holds anything else.
std::optional<std::vector<std::string>> texts_of(const json& message, const char* name) {
    const auto found = message.find(name);
    if (found == message.end() || !found->is_array() || found->empty() ||
        found->size() > cloud_limits::users_per_message_max)
        return std::nullopt;
    std::vector<std::string> out;
    for (const json& entry : *found) {
        if (!entry.is_string()) return std::nullopt;
        out.push_back(entry.get<std::string>());
    }
    return out;
}

}  // namespace

KeyVault::KeyVault(std::string host, Dice dice) : cluster_("kms://" + std::move(host)), dice_(dice) {}

std::string KeyVault::new_uri(std::string_view kind) { return cluster_ + "/" + std::string(kind) + "/" + dice_.uuid(); }

json KeyVault::handle(const json& message, std::string_view caller, Instant now) {
    if (!message.is_object()) return failure(400, "a message must be an object");
    const std::string method = text_in(message, "method");
    std::string uri = text_in(message, "uri");
    if (uri.starts_with('/')) uri = cluster_ + uri;
    json reply;
    const std::string resources = cluster_ + "/resources";
    const std::string authorizations = cluster_ + "/authorizations";
    const std::size_t question = uri.find('?');
    const std::string path = uri.substr(0, question);
    if (const std::string stranger = stranger_in(message); !stranger.empty()) {
        reply = failure(400, "a message has no member " + stranger);
    } else if (!uri.starts_with(cluster_ + "/")) {
        reply = failure(404, "the uri is not one of this key server");
    } else if (method == "update" && path == cluster_ + "/ping") {
        reply = {{"status", 200}};
    } else if (refuse_) {
        reply = failure(403, "Forbidden");
    } else if (json elsewhere = moved(message, path); !elsewhere.is_null()) {
        reply = std::move(elsewhere);
    } else if (method == "create" && path == cluster_ + "/keys") {
        reply = create_keys(message, caller, now);
    } else if (method == "create" && path == resources) {
        reply = create_resource(message, caller, now);
    } else if (method == "create" && path == authorizations) {
        reply = create_authorizations(message, caller);
    } else if (method == "delete" && path == authorizations && question != std::string::npos) {
        const std::string_view query = std::string_view(uri).substr(question + 1);
        reply = delete_authorization(wire_text::query_value(query, "resourceUri").value_or(""),
                                     wire_text::query_value(query, "authId").value_or(""), caller);
    } else if (method == "retrieve" && path.starts_with(cluster_ + "/keys/")) {
        reply = retrieve_key(path, caller);
    } else if (method == "update" && path.starts_with(cluster_ + "/keys/")) {
        reply = bind_key(path, message, caller, now);
    } else {
        reply = failure(400, "unknown method or uri");
    }
    if (const auto request_id = message.find("requestId"); request_id != message.end() && request_id->is_string())
        reply["requestId"] = *request_id;
    return reply;
}

json KeyVault::create_keys(const json& message, std::string_view caller, Instant now) {
    const auto count = message.find("count");
    if (count == message.end() || !count->is_number_unsigned() || count->get<std::uint64_t>() == 0 ||
        count->get<std::uint64_t>() > cloud_limits::keys_per_create_max)
        return failure(400, "count must be 1 to " + std::to_string(cloud_limits::keys_per_create_max));
    json keys = json::array();
    for (std::uint64_t i = 0; i < count->get<std::uint64_t>(); ++i) {
        std::string bytes(32, '\0');
        for (char& byte : bytes) byte = static_cast<char>(dice_.below(256));
        const std::string uri = new_uri("keys");
        const std::string k = base64url_encode(bytes);
        keys_[uri] = Key{k, std::string(caller), {}, now, {}, now + cloud_limits::key_life, false, false};
        changed(uri);
        keys.push_back({{"uri", uri},
                        {"jwk", {{"kty", "oct"}, {"kid", uri}, {"k", k}}},
                        {"userId", caller},
                        {"createDate", wire_text::write_time(now)},
                        {"expirationDate", wire_text::write_time(now + cloud_limits::key_life)}});
    }
    return {{"status", 201}, {"keys", std::move(keys)}};
}

json KeyVault::create_resource(const json& message, std::string_view caller, Instant now) {
    const auto users = texts_of(message, "userIds");
    const auto keys = texts_of(message, "keyUris");
    if (!users || !keys) return failure(400, "userIds and keyUris must be arrays of strings that are not empty");
    for (const std::string& uri : *keys) {
        const auto key = keys_.find(uri);
        if (key == keys_.end()) return failure(404, "keyUris names a key that does not exist");
        if (key->second.creator != caller) return failure(403, "Forbidden");
        if (key->second.revoked) return key_revoked();
        if (!key->second.resource.empty()) return failure(409, "the key is bound to a resource already");
    }
    const std::string uri = new_uri("resources");
    Resource& resource = resources_[uri];
    resource.creator = caller;
    json authorizations = json::array();
    for (const std::string& user : *users)
        if (const auto [made, fresh] = resource.users.emplace(user, std::string()); fresh) {
            made->second = new_uri("authorizations");
            authorizations.push_back(made->second);
        }
    for (const std::string& key_uri : *keys) {
        Key& key = keys_.find(key_uri)->second;
        key.resource = uri;
        key.bound = now;
        resource.keys.insert(key_uri);
    }
    changed(resource);
    return {{"status", 201},
            {"resource", {{"uri", uri}, {"keyUris", resource.keys}, {"authorizationUris", std::move(authorizations)}}}};
}

json KeyVault::create_authorizations(const json& message, std::string_view caller) {
    const auto users = texts_of(message, "userIds");
    const std::string uri = text_in(message, "resourceUri");
    if (!users || uri.empty()) return failure(400, "resourceUri and userIds are needed");
    const auto found = resources_.find(uri);
    if (found == resources_.end()) return failure(404, "there is no such resource");
    Resource& resource = found->second;
    if (resource.creator != caller && !resource.users.contains(caller)) return failure(403, "Forbidden");
    for (const std::string& key : resource.keys)
        if (keys_.find(key)->second.revoked) return key_revoked();
    json made = json::array();
    for (const std::string& user : *users) {
        std::string& authorization = resource.users[user];
        if (authorization.empty()) authorization = new_uri("authorizations");
        made.push_back({{"uri", authorization}, {"authId", user}, {"resourceUri", uri}});
    }
    changed(resource);
    return {{"status", 201}, {"authorizations", std::move(made)}};
}

json KeyVault::delete_authorization(std::string_view resource_uri, std::string_view user, std::string_view caller) {
    const auto found = resources_.find(resource_uri);
    if (found == resources_.end()) return failure(404, "there is no such resource");
    Resource& resource = found->second;
    if (resource.creator != caller && !resource.users.contains(caller)) return failure(403, "Forbidden");
    const auto authorization = resource.users.find(user);
    if (authorization == resource.users.end()) return failure(404, "this user is not authorised on the resource");
    json gone = json::array({{{"uri", authorization->second}, {"authId", user}, {"resourceUri", resource_uri}}});
    resource.users.erase(authorization);
    changed(resource);
    return {{"status", 200}, {"authorizations", std::move(gone)}};
}

bool KeyVault::authorised(std::string_view key_uri, std::string_view user_id) const {
    const auto key = keys_.find(key_uri);
    if (key == keys_.end()) return false;
    if (key->second.resource.empty()) return key->second.creator == user_id;
    const Resource& resource = resources_.find(key->second.resource)->second;
    return resource.creator == user_id || resource.users.contains(user_id);
}

json KeyVault::retrieve_key(std::string_view uri, std::string_view caller) const {
    const auto found = keys_.find(uri);
    if (found == keys_.end()) return failure(404, "there is no such key");
    if (!authorised(uri, caller)) return failure(403, "Forbidden");
    const Key& key = found->second;
    if (key.revoked) {
        return key_revoked();
    }
    json shown = {{"uri", uri},
                  {"jwk", {{"kty", "oct"}, {"kid", uri}, {"k", key.k}}},
                  {"expirationDate", wire_text::write_time(key.expires)}};
    if (!key.resource.empty()) {
        shown["resourceUri"] = key.resource;
        shown["bindDate"] = wire_text::write_time(key.bound);
    }
    return {{"status", 200}, {"key", std::move(shown)}};
}

json KeyVault::bind_key(std::string_view uri, const json& message, std::string_view caller, Instant now) {
    const auto key = keys_.find(uri);
    if (key == keys_.end()) return failure(404, "there is no such key");
    const auto resource = resources_.find(text_in(message, "resourceUri"));
    if (resource == resources_.end()) return failure(404, "there is no such resource");
    if (key->second.creator != caller ||
        (resource->second.creator != caller && !resource->second.users.contains(caller)))
        return failure(403, "Forbidden");
    if (!key->second.resource.empty() && key->second.resource != resource->first)
        return failure(409, "the key is bound to another resource");
    key->second.resource = resource->first;
    key->second.bound = now;
    resource->second.keys.insert(std::string(uri));
    changed(uri);
    return {{"status", 200}, {"key", {{"uri", uri}, {"resourceUri", resource->first}, {"bindDate", wire_text::write_time(now)}}}};
}

std::string_view KeyVault::present_name(std::string_view key_uri) const {
    auto at = moved_.find(key_uri);
    while (at != moved_.end()) {
        key_uri = at->second;
        at = moved_.find(key_uri);
    }
    return key_uri;
}

std::vector<std::string> KeyVault::names(std::string_view key_uri) const {
    std::vector<std::string> out{std::string(present_name(key_uri))};
    for (const auto& [from, to] : moved_)
        if (from != out.front() && present_name(from) == out.front()) out.push_back(from);
    return out;
}

bool KeyVault::revoke(std::string_view key_uri) {
    const auto key = keys_.find(present_name(key_uri));
    if (key == keys_.end()) return false;
    key->second.revoked = true;
    changed(key->first);
    return true;
}

bool KeyVault::retire(std::string_view key_uri, Instant now) {
    const auto key = keys_.find(present_name(key_uri));
    if (key == keys_.end()) return false;
    key->second.expires = now;
    key->second.retired = true;
    changed(key->first);
    return true;
}

std::string KeyVault::move_with_resource(std::string_view key_uri) {
    const std::string from(present_name(key_uri));
    const auto key = keys_.find(from);
    if (key == keys_.end()) return {};
    if (const std::string resource = key->second.resource; !resource.empty()) move(resource);
    return move(from);
}

std::string KeyVault::move(std::string_view uri) {
    if (moved_.contains(uri)) return {};
    if (const auto at = keys_.find(uri); at != keys_.end()) {
        auto key = keys_.extract(at);
        const std::string to = new_uri("keys");
        if (const auto resource = resources_.find(key.mapped().resource); resource != resources_.end()) {
            resource->second.keys.erase(std::string(uri));
            resource->second.keys.insert(to);
        }
        key.key() = to;
        keys_.insert(std::move(key));
        moved_[std::string(uri)] = to;
        changed(to);
        return to;
    }
    if (const auto at = resources_.find(uri); at != resources_.end()) {
        auto resource = resources_.extract(at);
        const std::string to = new_uri("resources");
        for (const std::string& key : resource.mapped().keys) keys_.find(key)->second.resource = to;
        resource.key() = to;
        resources_.insert(std::move(resource));
        return moved_[std::string(uri)] = to;
    }
    return {};
}

json KeyVault::moved(const json& message, std::string_view path) const {
    auto found = moved_.find(path);
    if (found == moved_.end()) found = moved_.find(text_in(message, "resourceUri"));
    if (found == moved_.end()) {
        const std::string uri = text_in(message, "uri");
        if (const std::size_t question = uri.find('?'); question != std::string::npos)
            found = moved_.find(wire_text::query_value(std::string_view(uri).substr(question + 1), "resourceUri").value_or(""));
    }
    if (found == moved_.end()) return nullptr;
    return {{"status", 301}, {"errorCode", moved_code}, {"redirectUri", found->second}};
}

void KeyVault::changed(std::string_view key_uri) {
    if (watched_)
        for (std::string& name : names(key_uri)) changed_.insert(std::move(name));
}

void KeyVault::changed(const Resource& resource) {
    for (const std::string& key : resource.keys) changed(key);
}

std::vector<KeyVault::Access> KeyVault::take_changes() {
    std::vector<Access> out;
    for (const std::string& uri : changed_) {
        Access access;
        access.key_uri = uri;
        // A key that has moved is found under its new uri alone; the old one still names it.
        const auto found = keys_.find(present_name(uri));
        if (found == keys_.end()) continue;
        const Key& key = found->second;
        access.k = key.k;
        access.revoked = key.revoked;
        access.retired = key.retired;
        access.bound = !key.resource.empty();
        if (access.bound)
            for (const auto& [user, authorization] : resources_.find(key.resource)->second.users) access.holders.insert(user);
        else
            access.holders.insert(key.creator);
        out.push_back(std::move(access));
    }
    changed_.clear();
    return out;
}

std::string KeyVault::key(std::string_view key_uri) const {
    const auto key = keys_.find(key_uri);
    return key == keys_.end() ? std::string() : key->second.k;
}

}  // namespace fakes
