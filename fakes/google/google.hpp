#pragma once
// The service as one: state, tokens, channels and the routes over them. Private to this folder; the door is service.hpp.
#include <memory>

#include "fakes/google/calendars.hpp"
#include "fakes/google/channels.hpp"
#include "fakes/google/listing.hpp"
#include "fakes/google/outbox.hpp"
#include "fakes/google/query.hpp"
#include "fakes/google/quotas.hpp"
#include "fakes/google/service.hpp"
#include "fakes/google/token.hpp"

namespace fakes::google {

class Google final : public GoogleService {
  public:
    Google(Organisation organisation, const GoogleOptions& options);

    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) override;
    void wake(Instant now, Effects& effects) override;
    std::optional<Instant> next_wake() const override;

    Done create(std::string_view actor, const Draft& draft, Instant now) override;
    Done change(std::string_view actor, const EventRef& event, const Change& change, Instant now) override;
    Done cancel(std::string_view actor, const EventRef& event, Instant now) override;
    Done respond(std::string_view actor, const EventRef& event, Response response, bool tell, Instant now) override;
    Done set_automatic_replies(std::string_view actor, const AutomaticReplies& replies, Instant now) override;
    Done set_language(std::string_view actor, std::string_view language, Instant now) override;
    Done share(std::string_view calendar, std::string_view grantee, std::string_view role, Instant now) override;
    Done allow_service(std::string_view address, bool allowed, Instant now) override;
    Done grant(const std::vector<std::string>& permissions, Instant now) override;
    std::vector<TenantApplication> applications() const override;
    void expire_sync_tokens(Instant now) override;
    void expire_access_tokens(Instant now) override;
    std::string rotate_id_token_key(bool at_once, Instant now) override { return tokens_.rotate_id_token_key(at_once, now); }
    void drop_subscriptions(Instant now) override;
    bool drop_channel(std::string_view id, Instant now) override { return channels_.drop(id, now); }
    std::vector<SeenEvent> calendar(std::string_view owner, Instant from, Instant to) const override;
    std::uint64_t calendar_revision(std::string_view owner) const override;

    const std::deque<Mail>& outbox() const override { return outbox_.mails(); }
    void clear_outbox() override { outbox_.clear(); }
    std::vector<OpenChannel> channels(Instant now) const override { return channels_.open(now); }
    std::string caller_of(const Request& request, Instant now) const override;
    void throttle(std::uint32_t requests_of_a_user, std::chrono::milliseconds window) override { quotas_.throttle(requests_of_a_user, window); }
    void arm(ArmedRefusal refusal) override { quotas_.arm(std::move(refusal)); }
    void disarm_all() override { quotas_.disarm_all(); }
    std::vector<Operation> operations() const override;

  private:
    struct Call {
        const Request& request;
        std::string method;
        Target target;
        Instant now;
        Effects& effects;
        Reply& reply;
        const Grant* grant = nullptr;
        Calendar* calendar = nullptr;
        AccessRole role = AccessRole::none;
        bool pretty = false;
        bool laid_out = false;  // the body is in its final layout already
    };
    struct Route {
        const char* method;
        const char* pattern;  // "calendars/{}/events/{}": {} takes one segment
        const char* name;     // as Google calls it in insufficient-scope answers
        std::uint32_t scopes;
        Refusal (Google::*act)(Call&);
    };
    struct Routes {
        const Route* begin;
        const Route* end;
    };
    static Routes calendar_routes();
    static Routes gmail_routes();

    /// The reply to one request: an operation, a token, a batch.
    Reply reply_to(const Request& request, Instant now, Effects& effects);
    Reply reply_to_batch(const Request& request, std::string_view api, Instant now, Effects& effects);
    Refusal dispatch(Call& call);
    Refusal run(Call& call, const Route& route, bool gmail);
    Refusal lay_out(Call& call) const;
    static const Route* find_route(Routes routes, const Call& call, std::size_t skip, bool& path_known);
    void answer_body(Call& call, std::string body, const std::string& etag);
    void notify(Instant now, Effects& effects);
    /// Opens the calendar of path segment 3 for the caller.
    Refusal open(Call& call, AccessRole wanted);
    Refusal find_event(Call& call, View& view);
    Refusal check_match(const Call& call, const View& view) const;
    struct WriteParameters {
        bool conference = false;
        SendUpdates send_updates = SendUpdates::none;
    };
    Refusal write_parameters(const Call& call, WriteParameters& parameters) const;
    /// Opens the calendar of path segment 3 for whoever has `wanted`, free/busy readers included.
    Refusal open_any(Call& call, AccessRole wanted);
    /// The caller's own primary calendar, for what lies under users/me.
    Refusal open_own(Call& call, Calendar*& own);
    void show(Call& call, const View& view, bool conference, bool tombstone_short);

