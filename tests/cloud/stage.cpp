#include "tests/cloud/stage.hpp"

#include <nlohmann/json.hpp>

#include "fakes/cloud/jwe_reader.hpp"

namespace stage {

using namespace fakes;
using nlohmann::json;

Stage::Stage(CloudOptions options) : now(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)) {
    organisation_.org_id = "7f2c1c5e-8f0b-4e0e-9a54-0a1b2c3d4e5f";
    organisation_.domain = "calrig.example";
    int number = 1;
    for (const std::string key : {"ana", "ben", "cid", "wawel"}) {
        Person person;
        person.key = key;
        person.name = key;
        person.address = key + "@calrig.example";
        person.user_id = "11111111-aaaa-4aaa-8aaa-00000000000" + std::to_string(number++);
        person.is_room = key == "wawel";
        organisation_.people.push_back(person);
    }
    const Dice dice(1);
    identity_ = std::make_shared<const Identity>(organisation_, service, dice.stream("identity"));
    meeting_cloud = std::make_unique<Cloud>(identity_, std::move(options), dice.stream("cloud"));
    keys = std::make_unique<KeyServer>(identity_, KeyServerOptions{}, dice.stream("kms"));
}

void Stage::take(Server* from, Effects& effects) {
    for (Effects::Answer& answer : effects.answers) answers_[answer.to] = std::move(answer.reply);
    for (Outgoing& out : effects.outgoing) {
        sent.push_back(out);
        queue_.emplace_back(from, std::move(out));
    }
    effects = {};
}

Reply Stage::exchange(Server& to, const Request& request) {
    const ExchangeId id = next_exchange_++;
    Effects effects;
    to.request(id, request, now, effects);
    take(&to, effects);
    Reply reply = answers_.at(id);
    answers_.erase(id);
    return reply;
}

Reply Stage::cloud(const std::string& method, const std::string& target, const std::string& body, const std::string& token) {
    return exchange(*meeting_cloud, Request{method, "cloud.calrig.example", target, {{"authorization", "Bearer " + token}}, body});
}

Reply Stage::kms(const std::string& method, const std::string& target, const std::string& body, const std::string& token) {
    return exchange(*keys, Request{method, "kms.calrig.example", target, {{"Authorization", "Bearer " + token}}, body});
}

KeyClient Stage::key_client(const std::string& user_id, const std::string& token) {
    KeyClient client({"https://kms.calrig.example", user_id, token, "https://cloud.calrig.example/wdm/api/v1/devices/test"}, Dice(3));
    const std::string messages = "/encryption/api/v1/kms/messages";
    if (!client.take_details(kms("GET", "/encryption/api/v1/kms/" + user_id, {}, token).body)) return client;
    client.take_handshake(kms("POST", messages, client.handshake_body(), token).body, now);
    return client;
}

std::string Stage::key_message(const std::string& message, const std::string& token) {
    const std::string user_id = token == service ? identity_->service_id() : identity_->bearer(token).id.empty() ? std::string("nobody") : std::string(identity_->bearer(token).id);
    auto known = key_clients_.find(token);
    if (known != key_clients_.end() && known->second.step(now) != KeyClient::Step::ready) known = key_clients_.erase(known), key_clients_.end();
    if (known == key_clients_.end()) known = key_clients_.emplace(token, key_client(user_id, token)).first;
    KeyClient& client = known->second;
    if (client.step(now) != KeyClient::Step::ready) return "{}";
    const std::string members = message.substr(1, message.size() - 2);
    const Reply reply = kms("POST", "/encryption/api/v1/kms/messages", client.messages_body({members}), token);
    if (reply.status != 200) return reply.body;
    return client.open(json::parse(reply.body).at("kmsMessages").at(0).get<std::string>()).value_or("{}");
}

Edge& Stage::add(const std::string& key, EdgeOptions::Kind kind) {
    EdgeOptions options;
    options.kind = kind;
    options.key = key;
    options.user_id = id(key);
    options.user_token = token(key);
    options.shared = key == "wawel";
    auto edge = std::make_unique<Edge>(std::move(options));
    const std::string host = edge->host();
    return *(edges_[host] = std::move(edge));
}
Edge& Stage::add_app(const std::string& key) {
    meeting_cloud->connect_app(key);
    return add(key, EdgeOptions::Kind::app);
}
Edge& Stage::add_device(const std::string& key) {
    meeting_cloud->connect_device(key);
    return add(key, EdgeOptions::Kind::device);
}

