// Messages between the parts of a served world, and those that leave it: where an address leads, what the rude network does
// to them, and how an answer finds its asker.
#include <algorithm>
#include <array>
#include <utility>

#include "sim/serve/served_world.hpp"
#include "sim/wire/classify.hpp"
#include "sim/wire/message.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

/// Messages of services that wait for their time or for an answer; past it they are lost, as on a dead network.
constexpr std::size_t messages_max = 100'000;
constexpr std::array<std::string_view, 5> vendor_hosts{"graph.microsoft.com", "login.microsoftonline.com", "www.googleapis.com",
                                                       "gmail.googleapis.com", "oauth2.googleapis.com"};
constexpr std::string_view own_domain = ".calrig.example";

/// Hosts of the simulation never reach a name server.
bool is_own_host(std::string_view host) { return host.ends_with(own_domain); }

}  // namespace

std::optional<std::size_t> ServedWorld::in_house_seat(std::size_t from, const std::string& url, fakes::Request& request) const {
    if (const std::optional<Address> address = parse_address(url); address && is_own_host(address->host)) {
        request.host = address->host;
        request.target = address->target;
        const auto there = seat_at_host_.find(address->host);
        return there == seat_at_host_.end() ? seats_.size() : there->second;
    }
    if (from != engine_seat_ && from != administrator_seat_) return std::nullopt;
    // It asks the vendors' hosts, and what answers there names links by this server's origin.
    if (const std::optional<Address> address = parse_address(url); address && std::ranges::find(vendor_hosts, address->host) != vendor_hosts.end()) {
        request.host = address->host;
        request.target = address->target;
        return seat_of(service_of(request.target));
    }
    for (const std::string* origin : {&settings_.origins.graph, &settings_.origins.authority, &settings_.origins.google, &settings_.origins.main}) {
        if (!url.starts_with(*origin) || (url.size() > origin->size() && url[origin->size()] != '/')) continue;
        request.target = url.substr(origin->size());
        const std::size_t scheme = origin->find("://") + 3;
        request.host = origin->substr(scheme, origin->find(':', scheme) - scheme);
        return seat_of(service_of(request.target));
    }
    return std::nullopt;
}

void ServedWorld::settle(std::size_t index, Instant now) {
    Seat& seat = seats_[index];
    seat.wake = seat.server->next_wake();
    for (fakes::Effects::Answer& answer : effects_.answers) {
        if (const auto doomed = doomed_.empty() ? doomed_.end() : doomed_.find(answer.to); doomed != doomed_.end()) {
            const bool within = doomed->second;
            doomed_.erase(doomed);
            if (within) outside_.cut(answer.to, std::move(answer.reply));
            continue;
        }
        if ((answer.to & in_house_mark) == 0) {
            outside_.answer(answer.to, std::move(answer.reply));
            continue;
        }
        const auto waiting = in_house_waiting_.find(answer.to);
        if (waiting == in_house_waiting_.end()) continue;
        InHouse back = std::move(waiting->second);
        in_house_waiting_.erase(waiting);
        if (back.is_of_engine) outside_.noted(actor_of(service_of(back.request.target), back.request.target.substr(0, back.request.target.find('?'))), back.request, answer.reply, now);
        // The reply travels as a call of its own, so that nobody is entered while they act.
        back.to = back.from;
        back.request.body = std::move(answer.reply.body);
        back.request.headers = std::move(answer.reply.headers);
        back.request.target.clear();
        back.request.method = std::to_string(answer.reply.status);
        in_house_.push_back(std::move(back));
    }
    if (effects_.outgoing.empty() && in_house_.empty()) return;
    std::vector<fakes::Outgoing> outgoing = std::move(effects_.outgoing);
    effects_.outgoing.clear();
    for (fakes::Outgoing& one : outgoing) {
        if (later_.size() + sent_.size() >= messages_max) continue;
        if (one.not_before > now) later_.emplace(one.not_before, Later{index, std::move(one), false});
        else if (survives(index, one, now)) send(index, std::move(one));
    }
    if (!in_house_runs_) run_in_house(now);
}

