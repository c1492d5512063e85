#include "fakes/cloud/pushes.hpp"

#include <algorithm>

namespace fakes {
namespace {

// An outgoing id carries its line in the low bits, so that nothing is remembered per push.
constexpr unsigned line_bits = 20;
constexpr std::uint64_t line_mask = (1u << line_bits) - 1;

}  // namespace

Pushes::Pushes(std::size_t users, Dice dice) : dice_(dice), tracking_(dice_.uuid()), of_user_(users) {}

void Pushes::connect(std::size_t user, std::string url) {
    for (const std::size_t line : of_user_[user])
        if (lines_[line].url == url) return;
    if (lines_.size() >= line_mask) return;  // the last value belongs to the cloud's own hook
    of_user_[user].push_back(lines_.size());
    lines_.push_back(Line{std::move(url), 0, std::nullopt, false, cloud_limits::socket_retry_first});
}

void Pushes::disconnect(std::size_t user, std::string_view url) {
    for (const std::size_t line : of_user_[user]) {
        if (lines_[line].url != url) continue;
        if (lines_[line].probe_at) probes_.erase({*lines_[line].probe_at, line});
        lines_[line].probe_at.reset();
        lines_[line].closed = true;
        std::erase(of_user_[user], line);
        return;
    }
}

void Pushes::push(std::size_t user, std::string_view event_type, std::string_view members, Instant now,
                  Effects& effects) {
    for (const std::size_t line : of_user_[user]) send(line, event_type, members, now, effects);
}

void Pushes::send(std::size_t line, std::string_view event_type, std::string_view members, Instant now,
                  Effects& effects) {
    Line& to = lines_[line];
    ++to.sequence;
    ++sent_;
    const std::string stamp = std::to_string(now.time_since_epoch().count());
    const std::string number = std::to_string(sent_);
    Outgoing out;
    out.id = (sent_ << line_bits) | line;
    out.not_before = now;
    out.url = to.url;
    out.headers.push_back({"Content-Type", "application/json"});
    out.what = event_type;
    std::string& body = out.body;
    body.reserve(members.size() + 360);
    body += "{\"id\":\"";
    body += dice_.uuid();
    body += "\",\"data\":{\"eventType\":\"";
    body += event_type;
    body += '"';
    body += members;
    body += "},\"timestamp\":";
    body += stamp;
    body += ",\"trackingId\":\"CALSVC_";
    body += tracking_;
    body += '_';
    body += number;
    body += "\",\"alertType\":\"none\",\"headers\":{},\"sequenceNumber\":";
    body += std::to_string(to.sequence);
    body += ",\"filterMessage\":false,\"wsWriteTimestamp\":";
    body += stamp;
    body += '}';
    effects.outgoing.push_back(std::move(out));
}

bool Pushes::answered(OutgoingId id, const Reply* reply, Instant now) {
    const std::size_t line = id & line_mask;
    if (line >= lines_.size()) return false;
    Line& to = lines_[line];
    if (reply != nullptr && reply->status / 100 == 2) {
        to.retry = cloud_limits::socket_retry_first;
        return true;
    }
    if (!to.probe_at && !to.closed) {
        to.probe_at = now + to.retry;
        to.retry = std::min(to.retry * 2, cloud_limits::socket_retry_max);
        probes_.emplace(*to.probe_at, line);
    }
    return true;
}

void Pushes::wake(Instant now, Effects& effects) {
    while (!probes_.empty() && probes_.begin()->first <= now) {
        const std::size_t line = probes_.begin()->second;
        probes_.erase(probes_.begin());
        lines_[line].probe_at.reset();
        send(line, "mercury.buffer_state", "", now, effects);
    }
}

std::optional<Instant> Pushes::next_wake() const {
    return probes_.empty() ? std::nullopt : std::optional(probes_.begin()->first);
}

}  // namespace fakes
