#include "fakes/microsoft/calendars.hpp"

#include <array>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

/// Exchange: an occurrence stays strictly between the days of its neighbours, deleted ones included.
bool crosses(const Item& master, Date slot, const Content& after) {
    const recurrence::Series& series = master.copy.content->rule->series;
    const auto self = series.on(slot);
    if (!self) return true;
    const recurrence::Zone& zone = *series.start().zone;
    const auto day_of = [&](const Content& content) {
        return date_of(content.all_day ? utc_wall_clock(content.start_at) : zone.to_local(content.start_at));
    };
    const auto day_of_neighbour = [&](const recurrence::Occurrence& occurrence) {
        const Date date = date_of(occurrence.original);
        const auto exception = master.series->exceptions.find(date);
        return exception == master.series->exceptions.end() ? date : day_of(*exception->second.content);
    };
    const Date day = day_of(after);
    if (const auto next = series.first_from(self->start + std::chrono::milliseconds(1)); next && day >= day_of_neighbour(*next)) return true;
    static constexpr std::array<int, 4> spans = {40, 400, 4'000, 40'000};  // days; yearly rules have far neighbours
    const auto first = series.first();
    if (!first || first->start >= self->start) return false;
    for (const int span : spans) {
        const auto earlier = series.within(self->start - std::chrono::days(span), self->start, recurrence::Match::starts);
        if (!earlier.occurrences.empty()) return day <= day_of_neighbour(earlier.occurrences.back());
    }
    return false;
}

}  // namespace

std::shared_ptr<const OnlineMeeting> Calendars::new_online_meeting(const Mailbox& mailbox) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    auto online = std::make_shared<OnlineMeeting>();
    online->join_url = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" + dice_.text(48, alphabet) +
                       "%40thread.v2/0?context=%7b%22Tid%22%3a%22" + tenant_ + "%22%2c%22Oid%22%3a%22" + mailbox.user_id() + "%22%7d";
    online->conference_id = dice_.text(9, "123456789");
    return online;
}

std::variant<std::uint64_t, Fault> Calendars::create(Mailbox& mailbox, const Edit& edit, Instant now) {
    if (!edit.transaction_id.empty()) {
        const auto known = transactions_.find({mailbox.index(), edit.transaction_id});
        if (known != transactions_.end() && mailbox.find(known->second)) return known->second;
    }
    Content blank;
    blank.organizer_name = mailbox.owner().name;
    blank.organizer_address = mailbox.owner().address;
    std::variant<Content, Fault> content = edited(blank, edit, EditOf::new_event);
    if (Fault* fault = std::get_if<Fault>(&content)) return std::move(*fault);
    auto extras = edited(std::shared_ptr<const Extras>(), edit);
    if (Fault* fault = std::get_if<Fault>(&extras)) return std::move(*fault);
    Copy copy;
    copy.content = std::make_shared<const Content>(std::move(std::get<Content>(content)));
    copy.extras = std::get<0>(extras);
    copy.organizer = true;
    copy.response = Response::organizer;
    copy.show_as = copy.content->show_as;
    Item& item = mailbox.add(mailboxes_.new_meeting(now), std::nullopt, std::move(copy), now);
    if (!edit.transaction_id.empty()) transactions_[{mailbox.index(), edit.transaction_id}] = item.number;
    if (!extras_of(item.copy).draft) propagation_.meeting_saved(item, nullptr, now);
    return item.number;
}

