// Bytes of strangers' connections: the reader of `serve`, the two codecs of the engine's service, the wire of the simulator.
// Promises: no byte sequence crashes; how the bytes are cut into reads changes nothing; limits hold.
#include <algorithm>
#include <string>

#include "engine/adapters/http_codec.hpp"
#include "input.hpp"
#include "sim/wire/http_reader.hpp"
#include "sim/wire/codec.hpp"

namespace {

/// Everything the reader of `serve` makes of a connection, as text.
std::string served(std::string_view bytes, std::size_t piece) {
    sim::HttpLimits limits;
    limits.head_bytes = 2'048;
    limits.body_bytes = 4'096;
    sim::HttpReader reader(limits);
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        std::string_view part = bytes.substr(at, piece);
        for (int messages = 0; messages < 10'000; ++messages) {
            const auto state = reader.feed(part);
            if (state == sim::HttpReader::State::refused) return out + "refused " + std::to_string(reader.status());
            if (state == sim::HttpReader::State::more) break;
            if (state == sim::HttpReader::State::complete) {
                const fakes::Request& request = reader.request();
                promise(request.body.size() <= limits.body_bytes, "a body stays within its limit");
                out += request.method + " " + request.host + " " + request.target + " " + std::to_string(request.headers.size()) + " " + request.body + "\n";
                reader.next();
            }
            if (part.empty()) break;
        }
        promise(reader.in_body() || part.empty(), "what is not a body's is used up");
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 32 * 1024) return 0;
    const std::string_view bytes = text_of_input(data, size);
    const std::string whole = served(bytes, std::max<std::size_t>(size, 1));
    promise(whole == served(bytes, 7), "the reader does not care how its bytes are cut");

    engine::adapters::HttpLimits limits{2'048, 4'096};
    engine::adapters::RequestReader requests(limits);
    if (requests.feed(bytes) == engine::adapters::Reading::complete) promise(requests.take().body.size() <= limits.body_bytes, "a hook's body stays within its limit");
    engine::adapters::ResponseReader answers(limits);
    auto state = answers.feed(bytes);
    if (state == engine::adapters::Reading::more) state = answers.finish();
    if (state == engine::adapters::Reading::complete) promise(answers.take().body.size() <= limits.body_bytes, "an answer's body stays within its limit");

    sim::RequestReader simulated(sim::CodecLimits{2'048, 4'096});
    if (simulated.feed(bytes) == sim::Reading::complete) promise(simulated.take().body.size() <= 4'096, "a simulated body stays within its limit");
    sim::ReplyReader replies(sim::CodecLimits{2'048, 4'096});
    if (replies.feed(bytes) == sim::Reading::complete) promise(replies.take().body.size() <= 4'096, "a simulated reply stays within its limit");
    return 0;
}
