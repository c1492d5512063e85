#include "fakes/microsoft/sync_tokens.hpp"

#include <array>

#include "fakes/microsoft/ids.hpp"
#include "fakes/microsoft/text.hpp"
#include "fakes/mac.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::string_view opening = "R0usmc";  // as in the published samples
constexpr std::size_t fields = 8;
constexpr std::size_t tag_size = 14;

std::uint64_t of(Instant at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }
Instant instant(std::uint64_t ms) { return Instant(std::chrono::milliseconds(static_cast<std::int64_t>(ms))); }

}  // namespace

SyncTokens::SyncTokens(Dice dice) {
    for (int i = 0; i < 32; ++i) key_.push_back(static_cast<char>(static_cast<unsigned char>(dice.below(256))));
}

std::string SyncTokens::tag(std::string_view bytes) const {
    return hmac_sha256(key_, bytes).substr(0, tag_size);
}

std::string SyncTokens::write(SyncState state) const {
    state.generation = generation_;
    const std::array<std::uint64_t, fields> values = {state.mailbox, state.generation, of(state.from), of(state.to), state.since, state.base, state.item, state.rows};
    std::string bytes;
    for (const std::uint64_t value : values)
        for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift & 0xFF)));
    return std::string(opening) + base64url(bytes + tag(bytes));
}

std::optional<SyncState> SyncTokens::read(std::string_view token) const {
    if (!token.starts_with(opening)) return std::nullopt;
    const std::optional<std::string> bytes = base64url_decode(token.substr(opening.size()));
    if (!bytes || bytes->size() != fields * 8 + tag_size) return std::nullopt;
    const std::string_view body = std::string_view(*bytes).substr(0, fields * 8);
    if (!same_secret(std::string_view(*bytes).substr(fields * 8), tag(body))) return std::nullopt;
    std::array<std::uint64_t, fields> values{};
    for (std::size_t i = 0; i < body.size(); ++i) values[i / 8] = values[i / 8] << 8 | static_cast<unsigned char>(body[i]);
    if (values[1] != generation_) return std::nullopt;
    SyncState state;
    state.mailbox = values[0];
    state.generation = values[1];
    state.from = instant(values[2]);
    state.to = instant(values[3]);
    state.since = values[4];
    state.base = values[5];
    state.item = values[6];
    state.rows = values[7];
    return state;
}

}  // namespace fakes::microsoft
