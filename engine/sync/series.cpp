#include "engine/sync/series.hpp"

#include <algorithm>

#include "engine/sync/records.hpp"

namespace engine::sync {
namespace {

constexpr int kKeysAtOnce = 16;
constexpr std::size_t kFormerKeysMax = 8;
constexpr int kKeysTried = 3;  // of those fetched ahead, when one turns out to be revoked already

bool settled(const Series& series, const KeyNeed& need, Instant now) {
    if (series.key_uri.empty() || series.rotate || series.renew_by <= now) return false;
    const auto readers = series.readers.find(series.resource_uri);
    if (readers == series.readers.end() || !readers->second.contains(need.user_id)) return false;
    return !need.decides || readers->second == need.people;
}

}  // namespace

Series* SeriesBook::find(const std::string& uid) {
    const auto found = all_.find(uid);
    return found == all_.end() ? nullptr : &found->second;
}

void SeriesBook::save(const std::string& uid) { records_.save_series(uid, all_[uid]); }

std::shared_ptr<Turnstile> SeriesBook::turnstile(const std::string& uid) {
    std::shared_ptr<Turnstile>& place = turnstiles_[uid];
    if (!place) place = std::make_shared<Turnstile>(ports_.executor);
    return place;
}

Task<Outcome<KeyInUse>> SeriesBook::key_for(const std::string& uid, KeyNeed need) {
    Outcome<KeyInUse> outcome;
    for (const std::string_view one : all_[uid].by_group) need.people.emplace(one);
    if (!settled(all_[uid], need, ports_.clock.now())) {
        const std::shared_ptr<Turnstile> mine = turnstile(uid);
        co_await mine->enter();
        {
            const Turnstile::Hold hold(*mine);
            outcome.failure = co_await settle(uid, need);
        }
        if (mine->idle()) turnstiles_.erase(uid);
        // A key server that refuses the service says nothing about the user's mailbox: it is tried again.
        if (outcome.failure.kind == Failure::Kind::denied) outcome.failure.kind = Failure::Kind::unavailable;
        if (outcome.failure.any()) co_return outcome;
    }
    const Series& series = all_[uid];
    outcome.value.uri = series.key_uri;
    outcome.value.secret = series.key;
    co_return outcome;
}

Task<Failure> SeriesBook::settle(const std::string& uid, const KeyNeed& need) {
    if (settled(all_[uid], need, ports_.clock.now())) co_return Failure{};
    if (all_[uid].renew_by <= ports_.clock.now()) replace_key(uid);
    // all_ keeps its nodes, but a release may take this one away during a wait: look it up anew after each.
    if (need.decides) {
        std::map<std::string, std::set<std::string>> leaving;
        for (const auto& [resource, readers] : all_[uid].readers)
            for (const std::string_view one : readers)
                if (std::string reader(one); !need.people.contains(reader)) leaving[resource].insert(std::move(reader));
        for (const auto& [resource, readers] : leaving) {
            Failure failure = co_await keys_.withdraw(resource, readers);
            if (failure.any()) co_return failure;
            Series& series = all_[uid];
            for (const std::string& reader : readers) series.readers[resource].erase(reader);
            series.rotate = true;  // what is written from now on is not for those who left
            save(uid);
        }
    }
    if (all_[uid].key_uri.empty() || all_[uid].rotate) {
        co_return co_await take_new_key(uid, need);
    }
    // A copy that does not decide may be old: it brings in its own user, nobody else.
    std::set<std::string> joining;
    const UserSet& readers = all_[uid].readers[all_[uid].resource_uri];
    if (!readers.contains(need.user_id)) joining.insert(need.user_id);
    if (need.decides)
        for (const std::string& one : need.people)
            if (!readers.contains(one)) joining.insert(one);
    if (joining.empty()) co_return Failure{};
    const std::string resource_uri = all_[uid].resource_uri;
    Outcome<std::string> let_in = co_await keys_.authorise(resource_uri, joining);
    if (key_revoked(let_in.failure)) {
        replace_key(uid);
        co_return co_await take_new_key(uid, need);
    }
    if (!let_in.ok()) co_return std::move(let_in.failure);
    Series& series = all_[uid];
    if (let_in.value != resource_uri) {
        auto moved = series.readers.extract(resource_uri);
        if (!moved.empty()) {
            moved.key() = let_in.value;
            series.readers.insert(std::move(moved));
        }
        series.resource_uri = let_in.value;
    }
    UserSet& now_readers = series.readers[series.resource_uri];
    for (const std::string& one : joining) now_readers.insert(one);
    save(uid);
    co_return Failure{};
}

Task<Failure> SeriesBook::take_new_key(const std::string& uid, const KeyNeed& need) {
    std::set<std::string> readers = need.people;
    readers.insert(need.user_id);
    if (!need.decides)
        for (const std::string_view reader : all_[uid].readers[all_[uid].resource_uri]) readers.emplace(reader);
    Outcome<NewKey> key;
    Outcome<std::string> resource;
    for (int tries = 0; tries < kKeysTried; ++tries) {
        key = co_await new_key();
        if (!key.ok()) co_return std::move(key.failure);
        resource = co_await keys_.create_resource(key.value.uri, readers);
        if (!key_revoked(resource.failure)) break;
    }
    if (!resource.ok()) co_return std::move(resource.failure);
    Series& series = all_[uid];
    series.readers.erase(std::string());
    // Whoever's items are all to be sealed anew leaves nothing under the key before.
    if (!series.key_uri.empty() && series.unsealed_anew.size() < series.listed.size()) series.former_keys.insert(series.key_uri);
    series.key_uri = key.value.uri;
    series.key = key.value.secret;
    series.resource_uri = resource.value;
    series.readers[resource.value] = UserSet(readers);
    series.rotate = false;
    series.in_doubt = false;
    series.renew_by = ports_.clock.now() + policies_.key_renewal;
    if (key.value.expires) series.renew_by = std::min(series.renew_by, *key.value.expires);
    const bool too_many = series.former_keys.size() > kFormerKeysMax;
    if (too_many) all_sealed_anew(series);
    save(uid);
    if (calls_.renewal) calls_.renewal(series.renew_by);
    if (too_many) seal_anew(uid);
    co_return Failure{};
}

void SeriesBook::all_sealed_anew(Series& series) {
    series.unsealed_anew = series.listed;
    series.former_keys = UserSet();
    series.former_in_doubt = UserSet();
}

void SeriesBook::replace_key(const std::string& uid) {
    Series& series = all_[uid];
    series.rotate = true;
    series.in_doubt = false;
    series.renew_by = Instant::max();
    all_sealed_anew(series);
    save(uid);
    ports_.log.line(Log::Level::info, "key.replaced users=" + std::to_string(series.listed.size()));
    seal_anew(uid);
    if (calls_.replaced) calls_.replaced(uid);
}

void SeriesBook::seal_anew(const std::string& uid) {
    const Series& series = all_[uid];
    const UserSet users = series.unsealed_anew;
    if (calls_.seal_anew)
        for (const std::string_view user_id : users) calls_.seal_anew(uid, std::string(user_id));
}

bool SeriesBook::to_be_sealed_anew(const std::string& uid, const std::string& user_id) {
    const Series* series = find(uid);
    return series != nullptr && series->unsealed_anew.contains(user_id);
}

void SeriesBook::sealed_anew(const std::string& uid, const std::string& user_id) {
    if (Series* series = find(uid); series != nullptr && series->unsealed_anew.erase(user_id)) save(uid);
}

void SeriesBook::doubt(const std::set<std::string>& key_uris) {
    for (auto& [uid, series] : all_) {
        bool changed = key_uris.contains(series.key_uri);
        if (changed) series.in_doubt = true;
        for (const std::string_view former : series.former_keys)
            if (const std::string one(former); key_uris.contains(one)) changed = series.former_in_doubt.insert(one) || changed;
        if (changed) save(uid);
    }
}

void SeriesBook::trust(const std::string& uid, const std::string& key_uri, std::optional<Instant> expires) {
    Series* series = find(uid);
    if (series == nullptr) return;
    series->former_in_doubt.erase(key_uri);
    if (key_uri == series->key_uri) series->in_doubt = false;
    if (key_uri == series->key_uri && expires) series->renew_by = std::min(series->renew_by, *expires);
    save(uid);
}

std::map<std::string, std::string> SeriesBook::doubted() const {
    std::map<std::string, std::string> out;
    for (const auto& [uid, series] : all_) {
        if (series.in_doubt) out.emplace(series.key_uri, uid);
        for (const std::string_view former : series.former_in_doubt) out.emplace(former, uid);
    }
    return out;
}

std::optional<Instant> SeriesBook::renew() {
    const Instant now = ports_.clock.now();
    std::vector<std::string> due;
    std::optional<Instant> next;
    for (const auto& [uid, series] : all_) {
        if (series.renew_by == Instant::max()) continue;
        if (series.renew_by <= now) due.push_back(uid);
        else if (!next || series.renew_by < *next) next = series.renew_by;
    }
    for (const std::string& uid : due) replace_key(uid);
    return next;
}

void SeriesBook::resume() {
    for (const auto& [uid, series] : all_)
        for (const std::string_view user_id : series.unsealed_anew) calls_.seal_anew(uid, std::string(user_id));
}

Task<Outcome<NewKey>> SeriesBook::new_key() {
    Outcome<NewKey> outcome;
    co_await pool_turnstile_.enter();
    const Turnstile::Hold hold(pool_turnstile_);
    if (pool_.empty()) {
        Outcome<std::vector<NewKey>> keys = co_await keys_.create(kKeysAtOnce);
        if (!keys.ok()) {
            outcome.failure = std::move(keys.failure);
            co_return outcome;
        }
        pool_ = std::move(keys.value);
        std::reverse(pool_.begin(), pool_.end());  // used in the order given
    }
    outcome.value = std::move(pool_.back());
    pool_.pop_back();
    co_return outcome;
}

Task<Failure> SeriesBook::release(const std::string& uid, const std::string& user_id, Leaving why) {
    if (!all_.contains(uid)) co_return Failure{};
    const std::shared_ptr<Turnstile> mine = turnstile(uid);
    co_await mine->enter();
    Failure failure;
    {
        const Turnstile::Hold hold(*mine);
        std::map<std::string, std::set<std::string>> leaving;
        const Series& series = all_[uid];
        const bool last = series.listed.empty() || (series.listed.size() == 1 && series.listed.contains(user_id));
        for (const auto& [resource, readers] : series.readers) {
            if (last && !readers.empty()) leaving[resource] = readers.copy();
            if (!last && why == Leaving::meeting && readers.contains(user_id)) leaving[resource].insert(user_id);
        }
        for (const auto& [resource, readers] : leaving) {
            failure = co_await keys_.withdraw(resource, readers);
            if (failure.any()) break;
            for (const std::string& reader : readers) all_[uid].readers[resource].erase(reader);
        }
        if (!failure.any()) {
            Series& now = all_[uid];
            now.listed.erase(user_id);
            now.lacking.erase(user_id);
            now.by_group.erase(user_id);
            now.unsealed_anew.erase(user_id);
            if (now.listed.empty()) {
                all_.erase(uid);
                records_.erase_series(uid);
            } else {
                save(uid);
            }
        }
    }
    if (mine->idle()) turnstiles_.erase(uid);
    co_return failure;
}

}  // namespace engine::sync
