#include "fakes/cloud/cloud.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fakes/cloud/cloud_call.hpp"
#include "fakes/cloud/errors.hpp"
#include "fakes/cloud/item_form.hpp"
#include "fakes/cloud/limits.hpp"
#include "fakes/mac.hpp"

namespace fakes {
namespace {

constexpr std::string_view edge_domain = ".edge.calrig.example/push";
constexpr OutgoingId hook_mark = (1u << 20) - 1;  // low bits of the hook's ids; pushes never use this value
constexpr std::size_t segments_max = 9;
constexpr std::string_view directory_changed = "directory.changed";
constexpr std::string_view changed_keys = "keys.changed";

/// The part of the address before the @, as a personal room's name: letters, digits, dot, dash, underscore.
std::string room_name(std::string_view address) {
    std::string out;
    for (const char c : address.substr(0, address.find('@'))) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (plain) out += c;
        else if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + 32);
    }
    return out;
}

/// What the service's hook believes (README: X-Calendar-Signature).
std::string notice_signature(std::string_view body, std::string_view secret) {
    std::string out = "sha256=";
    for (const char c : hmac_sha256(secret, body))
        for (const int nibble : {static_cast<unsigned char>(c) >> 4, static_cast<unsigned char>(c) & 15}) out += "0123456789abcdef"[nibble];
    return out;
}

std::size_t split_path(std::string_view path, std::array<std::string_view, segments_max>& segments) {
    std::size_t count = 0;
    while (!path.empty()) {
        if (path.front() == '/') path.remove_prefix(1);
        const std::string_view segment = path.substr(0, path.find('/'));
        if (count == segments_max) return segments_max + 1;
        segments[count++] = segment;
        path.remove_prefix(segment.size());
    }
    return count;
}

/// Pattern segments are compared as text; "{}" takes any one segment.
bool matches(std::string_view pattern, const std::array<std::string_view, segments_max>& segments, std::size_t count,
             std::array<std::string_view, 2>& args) {
    std::array<std::string_view, segments_max> wanted;
    if (split_path(pattern, wanted) != count) return false;
    std::size_t arg = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (wanted[i] == "{}" && arg < args.size() && !segments[i].empty()) args[arg++] = segments[i];
        else if (wanted[i] != segments[i]) return false;
    }
    return true;
}

}  // namespace

struct Cloud::Route {
    std::string_view method;
    std::string_view pattern;
    Identity::Caller::Kind who;
    Reply (Cloud::*handler)(const Call&);
};

Cloud::Cloud(std::shared_ptr<const Identity> identity, CloudOptions options, Dice dice)
    : identity_(std::move(identity)), options_(std::move(options)), dice_(dice.stream("cloud")),
      users_(identity_->users().size()), pushes_(users_.size(), dice.stream("pushes")),
      request_dice_(dice.stream("device requests")), hook_retry_(cloud_limits::hook_retry_first), form_(std::make_unique<ItemForm>(options_.kms_host)) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < users_.size(); ++i) {
        const CloudUser& who = identity_->users()[i];
        users_[i].activated = !options_.not_activated.contains(who.key);
        if (who.is_room || options_.without_personal_room.contains(who.key)) continue;
        std::string name = room_name(who.address);
        for (int twin = 2; name.empty() || !names.insert(name).second; ++twin)
            name = room_name(who.address) + "." + std::to_string(twin);
        users_[i].room = PersonalRoom{"https://" + options_.site + ".webex.com/meet/" + name,
                                      name + "@" + options_.site + ".webex.com", {}};
        if (!options_.invitations.phone_number.empty() || !options_.invitations.device_address.empty())
            users_[i].room->number = "2" + dice_.text(9, "0123456789");
    }
}

Cloud::~Cloud() = default;

