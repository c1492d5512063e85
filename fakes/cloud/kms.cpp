#include "fakes/cloud/kms.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/limits.hpp"

namespace fakes {
namespace {

using nlohmann::json;

constexpr std::string_view details_path = "/encryption/api/v1/kms/";
constexpr std::string_view messages_path = "/encryption/api/v1/kms/messages";

Reply json_reply(int status, const json& body) {
    Reply reply;
    reply.status = status;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return reply;
}

}  // namespace

KeyServer::KeyServer(std::shared_ptr<const Identity> identity, KeyServerOptions options, Dice dice)
    : identity_(std::move(identity)), options_(std::move(options)),
      key_(key_server_key(options_.site, options_.rsa_bits, options_.host)), vault_(options_.host, dice.stream("key vault")),
      channel_(identity_, options_.host, key_, dice.stream("key channel")) {}

void KeyServer::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    std::optional<Reply> reply = answer(id, request, now, effects);
    if (reply) effects.answers.push_back({id, std::move(*reply)});
}

std::optional<Reply> KeyServer::answer(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    if (request.target == messages_path) {
        if (request.method != "POST") return cloud_errors::method_not_allowed("POST");
        return messages(id, request, now, effects);
    }
    if (request.target.starts_with(details_path) && options_.site == KeyServerSite::cloud) {
        if (request.method != "GET") return cloud_errors::method_not_allowed("GET");
        return details(request);
    }
    return cloud_errors::not_found("There is nothing at this path.");
}

Reply KeyServer::details(const Request& request) const {
    const Identity::Caller caller = identity_->caller(request);
    if (caller.kind == Identity::Caller::Kind::nobody) return cloud_errors::unauthorized();
    const std::string_view user = std::string_view(request.target).substr(details_path.size());
    if (user != identity_->service_id() && !identity_->by_id(user)) return cloud_errors::not_found("There is no such user.");
    if (caller.kind == Identity::Caller::Kind::user && user != caller.id)
        return cloud_errors::forbidden("a user asks for their own key server only");
    const std::string& host = options_.own ? options_.own->host : options_.host;
    const KeyServerKey& key = options_.own ? key_server_key(KeyServerSite::premises, options_.rsa_bits, host) : key_;
    return json_reply(200, {{"kmsCluster", "kms://" + host}, {"rsaPublicKey", key.jwk}});
}

std::optional<Reply> KeyServer::messages(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    if (request.body.size() > cloud_limits::body_bytes_max) return cloud_errors::too_large();
    // On premises the messages' own credentials count: whoever carries them is nobody.
    if (options_.site == KeyServerSite::cloud && identity_->caller(request).kind == Identity::Caller::Kind::nobody)
        return cloud_errors::unauthorized();
    thread_local simdjson::dom::parser parser;  // not the part's own: the messages are read while others are parsed
    simdjson::dom::object body;
    if (parser.parse(request.body).get(body) != simdjson::SUCCESS) return cloud_errors::bad_request("the body must be a JSON object");
    const std::string& host = options_.own ? options_.own->host : options_.host;
    std::string_view destination;
    if (body["destination"].get(destination) != simdjson::SUCCESS || destination != "kms://" + host)
        return cloud_errors::bad_request("destination must be kms://" + host);
    simdjson::dom::array messages;
    if (body["kmsMessages"].get(messages) != simdjson::SUCCESS || messages.size() == 0 ||
        messages.size() > cloud_limits::key_batch_max)
        return cloud_errors::bad_request("kmsMessages must hold 1 to 50 messages");
    for (const simdjson::dom::element message : messages)
        if (!message.is_string()) return cloud_errors::bad_request("kmsMessages must hold compact JWE only");
    if (options_.own) {
        Outgoing out;
        out.id = next_outgoing_++;
        out.not_before = now;
        out.url = options_.own->messages_url;
        out.headers.push_back({"Content-Type", "application/json"});
        out.body = request.body;
        out.what = "key messages passed on";
        passed_on_.emplace(out.id, id);
        effects.outgoing.push_back(std::move(out));
        return std::nullopt;
    }
    // What is sealed or signed is base64url with dots: nothing in it needs escaping.
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.body = R"({"kmsMessages":[)";
    std::string broken;
    const auto answer = [&](const json& message, std::string_view user) {
        std::optional<json> instead = between_.instead ? between_.instead(message) : std::nullopt;
        json told = instead ? std::move(*instead) : vault_.handle(message, user, now);
        if (between_.after) between_.after(message, told);
        return told;
    };
    for (const simdjson::dom::element message : messages) {
        const std::string_view sealed = message.get_string().value_unsafe();
        reply.body += reply.body.back() == '[' ? "\"" : ",\"";
        reply.body += channel_.handle(sealed, now, answer, broken);
        reply.body += '"';
    }
    reply.body += "]}";
    reply.broken_rule = std::move(broken);
    return reply;
}

void KeyServer::answered(OutgoingId id, const Reply* reply, Instant, Effects& effects) {
    const auto found = passed_on_.find(id);
    if (found == passed_on_.end()) return;
    Reply passed = reply != nullptr ? *reply : json_reply(503, {{"message", "the organisation's key server does not answer"}});
    effects.answers.push_back({found->second, std::move(passed)});
    passed_on_.erase(found);
}

}  // namespace fakes
