#include "engine/sync/records.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/sync/places.hpp"
#include "engine/sync/record_text.hpp"

namespace engine::sync {
namespace {

constexpr const char* kStandingKey = "o/standing";
constexpr const char* kConsentsKey = "o/consents";

void unpack_mailbox(Unpacker& in, Mailbox& mailbox, std::string& address) {
    address = in.text();
    mailbox.ref.is_room = in.flag();
    mailbox.state = static_cast<Activation>(in.number() & 3);
    mailbox.activation_tries = static_cast<int>(in.number());
    const Instant due = in.instant();
    if (mailbox.state == Activation::error) mailbox.activation_due = due;
    mailbox.settings.language = in.text();
    mailbox.settings.zone = in.text();
    mailbox.subscription.id = in.text();
    mailbox.subscription.resource_id = in.text();
    mailbox.subscription.secret = in.text();
    mailbox.subscription.expires = in.instant();
    mailbox.sync_token = in.text();
    mailbox.away.posted = in.flag();
    mailbox.away.posted_until = in.instant();
    if (in.version() > Unpacker::kWideNumbers) mailbox.address_proved = in.flag();
}

void unpack_source(Unpacker& in, std::string& id, Source& source) {
    id = in.text();
    source.uid = in.text();
    for (std::int64_t left = in.number(); in.ok() && left > 0; --left) {
        Item item;
        item.slot = in.instant();
        item.start = in.instant();
        item.end = in.instant();
        const std::string digest = in.text();  // its second half was kept once, too
        if (digest.size() >= item.digest.size()) std::copy_n(digest.begin(), item.digest.size(), item.digest.begin());
        item.joinable = in.flag();
        item.lit = in.flag();
        item.lit_start = in.instant();
        item.lit_minutes = static_cast<int>(in.number());
        source.items.push_back(std::move(item));
    }
}

void unpack_place(Unpacker& in, std::string& source_id, Place& place) {
    source_id = in.text();
    place.uid = in.text();
    place.url = in.text();
    place.id = in.text();
    place.is_space = in.flag();
    place.start = in.instant();
    place.minutes = static_cast<int>(in.number());
    place.title_digest = in.text();
    place.key_uri = in.text();
}

void unpack_series(Unpacker& in, std::string& uid, Series& series) {
    uid = in.text();
    series.key_uri = in.text();
    std::string key_text = in.text();
    if (const auto key = meeting::Secret::from_base64url(key_text)) series.key = *key;
    OPENSSL_cleanse(key_text.data(), key_text.size());
    for (std::int64_t left = in.number(); in.ok() && left > 0; --left) {
        std::string resource = in.text();
        series.readers[std::move(resource)] = in.texts();
    }
    series.resource_uri = in.text();
    series.rotate = in.flag();
    series.listed = in.texts();
    series.lacking = in.texts();
    series.join_url = in.text();
    series.join_uri = in.text();
    series.conversation_id = in.text();
    if (in.version() == Unpacker::kBeforeRenewal) return;
    series.renew_by = in.instant();
    series.in_doubt = in.flag();
    series.unsealed_anew = in.texts();
    if (!in.ok() || in.ended()) return;
    series.former_keys = in.texts();
    series.former_in_doubt = in.texts();
}

}  // namespace

void Records::erase(const std::string& key) {
    if (!closed_) ports_.store.erase(key);
}

void Records::put(const std::string& key, const std::string& plain) {
    if (closed_) return;
    ports_.store.put(key, seal_.seal(ports_.random, key, plain));
}

std::string Records::key_of(const char* prefix, const Mailbox& mailbox, const std::string& source_id) const {
    return prefix + mailbox.user_id + "/" + seal_.blind(source_id);
}

void Records::save_mailbox(const Mailbox& mailbox) {
    Packer out;
    out.text(mailbox.ref.address);
    out.flag(mailbox.ref.is_room);
    out.number(static_cast<std::int64_t>(mailbox.state));
    out.number(mailbox.activation_tries);
    out.instant(mailbox.activation_due.value_or(Instant{}));
    out.text(mailbox.settings.language);
    out.text(mailbox.settings.zone);
    out.text(mailbox.subscription.id);
    out.text(mailbox.subscription.resource_id);
    out.text(mailbox.subscription.secret);
    out.instant(mailbox.subscription.expires);
    out.text(mailbox.sync_token);
    out.flag(mailbox.away.posted);
    out.instant(mailbox.away.posted_until);
    out.flag(mailbox.address_proved);
    put("m/" + mailbox.user_id, out.out());
}

void Records::erase_mailbox(const Mailbox& mailbox) { erase("m/" + mailbox.user_id); }

void Records::save_source(const Mailbox& mailbox, const std::string& source_id, const Source& source) {
    Packer out;
    out.text(source_id);
    out.text(source.uid);
    out.number(static_cast<std::int64_t>(source.items.size()));
    for (const Item& item : source.items) {
        out.instant(item.slot);
        out.instant(item.start);
        out.instant(item.end);
        out.text({item.digest.data(), item.digest.size()});
        out.flag(item.joinable);
        out.flag(item.lit);
        out.instant(item.lit_start);
        out.number(item.lit_minutes);
    }
    put(key_of("s/", mailbox, source_id), out.out());
}

void Records::erase_source(const Mailbox& mailbox, const std::string& source_id) {
    erase(key_of("s/", mailbox, source_id));
}

void Records::save_place(const Mailbox& mailbox, const std::string& source_id, const Place& place) {
    Packer out;
    out.text(source_id);
    out.text(place.uid);
    out.text(place.url);
    out.text(place.id);
    out.flag(place.is_space);
    out.instant(place.start);
    out.number(place.minutes);
    out.text(place.title_digest);
    out.text(place.key_uri);
    put(key_of("p/", mailbox, source_id), out.out());
}

void Records::erase_place(const Mailbox& mailbox, const std::string& source_id) { erase(key_of("p/", mailbox, source_id)); }

void Records::save_series(const std::string& uid, const Series& series) {
    Packer out;
    out.text(uid);
    out.text(series.key_uri);
    const auto bytes = series.key.bytes();
    std::string key_text = meeting::base64url(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    out.text(key_text);
    OPENSSL_cleanse(key_text.data(), key_text.size());
    out.number(static_cast<std::int64_t>(series.readers.size()));
    for (const auto& [resource, readers] : series.readers) {
        out.text(resource);
        out.texts(readers);
    }
    out.text(series.resource_uri);
    out.flag(series.rotate);
    out.texts(series.listed);
    out.texts(series.lacking);
    out.text(series.join_url);
    out.text(series.join_uri);
    out.text(series.conversation_id);
    out.instant(series.renew_by);
    out.flag(series.in_doubt);
    out.texts(series.unsealed_anew);
    // Most series have none: their records stay as short as they were.
    if (!series.former_keys.empty()) {
        out.texts(series.former_keys);
        out.texts(series.former_in_doubt);
    }
    put("k/" + seal_.blind(uid), out.out());
}

void Records::save_standing(const std::string& record) {
    if (record.empty()) erase(kStandingKey);
    else put(kStandingKey, record);
}

std::optional<std::string> Records::load_standing() { return opened(kStandingKey); }

void Records::save_consents(const std::string& record) {
    if (record.empty()) erase(kConsentsKey);
    else put(kConsentsKey, record);
}

std::optional<std::string> Records::load_consents() { return opened(kConsentsKey); }

std::optional<std::string> Records::opened(const std::string& key) {
    const std::optional<std::string> value = ports_.store.get(key);
    if (!value) return std::nullopt;
    std::optional<std::string> record = seal_.open(key, *value);
    if (!record) ports_.log.line(Log::Level::error, "store.unreadable_records count=1");
    return record;
}

void Records::erase_series(const std::string& uid) { erase("k/" + seal_.blind(uid)); }

int Records::load(const std::function<Mailbox&(const std::string& user_id)>& add, People& people, SeriesBook& series, Places& places) {
    int unreadable = 0;
    const auto each = [&](std::string_view prefix, const std::function<bool(std::string_view, Unpacker&)>& read) {
        ports_.store.scan(prefix, [&](std::string_view key, std::string_view value) {
            std::optional<std::string> plain = seal_.open(key, value);
            bool is_read = false;
            if (plain) {
                Unpacker in(*plain);
                is_read = read(key, in) && in.ended();
                OPENSSL_cleanse(plain->data(), plain->size());
            }
            if (!is_read) ++unreadable;
        });
    };
    each("m/", [&](std::string_view key, Unpacker& in) {
        Mailbox& mailbox = add(std::string(key.substr(2)));
        std::string address;
        unpack_mailbox(in, mailbox, address);
        people.set_address(mailbox, address);
        return in.ok();
    });
    each("s/", [&](std::string_view key, Unpacker& in) {
        const std::size_t slash = key.find('/', 2);
        if (slash == std::string_view::npos) return false;
        Mailbox* mailbox = people.find(std::string(key.substr(2, slash - 2)));
        if (mailbox == nullptr) return false;
        std::string id;
        Source source;
        unpack_source(in, id, source);
        if (in.ok()) mailbox->sources[std::move(id)] = std::move(source);
        return in.ok();
    });
    each("p/", [&](std::string_view key, Unpacker& in) {
        const std::size_t slash = key.find('/', 2);
        if (slash == std::string_view::npos) return false;
        std::string source_id;
        Place place;
        unpack_place(in, source_id, place);
        if (in.ok()) places.load(std::string(key.substr(2, slash - 2)), source_id, std::move(place));
        return in.ok();
    });
    each("k/", [&](std::string_view, Unpacker& in) {
        std::string uid;
        Series one;
        unpack_series(in, uid, one);
        if (in.ok()) series.load(uid, std::move(one));
        return in.ok();
    });
    if (unreadable > 0)
        ports_.log.line(Log::Level::error, "store.unreadable_records count=" + std::to_string(unreadable));
    return unreadable;
}

}  // namespace engine::sync
