#include "engine/sync/key_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace engine::sync {
namespace {

constexpr Duration kAskAgain = std::chrono::minutes(1);  // the key server did not say

}  // namespace

KeyWatch::KeyWatch(Ports& ports, Agenda& agenda, Keys& keys, SeriesBook& series, SeriesBook::Calls calls)
    : ports_(ports),
      agenda_(agenda),
      keys_(keys),
      series_(series),
      renewal_([this] { agenda_.set(renewal_, series_.renew()); }),
      retry_([this] { look(); }, Agenda::Slot::Meant::as_pause) {
    calls.renewal = [this](Instant when) { agenda_.no_later(renewal_, when); };
    series_.listen(std::move(calls));
}

void KeyWatch::told(const std::set<std::string>& key_uris) {
    series_.doubt(key_uris);
    told_meanwhile_.insert(key_uris.begin(), key_uris.end());
    look();
}

void KeyWatch::resume() {
    series_.resume();
    agenda_.set(renewal_, series_.renew());
    look();
}

void KeyWatch::look() {
    again_ = true;
    if (running_ || series_.doubted().empty()) return;
    running_ = true;
    boost::asio::co_spawn(ports_.executor, run(), boost::asio::detached);
}

Task<void> KeyWatch::run() {
    bool broken = false;
    try {
        do {
            again_ = false;
            const Failure failure = co_await ask();
            if (failure.any()) {
                ports_.log.line(Log::Level::warning, "keys.unknown " + describe(failure));
                agenda_.no_later(retry_, ports_.clock.now() + kAskAgain);
            }
        } while (again_);
    } catch (const Stopped&) {
        co_return;
    } catch (const std::exception&) {
        broken = true;
    }
    running_ = false;
    if (broken) ports_.log.line(Log::Level::error, "bug.exception_in_keys");
}

Task<Failure> KeyWatch::ask() {
    const std::map<std::string, std::string> doubted = series_.doubted();
    std::vector<std::string> uris;
    for (const auto& [uri, uid] : doubted) uris.push_back(uri);
    told_meanwhile_.clear();
    Outcome<std::vector<KeyStanding>> standing = co_await keys_.standing(uris);
    if (!standing.ok()) co_return std::move(standing.failure);
    const Instant now = ports_.clock.now();
    for (std::size_t i = 0; i < uris.size(); ++i) {
        const std::string& uid = doubted.at(uris[i]);
        const Series* series = series_.find(uid);
        if (series == nullptr) continue;
        const bool present = series->key_uri == uris[i];
        if (!present && !series->former_keys.contains(uris[i])) continue;  // nothing is under it by now
        const KeyStanding& key = standing.value[i];
        // A former key that is merely old still opens what it sealed.
        if (key.dead || (present && key.expires && *key.expires <= now))
            series_.replace_key(uid);
        else if (!told_meanwhile_.contains(uris[i]))  // else the answer may be older than the notice
            series_.trust(uid, uris[i], key.expires);
    }
    co_return Failure{};
}

}  // namespace engine::sync
