#pragma once
// One app or one device at the cloud's edge: takes pushes, fetches its list and keys with its user's bearer, decrypts
// with code of its own, and keeps a screen.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/edge_wire.hpp"
#include "fakes/cloud/jwe_reader.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/cloud/screen.hpp"
#include "fakes/server.hpp"

namespace fakes {

struct EdgeOptions {
    enum class Kind { app, device };
    Kind kind = Kind::app;
    std::string key;         // whose: a person, or a room for its device
    std::string user_id;
    std::string user_token;  // Identity::token_of(key)
    bool shared = false;     // a room's device: private titles are masked
    std::string cloud_base = "https://cloud.calrig.example";
    std::string kms_base = "https://kms.calrig.example";
};

class Edge final : public Server {
  public:
    explicit Edge(EdgeOptions options);
    ~Edge() override;

    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) override;
    void wake(Instant now, Effects& effects) override;
    std::optional<Instant> next_wake() const override;

    /// "app-ben.edge.calrig.example"
    std::string host() const;
    /// "app ben", "device wawel": as the journal names it.
    std::string name() const;

    const Screen& screen() const { return screen_; }
    /// Grows with every visible change.
    std::uint64_t revision() const { return revision_; }
    /// Status words seen in presence pushes, by user id.
    const std::map<std::string, std::string, std::less<>>& presence() const { return presence_; }

    /// Power cycle: list, keys and buttons are forgotten and fetched anew at the next wake.
    void reboot();

  private:
    struct Pending {
        enum class For { list, item, keys } what = For::list;
        std::string item_id;  // for item
    };
    struct Wanted {                                   // a key that is not here
        std::map<std::string, std::string> waiting;   // item id -> wire JSON
        std::optional<Instant> refused;               // since when; asked for again with a later push
    };

    void take_push(std::string_view body, Instant now, Effects& effects);
    void apply(const WirePush& push, Instant now, Effects& effects);
    void take_item(std::string_view json);
    void show_item(const WireItem& item, const JweKey* key);
    void remove(std::string_view item_id);
    void erase_row(std::string_view item_id);
    void show(ShownMeeting meeting);
    void stop_waiting(std::string_view item_id);
    void fetch_list(Instant now, Effects& effects);
    void fetch_item(std::string_view item_id, Instant now, Effects& effects);
    void fetch_keys(Instant now, Effects& effects);
    bool wants_keys() const;
    void list_wanted(Instant now);
    void list_arrived(const Reply* reply, Instant now, Effects& effects);
    void item_arrived(const std::string& item_id, const Reply* reply, Instant now);
    void keys_arrived(const Reply* reply, Instant now);
    void key_known(const std::string& key_url, JweKey key);
    void key_missing(const std::string& key_url, const std::string& why, Instant now);
    void reconsider_refused(Instant now);
    void refresh_buttons();
    Outgoing outgoing(std::string method, std::string url, std::string what, Pending pending, Instant now);

    EdgeOptions options_;
    std::string kms_host_;
    JweReader reader_;
    Screen screen_;
    std::uint64_t revision_ = 0;
    std::map<std::string, Instant, std::less<>> starts_;   // item id -> start of its row on the screen
    std::set<std::string, std::less<>> lit_;               // buttons as told, whether or not their meeting is listed
    std::map<std::string, std::string, std::less<>> presence_;
    std::map<std::string, JweKey, std::less<>> keys_;
    std::map<std::string, Wanted, std::less<>> wanted_;    // by key url
    std::map<std::string, std::string, std::less<>> key_of_waiting_;  // item id -> key url it waits for
    std::map<OutgoingId, Pending> pending_;
    OutgoingId next_id_ = 1;
    std::uint64_t sequence_ = 0;                           // last taken
    std::deque<WirePush> replay_;                          // pushes taken while a list was on its way
    bool list_in_flight_ = false;
    bool list_stale_ = false;                              // a gap showed while a list was on its way
    bool keys_in_flight_ = false;
    std::optional<Instant> list_at_;                       // when to fetch the list; unset: not needed
    std::optional<Instant> keys_at_;
    std::chrono::milliseconds list_retry_ = cloud_limits::socket_retry_first;
    std::chrono::milliseconds keys_retry_ = cloud_limits::key_retry_first;
};

}  // namespace fakes
