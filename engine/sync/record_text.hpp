#pragma once
// The text of a stored record: its version in one byte, then fields. Texts have their length before them. Numbers are as
// short as they can be: seven bits a byte, the least first, the sign in the lowest one (zigzag); most of a record are
// lengths, counts and ids. Made for Records alone.
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/instant.hpp"
#include "engine/sync/user_set.hpp"

namespace engine::sync {

class Packer {
  public:
    static constexpr char kVersion = 3;
    Packer() {
        out_.reserve(512);
        out_ += kVersion;
    }
    // A series' record holds its key.
    ~Packer() { OPENSSL_cleanse(out_.data(), out_.size()); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;
    void number(std::int64_t value) {
        make_room(10);
        auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
        for (; bits >= 0x80; bits >>= 7) out_ += static_cast<char>(bits | 0x80);
        out_ += static_cast<char>(bits);
    }
    void flag(bool value) {
        make_room(1);
        out_ += value ? '\1' : '\0';
    }
    void instant(Instant value) { number(value.time_since_epoch().count()); }
    void text(std::string_view value) {
        number(static_cast<std::int64_t>(value.size()));
        make_room(value.size());
        out_ += value;
    }
    void texts(const UserSet& values) {
        number(static_cast<std::int64_t>(values.size()));
        for (const std::string_view value : values) text(value);
    }
    const std::string& out() const { return out_; }

  private:
    /// A string that grows by itself leaves its old bytes behind.
    void make_room(std::size_t more) {
        if (out_.capacity() - out_.size() >= more) return;
        std::string larger;
        larger.reserve(std::max(out_.capacity() * 2, out_.size() + more));
        larger += out_;
        OPENSSL_cleanse(out_.data(), out_.size());
        out_.swap(larger);
    }
    std::string out_;
};

/// Reads what any version wrote. What is cut or bent gives empty values, and `ok` is false from then on.
class Unpacker {
  public:
    static constexpr char kWideNumbers = 2;    // eight bytes each, little endian; mailboxes without the proof of their address
    static constexpr char kBeforeRenewal = 1;  // as 2; series without what is known of the renewal of keys
    explicit Unpacker(std::string_view in) : in_(in) { ok_ = !in_.empty() && in_[0] >= kBeforeRenewal && in_[0] <= Packer::kVersion; at_ = 1; }
    std::int64_t number() {
        std::uint64_t bits = 0;
        if (version() <= kWideNumbers) {
            if (!need(8)) return 0;
            for (std::size_t i = 8; i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(in_[at_ + i]);
            at_ += 8;
            return static_cast<std::int64_t>(bits);
        }
        for (int shift = 0; shift < 64 && need(1); shift += 7) {
            const auto byte = static_cast<unsigned char>(in_[at_++]);
            bits |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
        }
        ok_ = false;
        return 0;
    }
    bool flag() { return need(1) && in_[at_++] != '\0'; }
    Instant instant() { return Instant(Duration(number())); }
    std::string text() {
        const auto size = static_cast<std::uint64_t>(number());
        if (!need(size)) return {};
        std::string value(in_.substr(at_, size));
        at_ += size;
        return value;
    }
    UserSet texts() {
        UserSet values;
        for (std::int64_t left = number(); ok_ && left > 0; --left) values.insert(text());
        return values;
    }
    char version() const { return in_.empty() ? '\0' : in_[0]; }
    bool ok() const { return ok_; }
    bool ended() const { return ok_ && at_ == in_.size(); }

  private:
    bool need(std::uint64_t bytes) {
        ok_ = ok_ && in_.size() - at_ >= bytes;
        return ok_;
    }
    std::string_view in_;
    std::size_t at_ = 0;
    bool ok_ = false;
};

}  // namespace engine::sync
