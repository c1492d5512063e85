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
#include "fakes/cloud/kms_client.hpp"
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
    std::chrono::milliseconds clock_skew{0};  // its own clock is so far ahead
    bool takes_cloud_time = true;             // corrects its clock by the cloud's Date
    std::optional<std::chrono::milliseconds> check_in_window;  // set: bookings nobody checks in to are released then
    std::string cloud_base = "https://cloud.calrig.example";
    std::string kms_base = "https://kms.calrig.example";
    std::uint64_t seed = 0;  // of its ephemeral keys; each edge has a stream of its own
};

/// A booking made by hand at a device.
struct DeviceBooking {
    std::string event;              // a name for it, shown with the answer
    std::string title;              // empty: "Ad hoc meeting", as RoomOS names them
    std::optional<Instant> start;   // unset: now
    int minutes = 30;
    std::string words;              // in place of title and time: what was said, for the calendar to understand
    std::string guest;              // user id of who sits at the desk that is booked; empty: a room
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

    const Screen& screen() const { return guest_ ? merged_ : screen_; }
    /// Grows with every visible change.
    std::uint64_t revision() const { return revision_; }
    /// Status words seen in presence pushes, by user id.
    const std::map<std::string, std::string, std::less<>>& presence() const { return presence_; }

    /// Power cycle: list, keys and buttons are forgotten and fetched anew at the next wake.
    void reboot();
    /// Without network: it shows what it last knew, asks nothing, and fetches its list anew when it is back.
    void go_offline(Instant now);
    void come_back(Instant now);
    bool offline() const { return offline_; }

    // Hands at the device (edge_booking.cpp, edge_check_in.cpp). A refusal is what the device itself would not do.
    void book(const DeviceBooking& booking, Instant now);
    std::string extend(const std::string& event, const std::string& item_id, int minutes, Instant now);
    std::string release(const std::string& event, const std::string& item_id, Instant now);
    /// ACCEPTED, DECLINED or TENTATIVE in the room's name.
    std::string respond(const std::string& event, const std::string& item_id, const std::string& response, Instant now);
    std::string check_in(const std::string& item_id, Instant now);
    std::string join(const std::string& item_id, Instant now);
    void sense_people(bool people, Instant now);

    // A person at a hot desk (edge_guest.cpp): their meetings are shown beside the desk's own until they sign out.
    void sign_in(const std::string& key, const std::string& user_id, const std::string& user_token);
    /// Books the desk for the guest; at that hour they are signed out.
    void book_desk(const std::string& event, Instant until, Instant now);
    /// The guest goes: a booking that is not over is given back.
    void leave_desk(Instant now);
    void sign_out();
    const std::string& guest_key() const;

  private:
    struct Pending {
        enum class For { list, part, key_details, key_handshake, keys, new_key, key_share, request, check_in } what = For::list;
        std::string item_id;        // for part and check_in
        std::uint64_t request = 0;  // for new_key, key_share and request
    };
    /// Something this device asks the calendar service to do.
    struct Asked {
        enum class Stage { key, share, ask, waiting, over } stage = Stage::ask;
        std::uint64_t number = 0;
        bool sent = false;              // of this stage
        std::string event, to;
        std::string members;            // of the request, beyond what is sealed
        std::string sealed_member, plain;  // "title" or "words", and its text
        std::string key_url;
        std::optional<JweKey> key;
        std::string cloud_id, state, cause, item_id;
        std::string item_asked;         // the item it is about
        Instant deadline{};
        std::optional<ShownMeeting> row;  // shown while it waits
    };
    struct Wanted {                                   // a key that is not here
        std::map<std::string, std::string> waiting;   // item id -> wire JSON
        std::optional<Instant> refused;               // since when; asked for again with a later push
        std::string moved_to;                         // its url now; one move is followed
    };

    /// What was left out of an item in list and push, fetched when somebody reads it here.
    struct Parts {
        std::string slim;                  // the item they belong to
        std::vector<std::string> members;  // those that came
        int missing = 0;
    };

