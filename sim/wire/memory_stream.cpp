// Connections in memory: what one end writes is posted to the other, whole or in pieces.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "sim/wire/byte_stream.hpp"

namespace sim {
namespace {

class MemoryStream final : public ByteStream, public std::enable_shared_from_this<MemoryStream> {
  public:
    MemoryStream(boost::asio::io_context& io, std::size_t& in_flight, std::size_t fragment, std::shared_ptr<Line> line)
        : io_(io), in_flight_(in_flight), fragment_(fragment), line_(std::move(line)) {}

    void join(const std::shared_ptr<MemoryStream>& other, std::weak_ptr<StreamEvents> events) {
        other_ = other;
        events_ = std::move(events);
    }
    void write(std::string bytes) override {
        auto other = other_.lock();
        if (!open_ || !other) return;
        in_flight_ += bytes.size();
        boost::asio::post(io_, [other = std::move(other), bytes = std::move(bytes)] { other->receive(bytes); });
    }
    void close() override {
        if (!std::exchange(open_, false)) return;
        if (auto other = other_.lock()) boost::asio::post(io_, [other = std::move(other)] { other->ended(); });
    }
    std::shared_ptr<Line> line() override { return line_; }

  private:
    void receive(const std::string& bytes) {
        in_flight_ -= bytes.size();
        const std::size_t step = fragment_ > 0 ? fragment_ : bytes.size();
        for (std::size_t at = 0; at < bytes.size() && open_; at += step)
            if (auto events = events_.lock()) events->on_bytes(std::string_view(bytes).substr(at, step));
    }
    void ended() {
        if (!std::exchange(open_, false)) return;
        if (auto events = events_.lock()) events->on_end(engine::HttpFailure::cut, "connection closed");
    }

    boost::asio::io_context& io_;
    std::size_t& in_flight_;
    std::size_t fragment_;
    std::shared_ptr<Line> line_;
    std::weak_ptr<MemoryStream> other_;
    std::weak_ptr<StreamEvents> events_;
    bool open_ = true;
};

class MemoryDialler final : public Dialler {
  public:
    MemoryDialler(boost::asio::io_context& io, std::size_t fragment) : io_(io), fragment_(fragment) {}
    void on_accept(Accept accept) override { accept_ = std::move(accept); }
    std::shared_ptr<ByteStream> dial(const std::string&, std::weak_ptr<StreamEvents> near) override {
        auto line = std::make_shared<Line>();
        auto near_end = std::make_shared<MemoryStream>(io_, in_flight_, fragment_, line);
        auto far_end = std::make_shared<MemoryStream>(io_, in_flight_, fragment_, line);
        near_end->join(far_end, std::move(near));
        far_end->join(near_end, accept_(far_end));
        return near_end;
    }
    std::size_t in_flight() const override { return in_flight_; }
    bool waits_for_the_outside() const override { return false; }
    void present(std::string_view, Network::Certificate) override {}

  private:
    boost::asio::io_context& io_;
    std::size_t fragment_;
    std::size_t in_flight_ = 0;
    Accept accept_;
};

}  // namespace

std::unique_ptr<Dialler> make_memory_dialler(boost::asio::io_context& io, std::size_t fragment_bytes) {
    return std::make_unique<MemoryDialler>(io, fragment_bytes);
}

}  // namespace sim
