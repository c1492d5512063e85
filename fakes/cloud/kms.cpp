#include "fakes/cloud/kms.hpp"

#include <nlohmann/json.hpp>

#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/limits.hpp"

namespace fakes {

KeyServer::KeyServer(std::shared_ptr<const Identity> identity, KeyServerOptions options, Dice dice)
    : identity_(std::move(identity)), options_(std::move(options)), vault_(options_.host, dice.stream("key vault")) {}

void KeyServer::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    Reply reply = answer(request, now);
    effects.answers.push_back({id, std::move(reply)});
}

Reply KeyServer::answer(const Request& request, Instant now) {
    if (request.target != "/encryption/api/v1/kms/messages") return cloud_errors::not_found("There is nothing at this path.");
    if (request.method != "POST") return cloud_errors::method_not_allowed("POST");
    if (request.body.size() > cloud_limits::body_bytes_max) return cloud_errors::too_large();
    const Identity::Caller caller = identity_->caller(request);
    if (caller.kind == Identity::Caller::Kind::nobody) return cloud_errors::unauthorized();
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_object()) return cloud_errors::bad_request("the body must be a JSON object");
    const auto destination = body.find("destination");
    if (destination == body.end() || *destination != "kms://" + options_.host)
        return cloud_errors::bad_request("destination must be kms://" + options_.host);
    const auto messages = body.find("kmsMessages");
    if (messages == body.end() || !messages->is_array() || messages->empty() ||
        messages->size() > cloud_limits::key_batch_max)
        return cloud_errors::bad_request("kmsMessages must hold 1 to 50 messages");
    auto replies = nlohmann::json::array();
    std::string broken;
    for (const nlohmann::json& message : *messages) {
        nlohmann::json reply = vault_.handle(message, caller.id, now);
        if (const auto reason = reply.find("reason"); reason != reply.end() && broken.empty())
            broken = "key message refused: " + reason->get<std::string>();
        replies.push_back(std::move(reply));
    }
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.body = nlohmann::json{{"kmsMessages", std::move(replies)}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    reply.broken_rule = std::move(broken);
    return reply;
}

}  // namespace fakes
