#pragma once
// The meeting cloud: directory, meeting lists, Join buttons, presence, spaces and one-time meetings.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/cloud/identity.hpp"
#include "fakes/cloud/pushes.hpp"
#include "fakes/cloud/shelf.hpp"
#include "fakes/dice.hpp"
#include "fakes/server.hpp"

namespace fakes {

class ItemForm;
class SmallBody;

struct CloudOptions {
    std::string host = "cloud.calrig.example";
    std::string kms_host = "kms.calrig.example";  // the only key server this organisation's key URLs may name
    std::string hook_url = "https://engine.calrig.example/hooks/cloud";
    std::string provider = "microsoft";           // calendar.provider in the directory: "microsoft" or "google"
    std::string site = "calrig";                  // <site>.webex.com
    std::set<std::string, std::less<>> not_activated;          // keys of people whom the administrator left out
    std::set<std::string, std::less<>> without_personal_room;  // keys; rooms never have one
    InvitationSettings invitations;
    /// ISO country of the organisation; its data is then taken at the host of its region only. Empty: at `host`, from everywhere.
    std::string country;
    std::set<std::string, std::less<>> email_unverified;  // keys of people who have not signed in with their address yet
    bool domain_verified = true;
    bool keeps_texts = true;  // false: of a list item only id and times, once it was checked: where nobody reads lists
};

struct PersonalRoom {
    std::string url;      // https://calrig.webex.com/meet/ana
    std::string sip_uri;  // ana@calrig.webex.com
    std::string number;   // where the organisation lets people join by phone or by a typed number; else empty
};

/// What the service last said about a user's calendar: "" (nothing yet), NOT_ACTIVATED, PENDING, ACTIVATED, ERROR.
struct CalendarStatus {
    std::string state;
    std::string reason;
    bool operator==(const CalendarStatus&) const = default;
};

/// What changed since it was last taken; keys are people's keys.
struct CloudChanges {
    std::set<std::string> lists;
    std::map<std::string, std::string> presence;     // new status: "ooo", one of the user's own, or "clear"
    std::map<std::string, CalendarStatus> statuses;
    std::map<std::string, std::vector<std::string>> notices;  // texts mailed to a person
    bool empty() const { return lists.empty() && presence.empty() && statuses.empty() && notices.empty(); }
};

/// A space or a one-time meeting as the service was told about it.
struct MadeMeeting {
    std::string id;  // space: UUID; one-time meeting: its number
    std::string client_temp_id;
    std::string join_url;
    std::string sip_uri;
    std::vector<std::string> participants;  // spaces: user ids
};

class Cloud final : public Server {
  public:
    Cloud(std::shared_ptr<const Identity> identity, CloudOptions options, Dice dice);
    ~Cloud() override;

    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) override;
    void wake(Instant now, Effects& effects) override;
    std::optional<Instant> next_wake() const override;

    // Hands of the cloud's administrator.
    /// A status that the user's own apps tell of, or no longer: dnd, presenting, meeting, call or active. False: unknown, or
    /// nothing changes. Others are told at the next wake.
    bool set_own_status(std::string_view key, std::string_view status, bool on);
    /// False for an unknown key. The service's hook is told at the next wake.
    bool activate(std::string_view key, bool activated);
    /// The key server has told that something happened to these keys; the service's hook is told at the next wake.
    void keys_changed(const std::vector<std::string>& key_uris);
    /// From now on pushes for `key` go to https://{app|device}-{key}.edge.calrig.example/push.
    bool connect_app(std::string_view key);
    bool connect_device(std::string_view key);
    /// Pushes for `person` go to a guest at the device of `device` too, or no longer.
    bool connect_guest(std::string_view person, std::string_view device, bool connected);
    /// The domain of everybody's address is proved to be the organisation's, or a person proves the own address.
    bool verify_domain();
    bool verify_email(std::string_view key);

    // What the judge may look at.
    CloudChanges take_changes();
    /// Wire JSON by item id; empty for an unknown key.
    std::map<std::string, std::string> list(std::string_view key) const;
    std::size_t list_size(std::string_view key) const;
    std::shared_ptr<const Item> item(std::string_view key, std::string_view item_id) const;
    /// The key by which the first item of the series is read, in whoever's list it stands; empty when in nobody's.
    std::string key_of_series(std::string_view series_id) const;
    std::set<std::string> join_buttons(std::string_view key) const;  // item ids lit by the service
    std::string presence(std::string_view key) const;                // what others see: "ooo", one of the own, or "clear"
    CalendarStatus calendar_status(std::string_view key) const;
    std::optional<PersonalRoom> personal_room(std::string_view key) const;
    const std::map<std::string, MadeMeeting, std::less<>>& spaces() const { return spaces_; }             // by client id
    std::size_t stored_items() const { return shelf_.size(); }  // distinct wire texts, however many lists hold them

