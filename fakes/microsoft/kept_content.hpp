#pragma once
// What a meeting says, as mailboxes keep it: shared between copies that say the same, never changed in place, and small. A
// calendar of a million events holds a million of these, so that all but series, online meetings and those with attachments lie packed in one
// block of a few hundred bytes and are unpacked when somebody reads them.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "fakes/server.hpp"

namespace fakes::microsoft {

struct Content;

class KeptContent {
  public:
    KeptContent() = default;
    KeptContent(std::shared_ptr<const Content> content);  // not explicit: new contents are put where kept ones stand
    KeptContent(const KeptContent& other) : block_(other.block_) {
        if (block_ != nullptr) ++block_->uses;
    }
    KeptContent(KeptContent&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    KeptContent& operator=(KeptContent other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~KeptContent() {
        if (block_ != nullptr && --block_->uses == 0) destroy(block_);
    }

    /// The whole content. Bind it to a name before walking one of its lists: it may be a fresh one.
    std::shared_ptr<const Content> whole() const;
    std::shared_ptr<const Content> operator->() const { return whole(); }
    Content operator*() const;
    explicit operator bool() const { return block_ != nullptr; }
    /// The same one, not one that says the same.
    bool operator==(const KeptContent& other) const { return block_ == other.block_; }

    // What is read of every event of a list, without unpacking.
    Instant start_at() const { return block_->start_at; }
    Instant end_at() const { return block_->end_at; }
    bool is_series() const { return block_->is_series; }
    std::string subject() const;

  private:
    struct Block {
        std::uint32_t uses = 1;  // a world is one thread's
        bool is_packed = false, is_series = false;
        Instant start_at{}, end_at{};
    };
    struct Whole;   // a block that holds a content as it is
    struct Packed;  // a block with packed bytes behind it
    struct Latest;
    static void destroy(Block* block);

    Block* block_ = nullptr;
};

}  // namespace fakes::microsoft
