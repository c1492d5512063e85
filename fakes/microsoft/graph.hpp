#pragma once
// The service: Graph's routes and the token endpoint on one side, people's hands on the other, one state between them.
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fakes/microsoft/batch.hpp"
#include "fakes/microsoft/calendars.hpp"
#include "fakes/microsoft/lists.hpp"
#include "fakes/microsoft/query.hpp"
#include "fakes/microsoft/render.hpp"
#include "fakes/microsoft/routes.hpp"
#include "fakes/microsoft/service.hpp"
#include "fakes/microsoft/subscriptions.hpp"
#include "fakes/microsoft/sync_tokens.hpp"
#include "fakes/microsoft/token.hpp"
#include "fakes/microsoft/uploads.hpp"

namespace fakes::microsoft {

class Graph final : public MicrosoftService {
  public:
    Graph(Organisation organisation, MicrosoftOptions options);

    // Server
    void request(ExchangeId id, const Request& request, Instant now, Effects& effects) override;
    void answered(OutgoingId id, const Reply* reply, Instant now, Effects& effects) override;
    void unanswered(OutgoingId id, Silence why, Instant now, Effects& effects) override;
    void wake(Instant now, Effects& effects) override;
    std::optional<Instant> next_wake() const override;

    // Hands
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
    void drop_subscriptions(Instant now) override;
    std::size_t tell_lifecycle(LifecycleEvent event, std::string_view id, Instant now) override { return subscriptions_.tell(event, id, now); }
    std::string rotate_signing_key(bool at_once, Instant now) override;
    void throttle(int requests, std::chrono::milliseconds window) override;
    bool drop_subscription(std::string_view id, Instant now) override { return subscriptions_.drop(id, now); }
    std::vector<SeenEvent> calendar(std::string_view owner, Instant from, Instant to) const override;
    std::uint64_t calendar_revision(std::string_view owner) const override;

    std::vector<OpenSubscription> subscriptions(Instant now) const override { return subscriptions_.open(now); }

  private:
    /// One authorised call on its way through the routes.
    struct Call {
        const Request& request;
        const Route& route;
        const Access& access;
        Exchange& marks;
        std::string_view query;
        Mailbox* mailbox = nullptr;
        std::shared_ptr<const Preferences> preferences;
    };
    struct Target {
        std::uint64_t item = 0;
        std::optional<Date> slot;
        Entry entry;
    };

    void graph_request(ExchangeId id, const Request& request, Exchange& marks, Effects& effects);
    /// An authorised request, by itself or out of a batch.
    void dispatch(ExchangeId id, const Request& request, const Access& access, Exchange& marks, Effects& effects);
    Reply mailbox_reply(Call& call);
    std::optional<Fault> check_role(const Call& call) const;

    void batch_request(ExchangeId id, const Call& call, Effects& effects);
    void advance_batch(std::uint64_t batch, Effects& effects);
    /// Takes the answers to steps of batches out of `effects`, runs what waited for them, answers what is complete.
    void settle_batches(Effects& effects);

    void subscription_request(ExchangeId id, Call& call, Effects& effects);
    // directory_routes.cpp
    Reply directory_reply(const Call& call);
    Reply users_reply(const Call& call);
    Reply organization_reply(const Call& call);
    Reply time_zones_reply(const Call& call);
    Reply languages_reply(const Call& call);
    Reply translate_reply(const Call& call);
    // calendar_routes.cpp
    std::optional<Fault> pick_calendar(Call& call);
    Reply calendars_reply(const Call& call);
    Reply calendar_reply(const Call& call);
    Reply calendar_groups_reply(const Call& call);
    Reply permissions_reply(const Call& call);
    Reply write_calendar(const Call& call, bool anew);
    // settings_routes.cpp
    Reply settings_reply(const Call& call);
    Reply selected_settings(const Call& call, std::string context, const std::string& select);
    Reply patch_settings(const Call& call);
    // event_routes.cpp, view_routes.cpp
    Reply list_events(const Call& call);
    Reply list_instances(const Call& call);
    Reply attachments_reply(const Call& call);
    Reply attachment_reply(const Call& call, const Target& target);
    std::string attachments_context(const Call& call) const;
    Reply add_attachment(const Call& call, const Target& target);
    // upload_routes.cpp
    Reply make_upload(const Call& call, const Target& target);
    /// Nothing: the address is none of an upload session.
    std::optional<Reply> upload_reply(const Request& request, const Exchange& marks);
    Reply finish_upload(const std::string& key, Upload& upload, const Exchange& marks);
    /// Gives what a request brought along its numbers and its time.
    void number_attachments(Edit& edit, Instant now);
    Reply list_view(const Call& call);
    Reply view_delta(const Call& call);
    Reply get_event(const Call& call);
    Reply post_event(const Call& call);
    Reply patch_event(const Call& call);
    Reply delete_event(const Call& call);
    std::variant<SyncState, Fault> sync_state(const Call& call, const Query& query) const;
    // action_routes.cpp
    Reply act(const Call& call);
    Reply forward(const Call& call, const Target& target);
    Reply schedule_reply(const Call& call);
    Reply extension_reply(const Call& call);

