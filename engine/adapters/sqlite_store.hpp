#pragma once
// The Store port in one SQLite file (WAL, every commit synced to the disk), owned by one process at a time.
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include "engine/ports.hpp"

namespace engine::adapters {

/// The disk is full, the file is damaged, or is another's: the engine must not go on as if it had written.
class StoreFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class SqliteStore final : public Store {
  public:
    /// Opens or makes the file, for its owner only. Throws StoreFailure with a sentence.
    explicit SqliteStore(const std::string& path);
    ~SqliteStore() override;

    std::optional<std::string> get(std::string_view key) const override;
    void put(std::string_view key, std::string_view value) override;
    void erase(std::string_view key) override;
    void scan(std::string_view prefix, const std::function<void(std::string_view key, std::string_view value)>& visit) const override;

    /// Writes from here to `commit` become durable together.
    void begin();
    void commit();
    bool within() const { return within_; }

    std::size_t file_bytes() const;
    std::uint64_t commits() const { return commits_; }

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
    bool within_ = false;
    std::uint64_t commits_ = 0;
};

}  // namespace engine::adapters
