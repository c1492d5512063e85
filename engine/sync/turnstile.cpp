#include "engine/sync/turnstile.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace engine::sync {

Task<void> Turnstile::enter() {
    if (!taken_) {
        taken_ = true;
        co_return;
    }
    using Token = boost::asio::use_awaitable_t<boost::asio::any_io_executor>;
    Token token;
    // The handler can only be moved, a std::function only copied: a shared holder serves both.
    auto park = [this](auto handler) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        waiting_.push_back([held] { std::move (*held)(); });
    };
    co_await boost::asio::async_initiate<Token, void()>(park, token);
}

void Turnstile::leave() {
    if (waiting_.empty()) {
        taken_ = false;
        return;
    }
    // The place is handed over, not freed: nobody overtakes between the post and the resumption.
    std::function<void()> next = std::move(waiting_.front());
    waiting_.pop_front();
    boost::asio::post(executor_, std::move(next));
}

}  // namespace engine::sync
