#include "engine/sync/mailbox.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace engine::sync {

std::string item_id(const std::string& uid, Instant slot) {
    if (slot == Item::kNoSlot) return uid;
    const auto day = std::chrono::floor<std::chrono::days>(slot);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(slot - day)};
    char text[40];
    std::snprintf(text, sizeof text, "_%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return uid + text;
}

int minutes_between(Instant start, Instant end) {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(end - start).count();
    return static_cast<int>(std::clamp<std::int64_t>(minutes, 0, 60 * 24 * 366));
}

Mailbox::Mailbox(std::string id, const Due& due)
    : user_id(std::move(id)),
      due_(due),
      timers_{{{*this, Timer::work, Agenda::Slot::Meant::as_pause},
               {*this, Timer::activation, Agenda::Slot::Meant::as_pause},
               {*this, Timer::subscription, Agenda::Slot::Meant::by_the_clock},
               {*this, Timer::refresh, Agenda::Slot::Meant::as_pause},
               {*this, Timer::window, Agenda::Slot::Meant::by_the_clock},
               {*this, Timer::buttons, Agenda::Slot::Meant::by_the_clock},
               {*this, Timer::away, Agenda::Slot::Meant::by_the_clock}}} {}

Item* Mailbox::item(Source& source, Instant slot) {
    for (Item& item : source.items)
        if (item.slot == slot) return &item;
    return nullptr;
}

Item* Mailbox::item(const std::string& source_id, Instant slot) {
    const auto source = sources.find(source_id);
    return source == sources.end() ? nullptr : item(source->second, slot);
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return lower;
}

namespace {

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::size_t AddressHash::operator()(std::string_view address) const {
    std::uint64_t hash = 14'695'981'039'346'656'037u;  // FNV-1a, 64 bits
    for (const char c : address) hash = (hash ^ static_cast<unsigned char>(small_letter(c))) * 1'099'511'628'211u;
    return static_cast<std::size_t>(hash);
}

bool SameAddress::operator()(std::string_view a, std::string_view b) const {
    return std::ranges::equal(a, b, {}, small_letter, small_letter);
}

Mailbox* People::find(const std::string& user_id) {
    const auto found = all_.find(user_id);
    return found == all_.end() ? nullptr : found->second.get();
}

Mailbox& People::add(const std::string& user_id, const Mailbox::Due& due) {
    std::unique_ptr<Mailbox>& place = all_[user_id];
    if (!place) place = std::make_unique<Mailbox>(user_id, due);
    return *place;
}

const Mailbox* People::by_address(std::string_view address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : found->second;
}

Mailbox* People::by_address(std::string_view address) {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? nullptr : found->second;
}

void People::set_address(Mailbox& mailbox, const std::string& address) {
    const auto old = by_address_.find(mailbox.ref.address);
    if (old != by_address_.end() && old->second == &mailbox) by_address_.erase(old);
    mailbox.ref.address = address;
    if (!address.empty()) by_address_[address] = &mailbox;
}

}  // namespace engine::sync
