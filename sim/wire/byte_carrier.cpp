// Carries messages as HTTP/1.1 bytes over keep-alive connections, whatever the connections are made of.
#include <boost/asio/io_context.hpp>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "sim/wire/byte_stream.hpp"
#include "sim/wire/carrier.hpp"
#include "sim/wire/codec.hpp"

namespace sim {
namespace {

constexpr std::size_t chunk_bytes = 16 * 1024;
constexpr std::size_t idle_connections = 256;  // kept per asking party and host; a new one costs 1 ms over TLS

class ByteCarrier final : public Carrier {
  public:
    ByteCarrier(std::unique_ptr<Dialler> dialler, CarrierEvents& events, CodecLimits limits)
        : dialler_(std::move(dialler)), events_(events), limits_(limits) {
        dialler_->on_accept([this](std::shared_ptr<ByteStream> stream) { return accept(std::move(stream)); });
    }
    ~ByteCarrier() override {
        for (auto& [place, ends] : idle_)
            for (auto& end : ends) end->stream->close();
        for (auto& [number, end] : asking_) end->stream->close();
        for (auto& [end, kept] : far_ends_) kept->stream->close();
    }

    void send(std::uint64_t number, std::size_t near, const fakes::Request& request) override {
        auto& pool = idle_[Place{near, request.host}];
        std::shared_ptr<NearEnd> end;
        if (pool.empty()) {
            end = std::make_shared<NearEnd>(*this, Place{near, request.host});
            ++connections_;
            end->stream = dialler_->dial(request.host, end);
        } else {
            end = std::move(pool.back());
            pool.pop_back();
        }
        end->number = number;
        end->stream->line()->number = number;
        asking_[number] = end;
        end->stream->write(request_bytes(request));
    }
    void reply(std::uint64_t number, fakes::Reply&& reply, bool cut_within) override {
        const auto found = answering_.find(number);
        if (found == answering_.end()) return events_.failed(number, engine::HttpFailure::cut, "connection lost");
        FarEnd* end = found->second;
        answering_.erase(found);
        end->number = 0;
        std::string bytes = reply_bytes(reply, chunk_bytes);
        if (cut_within) bytes.resize(bytes.size() / 2);
        end->stream->write(std::move(bytes));
        if (cut_within) drop(*end);
    }
    void cut(std::uint64_t number) override {
        const auto found = answering_.find(number);
        if (found == answering_.end()) return events_.failed(number, engine::HttpFailure::cut, "connection lost");
        FarEnd* end = found->second;
        answering_.erase(found);
        drop(*end);
    }
    void abandon(std::uint64_t number) override {
        auto node = asking_.extract(number);
        if (!node.empty()) node.mapped()->stream->close();
    }
    void hang_up(std::size_t near) override {
        for (auto pool = idle_.begin(); pool != idle_.end();) {
            if (pool->first.near != near) {
                ++pool;
                continue;
            }
            for (auto& end : pool->second) end->stream->close();
            pool = idle_.erase(pool);
        }
    }
    std::size_t in_flight() const override { return dialler_->in_flight(); }
    std::uint64_t connections() const override { return connections_; }
    bool waits_for_the_outside() const override { return dialler_->waits_for_the_outside(); }
    void present(std::string_view host, Network::Certificate certificate) override {
        dialler_->present(host, certificate);
    }

  private:
    struct Place {
        std::size_t near;
        std::string host;
        auto operator<=>(const Place&) const = default;
    };
    struct NearEnd final : StreamEvents {
        NearEnd(ByteCarrier& carrier_in, Place place_in)
            : carrier(carrier_in), place(std::move(place_in)), reader(carrier_in.limits_) {}
        void on_bytes(std::string_view bytes) override { carrier.near_bytes(*this, bytes); }
        void on_end(engine::HttpFailure why, std::string detail) override {
            carrier.near_ended(*this, why, std::move(detail));
        }
        ByteCarrier& carrier;
        Place place;
        ReplyReader reader;
        std::shared_ptr<ByteStream> stream;
        std::uint64_t number = 0;
    };
    struct FarEnd final : StreamEvents {
        explicit FarEnd(ByteCarrier& carrier_in) : carrier(carrier_in), reader(carrier_in.limits_) {}
        void on_bytes(std::string_view bytes) override { carrier.far_bytes(*this, bytes); }
        void on_end(engine::HttpFailure, std::string) override { carrier.drop(*this); }
        ByteCarrier& carrier;
        RequestReader reader;
        std::shared_ptr<ByteStream> stream;
        std::uint64_t number = 0;
    };