  private:
    struct User {
        bool activated = true;
        std::optional<PersonalRoom> room;
        ItemList items;
        std::map<std::string, std::string, std::less<>> buttons;  // item id -> JSON of its meeting part
        CalendarStatus status;
        std::set<std::string, std::less<>> check_ins;  // item ids
        bool away = false;
        std::set<std::string, std::less<>> own;  // what the user's own apps say: dnd, presenting, meeting, call, active
        std::optional<Instant> away_until;
    };
    /// What a device asks of the calendar service, until a while after it was answered.
    struct Asked {
        std::string id;
        std::size_t user = 0;
        std::string told;      // for the service, a JSON object
        std::string outcome;   // for the device, a JSON object; empty while it waits
        Instant over{};        // waiting: too late from then on; answered: forgotten then
    };
    struct Route;
    struct Call;

    Reply users_page(const Call& call);
    std::string invitation_settings() const;
    Reply own_identity(const Call& call);
    Reply organisation(const Call& call);
    bool kept_elsewhere(const Request& request) const;
    Reply put_calendar_status(const Call& call);
    Reply put_item(const Call& call);
    Reply delete_item(const Call& call);
    Reply listed_items(const Call& call);
    Reply own_list(const Call& call);
    Reply own_item(const Call& call);
    Reply own_part(const Call& call, std::string_view member);
    Reply own_participants(const Call& call);
    Reply own_notes(const Call& call);
    Reply put_button(const Call& call);
    Reply delete_button(const Call& call);
    Reply post_presence(const Call& call);
    Reply composition(const Call& call);
    Reply post_conversation(const Call& call);
    Reply post_meeting(const Call& call);
    Reply put_conversation(const Call& call);
    Reply put_meeting(const Call& call);
    Reply delete_meeting(const Call& call);
    Reply delete_asked_meeting(const Call& call);
    std::string title_refusal(const SmallBody& body, std::string_view member);
    Reply ask_service(const Call& call);
    Reply asked_by_devices(const Call& call);
    Reply answer_device(const Call& call);
    Reply check_in(const Call& call);
    std::string keys_of_notice();
    void forget_old_requests(Instant now);
    void append_device_state(std::string& body, std::size_t user) const;
    Reply post_notice(const Call& call);
    Reply dispatch(const Request& request, Instant now, Effects& effects);
    static std::string_view shown_status(const User& user);
    void tell_status(std::size_t user, std::string_view before, Instant now, Effects& effects);
    void set_presence(std::size_t user, bool away, std::optional<Instant> until, Instant now, Effects& effects);

    std::shared_ptr<const Identity> identity_;
    CloudOptions options_;
    Dice dice_;
    std::vector<User> users_;  // parallel to identity_->users()
    Shelf shelf_;
    Pushes pushes_;
    CloudChanges changes_;
    std::map<std::string, MadeMeeting, std::less<>> spaces_;
    std::map<std::string, std::string, std::less<>> direct_spaces_;  // two sorted user ids -> client id of their space
    std::map<std::string, MadeMeeting, std::less<>> meetings_;
    std::set<std::string, std::less<>> notices_sent_;                // client ids
    std::set<std::pair<Instant, std::size_t>> away_ends_;
    std::map<std::size_t, std::string> statuses_untold_;  // user -> what others last saw
    Dice request_dice_;
    std::vector<Asked> asked_;                      // by time
    std::set<std::string, std::less<>> hooks_due_;  // types of notices the hook has not taken yet
    std::string hook_in_flight_;                    // the type that is on its way
    std::set<std::string, std::less<>> keys_due_;   // that the notice of their change is to name
    std::set<std::string, std::less<>> keys_in_flight_;
    std::optional<Instant> hook_not_before_;
    std::chrono::milliseconds hook_retry_{};
    std::uint64_t hooks_sent_ = 0;
    std::unique_ptr<ItemForm> form_;
};

}  // namespace fakes
