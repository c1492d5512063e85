#pragma once
// Delivers what services send on their own (notifications, handshakes) to their receivers' real addresses.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "fakes/server.hpp"

namespace sim {

struct OutgoingSettings {
    std::string trusted_pem;                       // authorities trusted beside the system's; may be empty
    std::chrono::milliseconds time_limit{10'000};  // of one delivery, name look-up included
    std::size_t at_once = 64;
    std::size_t queued = 10'000;                   // past it a message is lost, as on a dead network
    std::size_t reply_bytes = 1024 * 1024;
};

class OutgoingMail {
  public:
    /// nullptr: nothing came back; `why` says why, and `words` in words.
    using Done = std::function<void(const fakes::Reply* reply, fakes::Silence why, const std::string& words)>;

    OutgoingMail(boost::asio::io_context& io, OutgoingSettings settings);
    ~OutgoingMail();
    /// https to anywhere, http to loopback only. `done` is called once, later, never from within.
    void send(const fakes::Outgoing& message, Done done);
    /// What is under way is given up without a word.
    void stop();

  private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace sim
