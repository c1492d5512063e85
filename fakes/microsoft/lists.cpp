#include "fakes/microsoft/lists.hpp"

#include <algorithm>

#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using Kind = FilterNode::Kind;
using Operator = FilterNode::Operator;

/// Subjects are read once, not at every comparison.
void sort_entries(std::vector<Entry>& entries, const Query& query) {
    if (query.order.empty()) return;
    struct Sorted {
        std::size_t place = 0;
        std::string subject;  // lower case; only where it is asked for
    };
    const bool by_subject = std::any_of(query.order.begin(), query.order.end(), [](const Query::Order& order) { return order.field == "subject"; });
    std::vector<Sorted> order(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) order[i] = {i, by_subject ? lower(entries[i].copy->content.subject()) : std::string()};
    std::stable_sort(order.begin(), order.end(), [&](const Sorted& a, const Sorted& b) {
        for (const Query::Order& wanted : query.order) {
            const int compared = wanted.field == "subject" ? a.subject.compare(b.subject) : compare_by(wanted.field, entries[a.place], entries[b.place]);
            if (compared != 0) return wanted.descending ? compared > 0 : compared < 0;
        }
        return false;
    });
    std::vector<Entry> sorted;
    sorted.reserve(entries.size());
    for (const Sorted& each : order) sorted.push_back(entries[each.place]);
    entries = std::move(sorted);
}

/// What the terms of a filter that must all hold say about keys that have an index.
struct Bounds {
    std::optional<Instant> start_from, start_to, end_from, modified_from;
    std::optional<std::vector<std::uint64_t>> numbers;  // no other item can match
};

void tighten(std::optional<Instant>& bound, Instant at, bool lower) {
    if (!bound) bound = at;
    else bound = lower ? std::max(*bound, at) : std::min(*bound, at);
}

/// `any(p: p/id eq 'x' and p/value eq 'y')`: both sides, or nothing to go by.
std::optional<std::pair<std::string, std::string>> wanted_property(const FilterNode& any) {
    const FilterNode& inner = any.children.front();
    if (inner.kind != Kind::all_of) return std::nullopt;
    std::optional<std::string> id, value;
    for (const FilterNode& term : inner.children) {
        if (term.kind != Kind::comparison || term.op != Operator::eq || !term.of_variable || !term.cast.empty()) continue;
        if (term.field == "id") id = term.literal;
        if (term.field == "value") value = term.literal;
    }
    if (!id || !value) return std::nullopt;
    return std::pair(*id, *value);
}

