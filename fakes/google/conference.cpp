#include "fakes/google/conference.hpp"

#include "fakes/dice.hpp"
#include "fakes/text.hpp"

namespace fakes::google {

std::string meet_conference(std::string_view request_id, std::string& link) {
    static constexpr std::string_view letters = "abcdefghijkmnopqrstuvwxyz";
    Dice dice = Dice(0).stream(request_id);
    std::string code = dice.text(3, letters);
    code += '-' + dice.text(4, letters);
    code += '-' + dice.text(3, letters);
    link = "https://meet.google.com/" + code;
    std::string out = "{\"createRequest\":{\"requestId\":";
    put_json(out, request_id);
    out += ",\"conferenceSolutionKey\":{\"type\":\"hangoutsMeet\"},\"status\":{\"statusCode\":\"success\"}},"
           "\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":\"" + link +
           "\",\"label\":\"meet.google.com/" + code +
           "\"}],\"conferenceSolution\":{\"key\":{\"type\":\"hangoutsMeet\"},\"name\":\"Google Meet\","
           "\"iconUri\":\"https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png\"},"
           "\"conferenceId\":\"" + code + "\"}";
    return out;
}

}  // namespace fakes::google
