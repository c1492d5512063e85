#include "fakes/cloud/errors.hpp"

#include "fakes/cloud/wire_text.hpp"

namespace fakes::cloud_errors {
namespace {

Reply refusal(int status, std::string_view why) {
    Reply reply;
    reply.status = status;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.body = "{\"message\":";
    wire_text::append_string(reply.body, why);
    reply.body += '}';
    reply.broken_rule = why;
    return reply;
}

}  // namespace

Reply unauthorized() {
    Reply reply = refusal(401, "The request requires a valid access token set in the Authorization request header.");
    reply.headers.push_back({"WWW-Authenticate", "Bearer"});
    return reply;
}
Reply forbidden(std::string_view why) { return refusal(403, why); }
Reply not_found(std::string_view what) { return refusal(404, what); }
Reply method_not_allowed(std::string_view allowed) {
    Reply reply = refusal(405, "This method is not allowed here.");
    reply.headers.push_back({"Allow", std::string(allowed)});
    return reply;
}
Reply bad_request(std::string_view why) { return refusal(400, why); }
Reply too_large() { return refusal(413, "The request body is too large."); }
Reply unavailable(std::string_view why) { return refusal(503, why); }

}  // namespace fakes::cloud_errors