Reply Cloud::dispatch(const Request& request, Instant now, Effects& effects) {
    using Kind = Identity::Caller::Kind;
    static const std::array<Route, 26> routes{{
        {"PUT", "/calendar/api/v1/users/{}/calendarEvents/{}", Kind::service, &Cloud::put_item},
        {"DELETE", "/calendar/api/v1/users/{}/calendarEvents/{}", Kind::service, &Cloud::delete_item},
        {"GET", "/calendar/api/v1/users/{}/calendarEvents", Kind::service, &Cloud::listed_items},
        {"PUT", "/calendar/api/v1/users/{}/joinButton/{}", Kind::service, &Cloud::put_button},
        {"DELETE", "/calendar/api/v1/users/{}/joinButton/{}", Kind::service, &Cloud::delete_button},
        {"GET", "/calendar/api/v1/calendarEvents", Kind::user, &Cloud::own_list},
        {"GET", "/calendar/api/v1/calendarEvents/{}", Kind::user, &Cloud::own_item},
        {"GET", "/calendar/api/v1/calendarEvents/{}/participants", Kind::user, &Cloud::own_participants},
        {"GET", "/calendar/api/v1/calendarEvents/{}/notes", Kind::user, &Cloud::own_notes},
        {"POST", "/apheleia/api/v1/events", Kind::service, &Cloud::post_presence},
        {"GET", "/apheleia/api/v1/compositions", Kind::user, &Cloud::composition},
        {"POST", "/conversation/api/v1/conversations", Kind::service, &Cloud::post_conversation},
        {"POST", "/calendar/api/v1/meetings", Kind::service, &Cloud::post_meeting},
        {"PUT", "/conversation/api/v1/conversations/{}", Kind::service, &Cloud::put_conversation},
        {"PUT", "/calendar/api/v1/meetings/{}", Kind::service, &Cloud::put_meeting},
        {"DELETE", "/calendar/api/v1/meetings/{}", Kind::service, &Cloud::delete_meeting},
        {"DELETE", "/calendar/api/v1/meetings/clientTempId/{}", Kind::service, &Cloud::delete_asked_meeting},
        {"POST", "/calendar/api/v1/deviceRequests", Kind::user, &Cloud::ask_service},
        {"GET", "/calendar/api/v1/deviceRequests", Kind::service, &Cloud::asked_by_devices},
        {"PUT", "/calendar/api/v1/deviceRequests/{}", Kind::service, &Cloud::answer_device},
        {"PUT", "/calendar/api/v1/checkIns/{}", Kind::user, &Cloud::check_in},
        {"POST", "/calendar/api/v1/users/{}/notices", Kind::service, &Cloud::post_notice},
        {"GET", "/identity/api/v1/orgs/{}/users", Kind::service, &Cloud::users_page},
        {"GET", "/identity/api/v1/users/me", Kind::nobody, &Cloud::own_identity},
        {"GET", "/identity/api/v1/orgs/{}", Kind::service, &Cloud::organisation},
        {"PUT", "/identity/api/v1/users/{}/calendarStatus", Kind::service, &Cloud::put_calendar_status},
    }};
    if (request.body.size() > cloud_limits::body_bytes_max) return cloud_errors::too_large();
    const std::string_view target = request.target;
    const std::size_t question = target.find('?');
    std::array<std::string_view, segments_max> segments;
    const std::size_t count = split_path(target.substr(0, question), segments);
    std::string allowed;
    for (const Route& route : routes) {
        Call call{request, {}, {}, {}, now, effects};
        if (count > segments_max || !matches(route.pattern, segments, count, call.args))
            continue;
        if (route.method != request.method) {
            allowed += allowed.empty() ? "" : ", ";
            allowed += route.method;
            continue;
        }
        call.caller = identity_->caller(request);
        if (call.caller.kind == Kind::nobody) return cloud_errors::unauthorized();
        if (route.who != Kind::nobody && call.caller.kind != route.who)
            return cloud_errors::forbidden(route.who == Kind::service ? "Only the calendar service may make this call."
                                                                      : "This call answers a user for themselves only.");
        if (call.caller.kind == Kind::service && kept_elsewhere(request)) {
            Reply reply = cloud_errors::forbidden("The data of this organisation is kept in another region.");
            reply.broken_rule = "An organisation's data is stored in the region of its country.";
            return reply;
        }
        if (question != std::string_view::npos) call.query = target.substr(question + 1);
        return (this->*route.handler)(call);
    }
    return allowed.empty() ? cloud_errors::not_found("There is nothing at this path.")
                           : cloud_errors::method_not_allowed(allowed);
}

void Cloud::request(ExchangeId id, const Request& request, Instant now, Effects& effects) {
    Reply reply = dispatch(request, now, effects);
    effects.answers.push_back({id, std::move(reply)});
}

void Cloud::answered(OutgoingId id, const Reply* reply, Instant now, Effects&) {
    if ((id & hook_mark) != hook_mark) {
        pushes_.answered(id, reply, now);
        return;
    }
    const std::string type = std::exchange(hook_in_flight_, {});
    std::set<std::string, std::less<>> keys = std::exchange(keys_in_flight_, {});
    if (reply != nullptr && reply->status / 100 == 2) {
        hook_retry_ = cloud_limits::hook_retry_first;
        hook_not_before_.reset();
        return;
    }
    hooks_due_.insert(type);
    keys_due_.merge(keys);
    hook_not_before_ = now + hook_retry_;
    hook_retry_ = std::min(hook_retry_ * 2, cloud_limits::hook_retry_max);
}

void Cloud::wake(Instant now, Effects& effects) {
    pushes_.wake(now, effects);
    while (!away_ends_.empty() && away_ends_.begin()->first <= now) {
        const std::size_t user = away_ends_.begin()->second;
        set_presence(user, false, std::nullopt, now, effects);
    }
    for (const auto& [user, before] : std::exchange(statuses_untold_, {})) tell_status(user, before, now, effects);
    if (!hooks_due_.empty() && hook_in_flight_.empty() && (!hook_not_before_ || *hook_not_before_ <= now)) {
        hook_in_flight_ = hooks_due_.extract(hooks_due_.begin()).value();
        hook_not_before_.reset();
        Outgoing out;
        out.id = (++hooks_sent_ << 20) | hook_mark;
        out.not_before = now;
        out.url = options_.hook_url;
        out.headers.push_back({"Content-Type", "application/json"});
        out.body = "{\"type\":\"" + hook_in_flight_ + "\"" + (hook_in_flight_ == changed_keys ? keys_of_notice() : std::string()) + "}";
        out.headers.push_back({"X-Calendar-Signature", notice_signature(out.body, identity_->hook_secret())});
        out.what = hook_in_flight_ == directory_changed ? "directory changed" : hook_in_flight_ == changed_keys ? "keys changed" : "device requests";
        effects.outgoing.push_back(std::move(out));
    }
}