    // events
    Refusal events_list(Call& call);
    Refusal events_get(Call& call);
    Refusal events_instances(Call& call);
    Refusal events_insert(Call& call);
    Refusal events_patch(Call& call);
    Refusal events_update(Call& call);
    Refusal write_event(Call& call, bool whole);
    Refusal events_delete(Call& call);
    Refusal events_move(Call& call);
    Refusal events_import(Call& call);
    Refusal events_quick_add(Call& call);
    Refusal events_watch(Call& call);
    Refusal channels_stop(Call& call);
    // sharing, settings, free/busy, Gmail
    Refusal acl_insert(Call& call);
    Refusal acl_delete(Call& call);
    Refusal acl_list(Call& call);
    Refusal acl_get(Call& call);
    Refusal acl_patch(Call& call);
    Refusal acl_update(Call& call);
    Refusal write_rule(Call& call, bool whole);
    Refusal acl_watch(Call& call);
    Refusal answer_rule(Call& call, const std::string& rule_id);
    Refusal free_busy(Call& call);
    Refusal setting(Call& call);
    Refusal settings_list(Call& call);
    Refusal settings_watch(Call& call);
    Refusal colors(Call& call);
    Refusal vacation(Call& call);
    Refusal update_vacation(Call& call);
    Refusal open_mailbox(Call& call, Calendar*& mailbox);
    // calendars and the people's lists of them
    Refusal calendars_get(Call& call);
    Refusal calendars_insert(Call& call);
    Refusal calendars_patch(Call& call);
    Refusal calendars_update(Call& call);
    Refusal write_calendar(Call& call, bool whole);
    Refusal calendars_delete(Call& call);
    Refusal calendars_clear(Call& call);
    Refusal calendar_list(Call& call);
    Refusal calendar_list_get(Call& call);
    Refusal calendar_list_insert(Call& call);
    Refusal calendar_list_patch(Call& call);
    Refusal calendar_list_update(Call& call);
    Refusal calendar_list_delete(Call& call);
    Refusal calendar_list_watch(Call& call);
    Refusal write_list_entry(Call& call, bool whole);
    /// The entry of path segment 5 on the caller's list.
    Refusal find_list_entry(Call& call, Calendar*& own, Calendar*& listed);
    Refusal watch(Call& call, const Calendar& calendar, Collection collection, Channels::Narrowed narrowed = {});

    /// The calendar of a person who acts by hand; null with `refused` filled.
    Calendar* calendar_for(std::string_view actor, std::string_view whose, Done& refused_with) const;
    Calendar* calendar_of(std::string_view actor, Done& refused) const;
    View pointed_at(Calendar& calendar, const EventRef& event, Done& refused) const;

    std::uint64_t seal_key_;
    std::unique_ptr<Calendars> calendars_;
    Renderings renderings_;
    Listing listing_;
    Tokens tokens_;
    Channels channels_;
    Outbox outbox_;
    Quotas quotas_;
    Dice batch_boundaries_;
    bool pretty_by_default_;
};

/// Google's spelling of a language ("pl-PL" -> "pl", "en-GB" -> "en_GB", "he-IL" -> "iw").
std::string google_locale(std::string_view language);
/// "#9fe1e7": the palette of colors.get.
std::string_view background_of(bool event, int color_id);
std::string collection_etag(std::uint64_t seen);

/// Reads "Lunch with a@b.c tomorrow 12:30 at Kosmos" (events.quickAdd). `default_minutes`: length when no end is said.
Edit read_quick_text(std::string_view text, const recurrence::Zone& zone, Instant now, int default_minutes);

}  // namespace fakes::google
