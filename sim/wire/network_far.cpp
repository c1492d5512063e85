// The second half of an exchange: hand-over at the far side, its answer, and the end at the near side.
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "sim/wire/message.hpp"
#include "sim/wire/network_parts.hpp"

namespace sim {
namespace {

template <typename To, typename From>
std::vector<To> copied_headers(const std::vector<From>& from) {
    std::vector<To> to;
    to.reserve(from.size());
    for (const auto& header : from) to.push_back(To{header.name, header.value});
    return to;
}

}  // namespace

void describe(Exchange& record, const fakes::Request& request) {
    record.method = request.method;
    record.host = request.host;
    record.target = request.target;
    record.request_headers = copied_headers<MessageHead>(request.headers);
    record.request_body = request.body;
}

// ---- on the way -----------------------------------------------------------------------------------------------------

void Network::Parts::arrived(std::uint64_t number, fakes::Request&& request) {
    Passage* passage = find(number);
    if (!passage || passage->stage != Passage::Stage::asking) return;
    if (!request.method.empty()) passage->request = std::move(request);
    passage->ready = true;
}

void Network::Parts::came_back(std::uint64_t number, fakes::Reply&& reply) {
    Passage* passage = find(number);
    if (!passage || passage->stage != Passage::Stage::coming_back) return;
    passage->reply = std::move(reply);
    passage->ready = true;
}

void Network::Parts::failed(std::uint64_t number, engine::HttpFailure why, std::string detail) {
    Passage* passage = find(number);
    if (!passage || passage->ready) return;
    if (passage->given_up) {
        passages.erase(number);
        return;
    }
    // While it was on its way the exchange keeps its place in the queue; at the far side it gets one now.
    const bool queued = passage->stage == Passage::Stage::asking || passage->stage == Passage::Stage::coming_back;
    passage->stage = Passage::Stage::coming_back;
    passage->ready = true;
    passage->failure = why;
    passage->detail = std::move(detail);
    if (!queued) hops.push_back(number);
}

bool Network::Parts::hand_over_first() {
    const std::uint64_t number = hops.front();
    Passage* passage = find(number);
    if (passage && !passage->ready) return false;
    hops.pop_front();
    if (!passage) return true;
    if (passage->stage == Passage::Stage::asking) {
        at_far_side(*passage);
    } else {
        finish(number);
    }
    return true;
}

// ---- at the far side ------------------------------------------------------------------------------------------------

void Network::Parts::at_far_side(Passage& passage) {
    const std::uint64_t number = passage.record.number;
    passage.ready = false;
    passage.stage = Passage::Stage::at_far;
    if (passage.given_up) carrier->abandon(number);
    if (passage.verdict.latency.count() > 0) {
        const auto latency = std::exchange(passage.verdict.latency, {});
        passage.stage = Passage::Stage::late;
        time.at(time.now() + latency, [this, number] {
            if (Passage* late = find(number)) at_far_side(*late);
        });
        return;
    }
    if (passage.verdict.cut == FaultVerdict::Cut::before) {
        if (passage.given_up) {
            passages.erase(number);
            return;
        }
        passage.stage = Passage::Stage::coming_back;
        hops.push_back(number);
        return carrier->cut(number);
    }
    if (passage.verdict.answer) return far_replies(number, std::move(*passage.verdict.answer), "the network");
    if (passage.far) return to_server(passage);
    to_engine(passage);
}

void Network::Parts::to_server(Passage& passage) {
    Seat& seat = *passage.far;
    fakes::Effects effects;
    seat.place.server->request(passage.record.number, passage.request, time.now(), effects);
    carry_out(seat, effects);
}

void Network::Parts::to_engine(Passage& passage) {
    const std::uint64_t number = passage.record.number;
    if (!hook) {  // it went down while the message was late
        passage.stage = Passage::Stage::coming_back;
        hops.push_back(number);
        return carrier->cut(number);
    }
    engine::HttpRequest request;
    request.method = passage.request.method;
    request.url = "https://" + passage.request.host + passage.request.target;
    request.headers = copied_headers<engine::Header>(passage.request.headers);
    request.body = passage.request.body;
    auto answered_by_hook = [this, number, living = std::weak_ptr<bool>(alive)](std::exception_ptr thrown,
                                                                                engine::HttpResponse response) {
        if (living.expired()) return;
        Passage* waiting = find(number);
        if (!waiting) return;
        if (thrown) {
            try {
                std::rethrow_exception(thrown);
            } catch (const engine::Stopped&) {
                waiting->record.fault = "the engine stopped before it answered";
            } catch (const std::exception& error) {
                waiting->record.fault = "the engine's hook threw an exception";
                complain(std::string("the engine's hook threw: ") + error.what());
            }
            if (waiting->given_up) {
                passages.erase(number);
                return;
            }
            waiting->stage = Passage::Stage::coming_back;
            hops.push_back(number);
            carrier->cut(number);
            return;
        }
        fakes::Reply reply;
        reply.status = response.status;
        reply.headers = moved_headers<fakes::Header>(std::move(response.headers));
        reply.body = std::move(response.body);
        far_replies(number, std::move(reply), "engine");
    };
    auto answering = hook(std::move(request));
    boost::asio::co_spawn(hook_executor, std::move(answering), std::move(answered_by_hook));
}

void Network::Parts::far_replies(std::uint64_t number, fakes::Reply&& reply, std::string_view who) {
    Passage* passage = find(number);
    if (!passage || (passage->stage != Passage::Stage::at_far && !passage->given_up)) {
        if (number > numbers || number == 0 || passage)
            complain(std::string(who) + " answered exchange " + std::to_string(number) + ", which awaits no answer");
        return;
    }
    passage->record.broken_rule = std::move(reply.broken_rule);
    reply.broken_rule.clear();
    if (passage->given_up) {
        passages.erase(number);
        return;
    }
    if (auto problem = unsendable(reply, settings.limits); !problem.empty()) {
        complain(std::string(who) + " answers what HTTP cannot carry: " + problem);
        reply = fakes::Reply{};
        reply.status = 502;
        reply.body = std::move(problem);
    }
    passage->stage = Passage::Stage::coming_back;
    hops.push_back(number);
    carrier->reply(number, std::move(reply), passage->verdict.cut == FaultVerdict::Cut::within);
}

// ---- the end --------------------------------------------------------------------------------------------------------

void Network::Parts::finish(std::uint64_t number) {
    auto node = passages.extract(number);
    Passage& passage = node.mapped();
    time.cancel(passage.timeout);
    if (passage.given_up) return;
    const bool came = passage.failure == engine::HttpFailure::none;
    if (sink) {
        Exchange& record = passage.record;
        record.done = time.now();
        record.method = std::move(passage.request.method);
        record.host = std::move(passage.request.host);
        record.target = std::move(passage.request.target);
        record.request_headers = moved_headers<MessageHead>(std::move(passage.request.headers));
        record.request_body = std::move(passage.request.body);
        if (came) {
            record.status = passage.reply.status;
            record.reply_headers = copied_headers<MessageHead>(passage.reply.headers);
            record.reply_body = passage.reply.body;
        } else if (record.fault.empty()) {
            record.fault = passage.detail;
        }
        sink(std::move(record));
    }
    if (passage.engine_waits) {
        engine::HttpResult result;
        result.failure = passage.failure;
        result.detail = std::move(passage.detail);
        if (came) {
            result.response.status = passage.reply.status;
            result.response.headers = moved_headers<engine::Header>(std::move(passage.reply.headers));
            result.response.body = std::move(passage.reply.body);
        }
        passage.engine_waits->resume(std::move(result));
    } else if (passage.asker) {
        Seat& seat = *passage.asker;
        fakes::Effects effects;
        seat.place.server->answered(passage.outgoing, came ? &passage.reply : nullptr, time.now(), effects);
        carry_out(seat, effects);
    }
}

}  // namespace sim
