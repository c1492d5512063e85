#include "engine/sync/places.hpp"

#include "engine/sync/records.hpp"
#include "engine/sync/translate.hpp"

namespace engine::sync {
namespace {

bool holds(const ProviderEvent& event, const std::string& url) {
    return event.location.find(url) != std::string::npos || event.body.find(url) != std::string::npos;
}

/// A meeting of ours that this store knows nothing of, by what stands in the event itself.
std::optional<Place> written_in(const ProviderEvent& event) {
    const std::optional<JoinRecord> record = JoinRecord::from(event.own_record);
    if (!record || !record->is_one_time || record->number.empty() || !holds(event, record->url)) return std::nullopt;
    Place place;
    place.uid = event.uid;
    place.url = record->url;
    place.id = record->number;
    return place;
}

}  // namespace

std::string Places::title_digest(const std::string& title) const { return records_.blind("title " + title); }

Place* Places::find(const Mailbox& mailbox, const std::string& source_id) {
    const auto user = all_.find(mailbox.user_id);
    if (user == all_.end()) return nullptr;
    const auto found = user->second.find(source_id);
    return found == user->second.end() ? nullptr : &found->second;
}

std::string Places::client_id(const Mailbox& mailbox, const std::string& uid) const { return records_.blind("place " + mailbox.user_id + " " + uid); }

void Places::intend(const Mailbox& mailbox, const ProviderEvent& event) {
    if (const Place* known = find(mailbox, event.id); known != nullptr && known->url.empty()) return;
    Place place;
    place.uid = event.uid;
    place.start = span_of(event, mailbox.settings).start;
    remember(mailbox, event.id, std::move(place));
}

void Places::remember(const Mailbox& mailbox, const std::string& source_id, Place place) {
    records_.save_place(mailbox, source_id, place);
    all_[mailbox.user_id][source_id] = std::move(place);
}

void Places::erase(const Mailbox& mailbox, const std::string& source_id) {
    records_.erase_place(mailbox, source_id);
    const auto user = all_.find(mailbox.user_id);
    if (user == all_.end()) return;
    user->second.erase(source_id);
    if (user->second.empty()) all_.erase(user);
}

Task<Outcome<PlaceTitle>> Places::seal_title(const Mailbox& mailbox, const ProviderEvent& event) {
    KeyNeed need;
    need.user_id = mailbox.user_id;
    need.people = known_participants(event, people_);
    need.people.insert(mailbox.user_id);
    need.decides = true;
    Outcome<KeyInUse> key = co_await series_.key_for(event.uid, need);
    if (!key.ok()) co_return Outcome<PlaceTitle>::failed(std::move(key.failure));
    Outcome<PlaceTitle> title;
    title.value.sealed = meeting::seal(key.value.secret, ports_.random, event.subject);
    title.value.key_uri = std::move(key.value.uri);
    title.value.people = std::move(need.people);
    co_return title;
}

Task<Failure> Places::follow(const Mailbox& mailbox, const ProviderEvent& event) {
    if (!event.is_organizer || mailbox.ref.is_room) co_return Failure{};
    const Span span = span_of(event, mailbox.settings);
    const Place* known = find(mailbox, event.id);
    Place now;
    if (known != nullptr) {
        now = *known;
    } else {
        const std::optional<Place> written = written_in(event);
        if (!written || span.end <= ports_.clock.now()) co_return Failure{};
        now = *written;
    }
    if (dead_.contains(now.url)) co_return Failure{};  // told once: where no keyword asks for another, the link stays people's matter
    if (now.url.empty() || !holds(event, now.url)) {
        co_return co_await end(mailbox, event.id);
    }
    const Place told = now;
    now.title_digest = title_digest(event.subject);
    now.start = span.start;
    now.minutes = minutes_between(span.start, span.end);
    const Series* series = series_.find(event.uid);
    const bool key_holds = series != nullptr && !series->rotate && series->key_uri == told.key_uri;
    const bool same_time = now.start == told.start && now.minutes == told.minutes;
    if (key_holds && now.title_digest == told.title_digest && (same_time || now.is_space)) {
        if (!same_time) remember(mailbox, event.id, std::move(now));
        co_return Failure{};
    }
    Outcome<PlaceTitle> title = co_await seal_title(mailbox, event);
    if (!title.ok()) co_return std::move(title.failure);
    Failure failure;
    if (now.is_space)
        failure = co_await cloud_.rename_space(now.id, title.value.sealed, title.value.key_uri);
    else
        failure = co_await cloud_.change_meeting(now.id, title.value.sealed, title.value.key_uri, now.start, now.minutes);
    if (failure.passing()) co_return failure;
    if (failure.any()) {
        // Gone, or no longer ours: nothing will make it follow.
        ports_.log.line(Log::Level::warning, "place.lost user=" + mailbox.user_id + " " + describe(failure));
        erase(mailbox, event.id);
        if (!now.is_space && failure.kind == Failure::Kind::gone && span.end > ports_.clock.now()) {
            if (dead_.insert(now.url).second) look_again_(mailbox.user_id, event.id);
        }
        co_return Failure{};
    }
    now.key_uri = std::move(title.value.key_uri);
    remember(mailbox, event.id, std::move(now));
    co_return Failure{};
}

Task<Failure> Places::end(const Mailbox& mailbox, const std::string& source_id) {
    const Place* place = find(mailbox, source_id);
    if (place == nullptr) co_return Failure{};
    if (!place->is_space) {
        const bool number_known = !place->id.empty();
        const std::string id = number_known ? place->id : client_id(mailbox, place->uid);
        const Failure failure = co_await cloud_.delete_meeting(id, number_known);
        if (failure.passing()) co_return failure;
        ports_.log.line(Log::Level::info, "place.deleted user=" + mailbox.user_id);
    }
    erase(mailbox, source_id);
    co_return Failure{};
}

void Places::forget(const Mailbox& mailbox) {
    for (const std::string& source_id : sources(mailbox)) erase(mailbox, source_id);
}

std::vector<std::string> Places::forget_past(const Mailbox& mailbox, Instant began_before) {
    std::vector<std::string> over;
    for (const std::string& source_id : sources(mailbox)) {
        const Place* place = find(mailbox, source_id);
        const bool listed = mailbox.sources.contains(source_id);
        if (listed || place->start >= began_before) continue;
        if (place->is_space) erase(mailbox, source_id);
        else over.push_back(source_id);
    }
    return over;
}

bool Places::has_one_time_meeting(const Mailbox& mailbox, const std::string& source_id) {
    const Place* place = find(mailbox, source_id);
    return place != nullptr && !place->is_space;
}

void Places::key_replaced(const std::string& uid) {
    for (const auto& [user_id, places] : all_)
        for (const auto& [source_id, place] : places)
            if (place.uid == uid) look_again_(user_id, source_id);
}

std::vector<std::string> Places::sources(const Mailbox& mailbox) const {
    std::vector<std::string> out;
    if (const auto user = all_.find(mailbox.user_id); user != all_.end())
        for (const auto& [source_id, place] : user->second) out.push_back(source_id);
    return out;
}

}  // namespace engine::sync
