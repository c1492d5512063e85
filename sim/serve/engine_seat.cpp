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
    /// Answers to requests of a life before are for nobody.
    fakes::OutgoingId last_id() const { return ids_; }
    void go_on_after(fakes::OutgoingId id) { ids_ = id; }

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
    Parts(engine::Config config, Instant begin_in, fakes::Dice dice_in, StoredPairs kept = {})
        : dice(dice_in), begin(begin_in), time(begin_in), pairs(std::move(kept)), clock(time, io.get_executor()), alarm(time, io.get_executor()), http(time, io.get_executor()), store(pairs, {}), random(dice_in),
          engine(engine::Ports{clock, alarm, http, store, random, log, io.get_executor()}, std::move(config)) {}

    void run() {
        io.restart();
        io.poll();
    }
    /// Everything due up to `now`, each at its instant.
    void move_to(Instant now) {
        if (now < begin) return;
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
    void set_clock_ahead(std::chrono::milliseconds ahead) {
        clock.set_ahead(ahead);
        alarm.set_ahead(ahead);
    }
    void end() {
        store.kill();
        clock.kill();
        alarm.kill();
        http.kill();
        engine.stop();
        run();
    }
    void hand_over(fakes::Effects& effects) {
        run();
        for (fakes::Outgoing& one : http.take()) {
            one.not_before = time.now();
            effects.outgoing.push_back(std::move(one));
        }
        for (auto& [id, reply] : std::exchange(answers, {})) effects.answers.push_back({id, std::move(reply)});
    }

    fakes::Dice dice;
    std::vector<SeatCall>* noted = nullptr;
    boost::asio::io_context io{1};
    const Instant begin;
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

EngineSeat::EngineSeat(engine::Config config, fakes::Instant begin, fakes::Dice dice)
    : config_(std::move(config)), parts_(std::make_unique<Parts>(config_, begin, dice)) {}

EngineSeat::~EngineSeat() { parts_->end(); }

void EngineSeat::restart(fakes::Dice dice, std::chrono::milliseconds down, fakes::Instant now, fakes::Effects& effects) {
    parts_->move_to(now);
    parts_->end();
    parts_->hand_over(effects);  // hooks that were being answered: 500
    const fakes::OutgoingId last = parts_->http.last_id();
    StoredPairs kept = std::move(parts_->pairs);
    parts_ = std::make_unique<Parts>(config_, now + down, dice, std::move(kept));
    parts_->http.go_on_after(last);
    parts_->set_clock_ahead(clock_ahead_);
}

void EngineSeat::set_clock_ahead(std::chrono::milliseconds ahead, fakes::Instant now, fakes::Effects& effects) {
    clock_ahead_ = ahead;
    parts_->move_to(now);
    parts_->set_clock_ahead(ahead);
    parts_->hand_over(effects);
}

void EngineSeat::request(fakes::ExchangeId id, const fakes::Request& request, fakes::Instant now, fakes::Effects& effects) {
    if (parts_->noted != nullptr) parts_->noted->push_back({SeatCall::Kind::request, id, request, std::nullopt, now});
    parts_->move_to(now);
    if (now < parts_->begin) {
        fakes::Reply down;
        down.status = 503;
        effects.answers.push_back({id, std::move(down)});
        return;
    }
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
    if (parts_->noted != nullptr) parts_->noted->push_back({SeatCall::Kind::answered, id, {}, reply == nullptr ? std::nullopt : std::optional(*reply), now});
    parts_->move_to(now);
    parts_->http.answered(id, reply);
    parts_->hand_over(effects);
}

void EngineSeat::wake(fakes::Instant now, fakes::Effects& effects) {
    if (parts_->noted != nullptr) parts_->noted->push_back({SeatCall::Kind::wake, 0, {}, std::nullopt, now});
    parts_->move_to(now);
    parts_->hand_over(effects);
}

std::optional<fakes::Instant> EngineSeat::next_wake() const {
    if (!parts_->started) return parts_->time.now();
    return parts_->time.next();
}

void EngineSeat::note_calls(std::vector<SeatCall>* calls) { parts_->noted = calls; }

std::unique_ptr<EngineSeat> EngineSeat::twin() const { return std::make_unique<EngineSeat>(config_, parts_->begin, parts_->dice); }

void EngineSeat::again(const SeatCall& call, fakes::Effects& effects) {
    switch (call.kind) {
        case SeatCall::Kind::request: return request(call.id, call.request, call.now, effects);
        case SeatCall::Kind::answered: return answered(call.id, call.reply ? &*call.reply : nullptr, call.now, effects);
        case SeatCall::Kind::wake: return wake(call.now, effects);
    }
}

engine::Status EngineSeat::status() const { return parts_->engine.status(); }

void EngineSeat::forget_stored() { parts_->pairs.clear(); }

}  // namespace sim
