#include "fakes/microsoft/replies.hpp"

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view json_type =
    "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8";
constexpr std::string_view diagnostic =
    R"({"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"001","RoleInstance":"AM4PEPF0001A2B3"}})";

void put_marks(Reply& reply, const Exchange& exchange) {
    reply.headers.push_back({"Cache-Control", "private"});
    reply.headers.push_back({"Strict-Transport-Security", "max-age=31536000"});
    reply.headers.push_back({"request-id", exchange.request_id});
    reply.headers.push_back({"client-request-id", exchange.client_request_id});
    reply.headers.push_back({"x-ms-ags-diagnostic", std::string(diagnostic)});
    reply.headers.push_back({"Date", http_date(exchange.now)});
}

}  // namespace

Reply json_reply(int status, std::string body, const Exchange& exchange) {
    Reply reply;
    reply.status = status;
    reply.headers.reserve(10);
    reply.headers.push_back({"Content-Type", std::string(json_type)});
    put_marks(reply, exchange);
    reply.body = std::move(body);
    return reply;
}

Reply empty_reply(int status, const Exchange& exchange) {
    Reply reply;
    reply.status = status;
    put_marks(reply, exchange);
    return reply;
}

}  // namespace fakes::microsoft
