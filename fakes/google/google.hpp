#pragma once
// The service as one: state, tokens, channels and the routes over them. Private to this folder; the door is service.hpp.
#include <memory>

#include "fakes/google/calendars.hpp"
#include "fakes/google/channels.hpp"
#include "fakes/google/listing.hpp"
#include "fakes/google/query.hpp"
#include "fakes/google/service.hpp"
#include "fakes/google/token.hpp"

namespace fakes::google {

class Google final : public CalendarService {
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
    void expire_sync_tokens(Instant now) override;
    void expire_access_tokens(Instant now) override;
    void drop_subscriptions(Instant now) override;
    std::vector<SeenEvent> calendar(std::string_view owner, Instant from, Instant to) const override;
    std::uint64_t calendar_revision(std::string_view owner) const override;

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
    };
    struct Route {
        const char* method;
        const char* pattern;  // "calendars/{}/events/{}": {} takes one segment
        const char* name;     // as Google calls it in insufficient-scope answers
        std::uint32_t scopes;
        Refusal (Google::*act)(Call&);
    };

    Refusal dispatch(Call& call);
    static const Route* find_route(const Route* begin, const Route* end, const Call& call, std::size_t skip, bool& path_known);
    void answer_body(Call& call, std::string body, const std::string& etag);
    /// Opens the calendar of path segment 3 for the caller.
    Refusal open(Call& call, AccessRole wanted);
    Refusal find_event(Call& call, View& view);
    Refusal check_match(const Call& call, const View& view) const;
    Refusal common_write_parameters(const Call& call, bool& conference) const;
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
    Refusal events_quick_add(Call& call);
    Refusal events_watch(Call& call);
    Refusal channels_stop(Call& call);
    // sharing, settings, free/busy, Gmail
    Refusal acl_insert(Call& call);
    Refusal acl_delete(Call& call);
    Refusal acl_list(Call& call);
    Refusal acl_get(Call& call);
    Refusal free_busy(Call& call);
    Refusal setting(Call& call);
    Refusal vacation(Call& call);

    /// The calendar of a person who acts by hand; null with `refused` filled.
    Calendar* calendar_of(std::string_view actor, Done& refused) const;
    View pointed_at(Calendar& calendar, const EventRef& event, Done& refused) const;

    std::uint64_t seal_key_;
    std::unique_ptr<Calendars> calendars_;
    Renderings renderings_;
    Listing listing_;
    Tokens tokens_;
    Channels channels_;
};

/// Google's spelling of a language ("pl-PL" -> "pl", "en-GB" -> "en_GB", "he-IL" -> "iw").
std::string google_locale(std::string_view language);

/// Reads "Lunch with a@b.c tomorrow 12:30 at Kosmos" (events.quickAdd). `default_minutes`: length when no end is said.
Edit read_quick_text(std::string_view text, const recurrence::Zone& zone, Instant now, int default_minutes);

/// `fields` selection and prettyPrint on a finished body; false: the selector does not parse.
bool shape(std::string& body, const std::string* fields, bool pretty);

}  // namespace fakes::google
