#include "sim/serve/engine_seat.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <utility>
#include <vector>

#include "sim/wire/clock.hpp"
#include "sim/wire/memory_store.hpp"
#include "sim/wire/streams.hpp"

namespace sim {
namespace {

using Result = std::unique_ptr<Pending<engine::HttpResult>>;

engine::HttpResult failed(engine::HttpFailure failure, std::string detail) {
    engine::HttpResult out;
    out.failure = failure;
    out.detail = std::move(detail);
    return out;
}

/// The engine's way out: what it sends waits here for the world to take it.
class WayOut final : public engine::HttpClient {
  public:
    WayOut(VirtualTime& time, boost::asio::any_io_executor executor) : time_(time), executor_(std::move(executor)) {}

    engine::Task<engine::HttpResult> exchange(engine::HttpRequest request) override {
        if (dead_) throw engine::Stopped{};
        auto start = [this, request = std::move(request)](Result waiting) mutable { send(std::move(request), std::move(waiting)); };
        engine::HttpResult result = co_await suspend<engine::HttpResult>(executor_, std::move(start));
        if (result.failure == engine::HttpFailure::stopped) throw engine::Stopped{};
        co_return result;
    }

    void answered(fakes::OutgoingId id, const fakes::Reply* reply) {
        const auto known = waiting_.find(id);
        if (known == waiting_.end()) return;
        engine::HttpResult result;
        if (reply == nullptr) {
            result = failed(engine::HttpFailure::cut, "nothing came back");
        } else {
            result.response.status = reply->status;
            for (const fakes::Header& header : reply->headers) result.response.headers.push_back({header.name, header.value});
            result.response.body = reply->body;
        }
        finish(known, std::move(result));
    }
    void kill() {
        dead_ = true;
        while (!waiting_.empty()) finish(waiting_.begin(), failed(engine::HttpFailure::stopped, {}));
    }
    std::vector<fakes::Outgoing> take() { return std::exchange(sent_, {}); }

  private:
    struct Waiting {
        Result result;
        VirtualTime::Timer limit;
    };

    void send(engine::HttpRequest&& request, Result waiting) {
        const fakes::OutgoingId id = ++ids_;
        fakes::Outgoing out;
        out.id = id;
        out.method = std::move(request.method);
        out.url = std::move(request.url);
        for (engine::Header& header : request.headers) out.headers.push_back({std::move(header.name), std::move(header.value)});
        out.body = std::move(request.body);
        out.what = "engine request";
        const auto limit = time_.at(time_.now() + request.timeout, [this, id] {
            if (const auto known = waiting_.find(id); known != waiting_.end()) finish(known, failed(engine::HttpFailure::timed_out, "no answer in time"));
        });
        waiting_.emplace(id, Waiting{std::move(waiting), limit});
        sent_.push_back(std::move(out));
    }
    void finish(std::map<fakes::OutgoingId, Waiting>::iterator known, engine::HttpResult result) {
        Waiting over = std::move(known->second);
        waiting_.erase(known);
        time_.cancel(over.limit);
        over.result->resume(std::move(result));
    }

    VirtualTime& time_;
    boost::asio::any_io_executor executor_;
    bool dead_ = false;
    fakes::OutgoingId ids_ = 0;
    std::map<fakes::OutgoingId, Waiting> waiting_;
    std::vector<fakes::Outgoing> sent_;
};

class NoLog final : public engine::Log {
  public:
    void line(Level, std::string_view) override {}
};

}  // namespace

struct EngineSeat::Parts {
    Parts(engine::Config config, Instant begin, fakes::Dice dice)
        : time(begin), clock(time, io.get_executor()), alarm(time, io.get_executor()), http(time, io.get_executor()), store(pairs, {}), random(dice),
          engine(engine::Ports{clock, alarm, http, store, random, log, io.get_executor()}, std::move(config)) {}

    void run() {
        io.restart();
        io.poll();
    }
    /// Everything due up to `now`, each at its instant.
    void move_to(Instant now) {
        if (!started) {
            started = true;
            engine.start();
            run();
        }
        while (time.next() && *time.next() <= now) {
            time.fire_one();
            run();
        }
        if (time.now() < now) time.advance_to(now);
    }
    void hand_over(fakes::Effects& effects) {
        run();
        for (fakes::Outgoing& one : http.take()) {
            one.not_before = time.now();
            effects.outgoing.push_back(std::move(one));
        }
        for (auto& [id, reply] : std::exchange(answers, {})) effects.answers.push_back({id, std::move(reply)});
    }

    boost::asio::io_context io{1};
    VirtualTime time;
    StoredPairs pairs;
    NoLog log;
    EngineClock clock;
    EngineAlarm alarm;
    WayOut http;
    EngineStore store;
    EngineRandom random;
    bool started = false;
    std::vector<std::pair<fakes::ExchangeId, fakes::Reply>> answers;
    engine::Engine engine;
};

EngineSeat::EngineSeat(engine::Config config, fakes::Instant begin, fakes::Dice dice) : parts_(std::make_unique<Parts>(std::move(config), begin, dice)) {}

EngineSeat::~EngineSeat() {
    parts_->store.kill();
    parts_->clock.kill();
    parts_->alarm.kill();
    parts_->http.kill();
    parts_->engine.stop();
    parts_->run();
}

void EngineSeat::request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) {
    parts_->move_to(now);
    engine::HttpRequest hook;
    hook.method = request.method;
    hook.url = "https://" + request.host + request.target;
    for (const fakes::Header& header : request.headers) hook.headers.push_back({header.name, header.value});
    hook.body = request.body;
    auto over = [this, id](std::exception_ptr problem, engine::HttpResponse response) {
        fakes::Reply reply;
        reply.status = problem ? 500 : response.status;
        for (engine::Header& header : response.headers) reply.headers.push_back({std::move(header.name), std::move(header.value)});
        reply.body = std::move(response.body);
        parts_->answers.emplace_back(id, std::move(reply));
    };
    boost::asio::co_spawn(parts_->io, parts_->engine.webhook(std::move(hook)), std::move(over));
    parts_->hand_over(effects);
}

void EngineSeat::answered(fakes::OutgoingId id, const fakes::Reply* reply, fakes::Instant now, fakes::Effects& effects) {
    parts_->move_to(now);
    parts_->http.answered(id, reply);
    parts_->hand_over(effects);
}

void EngineSeat::wake(fakes::Instant now, fakes::Effects& effects) {
    parts_->move_to(now);
    parts_->hand_over(effects);
}

std::optional<fakes::Instant> EngineSeat::next_wake() const {
    if (!parts_->started) return parts_->time.now();
    return parts_->time.next();
}

}  // namespace sim
