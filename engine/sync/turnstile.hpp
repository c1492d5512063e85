#pragma once
// One coroutine at a time, in order of arrival: for a token that several need at once, or one series' key.
#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <functional>

#include "engine/ports.hpp"

namespace engine::sync {

class Turnstile {
  public:
    explicit Turnstile(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

    /// Returns when the caller is the only one inside. The caller then makes a Hold, which lets the next one in.
    Task<void> enter();
    bool idle() const { return !taken_; }

    class Hold {
      public:
        explicit Hold(Turnstile& turnstile) : turnstile_(turnstile) {}
        ~Hold() { turnstile_.leave(); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

      private:
        Turnstile& turnstile_;
    };

  private:
    void leave();

    boost::asio::any_io_executor executor_;
    std::deque<std::function<void()>> waiting_;
    bool taken_ = false;
};

}  // namespace engine::sync
