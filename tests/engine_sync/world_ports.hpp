#pragma once
// What the engine of a world is given: its clock, alarms, network, store, chance and log. Only world.cpp includes it.
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "tests/engine_sync/world.hpp"

namespace world {

using engine::Duration;
using engine::Instant;
using engine::Task;

constexpr Duration kLatency = std::chrono::milliseconds(5);

inline std::string host_of(const std::string& url) {
    const std::size_t start = url.find("://") + 3;
    return url.substr(start, url.find_first_of("/?", start) - start);
}
inline std::string target_of(const std::string& url) {
    const std::size_t start = url.find("://") + 3;
    const std::size_t slash = url.find_first_of("/?", start);
    return slash == std::string::npos ? "/" : url.substr(slash);
}

struct World::Ports : engine::Clock, engine::Alarm, engine::HttpClient, engine::Store, engine::Random, engine::Log {
    explicit Ports(World& owner) : w(owner) {}
    World& w;
    bool up = true;
    std::uint64_t chance = 42;
    std::map<std::uint64_t, std::function<void()>> parked;  // every waiting coroutine of the engine
    std::uint64_t next_parked = 1;
    std::optional<Instant> alarm_at;
    std::uint64_t alarm_waiter = 0;

    void resume(std::uint64_t id) {
        const auto found = parked.find(id);
        if (found == parked.end()) return;
        auto go = std::move(found->second);
        parked.erase(found);
        boost::asio::post(w.io_, std::move(go));
    }
    /// Parks the caller; `arrange` gets the number by which it can be resumed.
    Task<void> park(std::function<void(std::uint64_t)> arrange) {
        if (!up) throw engine::Stopped();
        using Token = boost::asio::use_awaitable_t<boost::asio::any_io_executor>;
        Token token;
        auto start = [this, &arrange](auto handler) {
            auto held = std::make_shared<decltype(handler)>(std::move(handler));
            const std::uint64_t id = next_parked++;
            parked[id] = [held] { std::move (*held)(); };
            arrange(id);
        };
        co_await boost::asio::async_initiate<Token, void()>(start, token);
        if (!up) throw engine::Stopped();
    }

    Instant now() const override { return w.now; }
    engine::Duration passed() const override { return w.now.time_since_epoch(); }
    Task<void> pause(engine::Duration length) override {
        const Instant when = w.now + length;
        if (when <= w.now && up) co_return;
        std::function<void(std::uint64_t)> arrange = [this, when](std::uint64_t id) {
            w.later(when, [this, id] { resume(id); });
        };
        co_await park(std::move(arrange));
    }

    void set(std::optional<Instant> when) override {
        alarm_at = when;
        if (!when) return;
        w.later(std::max(*when, w.now), [this, at = *when] {
            if (alarm_at && *alarm_at == at && alarm_waiter != 0) {
                alarm_at.reset();
                resume(std::exchange(alarm_waiter, 0));
            }
        });
    }
    Task<void> wait() override {
        if (alarm_at && *alarm_at <= w.now && up) {
            alarm_at.reset();
            co_return;
        }
        std::function<void(std::uint64_t)> arrange = [this](std::uint64_t id) { alarm_waiter = id; };
        co_await park(std::move(arrange));
    }

    Task<engine::HttpResult> exchange(engine::HttpRequest request) override {
        Sent record;
        record.at = w.now;
        record.method = request.method;
        record.url = request.url;
        record.headers = request.headers;
        record.request_body = request.body;
        co_await pause(kLatency);
        engine::HttpResult result;
        const Fault trouble = w.fault ? w.fault(request) : Fault();
        if (trouble.kind == Fault::Kind::answer) result.response = trouble.answer;
        if (trouble.kind == Fault::Kind::cut_before) result.failure = engine::HttpFailure::cut;
        if (trouble.kind == Fault::Kind::none || trouble.kind == Fault::Kind::cut_after) {
            fakes::Server* server = w.server_for(host_of(request.url));
            if (server == nullptr) throw std::logic_error("no server for " + request.url);
            fakes::Request asked;
            asked.method = request.method;
            asked.host = host_of(request.url);
            asked.target = target_of(request.url);
            for (const engine::Header& header : request.headers) asked.headers.push_back({header.name, header.value});
            asked.body = request.body;
            std::shared_ptr<std::optional<fakes::Reply>> reply = std::make_shared<std::optional<fakes::Reply>>();
            const fakes::ExchangeId id = w.next_exchange_++;
            std::shared_ptr<std::uint64_t> waiter = std::make_shared<std::uint64_t>(0);
            w.waiting_[{server, id}] = [this, reply, waiter](const fakes::Reply& got) {
                *reply = got;
                if (*waiter != 0) resume(*waiter);
            };
            fakes::Effects effects;
            server->request(id, asked, w.now, effects);
            w.take(server, std::move(effects));
            if (!reply->has_value()) {
                std::function<void(std::uint64_t)> arrange = [waiter](std::uint64_t number) { *waiter = number; };
                co_await park(std::move(arrange));
            }
            result.response.status = (*reply)->status;
            result.response.body = (*reply)->body;
            for (const fakes::Header& header : (*reply)->headers)
                result.response.headers.push_back({header.name, header.value});
            if (trouble.kind == Fault::Kind::cut_after) {
                result.response = engine::HttpResponse();
                result.failure = engine::HttpFailure::cut;
            }
        }
        record.status = result.ok() ? result.response.status : 0;
        record.reply_body = result.response.body;
        w.sent.push_back(std::move(record));
        co_return result;
    }

    std::optional<std::string> get(std::string_view key) const override {
        const auto found = w.store.find(std::string(key));
        return found == w.store.end() ? std::nullopt : std::optional<std::string>(found->second);
    }
    void put(std::string_view key, std::string_view value) override { w.store[std::string(key)] = std::string(value); }
    void erase(std::string_view key) override { w.store.erase(std::string(key)); }
    void scan(std::string_view prefix,
              const std::function<void(std::string_view, std::string_view)>& visit) const override {
        for (const auto& [key, value] : w.store)
            if (key.starts_with(prefix)) visit(key, value);
    }

    void fill(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(below(256));
    }
    std::uint64_t below(std::uint64_t bound) override {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        return (chance >> 33) % bound;
    }
    void line(Level level, std::string_view text) override {
        w.log.push_back((level == Level::error ? "ERROR " : "") + std::string(text));
    }
};

}  // namespace world
