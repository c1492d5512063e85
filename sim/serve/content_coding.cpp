#include "sim/serve/content_coding.hpp"

#include <zlib.h>

#include <array>
#include <memory>
#include <string_view>

#include "sim/scenario/characters.hpp"

namespace sim {
namespace {

struct Ends {
    void operator()(z_stream* stream) const { inflateEnd(stream); }
};

constexpr int any_head = 15 + 32;  // zlib.h, inflateInit2: the largest window; gzip or zlib, as the head says

std::optional<BadCoding> inflate_all(std::string_view packed, std::size_t limit, std::string& out) {
    z_stream stream{};
    if (inflateInit2(&stream, any_head) != Z_OK) return BadCoding{500, "no memory to inflate the body"};
    const std::unique_ptr<z_stream, Ends> ends(&stream);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib only reads
    stream.avail_in = static_cast<uInt>(packed.size());                            // bodies are bounded far below its range
    std::array<char, 16 * 1024> piece;
    while (true) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        const int state = inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = piece.size() - stream.avail_out;
        if (out.size() + made > limit) return BadCoding{413, "the body is longer than " + std::to_string(limit) + " bytes when inflated"};
        out.append(piece.data(), made);
        if (state == Z_STREAM_END && stream.avail_in == 0) return std::nullopt;
        if (state == Z_STREAM_END) {  // RFC 1952 2.2: members may follow one another
            if (inflateReset(&stream) != Z_OK) return BadCoding{400, "the body cannot be inflated"};
            continue;
        }
        if (state != Z_OK || (made == 0 && stream.avail_in == 0)) return BadCoding{400, "the body cannot be inflated"};
    }
}

}  // namespace

std::optional<BadCoding> decode_body(fakes::Request& request, std::size_t limit) {
    const std::string* coding = fakes::find_header(request.headers, "Content-Encoding");
    if (coding == nullptr || request.body.empty()) return std::nullopt;
    const std::string word = lower_ascii(*coding);
    if (word == "identity") return std::nullopt;
    if (word != "gzip" && word != "x-gzip" && word != "deflate")
        return BadCoding{415, "bodies come plain, in gzip or in deflate, not in " + coding->substr(0, 40)};
    std::string plain;
    if (auto bad = inflate_all(request.body, limit, plain)) return bad;
    request.body = std::move(plain);
    std::erase_if(request.headers, [&](const fakes::Header& header) { return &header.value == coding; });
    return std::nullopt;
}

}  // namespace sim