void Stage::settle() {
    for (int rounds = 0; rounds < 10'000; ++rounds) {
        Effects effects;
        std::vector<Server*> servers{meeting_cloud.get(), keys.get()};
        for (const auto& [host, edge] : edges_) servers.push_back(edge.get());
        for (Server* server : servers)
            if (const auto due = server->next_wake(); due && *due <= now) {
                server->wake(now, effects);
                take(server, effects);
            }
        if (queue_.empty()) return;
        auto [from, out] = std::move(queue_.front());
        queue_.erase(queue_.begin());
        if (lose && lose(out)) {
            from->answered(out.id, nullptr, now, effects);
            take(from, effects);
            continue;
        }
        const std::size_t host_at = std::string("https://").size();
        const std::size_t slash = out.url.find('/', host_at);
        Request request{out.method, out.url.substr(host_at, slash - host_at), out.url.substr(slash), out.headers, out.body};
        Reply reply;
        reply.status = 404;
        if (request.host == "cloud.calrig.example") reply = exchange(*meeting_cloud, request);
        else if (request.host == "kms.calrig.example") reply = exchange(*keys, request);
        else if (const auto edge = edges_.find(request.host); edge != edges_.end()) reply = exchange(*edge->second, request);
        else if (request.host == "engine.calrig.example") {
            hook_bodies.push_back(request.body);
            reply.status = hook_status;
        }
        from->answered(out.id, &reply, now, effects);
        take(from, effects);
    }
    throw std::runtime_error("the stage does not come to rest");
}

void Stage::advance(std::chrono::milliseconds by) {
    const Instant end = now + by;
    settle();
    while (true) {
        std::optional<Instant> next;
        std::vector<Server*> servers{meeting_cloud.get(), keys.get()};
        for (const auto& [host, edge] : edges_) servers.push_back(edge.get());
        for (const Server* server : servers)
            if (const auto due = server->next_wake(); due && (!next || *due < *next)) next = due;
        if (!next || *next > end) break;
        now = std::max(now, *next);
        settle();
    }
    now = end;
    settle();
}

std::string Stage::id(const std::string& key) const { return identity_->users()[identity_->by_key(key).value()].id; }

std::string Stage::make_key(const std::vector<std::string>& people) {
    const json made = json::parse(key_message(R"({"method":"create","uri":"/keys","count":1})"));
    const std::string url = made.at("keys").at(0).at("uri");
    json ids = json::array();
    for (const std::string& key : people) ids.push_back(id(key));
    const json resource = json::parse(key_message(
        json{{"method", "create"}, {"uri", "/resources"}, {"userIds", ids}, {"keyUris", {url}}}.dump()));
    resources_[url] = resource.at("resource").at("uri");
    return url;
}

std::string Stage::resource_of(const std::string& key_url) { return resources_.at(key_url); }

std::string Stage::seal(const std::string& key_url, const std::string& text) {
    const auto key = JweKey::octets(base64url_decode(keys->vault().key(key_url)).value());
    std::string iv(12, '\0');
    for (char& byte : iv) byte = static_cast<char>(dice_.below(256));
    return jwe_make(R"({"enc":"A256GCM","alg":"dir"})", key, {}, iv, text).value();
}

std::string Stage::item(const std::string& item_id, const std::string& title, const std::string& key_url,
                        const std::string& start, const std::string& sensitivity) {
    return json{{"id", item_id},
                {"seriesId", item_id},
                {"start", start},
                {"durationMinutes", 30},
                {"organizer", id("ana")},
                {"encryptionKeyUrl", key_url},
                {"isRecurring", false},
                {"meetingSensitivity", sensitivity},
                {"encryptedSubject", seal(key_url, title)},
                {"encryptedLocation", seal(key_url, "@webex")},
                {"encryptedNotes", seal(key_url, "Agenda")},
                {"meetingJoinInfo", {{"meetingJoinURI", seal(key_url, "ana@calrig.webex.com")},
                                     {"meetingJoinURL", seal(key_url, "https://calrig.webex.com/meet/ana")}}},
                {"encryptedOrganizer", {{"encryptedEmailAddress", seal(key_url, "ana@calrig.example")},
                                        {"encryptedName", seal(key_url, "Ana")}}},
                {"encryptedParticipants",
                 {{{"id", id("ben")},
                   {"type", "PERSON"},
                   {"responseType", "NO_RESPONSE"},
                   {"participantType", "REQUIRED"},
                   {"encryptedEmailAddress", seal(key_url, "ben@calrig.example")},
                   {"encryptedName", seal(key_url, "Ben")}}}}}
        .dump();
}

std::string Stage::item_path(const std::string& key, const std::string& item_id) const {
    return "/calendar/api/v1/users/" + id(key) + "/calendarEvents/" + base64url_encode(item_id);
}
std::string Stage::button_path(const std::string& key, const std::string& item_id) const {
    return "/calendar/api/v1/users/" + id(key) + "/joinButton/" + base64url_encode(item_id);
}
Reply Stage::put(const std::string& key, const std::string& item_id, const std::string& json_text) {
    return cloud("PUT", item_path(key, item_id), json_text);
}

}  // namespace stage