std::optional<Fault> Calendars::edit(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Edit edit, Instant now) {
    Item* item = mailbox.find(number);
    if (!item) return errors::item_not_found();
    if (slot) return edit_slot(mailbox, *item, *slot, edit, now);

    Copy& copy = item->copy;
    const std::optional<ShowAs> show_as = edit.show_as;
    if (!copy.organizer) edit.show_as.reset();  // an attendee's own colour; the organizer's wish stays
    std::variant<Content, Fault> content = edited(*copy.content, edit, EditOf::whole);
    if (Fault* fault = std::get_if<Fault>(&content)) return std::move(*fault);
    auto extras = edited(copy.extras, edit);
    if (Fault* fault = std::get_if<Fault>(&extras)) return std::move(*fault);

    const KeptContent before = copy.content;
    const std::shared_ptr<const Content> said = before.whole();
    const bool was_draft = extras_of(copy).draft;
    if (std::get<Content>(content) != *said) copy.content = std::make_shared<const Content>(std::move(std::get<Content>(content)));
    copy.extras = std::get<0>(extras);
    if (show_as) copy.show_as = *show_as;
    if (said->rule != copy.content->rule) {
        if (item->series) *item->series = SeriesState();  // a series built anew has no exceptions
    } else if (item->series && before != copy.content) {
        for (auto& [date, exception] : item->series->exceptions)
            exception.content = std::make_shared<const Content>(inherited(*exception.content, *said, *copy.content));
    }
    if (copy.organizer && moved(*said, *copy.content)) copy.answers.reset();
    mailbox.touch(*item, std::nullopt, now);
    if (copy.organizer && !extras_of(copy).draft) propagation_.meeting_saved(*item, was_draft ? nullptr : said.get(), now);
    return std::nullopt;
}

std::optional<Fault> Calendars::edit_slot(Mailbox& mailbox, Item& item, Date slot, const Edit& edit, Instant now) {
    const std::optional<Entry> entry = mailbox.entry(item.number, slot);
    if (!entry) return errors::item_cancelled();
    const Content before = entry->type == Entry::Type::exception
                               ? *entry->copy->content
                               : occurrence_content(*item.copy.content, entry->start, entry->end);
    Edit change = edit;
    if (!item.copy.organizer) change.show_as.reset();
    std::variant<Content, Fault> content = edited(before, change, EditOf::slot);
    if (Fault* fault = std::get_if<Fault>(&content)) return std::move(*fault);
    auto extras = edited(entry->copy->extras, edit);
    if (Fault* fault = std::get_if<Fault>(&extras)) return std::move(*fault);
    Content after = std::move(std::get<Content>(content));
    if (moved(before, after) && crosses(item, slot, after)) return errors::crossing_boundary();

    Copy* exception = exception_at(item, slot);
    if (!exception) return errors::item_cancelled();
    if (exception->organizer && moved(before, after)) exception->answers.reset();
    exception->content = std::make_shared<const Content>(std::move(after));
    exception->extras = std::get<0>(extras);
    if (edit.show_as) exception->show_as = *edit.show_as;
    mailbox.touch(item, slot, now);
    if (item.copy.organizer && !extras_of(item.copy).draft) propagation_.occurrence_saved(item, slot, before, now);
    return std::nullopt;
}

std::optional<Fault> Calendars::remove(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Instant now) {
    Item* item = mailbox.find(number);
    if (!item) return errors::item_not_found();
    if (slot && !mailbox.entry(number, slot)) return errors::item_cancelled();
    if (item->copy.organizer && !extras_of(item->copy).draft) propagation_.cancelled(*item, slot, now);
    if (!slot) {
        mailbox.remove(number, now);
        return std::nullopt;
    }
    item->series->exceptions.erase(*slot);
    item->series->cancelled.insert(*slot);
    mailbox.touch(*item, std::nullopt, now);
    return std::nullopt;
}

std::optional<Fault> Calendars::respond(Mailbox& mailbox, std::uint64_t number, std::optional<Date> slot, Response response, bool tell, Instant now,
                                        const std::optional<Proposal>& proposal) {
    Item* item = mailbox.find(number);
    if (!item) return errors::item_not_found();
    if (item->copy.organizer) return errors::own_meeting();
    if (slot && !mailbox.entry(number, slot)) return errors::item_cancelled();
    if (tell) propagation_.answered(mailbox, *item, slot, response, now, proposal);
    if (response == Response::declined) return remove(mailbox, number, slot, now);  // moves to Deleted Items: the id dies
    if (slot) {
        Copy* exception = exception_at(*item, *slot);
        if (!exception) return errors::item_cancelled();
        set_response(*exception, response, now);
    } else {
        set_response(item->copy, response, now);
        if (item->series)
            for (auto& [date, exception] : item->series->exceptions)
                if (!exception.cancelled) set_response(exception, response, now);
    }
    mailbox.touch(*item, slot, now);
    return std::nullopt;
}

}  // namespace fakes::microsoft
