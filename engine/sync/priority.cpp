#include "engine/sync/priority.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/sync/translate.hpp"

namespace engine::sync {
namespace {

constexpr Duration kSoon = std::chrono::minutes(30);

/// When the meeting matters next: now while it runs, its start before, never when it is over. What is not known matters now.
Instant matters_at(const Mailbox& mailbox, const std::string& id, Instant now) {
    const auto known = mailbox.sources.find(id);
    if (known == mailbox.sources.end()) return now;
    Instant soonest = Instant::max();
    for (const Item& item : known->second.items) {
        if (item.end > now) soonest = std::min(soonest, std::max(item.start, now));
    }
    return soonest;
}

Instant matters_at(const Mailbox& mailbox, const ProviderEvent& event, Instant now) {
    const Instant known = matters_at(mailbox, event.id, now);
    if (event.cancelled || event.status_only || event.shape != meeting::EventShape::single) return known;
    const Span span = span_of(event, mailbox.settings);
    const Instant then = span.end > now ? std::max(span.start, now) : Instant::max();
    return mailbox.sources.contains(event.id) ? std::min(known, then) : then;
}

}  // namespace

void soonest_first(const Mailbox& mailbox, std::vector<ProviderEvent>& events, Instant now) {
    if (events.size() < 2) return;
    std::vector<std::pair<Instant, std::size_t>> order;
    for (std::size_t i = 0; i < events.size(); ++i) {
        order.emplace_back(matters_at(mailbox, events[i], now), i);
    }
    std::ranges::sort(order);
    std::vector<ProviderEvent> sorted;
    sorted.reserve(events.size());
    for (const auto& [matters, i] : order) sorted.push_back(std::move(events[i]));
    events = std::move(sorted);
}

std::vector<ProviderEvent> those_that_can_wait(const Mailbox& mailbox, std::vector<ProviderEvent>& events, Instant now) {
    const auto waits = [&](const ProviderEvent& event) { return matters_at(mailbox, event, now) > now + kSoon; };
    const auto rest = std::ranges::stable_partition(events, [&](const ProviderEvent& event) { return !waits(event); });
    std::vector<ProviderEvent> out(std::move_iterator(rest.begin()), std::move_iterator(rest.end()));
    events.erase(rest.begin(), rest.end());
    return out;
}

std::string take_soonest(Mailbox& mailbox, Instant now) {
    std::set<std::string>& ids = mailbox.todo.events;
    auto soonest = ids.begin();
    if (ids.size() > 1) {
        Instant at = Instant::max();
        for (auto one = ids.begin(); one != ids.end(); ++one)
            if (const Instant matters = matters_at(mailbox, *one, now); matters < at) {
                at = matters;
                soonest = one;
            }
    }
    std::string id = *soonest;
    ids.erase(soonest);
    return id;
}

std::vector<std::string> by_soonest(const Mailbox& mailbox, const std::map<std::string, std::set<std::string>>& events, Instant now) {
    std::vector<std::pair<Instant, std::string>> order;
    order.reserve(events.size());
    for (const auto& [id, exceptions] : events) order.emplace_back(matters_at(mailbox, id, now), id);
    std::ranges::sort(order);
    std::vector<std::string> out;
    out.reserve(order.size());
    for (auto& [matters, id] : order) out.push_back(std::move(id));
    return out;
}

bool is_urgent(const Mailbox& mailbox, Instant now) {
    return std::ranges::any_of(mailbox.near, [&](const NearItem& one) {
        const Item* item = one.source == nullptr ? nullptr : Mailbox::item(*one.source, one.slot);
        return item != nullptr && item->start <= now + kSoon && item->end > now;
    });
}

}  // namespace engine::sync
