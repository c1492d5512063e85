#pragma once
// One authenticated call on its way through the meeting cloud's route table.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "fakes/cloud/cloud.hpp"
#include "fakes/cloud/wire_text.hpp"

namespace fakes {

struct Cloud::Call {
    const Request& request;
    Identity::Caller caller;
    std::array<std::string_view, 2> args;  // what the {} of the route matched, in order, as sent
    std::string_view query;
    Instant now{};
    Effects& effects;
};

inline Reply json_reply(std::string body) {
    Reply reply;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.body = std::move(body);
    return reply;
}

inline Reply no_content() {
    Reply reply;
    reply.status = 204;
    return reply;
}

/// Appends a text member to an object begun with '{'.
inline void member(std::string& out, std::string_view name, std::string_view value) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":";
    wire_text::append_string(out, value);
}

}  // namespace fakes