/// As many as one notice takes; the rest goes with the next one.
std::string Cloud::keys_of_notice() {
    std::string out = ",\"keyUris\":[";
    while (!keys_due_.empty() && keys_in_flight_.size() < cloud_limits::keys_per_notice_max) {
        out += (keys_in_flight_.empty() ? "\"" : ",\"") + *keys_due_.begin() + "\"";
        keys_in_flight_.insert(keys_due_.extract(keys_due_.begin()));
    }
    if (!keys_due_.empty()) hooks_due_.emplace(changed_keys);
    return out + "]";
}

std::optional<Instant> Cloud::next_wake() const {
    std::optional<Instant> next = pushes_.next_wake();
    const auto earlier = [&next](Instant when) { next = next ? std::min(*next, when) : when; };
    if (!away_ends_.empty()) earlier(away_ends_.begin()->first);
    if (!statuses_untold_.empty()) earlier(Instant::min());
    if (!hooks_due_.empty() && hook_in_flight_.empty()) earlier(hook_not_before_.value_or(Instant::min()));
    return next;
}

bool Cloud::activate(std::string_view key, bool activated) {
    const auto user = identity_->by_key(key);
    if (!user) return false;
    if (users_[*user].activated == activated) return true;
    users_[*user].activated = activated;
    hooks_due_.emplace(directory_changed);
    return true;
}

void Cloud::keys_changed(const std::vector<std::string>& key_uris) {
    keys_due_.insert(key_uris.begin(), key_uris.end());
    hooks_due_.emplace(changed_keys);
}

bool Cloud::set_own_status(std::string_view key, std::string_view status, bool on) {
    const auto user = identity_->by_key(key);
    if (!user) return false;
    User& who = users_[*user];
    statuses_untold_.try_emplace(*user, shown_status(who));
    return on ? who.own.emplace(status).second : who.own.erase(std::string(status)) > 0;
}

bool Cloud::verify_domain() {
    if (options_.domain_verified) return false;
    options_.domain_verified = true;
    hooks_due_.emplace(directory_changed);
    return true;
}

bool Cloud::verify_email(std::string_view key) {
    const auto found = options_.email_unverified.find(key);
    if (found == options_.email_unverified.end()) return false;
    options_.email_unverified.erase(found);
    hooks_due_.emplace(directory_changed);
    return true;
}

bool Cloud::connect_app(std::string_view key) {
    const auto user = identity_->by_key(key);
    if (user) pushes_.connect(*user, "https://app-" + std::string(key) + std::string(edge_domain));
    return user.has_value();
}

bool Cloud::connect_device(std::string_view key) {
    const auto user = identity_->by_key(key);
    if (user) pushes_.connect(*user, "https://device-" + std::string(key) + std::string(edge_domain));
    return user.has_value();
}

bool Cloud::connect_guest(std::string_view person, std::string_view device, bool connected) {
    const auto user = identity_->by_key(person);
    if (!user) return false;
    const std::string url = "https://device-" + std::string(device) + std::string(edge_domain) + "/guest";
    if (connected) pushes_.connect(*user, url);
    else pushes_.disconnect(*user, url);
    return true;
}

CloudChanges Cloud::take_changes() { return std::exchange(changes_, {}); }

std::map<std::string, std::string> Cloud::list(std::string_view key) const {
    std::map<std::string, std::string> out;
    if (const auto user = identity_->by_key(key))
        for (const Shelf::Held& held : users_[*user].items) out.emplace(held->id, held->json);
    return out;
}

std::size_t Cloud::list_size(std::string_view key) const {
    const auto user = identity_->by_key(key);
    return user ? users_[*user].items.size() : 0;
}

std::shared_ptr<const Item> Cloud::item(std::string_view key, std::string_view item_id) const {
    const auto user = identity_->by_key(key);
    if (!user) return nullptr;
    const auto found = users_[*user].items.find(item_id);
    return found == users_[*user].items.end() ? nullptr : *found;
}

std::set<std::string> Cloud::join_buttons(std::string_view key) const {
    std::set<std::string> out;
    if (const auto user = identity_->by_key(key))
        for (const auto& [item_id, meeting] : users_[*user].buttons) out.insert(item_id);
    return out;
}

std::string Cloud::presence(std::string_view key) const {
    const auto user = identity_->by_key(key);
    return std::string(user ? shown_status(users_[*user]) : "clear");
}

CalendarStatus Cloud::calendar_status(std::string_view key) const {
    const auto user = identity_->by_key(key);
    return user ? users_[*user].status : CalendarStatus{};
}

std::optional<PersonalRoom> Cloud::personal_room(std::string_view key) const {
    const auto user = identity_->by_key(key);
    return user ? users_[*user].room : std::nullopt;
}

}  // namespace fakes
