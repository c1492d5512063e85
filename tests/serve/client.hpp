#pragma once
// A blocking client with a time limit, for tests of real sockets.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/server.hpp"

namespace serve_test {

class Client {
  public:
    /// `ca_pem` empty: plain. Otherwise TLS; the certificate must be for `name` and by that authority.
    explicit Client(std::uint16_t port, const std::string& ca_pem = {}, const std::string& name = "localhost");
    ~Client();
    Client(Client&&) noexcept;
    bool connected() const;
    const std::string& problem() const;
    void send(std::string_view bytes);
    void half_close();
    /// nullopt: the connection ended, or nothing came for ten seconds. `head`: a reply to HEAD.
    std::optional<fakes::Reply> read();
    /// Everything up to the end of the connection.
    std::string read_rest();
    /// True when the server closed within ten seconds.
    bool is_closed();

    fakes::Reply ask(const std::string& method, const std::string& target, std::vector<fakes::Header> headers = {}, const std::string& body = {});

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};


/// A receiver of notifications on loopback, plain http; answers validation handshakes.
class Receiver {
  public:
    Receiver();
    ~Receiver();
    std::string url() const;
    /// What came so far.
    std::vector<fakes::Request> received() const;
    void answer_with(int status);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace serve_test