void gather(Bounds& out, const FilterNode& node, const Mailbox& mailbox) {
    if (node.kind == Kind::all_of) {
        for (const FilterNode& child : node.children) gather(out, child, mailbox);
        return;
    }
    if (node.kind == Kind::any_property) {
        if (const auto property = wanted_property(node)) out.numbers = mailbox.with_property(property->first, property->second);
        return;
    }
    if (node.kind != Kind::comparison || node.of_variable) return;
    const bool lower = node.op == Operator::ge || node.op == Operator::gt || node.op == Operator::eq;
    const bool upper = node.op == Operator::le || node.op == Operator::lt || node.op == Operator::eq;
    if (node.field == "start/datetime" || node.field == "end/datetime" || node.field == "lastmodifieddatetime") {
        const std::optional<Instant> at = parse_instant(node.literal);
        if (!at) return;
        if (node.field == "start/datetime") {
            if (lower) tighten(out.start_from, *at, true);
            if (upper) tighten(out.start_to, *at, false);
        } else if (node.field == "end/datetime") {
            if (lower) tighten(out.end_from, *at, true);
            if (upper) tighten(out.start_to, *at, false);  // what ends by then has started by then
        } else if (lower) {
            tighten(out.modified_from, *at, true);
        }
        return;
    }
    if (node.op != Operator::eq || !node.literal_quoted) return;
    if (node.field == "id") {
        const std::optional<ParsedId> id = parse_id(mailbox.ids(), node.literal);
        out.numbers.emplace();
        if (id && id->here && !id->slot) out.numbers->push_back(id->item);
    } else if (node.field == "icaluid") {
        std::string upper_case = node.literal;
        std::transform(upper_case.begin(), upper_case.end(), upper_case.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        out.numbers.emplace();
        if (const auto meeting = parse_ical_uid(upper_case)) out.numbers = mailbox.of_meeting_key(meeting->key);
    }
}

/// Items that may match, in the order of their making; empty: all of them have to be looked at.
std::optional<std::vector<const Item*>> candidates(const FilterNode& filter, const Mailbox& mailbox) {
    Bounds bounds;
    gather(bounds, filter, mailbox);
    std::vector<std::uint64_t> numbers;
    if (bounds.numbers) {
        numbers = std::move(*bounds.numbers);
    } else if (bounds.modified_from) {
        const auto& by_change = mailbox.by_change();
        for (auto at = by_change.rbegin(); at != by_change.rend(); ++at) {
            if (mailbox.find(at->second)->copy.modified < *bounds.modified_from) break;
            numbers.push_back(at->second);
        }
    } else if (bounds.start_from || bounds.start_to || bounds.end_from) {
        Instant from = bounds.start_from.value_or(Instant::min());
        // By its end alone: short events start a length before it at most; the rest is looked at one by one.
        const bool by_end = !bounds.start_from && bounds.end_from && *bounds.end_from > Instant::min() + limits::indexed_length;
        if (by_end) {
            from = *bounds.end_from - limits::indexed_length;
            numbers.assign(mailbox.long_ones().begin(), mailbox.long_ones().end());
            numbers.insert(numbers.end(), mailbox.masters().begin(), mailbox.masters().end());
        }
        const Instant to = bounds.start_to.value_or(Instant::max());
        const auto& by_start = mailbox.by_start();
        for (auto at = by_start.lower_bound({from, 0}); at != by_start.end() && at->first <= to; ++at) numbers.push_back(at->second);
    } else {
        return std::nullopt;
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<const Item*> out;
    out.reserve(numbers.size());
    for (const std::uint64_t number : numbers)
        if (const Item* item = mailbox.find(number)) out.push_back(item);
    return out;
}

Page in_order(const Mailbox& mailbox, const Query& query, std::size_t size) {
    const std::vector<const Item*>& items = mailbox.in_order();
    Page page;
    page.count = items.size();
    for (std::size_t i = query.skip; i < items.size() && page.entries.size() < size; ++i) page.entries.push_back(entry_of(*items[i]));
    page.more = query.skip < items.size() && query.skip + page.entries.size() < items.size();
    return page;
}

/// By start alone: the index has the order already (equal starts in the order of their making, also when descending).
Page by_start(const Mailbox& mailbox, const Query& query, std::size_t size) {
    const Mailbox::ByStart& index = mailbox.by_start();
    Page page;
    page.count = index.size();
    std::size_t skip = query.skip;
    const auto take = [&](std::uint64_t number) {
        if (skip > 0) --skip;
        else if (page.entries.size() < size) page.entries.push_back(entry_of(*mailbox.find(number)));
    };
    if (!query.order.front().descending) {
        for (auto at = index.begin(); at != index.end() && page.entries.size() < size; ++at) take(at->second);
    } else {
        auto end = index.end();
        while (end != index.begin() && page.entries.size() < size) {
            auto begin = index.lower_bound({std::prev(end)->first, 0});
            for (auto at = begin; at != end; ++at) take(at->second);
            end = begin;
        }
    }
    page.more = query.skip < index.size() && query.skip + page.entries.size() < index.size();
    return page;
}

}  // namespace

Page page_of(std::vector<Entry> all, const Mailbox& mailbox, const Query& query, std::size_t size) {
    if (query.filter) std::erase_if(all, [&](const Entry& entry) { return !matches(*query.filter, mailbox, entry); });
    sort_entries(all, query);
    Page page;
    page.count = all.size();
    for (std::size_t i = query.skip; i < all.size() && page.entries.size() < size; ++i) page.entries.push_back(all[i]);
    page.more = query.skip < all.size() && query.skip + page.entries.size() < all.size();
    return page;
}

Page list_page(const Mailbox& mailbox, const Query& query, std::size_t size) {
    if (!query.filter && query.order.empty()) return in_order(mailbox, query, size);
    if (!query.filter && query.order.size() == 1 && query.order.front().field == "start/datetime") return by_start(mailbox, query, size);
    std::optional<std::vector<const Item*>> narrowed;
    if (query.filter) narrowed = candidates(*query.filter, mailbox);
    const std::vector<const Item*>& items = narrowed ? *narrowed : mailbox.in_order();
    std::vector<Entry> all;
    // Without an order or a count nobody needs more than the page and one item behind it.
    const bool all_needed = query.count || !query.order.empty();
    for (const Item* item : items) {
        const Entry entry = entry_of(*item);
        if (query.filter && !matches(*query.filter, mailbox, entry)) continue;
        all.push_back(entry);
        if (!all_needed && all.size() > query.skip && all.size() - query.skip > size) break;
    }
    Query rest = query;
    rest.filter.reset();
    return page_of(std::move(all), mailbox, rest, size);
}

}  // namespace fakes::microsoft