    void apply(const WirePush& push, Instant now);
    void take_item(std::string_view json);
    void open_item(std::string_view json, const WireItem& item, const JweKey& key);
    void part_arrived(const std::string& item_id, const Reply* reply, Instant now);
    void fetch_parts(Instant now, Effects& effects);
    void show_item(const WireItem& item, const JweKey* key);
    void remove(std::string_view item_id);
    void erase_row(std::string_view item_id);
    void show(ShownMeeting meeting);
    void stop_waiting(std::string_view item_id);
    void fetch_list(Instant now, Effects& effects);
    void work_on_keys(Instant now, Effects& effects);
    /// Who the key server is, or a handshake with it: what comes before the first message.
    void open_key_way(Instant now, Effects& effects);
    void key_way_failed(Instant now);
    void fetch_keys(Instant now, Effects& effects);
    bool wants_keys() const;
    void list_wanted(Instant now);
    void list_arrived(const Reply* reply, Instant now);
    void keys_arrived(const Reply* reply, Instant now);
    void take_key(const WireKey& key, bool& again, Instant now);
    void keys_later(Instant now);
    void key_known(const std::string& key_url, JweKey key);
    void key_missing(const std::string& key_url, const std::string& why, Instant now);
    void reconsider_refused(Instant now);
    void refresh_buttons();
    static Asked about_item(const std::string& event, const std::string& item_id, const char* to, const char* type);
    void ask(Asked asked, Instant now);
    void release_desk(const std::string& event, const std::string& item_id, Instant now);
    void advance_requests(Instant now, Effects& effects);
    void send_request(Asked& asked, Instant now, Effects& effects);
    void request_answered(const Pending& pending, const Reply* reply, Instant now);
    void service_answered(const WireAnswer& answer);
    void end_request(Asked& asked, std::string state, std::string cause);
    void show_answers();
    void drop_pending_row(Asked& asked);
    void look_at_check_ins(Instant now, Effects& effects);
    void mark_checked_in(const std::string& item_id);
    std::optional<Instant> next_check_in() const;
    std::chrono::milliseconds clock_error() const { return options_.clock_skew - clock_correction_; }
    void set_clock(const Reply& reply, Instant now);
    static constexpr OutgoingId guest_mark = OutgoingId(1) << 62;  // in ids of what the guest's session sends
    void guest_answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects);
    void wake_guest(Instant now, Effects& effects);
    void follow_desk(Instant now);
    void take_from_guest(Effects& from, Effects& effects);
    bool guest_request(ExchangeId id, const Request& request, Instant now, Effects& effects);
    std::string desk_item() const;
    void merge_guest();
    Outgoing key_messages(std::string body, std::string what, Pending pending, Instant now);
    Outgoing outgoing(std::string method, std::string url, std::string what, Pending pending, Instant now);

    EdgeOptions options_;
    KeyClient key_client_;
    JweReader reader_;
    Screen screen_;
    std::uint64_t revision_ = 0;
    std::map<std::string, Instant, std::less<>> starts_;   // item id -> start of its row on the screen
    std::set<std::string, std::less<>> lit_;               // buttons as told, whether or not their meeting is listed
    std::map<std::string, std::string, std::less<>> presence_;
    std::map<std::string, JweKey, std::less<>> keys_;
    std::map<std::string, Wanted, std::less<>> wanted_;    // by key url
    std::map<std::string, std::string, std::less<>> key_of_waiting_;  // item id -> key url it waits for
    std::map<std::string, Parts, std::less<>> parts_;      // by item id
    std::vector<std::pair<std::string, std::string>> parts_wanted_;  // item id, address
    std::map<OutgoingId, Pending> pending_;
    OutgoingId next_id_ = 1;
    std::uint64_t sequence_ = 0;                           // last taken
    std::deque<WirePush> replay_;                          // pushes taken while a list was on its way
    bool list_in_flight_ = false;
    bool list_stale_ = false;                              // a gap showed while a list was on its way
    bool keys_in_flight_ = false;
    std::size_t keys_asked_ = 0;                           // in the request under way
    std::optional<Instant> list_at_;                       // when to fetch the list; unset: not needed
    std::optional<Instant> keys_at_;
    std::chrono::milliseconds list_retry_ = cloud_limits::socket_retry_first;
    std::chrono::milliseconds keys_retry_ = cloud_limits::key_retry_first;
    bool offline_ = false;
    std::chrono::milliseconds clock_correction_{0};
    std::string service_id_;
    std::deque<Asked> asked_;                              // by time
    std::uint64_t requests_ = 0;
    std::set<std::string, std::less<>> checked_in_;
    std::set<std::string, std::less<>> check_ins_untold_;  // the cloud does not know of them yet
    std::optional<Instant> check_ins_at_;                  // when to tell them
    std::map<std::string, Instant, std::less<>> seen_since_;  // item id -> since when it is on the screen
    std::set<std::string, std::less<>> no_shows_;          // released already
    std::optional<Instant> people_since_;
    std::unique_ptr<Edge> guest_;
    std::string desk_event_;                               // what the desk is booked for under ...
    bool desk_shown_ = false;                              // that booking has been in the list
    std::optional<Instant> desk_until_;                    // ... until then
    OutgoingId guest_ids_ = 1;                             // where the next guest's ids begin
    Screen merged_;                                        // own screen and the guest's
};

}  // namespace fakes
