#pragma once
// A coroutine waiting for one value that somebody else will bring: the only place where sim touches Asio's hand-over.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace sim {

/// One suspended coroutine. `resume` may be called once; it never runs the coroutine in place but posts it, so that
/// whoever brings the value finishes first. Destroyed without resume: the coroutine's frames are destroyed with it.
template <typename T>
class Pending {
  public:
    virtual ~Pending() = default;
    virtual void resume(T value) = 0;
};

namespace detail {
template <typename T, typename Handler>
class WaitingCaller final : public Pending<T> {
  public:
    WaitingCaller(boost::asio::any_io_executor executor, Handler handler)
        : executor_(std::move(executor)), handler_(std::move(handler)) {}
    void resume(T value) override {
        boost::asio::post(executor_, [handler = std::move(handler_), value = std::move(value)]() mutable {
            std::move(handler)(std::move(value));
        });
    }

  private:
    boost::asio::any_io_executor executor_;
    Handler handler_;
};
}  // namespace detail

/// Suspends the caller and hands its Pending to `start`, which keeps it until the value is there.
template <typename T, typename Start>
boost::asio::awaitable<T> suspend(boost::asio::any_io_executor executor, Start start) {
    auto initiate = [executor = std::move(executor), start = std::move(start)](auto handler) mutable {
        using Handler = detail::WaitingCaller<T, decltype(handler)>;
        start(std::unique_ptr<Pending<T>>(std::make_unique<Handler>(std::move(executor), std::move(handler))));
    };
    using Asio = const boost::asio::use_awaitable_t<>;
    auto value = co_await boost::asio::async_initiate<Asio, void(T)>(std::move(initiate), boost::asio::use_awaitable);
    co_return std::move(value);
}

}  // namespace sim
