#pragma once
// Google Calendar and Gmail's vacation setting as a CalendarProvider. Only the listed operations (OP-G-*). Rooms cannot
// be impersonated: their calendars are read with the administrator account's token.
#include "engine/sync/google_codec.hpp"
#include "engine/sync/http_calls.hpp"
#include "engine/sync/room_calendar.hpp"
#include "engine/sync/tokens.hpp"

namespace engine::sync {

class Google final : public CalendarProvider, public RoomCalendar {
  public:
    Google(const Config& config, HttpCalls& calls, GoogleTokens& tokens) : config_(config), calls_(calls), tokens_(tokens) {}

    Task<Outcome<MailboxSettings>> settings(const MailboxRef& who) override;
    Task<Outcome<std::optional<meeting::AutomaticReplies>>> automatic_replies(const MailboxRef& who, std::uint64_t& seen) override;
    bool has_sync_tokens() const override { return true; }
    Task<Outcome<EventPage>> list(const MailboxRef& who, Instant from, const std::string& sync_token,
                                  const std::string& cursor, bool states_only) override;
    Task<Outcome<ProviderEvent>> get(const MailboxRef& who, const std::string& id) override;
    Task<Outcome<std::vector<ProviderEvent>>> instances(const MailboxRef& who, const std::string& master_id,
                                                        Instant from, Instant to) override;
    Task<Outcome<ProviderEvent>> patch_join(const MailboxRef& who, const JoinPatch& patch) override;
    Task<Outcome<Subscription>> subscribe(const MailboxRef& who, const std::string& id, const std::string& secret,
                                          Instant expires) override;
    Task<Failure> unsubscribe(const MailboxRef& who, const Subscription& subscription) override;
    Task<Failure> prove(const MailboxRef& who, Instant now) override;
    Task<std::string> missing_grants(const MailboxRef& who) override;
    Task<Failure> share(const MailboxRef& room) override;
    Task<Failure> unshare(const MailboxRef& room) override;

    bool books() const override { return true; }
    MailboxRef scheduling_account() const override;
    Task<Outcome<std::vector<BusyTime>>> busy(const MailboxRef& room, Instant from, Instant to) override;
    Task<Outcome<ProviderEvent>> book(const RoomBooking& booking) override;
    Task<Outcome<ProviderEvent>> quick_book(const std::string& words) override;
    Task<Outcome<ProviderEvent>> invite(const ProviderEvent& event, const MailboxRef& room) override;
    Task<Failure> remove(const MailboxRef& organizer, const std::string& event_id) override;
    Task<Outcome<ProviderEvent>> set_end(const MailboxRef& organizer, const ProviderEvent& event, Instant end) override;
    Task<Failure> answer(const MailboxRef& room, const std::string& event_id, meeting::Response response) override;
    Task<Outcome<std::vector<ProviderEvent>>> taking_place(const MailboxRef& room, Instant from, Instant to) override;

  private:
    std::string calendar_url(const MailboxRef& who) const;
    CallRules rules(const MailboxRef& who, bool repeatable) const;
    Task<Outcome<std::vector<ProviderEvent>>> all_between(const MailboxRef& who, std::string url, Instant from, Instant to);
    Task<Outcome<HttpResponse>> send(const char* method, std::string url, std::string body, CallRules rules,
                                     std::string if_match);
    Task<Outcome<ProviderEvent>> written(Outcome<HttpResponse> answer);
    Task<Outcome<std::string>> setting(const MailboxRef& who, const char* name);

    const Config& config_;
    HttpCalls& calls_;
    GoogleTokens& tokens_;
    GoogleCodec codec_;
};

}  // namespace engine::sync