bool ServedWorld::survives(std::size_t seat, fakes::Outgoing& outgoing, Instant now) {
    if (faults_.empty()) return true;
    const PersonLookup lookup = [this](std::string_view name) { return key_of(name); };
    fakes::Request as_sent{outgoing.method, {}, outgoing.url, outgoing.headers, outgoing.body};
    std::string to = "engine", person;  // receivers of notifications, as the language calls them
    std::string_view operation;
    const std::optional<std::size_t> there = in_house_seat(seat, outgoing.url, as_sent);
    if (there && *there < edges_from && seat == engine_seat_) {
        to = actor_of(service_of(as_sent.target), as_sent.target.substr(0, as_sent.target.find('?')));
        const Classified known = classify(as_sent, lookup);
        operation = known.operation;
        person = known.person;
    } else if (there && *there < edges_from) {
        to = actor_of_seat(*there);
    } else if (there && *there < edges_from + edges_.size()) {
        to = edges_[*there - edges_from]->name();
    } else {
        person = person_of_notification(as_sent, lookup);
    }
    FaultVerdict verdict = faults_.judge({actor_of_seat(seat), to, operation, person}, now);
    if (!verdict.any()) return true;
    if (verdict.duplicate) later_.emplace(now + verdict.delay + verdict.latency, Later{seat, outgoing, true});
    if (verdict.answer || verdict.lose || verdict.cut != FaultVerdict::Cut::none) {
        reply_in_house(seat, outgoing.id, std::move(verdict.answer));
        return false;
    }
    const auto slow = verdict.delay + verdict.latency;
    if (slow.count() == 0) return true;
    later_.emplace(now + slow, Later{seat, std::move(outgoing), true});
    return false;
}

std::string_view ServedWorld::actor_of_seat(std::size_t seat) const {
    constexpr std::array<std::string_view, 4> services{"graph", "google", "cloud", "kms"};
    if (seat == engine_seat_) return "engine";
    return seat < services.size() ? services[seat] : std::string_view("devices");
}

void ServedWorld::reply_in_house(std::size_t seat, fakes::OutgoingId id, std::optional<fakes::Reply>&& reply) {
    InHouse message;
    message.to = seat;
    message.outgoing = id;
    if (reply) {
        message.request.method = std::to_string(reply->status);
        message.request.headers = std::move(reply->headers);
        message.request.body = std::move(reply->body);
    }
    in_house_.push_back(std::move(message));
}

void ServedWorld::send(std::size_t seat, fakes::Outgoing&& outgoing) {
    InHouse message;
    const std::optional<std::size_t> there = in_house_seat(seat, outgoing.url, message.request);
    if (!there) {
        const DeliveryId id = ++deliveries_seen_;
        sent_[id] = {seat, outgoing.id};
        outside_.deliver(id, std::move(outgoing));
        return;
    }
    message.from = seat;
    message.outgoing = outgoing.id;
    message.to = *there;
    if (*there == seats_.size()) {
        // Nobody lives there: the sender hears nothing. The meeting cloud's hook is content, or it would ring for ever.
        message.to = seat;
        if (message.request.host == hook_host) message.request.method = "204";
        message.request.target.clear();
    } else {
        message.request.method = std::move(outgoing.method);
        message.request.headers = std::move(outgoing.headers);
        message.request.body = std::move(outgoing.body);
        message.is_of_engine = seat == engine_seat_;
    }
    in_house_.push_back(std::move(message));
}

void ServedWorld::run_in_house(Instant now) {
    in_house_runs_ = true;
    while (!in_house_.empty()) {
        InHouse message = std::move(in_house_.front());
        in_house_.pop_front();
        effects_.answers.clear();
        effects_.outgoing.clear();
        const std::size_t to = message.to;
        if (message.request.target.empty()) {
            fakes::Reply reply;
            const bool came = !message.request.method.empty();
            if (came) reply.status = std::stoi(message.request.method);
            reply.headers = std::move(message.request.headers);
            reply.body = std::move(message.request.body);
            seats_[to].server->answered(message.outgoing, came ? &reply : nullptr, now, effects_);
        } else {
            const fakes::ExchangeId id = in_house_mark | ++in_house_seen_;
            const fakes::Request request = message.is_of_engine ? message.request : std::move(message.request);
            if (!message.is_of_engine) message.request = {};
            in_house_waiting_.emplace(id, std::move(message));
            seats_[to].server->request(id, request, now, effects_);
        }
        settle(to, now);
    }
    in_house_runs_ = false;
    note_journeys();
}

}  // namespace sim
