#pragma once
// What all copies of one meeting share: its key and who may read it, who lists it, and what the organizer's copy says.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/sync/keys.hpp"
#include "engine/sync/turnstile.hpp"
#include "engine/sync/user_set.hpp"

namespace engine::sync {

class Records;

struct Series {
    std::string key_uri;
    meeting::Secret key;
    std::map<std::string, UserSet> readers;                 // by resource URI: this key's and retired ones'
    std::string resource_uri;                              // of the present key
    bool rotate = false;                                   // the next write takes a new key
    Instant renew_by = Instant::max();                     // the present key is replaced then
    bool in_doubt = false;                                 // something happened to the key: its server is to be asked
    UserSet former_keys;      // URIs of keys that newer ones took the place of: items may be under them still
    UserSet former_in_doubt;  // of these
    UserSet unsealed_anew;  // users whose items are still under a key that was replaced or revoked
    UserSet listed;   // users whose lists hold an item of it
    UserSet by_group; // of these, those invited by a list: no copy but their own names them; known anew after a restart
    UserSet lacking;  // those whose own copy lacks a join target
    // from an activated organizer's copy
    std::string join_url, join_uri, conversation_id;
};

struct KeyNeed {
    std::string user_id;           // whose list item is to be sealed
    std::set<std::string> people;  // everyone of the organisation who takes part, by the copy at hand
    bool decides = false;          // this copy is the organizer's, or the best there is: who is not in it loses access
};

/// Why a user's list holds nothing of a series any more.
enum class Leaving {
    meeting,  // it is no meeting of theirs now
    window,   // it is not to be listed, now or no longer: they may still read what they are invited to, until the last list lets go
};

struct KeyInUse {
    std::string uri;
    meeting::Secret secret;
};

class SeriesBook {
  public:
    struct Calls {
        std::function<void(const std::string& uid, const std::string& user_id)> seal_anew;  // the user's items of it
        std::function<void(const std::string& uid)> replaced;  // what else was sealed with its key
        std::function<void(Instant)> renewal;  // of a key that was just taken
    };
    SeriesBook(Ports& ports, const Policies& policies, Keys& keys, Records& records)
        : ports_(ports), policies_(policies), keys_(keys), records_(records), pool_turnstile_(ports.executor) {}
    void listen(Calls calls) { calls_ = std::move(calls); }

    Series* find(const std::string& uid);
    Series& at(const std::string& uid) { return all_[uid]; }
    void save(const std::string& uid);

    /// A key that everyone who takes part may read; after someone lost access, a new one. The key server failing means
    /// no key: then nothing can be written.
    Task<Outcome<KeyInUse>> key_for(const std::string& uid, KeyNeed need);
    /// The user lists nothing of this series any more: takes the access back; forgets the series after the last one. What
    /// left with time leaves everybody's list in the same hour: the access of all goes with the last, in one request.
    Task<Failure> release(const std::string& uid, const std::string& user_id, Leaving why);

    /// The key is dead or too old: everything of the series is to be sealed anew, under a new one.
    void replace_key(const std::string& uid);
    bool to_be_sealed_anew(const std::string& uid, const std::string& user_id);
    void sealed_anew(const std::string& uid, const std::string& user_id);
    /// Something happened to these keys: kept until it is known what.
    void doubt(const std::set<std::string>& key_uris);
    /// What is known now: the key stands, until then.
    void trust(const std::string& uid, const std::string& key_uri, std::optional<Instant> expires);
    std::map<std::string, std::string> doubted() const;  // key URI -> uid
    /// Replaces the keys that are due; gives the instant of the next ones.
    std::optional<Instant> renew();
    /// After a start: what was to be sealed anew still is.
    void resume();

    void load(const std::string& uid, Series series) { all_[uid] = std::move(series); }

  private:
    Task<Failure> settle(const std::string& uid, const KeyNeed& need);
    Task<Failure> take_new_key(const std::string& uid, const KeyNeed& need);
    Task<Outcome<NewKey>> new_key();
    std::shared_ptr<Turnstile> turnstile(const std::string& uid);
    /// Whatever is listed is to be under the next key: no former one matters any more.
    static void all_sealed_anew(Series& series);
    void seal_anew(const std::string& uid);

    Ports& ports_;
    const Policies& policies_;
    Keys& keys_;
    Records& records_;
    Calls calls_;
    std::map<std::string, Series> all_;  // by uid
    std::map<std::string, std::shared_ptr<Turnstile>> turnstiles_;  // only of series someone is busy with
    std::vector<NewKey> pool_;  // unbound keys, fetched several at a time
    Turnstile pool_turnstile_;
};

}  // namespace engine::sync
