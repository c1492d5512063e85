#include "fakes/microsoft/delta.hpp"

#include <algorithm>
#include <set>

namespace fakes::microsoft {
namespace {

bool in_window(const KeptContent& content, const Window& window) {
    return content.start_at() == content.end_at() ? window.from <= content.start_at() && content.start_at() < window.to
                                                  : content.start_at() < window.to && content.end_at() > window.from;
}

void put_series(std::vector<DeltaRow>& out, const Mailbox& mailbox, const Item& master, const Window& window, std::set<Date>& told) {
    const std::vector<Entry> instances = mailbox.instances(master, window.from, window.to);
    if (instances.empty()) return;
    // Observed: the round names the master too, before its occurrences.
    out.push_back({master.number, entry_of(master), std::nullopt});
    for (const Entry& entry : instances) {
        told.insert(*entry.slot);
        out.push_back({master.number, entry, entry.slot});
    }
}

}  // namespace

std::vector<DeltaRow> full_round(const Mailbox& mailbox, const Window& window) {
    std::set<std::uint64_t> numbers;
    for (const Entry& entry : mailbox.view(window.from, window.to)) numbers.insert(entry.item->number);
    std::vector<DeltaRow> out;
    std::set<Date> told;
    for (const std::uint64_t number : numbers) {
        const Item& item = *mailbox.find(number);
        if (item.is_master()) put_series(out, mailbox, item, window, told);
        else out.push_back({number, entry_of(item), std::nullopt});
    }
    return out;
}

std::optional<std::vector<DeltaRow>> next_round(const Mailbox& mailbox, const Window& window, std::uint64_t since, std::uint64_t base) {
    const auto changes = mailbox.changes_since(since);
    if (!changes) return std::nullopt;
    std::map<std::uint64_t, std::vector<const Content*>> changed;  // item -> the series it was, if it was
    for (const MailboxChange* change : *changes) {
        if (change->change > base) break;
        std::vector<const Content*>& series = changed[change->item];
        if (change->series_before) series.push_back(change->series_before.get());
    }
    std::vector<DeltaRow> out;
    for (const auto& [number, series] : changed) {
        const Item* item = mailbox.find(number);
        std::set<Date> told, gone;
        const std::size_t before = out.size();
        if (item && item->is_master()) {
            put_series(out, mailbox, *item, window, told);
            // Slots that were there, or may have been: by the rule in the window, moved about, or called off.
            for (const recurrence::Occurrence& each : item->copy.content->rule->series.within(window.from, window.to).occurrences) gone.insert(date_of(each.original));
            for (const auto& [slot, copy] : item->series->exceptions) gone.insert(slot);
            gone.insert(item->series->cancelled.begin(), item->series->cancelled.end());
        } else if (item && in_window(item->copy.content, window)) {
            out.push_back({number, entry_of(*item), std::nullopt});
        }
        // Documented: what lies outside the window is told as removed, whether it was ever inside or not.
        if (out.size() == before) out.push_back({number, std::nullopt, std::nullopt});
        for (const Content* content : series)
            for (const recurrence::Occurrence& each : content->rule->series.within(window.from, window.to).occurrences) gone.insert(date_of(each.original));
        for (const Date slot : gone)
            if (!told.contains(slot)) out.push_back({number, std::nullopt, slot});
    }
    return out;
}

}  // namespace fakes::microsoft
