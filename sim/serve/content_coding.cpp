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

constexpr int gzip_head = 15 + 16;                        // zlib.h, deflateInit2
constexpr std::size_t packed_from_bytes = 1400;           // less fits into one packet as it is
constexpr std::size_t packed_up_to_bytes = 4'000'000;     // some 20 ms of CPU

/// One stream serves all replies: making one costs more than packing a list.
struct Packer {
    z_stream stream{};
    bool ready = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_head, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    Packer() = default;
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;
    ~Packer() { deflateEnd(&stream); }
};

}  // namespace

bool may_be_packed(std::string_view target, const fakes::Reply& reply) {
    if (reply.body.size() < packed_from_bytes || reply.body.size() > packed_up_to_bytes) return false;
    const std::string_view actor = actor_of(service_of(target), target);
    return actor == "graph" || actor == "google" || actor == "gmail";
}

bool asks_for_packed(const fakes::Request& request) {
    const std::string* wanted = fakes::find_header(request.headers, "Accept-Encoding");
    if (wanted == nullptr) return false;
    bool gzip = false, any = false, refused = false;
    for (std::string_view rest = *wanted; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        const std::string part = lower_ascii(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        const std::string_view coding = trimmed(std::string_view(part).substr(0, part.find(';')));
        const std::size_t quality = part.find("q=");
        const bool none = quality != std::string::npos && part.find_first_of("123456789", quality) == std::string::npos;
        if (coding == "gzip" || coding == "x-gzip") (none ? refused : gzip) = true;
        if (coding == "*" && !none) any = true;
    }
    if (!gzip && (!any || refused)) return false;
    if (service_of(request.target) != Service::google) return true;
    const std::string* agent = fakes::find_header(request.headers, "User-Agent");
    return agent != nullptr && lower_ascii(*agent).find("gzip") != std::string::npos;
}

std::string packed(std::string_view plain) {
    static thread_local Packer packer;
    if (!packer.ready || deflateReset(&packer.stream) != Z_OK) return {};
    z_stream& stream = packer.stream;
    std::string out(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // zlib only reads
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
    out.resize(out.size() - stream.avail_out);
    return out;
}

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
