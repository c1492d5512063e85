#include "engine/adapters/turn_store.hpp"

#include <boost/asio/post.hpp>

namespace engine::adapters {

void TurnStore::guarded(const std::function<void()>& what) {
    if (broken_) throw Stopped{};
    try {
        what();
    } catch (const StoreFailure& failure) {
        broken_ = true;
        failed_(failure.what());
        throw Stopped{};
    }
}

void TurnStore::write(const std::function<void()>& what) {
    guarded([&] {
        if (!store_.within()) {
            store_.begin();
            boost::asio::post(executor_, [this] {
                try {
                    settle();
                } catch (const Stopped&) {
                    // `failed` has been told.
                }
            });
        }
        what();
    });
    ++writes_;
}

void TurnStore::put(std::string_view key, std::string_view value) {
    write([&] { store_.put(key, value); });
}

void TurnStore::erase(std::string_view key) {
    write([&] { store_.erase(key); });
}

void TurnStore::settle() {
    guarded([&] { store_.commit(); });
}

}  // namespace engine::adapters
