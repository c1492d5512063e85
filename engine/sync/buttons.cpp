#include "engine/sync/buttons.hpp"

#include <algorithm>

#include "engine/meeting/join_button.hpp"
#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr Duration kNear = std::chrono::hours(12);  // how far ahead one collection serves
constexpr Duration kRetryFirst = std::chrono::seconds(15);
constexpr Duration kRetryMost = std::chrono::minutes(5);

}  // namespace

struct Buttons::Step {
    bool light = false;
    std::string source_id, uid;
    Instant slot{};
    Instant start{};
    int minutes = 0;
};

bool Buttons::is_near(const Mailbox& mailbox, const Item& item, Instant now) const {
    const Policies& policies = policies_of(mailbox);
    const bool soon = item.joinable && item.start - policies.join_lead <= mailbox.near_until &&
                      item.end + policies.join_tail > now;
    return soon || item.lit;
}

void Buttons::collect_near(Mailbox& mailbox) {
    const Instant now = ports_.clock.now();
    mailbox.near.clear();
    mailbox.near_until = now + kNear;
    mailbox.near_dirty = false;
    mailbox.near_changed.clear();
    for (auto& [id, source] : mailbox.sources)
        for (const Item& item : source.items)
            if (is_near(mailbox, item, now)) mailbox.near.push_back(NearItem{&id, &source, item.slot});
}

/// The same for the sources that changed since, so that one change does not cost a walk over all. In the order of the
/// full collection: by source, then slot.
void Buttons::take_changed(Mailbox& mailbox) {
    const Instant now = ports_.clock.now();
    for (const std::string& id : mailbox.near_changed) {
        const auto found = mailbox.sources.find(id);
        if (found == mailbox.sources.end()) continue;
        mailbox.forget_near(found->second);
        auto at = std::ranges::lower_bound(mailbox.near, id, {}, [](const NearItem& one) { return std::string_view(*one.source_id); });
        for (const Item& item : found->second.items)
            if (is_near(mailbox, item, now)) at = std::next(mailbox.near.insert(at, NearItem{&found->first, &found->second, item.slot}));
    }
    mailbox.near_changed.clear();
}

/// One difference between what is lit and what should be; none: the timer is set.
std::optional<Buttons::Step> Buttons::next_step(Mailbox& mailbox) {
    const Instant now = ports_.clock.now();
    if (mailbox.near_dirty || now >= mailbox.near_until) collect_near(mailbox);
    else take_changed(mailbox);
    std::vector<meeting::Joinable> candidates;
    std::vector<std::pair<const NearItem*, Item*>> items;
    for (const NearItem& near : mailbox.near) {
        Item* item = Mailbox::item(*near.source, near.slot);
        if (item == nullptr) continue;
        items.emplace_back(&near, item);
        if (!item->joinable) continue;
        meeting::Joinable one;
        one.id = std::to_string(items.size() - 1);
        one.start = item->start;
        one.end = item->end;
        candidates.push_back(std::move(one));
    }
    const meeting::Buttons buttons = meeting::join_buttons(candidates, now, policies_of(mailbox));
    std::vector<bool> lit(items.size(), false);
    for (const std::string& id : buttons.lit) lit[static_cast<std::size_t>(std::stoul(id))] = true;
    // What goes out goes out first: at the change of meetings nobody should see both for longer than needed.
    for (const bool lighting : {false, true}) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto& [near, item] = items[i];
            const int minutes = minutes_between(item->start, item->end);
            const bool same = item->lit && item->lit_start == item->start && item->lit_minutes == minutes;
            if (lit[i] != lighting || (lighting ? same : !item->lit)) continue;
            Step step;
            step.light = lighting;
            step.source_id = *near->source_id;
            step.uid = near->source->uid;
            step.slot = item->slot;
            step.start = item->start;
            step.minutes = minutes;
            return step;
        }
    }
    Instant next = mailbox.near_until;
    if (buttons.look_again) next = std::min(next, *buttons.look_again);
    agenda_.set(mailbox.timer(Timer::buttons), mailbox.sources.empty() ? std::nullopt : std::optional<Instant>(next));
    return std::nullopt;
}

/// A button lit by a process that died then would never go dark: that it may be lit is noted before. It has no time yet.
void Buttons::note_before(Mailbox& mailbox, const Step& step) {
    Item* item = mailbox.item(step.source_id, step.slot);
    if (item == nullptr || item->lit) return;
    item->lit = true;
    records_.save_source(mailbox, step.source_id, mailbox.sources[step.source_id]);
}

Task<void> Buttons::work(Mailbox& mailbox) {
    for (;;) {
        const std::optional<Step> step = next_step(mailbox);
        if (!step) {
            mailbox.button_failures = 0;
            co_return;
        }
        const std::string id = item_id(step->uid, step->slot);
        Failure failure;
        if (step->light) note_before(mailbox, *step);
        if (step->light)
            failure = co_await cloud_.put_button(mailbox.user_id, id, step->uid, step->start, step->minutes);
        else
            failure = co_await cloud_.delete_button(mailbox.user_id, id);
        const bool gone = failure.kind == Failure::Kind::gone && !step->light;
        if (failure.any() && !gone) {
            Duration wait = kRetryFirst;
            for (int i = 0; i < mailbox.button_failures && wait < kRetryMost; ++i) wait *= 2;
            ++mailbox.button_failures;
            agenda_.set(mailbox.timer(Timer::buttons), ports_.clock.now() + std::min(wait, kRetryMost));
            co_return;
        }
        Item* item = mailbox.item(step->source_id, step->slot);  // it may have changed or left meanwhile
        if (item == nullptr) continue;
        item->lit = step->light;
        item->lit_start = step->light ? step->start : Instant{};
        item->lit_minutes = step->light ? step->minutes : 0;
        records_.save_source(mailbox, step->source_id, mailbox.sources[step->source_id]);
    }
}

}  // namespace engine::sync