    Exchange marks_of(const Request& request, Instant now);
    std::optional<Fault> find_mailbox(std::string_view user, Mailbox*& mailbox);
    std::variant<Target, Fault> find_target(const Call& call) const;
    std::optional<Fault> check_if_match(const Call& call, const Copy& copy) const;
    Reply refuse(const Call& call, const Fault& fault) const { return error_reply(fault, call.marks); }
    Reply entity(const Call& call, int status, const Entry& entry, const Shape& shape, const Query& query);
    Reply written(const Call& call, int status, const Entry& entry, const Shape& shape);
    Reply count_reply(const Call& call, const Page& page) const;
    Reply collection(const Call& call, const Page& page, const Query& query);
    std::string user_context(const Call& call) const;
    std::string context(const Call& call, const Query& query) const;
    std::string link(const Call& call, const std::string& query) const;
    Shape shape_of(const Preferences& preferences, const Query& query);
    static std::size_t page_size(const Call& call, const Query& query);
    std::optional<Reply> throttle(const Call& call);
    /// Answers a mailbox request after the time it takes, or refuses it while too many are under way.
    void answer_in_time(ExchangeId id, Call& call, Effects& effects);
    void give_due_answers(Instant now, Effects& effects);
    void finish(Reply& reply, const Call& call) const;
    void name_attendees(Edit& edit) const;

    void drain(Instant now);
    void apply_policies(Instant now);
    bool for_token_endpoint(const Request& request) const;

    // hands
    Mailbox* mailbox_of(std::string_view actor);
    Mailbox* mailbox_for(std::string_view actor, std::string_view whose, Done& refused_with);
    const Mailbox* mailbox_of(std::string_view actor) const;
    std::optional<Fault> resolve(Mailbox& mailbox, const EventRef& event, std::uint64_t& item, std::optional<Date>& slot) const;
    Done done(const std::optional<Fault>& fault, Instant now);

    MicrosoftOptions options_;
    std::string domain_, organisation_name_, tenant_;
    std::string graph_host_, graph_origin_, version_path_, authority_host_;
    Dice guids_;
    Mailboxes mailboxes_;
    Calendars calendars_;
    signing::KeyRing keys_;
    TokenService tokens_;
    Subscriptions subscriptions_;
    Uploads uploads_;
    Renderer renderer_;
    KnownQueries queries_;
    KnownPreferences preferences_;
    std::size_t row_bytes_ = 1024;  // of the latest list
    SyncTokens sync_tokens_;
    std::map<std::uint64_t, Batch> batches_;
    std::map<ExchangeId, std::pair<std::uint64_t, std::size_t>> batch_steps_;  // of steps under way: batch and step
    std::uint64_t last_batch_ = 0, last_step_ = 0;
    struct Spent {
        Instant window{};
        int requests = 0;
    };
    std::map<std::size_t, Spent> spent_;  // by mailbox
    struct UnderWay {
        ExchangeId id = 0;
        std::size_t mailbox = 0;
        Reply reply;
    };
    std::multimap<Instant, UnderWay> under_way_;           // by the instant of their answers
    std::map<std::size_t, std::size_t> requests_at_once_;  // by mailbox: there is one application
    std::map<std::string, std::string, std::less<>> address_of_key_;
    std::map<Instant, std::vector<std::size_t>> policies_due_;
};

}  // namespace fakes::microsoft
