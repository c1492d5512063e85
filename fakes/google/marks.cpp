#include "fakes/google/marks.hpp"

#include <array>

#include "fakes/google/base64.hpp"


namespace fakes::google {
namespace {

constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// Numbers as a protobuf message {1: a, 2: b, ...} with 64-bit varints, the form of Google's own tokens.
template <std::size_t N>
std::string pack(const std::array<std::uint64_t, N>& numbers) {
    std::string bytes;
    for (std::size_t i = 0; i < N; ++i) {
        bytes += static_cast<char>((i + 1) << 3);
        std::uint64_t left = numbers[i];
        while (left >= 0x80) {
            bytes += static_cast<char>((left & 0x7F) | 0x80);
            left >>= 7;
        }
        bytes += static_cast<char>(left);
    }
    return bytes;
}

template <std::size_t N>
bool unpack(std::string_view bytes, std::array<std::uint64_t, N>& numbers) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < N; ++i) {
        if (at >= bytes.size() || static_cast<unsigned char>(bytes[at++]) != ((i + 1) << 3)) return false;
        numbers[i] = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at >= bytes.size() || shift > 63) return false;
            const std::uint64_t byte = static_cast<unsigned char>(bytes[at++]);
            numbers[i] |= (byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) break;
        }
    }
    return at == bytes.size();
}

template <std::size_t N>
std::string sealed(std::array<std::uint64_t, N> numbers, std::uint64_t key) {
    numbers[N - 1] = 0;
    numbers[N - 1] = fingerprint(pack(numbers), key);
    return pack(numbers);
}

template <std::size_t N>
MarkFault open(std::string_view text, std::uint64_t key, std::array<std::uint64_t, N>& numbers) {
    std::string bytes;
    if (!from_base64(text, bytes) || !unpack(bytes, numbers)) {
        // A real token with a character lost or put in front is still of a token's length and alphabet: the service
        // answers 410 to that and 400 to garbage (facts/google.md 6.1).
        if (text.size() < 24) return MarkFault::malformed;
        for (const char c : text) {
            const bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
                              c == '/' || c == '=' || c == '-' || c == '_';
            if (!fits) return MarkFault::malformed;
        }
        return MarkFault::tampered;
    }
    if (sealed(numbers, key) != bytes) return MarkFault::tampered;
    return MarkFault::none;
}

std::uint64_t wrap(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::int64_t unwrap(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t wrap(const std::optional<Seconds>& time) {
    return wrap(time ? static_cast<std::int64_t>(time->time_since_epoch().count()) : no_time);
}
std::optional<Seconds> time_of(std::uint64_t value) {
    if (unwrap(value) == no_time) return std::nullopt;
    return Seconds{std::chrono::seconds{unwrap(value)}};
}

}  // namespace

std::uint64_t fingerprint(std::string_view text, std::uint64_t seed) {
    std::uint64_t hash = seed;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
}

std::string text_of(const SyncMark& mark, std::uint64_t key) {
    return base64url(sealed(std::array<std::uint64_t, 9>{mark.change, wrap(mark.issued.time_since_epoch().count()),
                                                      mark.calendar, mark.reader, mark.epoch, mark.single_events ? 1u : 0u,
                                                      wrap(mark.from), wrap(mark.to), 0},
                         key));
}

MarkFault read(std::string_view text, std::uint64_t key, SyncMark& mark) {
    std::array<std::uint64_t, 9> numbers{};
    if (const MarkFault fault = open(text, key, numbers); fault != MarkFault::none) return fault;
    mark.change = numbers[0];
    mark.issued = Instant{std::chrono::milliseconds{unwrap(numbers[1])}};
    mark.calendar = static_cast<CalendarNumber>(numbers[2]);
    mark.reader = numbers[3];
    mark.epoch = numbers[4];
    mark.single_events = numbers[5] != 0;
    mark.from = time_of(numbers[6]);
    mark.to = time_of(numbers[7]);
    return MarkFault::none;
}

std::string text_of(const PageMark& mark, std::uint64_t key) {
    return base64url(sealed(std::array<std::uint64_t, 6>{mark.upto_change, mark.parameters, wrap(mark.first),
                                                         wrap(mark.second), wrap(mark.third), 0},
                            ~key));
}

MarkFault read(std::string_view text, std::uint64_t key, PageMark& mark) {
    std::array<std::uint64_t, 6> numbers{};
    if (const MarkFault fault = open(text, ~key, numbers); fault != MarkFault::none) return fault;
    mark.upto_change = numbers[0];
    mark.parameters = numbers[1];
    mark.first = unwrap(numbers[2]);
    mark.second = unwrap(numbers[3]);
    mark.third = unwrap(numbers[4]);
    return MarkFault::none;
}

}  // namespace fakes::google