    std::shared_ptr<StreamEvents> accept(std::shared_ptr<ByteStream> stream) {
        auto end = std::make_shared<FarEnd>(*this);
        end->stream = std::move(stream);
        far_ends_.emplace(end.get(), end);
        return end;
    }
    void near_bytes(NearEnd& end, std::string_view bytes) {
        const Reading reading = end.reader.feed(bytes);
        if (reading == Reading::incomplete) return;
        const std::uint64_t number = std::exchange(end.number, 0);
        auto node = asking_.extract(number);
        if (node.empty()) return end.stream->close();  // an answer that nobody asked for
        if (reading == Reading::broken) {
            end.stream->close();
            return events_.failed(number, engine::HttpFailure::cut, "unreadable response: " + end.reader.problem());
        }
        end.stream->line()->number = 0;
        fakes::Reply reply = end.reader.take();
        auto& pool = idle_[end.place];
        if (pool.size() < idle_connections) {
            pool.push_back(std::move(node.mapped()));
        } else {
            end.stream->close();
        }
        events_.came_back(number, std::move(reply));
    }
    void near_ended(NearEnd& end, engine::HttpFailure why, std::string detail) {
        auto node = asking_.extract(end.number);
        if (node.empty()) {
            auto& pool = idle_[end.place];
            std::erase_if(pool, [&](const auto& kept) { return kept.get() == &end; });
            return;
        }
        if (why == engine::HttpFailure::cut)
            detail = end.reader.within() ? "connection closed within the response" : "connection closed before the response";
        events_.failed(node.key(), why, std::move(detail));
    }
    void far_bytes(FarEnd& end, std::string_view bytes) {
        const Reading reading = end.reader.feed(bytes);
        if (reading == Reading::incomplete) return;
        // A second request before the answer to the first would be pipelining, which no near end does.
        if (reading == Reading::broken || end.number != 0) return drop(end);
        end.number = end.stream->line()->number;
        answering_[end.number] = &end;
        events_.arrived(end.number, end.reader.take());
    }
    void drop(FarEnd& end) {
        if (const auto found = answering_.find(end.number); found != answering_.end() && found->second == &end)
            answering_.erase(found);
        end.stream->close();
        if (auto node = far_ends_.extract(&end); !node.empty()) node.mapped()->stream.reset();
    }

    std::unique_ptr<Dialler> dialler_;
    CarrierEvents& events_;
    CodecLimits limits_;
    std::uint64_t connections_ = 0;
    std::map<Place, std::vector<std::shared_ptr<NearEnd>>> idle_;
    std::map<std::uint64_t, std::shared_ptr<NearEnd>> asking_;     // by exchange
    std::map<std::uint64_t, FarEnd*> answering_;                   // by exchange
    std::map<const FarEnd*, std::shared_ptr<FarEnd>> far_ends_;    // ownership only: order reaches nothing
};

std::unique_ptr<Carrier> carry_over(std::unique_ptr<Dialler> dialler, CarrierEvents& events,
                                    const NetworkSettings& settings) {
    const CodecLimits limits{settings.limits.header_bytes, settings.limits.body_bytes};
    return std::make_unique<ByteCarrier>(std::move(dialler), events, limits);
}

}  // namespace

std::unique_ptr<Carrier> make_memory_carrier(boost::asio::io_context& io, CarrierEvents& events,
                                             const NetworkSettings& settings) {
    return carry_over(make_memory_dialler(io, settings.fragment_bytes), events, settings);
}

std::unique_ptr<Carrier> make_tcp_carrier(boost::asio::io_context& io, CarrierEvents& events,
                                          const NetworkSettings& settings) {
    return carry_over(make_tls_dialler(io), events, settings);
}

}  // namespace sim
