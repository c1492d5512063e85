// The first half of an exchange: who asks, what the faults say, launch, and giving up.
#include <utility>

#include "sim/wire/message.hpp"
#include "sim/wire/network_parts.hpp"

namespace sim {
namespace {

void add_sentence(std::string& text, std::string_view more) {
    if (!text.empty()) text += "; ";
    text += more;
}

}  // namespace

// ---- asking ---------------------------------------------------------------------------------------------------------

Passage& Network::Parts::new_passage(fakes::Request&& request, std::string from) {
    const std::uint64_t number = ++numbers;
    Passage& passage = passages[number];
    passage.request = std::move(request);
    passage.record.number = number;
    passage.record.sent = time.now();
    passage.record.from = std::move(from);
    if (hook_host == passage.request.host) {
        passage.to_hook = true;
        passage.record.to = "engine";
    } else if (const auto door = doors.find(passage.request.host); door != doors.end()) {
        passage.far = door->second.seat;
        passage.record.to = door->second.actor;
    }
    return passage;
}

void Network::Parts::judge(Passage& passage) {
    if (!sink && faults.empty()) return;
    Exchange& record = passage.record;
    if (passage.to_hook) {
        record.person = person_of_notification(passage.request, people);
    } else {
        Classified known = classify(passage.request, people);
        if (record.from == "engine") record.operation = known.operation;
        record.person = std::move(known.person);
    }
    if (record.person.empty()) {  // what goes to or comes from an app or device is about its owner
        for (const std::string* actor : {&record.to, &record.from})
            for (const std::string_view kind : {"app ", "device "})
                if (record.person.empty() && actor->starts_with(kind)) record.person = actor->substr(kind.size());
    }
    if (faults.empty()) return;
    passage.verdict = faults.judge({record.from, record.to, record.operation, record.person}, time.now());
    record.fault = passage.verdict.told;
}

void Network::Parts::refuse(Passage& passage, engine::HttpFailure why, std::string detail) {
    passage.stage = Passage::Stage::coming_back;
    passage.ready = true;
    passage.failure = why;
    passage.detail = std::move(detail);
    hops.push_back(passage.record.number);
}

void Network::Parts::launch(std::uint64_t number) {
    Passage& passage = passages.at(number);
    passage.record.sent = time.now();
    if (instant != time.now()) {
        instant = time.now();
        numbers_before_instant = numbers - 1;
    }
    const bool too_many = numbers > settings.limits.exchanges;
    if (too_many || numbers - numbers_before_instant > settings.limits.exchanges_per_instant) {
        if (!full)
            complain(too_many ? "limit reached: " + std::to_string(settings.limits.exchanges) + " exchanges in one run"
                              : "limit reached: " + std::to_string(settings.limits.exchanges_per_instant) +
                                    " exchanges at one instant, the last from " + passage.record.from + " to " + passage.record.to);
        full = true;
        return refuse(passage, engine::HttpFailure::not_connected, "the simulated network carries no more exchanges");
    }
    if (auto problem = unsendable(passage.request, settings.limits); !problem.empty()) {
        complain(passage.record.from + " sends what HTTP cannot carry: " + problem);
        return refuse(passage, engine::HttpFailure::not_connected, std::move(problem));
    }
    if (!passage.far && !passage.to_hook)
        return refuse(passage, engine::HttpFailure::not_connected, "no such host: " + passage.request.host);
    if (unplugged.contains(passage.request.host))
        return refuse(passage, engine::HttpFailure::not_connected, passage.request.host + " has no network");
    if (passage.to_hook && !hook)
        return refuse(passage, engine::HttpFailure::not_connected, "nobody answers at " + passage.request.host);
    if (passage.verdict.lose) return;  // its asker waits until the timeout
    passage.stage = Passage::Stage::asking;
    passage.ready = false;
    hops.push_back(number);
    carrier->send(number, passage.near, passage.request);
}

void Network::Parts::arm_timeout(std::uint64_t number, std::chrono::milliseconds span) {
    Passage& passage = passages.at(number);
    passage.patience = span;
    passage.timeout = time.at(time.now() + span, [this, number] { timed_out(number); });
}

/// The journal gets what is known; whatever the far side still does with it is its own affair.
void Network::Parts::give_up(Passage& passage, std::string_view why) {
    passage.given_up = true;
    time.cancel(passage.timeout);
    if (sink) {
        Exchange record = passage.record;
        describe(record, passage.request);
        add_sentence(record.fault, why);
        record.done = time.now();
        sink(std::move(record));
    }
    const std::uint64_t number = passage.record.number;
    const bool coming_back = passage.stage == Passage::Stage::coming_back;
    // A request still on its way arrives all the same: what was sent stays sent.
    if (passage.stage == Passage::Stage::asking && !passage.verdict.lose) return;
    carrier->abandon(number);
    if (passage.verdict.lose || coming_back) passages.erase(number);
}

void Network::Parts::timed_out(std::uint64_t number) {
    Passage& passage = passages.at(number);
    const std::string why = "no answer within " + seconds_text(passage.patience);
    auto waiting = std::move(passage.engine_waits);
    Seat* asker = std::exchange(passage.asker, nullptr);
    const fakes::OutgoingId outgoing = passage.outgoing;
    give_up(passage, why);
    if (waiting) {
        engine::HttpResult result;
        result.failure = engine::HttpFailure::timed_out;
        result.detail = why;
        waiting->resume(std::move(result));
    }
    if (asker) {
        fakes::Effects effects;
        asker->place.server->answered(outgoing, nullptr, time.now(), effects);
        carry_out(*asker, effects);
    }
}

/// The copy that a duplicating network makes: nobody waits for its answer.
void Network::Parts::send_again(std::uint64_t number, fakes::Request&& request) {
    const Passage& first = passages.at(number);
    Passage& copy = new_passage(std::move(request), first.record.from);
    copy.record.what = first.record.what;
    copy.record.operation = first.record.operation;
    copy.record.person = first.record.person;
    copy.record.fault = first.verdict.told;
    copy.near = first.near;
    launch(copy.record.number);
}

std::uint64_t Network::engine_sends(engine::HttpRequest&& request, std::chrono::milliseconds timeout,
                                    EngineExchangeDone done) {
    fakes::Request out;
    out.method = std::move(request.method);
    auto address = parse_address(request.url);
    if (address) {
        out.host = std::move(address->host);
        out.target = std::move(address->target);
    } else {
        out.target = std::move(request.url);  // refused, and named in the journal
    }
    out.headers = moved_headers<fakes::Header>(std::move(request.headers));
    out.body = std::move(request.body);
    Passage& passage = parts_->new_passage(std::move(out), "engine");
    const std::uint64_t number = passage.record.number;
    passage.engine_waits = std::move(done);
    parts_->judge(passage);
    passage.verdict.latency += std::exchange(passage.verdict.delay, {});
    parts_->arm_timeout(number, timeout);
    fakes::Request again;
    const bool twice = passage.verdict.duplicate;
    if (twice) again = passage.request;
    parts_->launch(number);
    if (twice) parts_->send_again(number, std::move(again));
    return number;
}

void Network::engine_abandons(std::uint64_t number) {
    Passage* passage = parts_->find(number);
    if (!passage || !passage->engine_waits) return;
    auto waiting = std::move(passage->engine_waits);
    parts_->give_up(*passage, "the engine stopped while it waited");
    engine::HttpResult result;
    result.failure = engine::HttpFailure::stopped;
    waiting->resume(std::move(result));
}

void Network::Parts::server_sends(Seat& seat, fakes::Outgoing&& outgoing) {
    if (outgoing.not_before <= time.now()) return send_outgoing(seat, std::move(outgoing));
    const Instant when = outgoing.not_before;
    auto later = std::make_shared<fakes::Outgoing>(std::move(outgoing));
    time.at(when, [this, &seat, later] { send_outgoing(seat, std::move(*later)); });
}

void Network::Parts::send_outgoing(Seat& seat, fakes::Outgoing&& outgoing) {
    std::string from = seat.place.sender ? seat.place.sender(outgoing) : seat.place.actor;
    fakes::Request out;
    out.method = std::move(outgoing.method);
    if (auto address = parse_address(outgoing.url)) {
        out.host = std::move(address->host);
        out.target = std::move(address->target);
    } else {
        out.target = std::move(outgoing.url);
    }
    out.headers = std::move(outgoing.headers);
    out.body = std::move(outgoing.body);
    Passage& passage = new_passage(std::move(out), std::move(from));
    passage.record.what = std::move(outgoing.what);
    passage.asker = &seat;
    passage.near = seat.near;
    passage.outgoing = outgoing.id;
    judge(passage);
    const std::uint64_t number = passage.record.number;
    if (passage.verdict.delay.count() == 0) return delayed_launch(number);
    time.at(time.now() + passage.verdict.delay, [this, number] { delayed_launch(number); });
}

void Network::Parts::delayed_launch(std::uint64_t number) {
    Passage& passage = passages.at(number);
    arm_timeout(number, passage.to_hook ? settings.notification_timeout : settings.fetch_timeout);
    fakes::Request again;
    const bool twice = passage.verdict.duplicate;
    if (twice) again = passage.request;
    launch(number);
    if (twice) send_again(number, std::move(again));
}

}  // namespace sim
