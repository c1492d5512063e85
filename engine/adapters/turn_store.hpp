#pragma once
// What one turn of the event loop writes becomes durable in one commit: at the turn's end, or earlier, before anything
// that was done afterwards can be seen outside (`settle`). A process that dies between loses only what nobody has seen.
#include <boost/asio/any_io_executor.hpp>
#include <functional>

#include "engine/adapters/sqlite_store.hpp"

namespace engine::adapters {

class TurnStore final : public Store {
  public:
    /// `failed` is called once, when the store can no longer be written; from then on every call throws Stopped.
    TurnStore(SqliteStore& store, boost::asio::any_io_executor executor, std::function<void(const std::string& why)> failed)
        : store_(store), executor_(std::move(executor)), failed_(std::move(failed)) {}

    std::optional<std::string> get(std::string_view key) const override { return store_.get(key); }
    void put(std::string_view key, std::string_view value) override;
    void erase(std::string_view key) override;
    void scan(std::string_view prefix, const std::function<void(std::string_view key, std::string_view value)>& visit) const override {
        store_.scan(prefix, visit);
    }
    /// Everything written so far is durable when this returns.
    void settle();
    std::uint64_t writes() const { return writes_; }

  private:
    void write(const std::function<void()>& what);
    void guarded(const std::function<void()>& what);

    SqliteStore& store_;
    boost::asio::any_io_executor executor_;
    std::function<void(const std::string&)> failed_;
    bool broken_ = false;
    std::uint64_t writes_ = 0;
};

}  // namespace engine::adapters
