#pragma once
// The calendar lane of one mailbox: activation, full look, single events, sync tokens, sweep. One job after another;
// what fails for a passing reason is kept and taken up again, ever later.
#include "engine/sync/decoration.hpp"
#include "engine/sync/lane.hpp"
#include "engine/sync/room_answers.hpp"
#include "engine/sync/subscriptions.hpp"

namespace engine::sync {

class MailboxSync {
  public:
    struct Friends {
        Ports& ports;
        const Config& config;
        Agenda& agenda;
        People& people;
        CalendarProvider& provider;
        Cloud& cloud;
        SeriesBook& series;
        Records& records;
        Subscriptions& subscriptions;
        Publishing& publishing;
        Decoration& decoration;
        RoomAnswers& room_answers;
        Places& places;
    };
    /// `settled`: called when a mailbox's items or state changed: buttons and presence look again.
    MailboxSync(Friends friends, std::function<void(Mailbox&)> settled)
        : f_(friends), settled_(std::move(settled)) {}

    Task<void> work(Mailbox& mailbox);
    /// The service may no longer read the mailbox (O365-MAILBOX-SCOPE): seen by another lane.
    void doubt_access(Mailbox& mailbox) { mailbox.todo.full_look = true; }
    /// After a restart: timers as the loaded records ask for them.
    void resume(Mailbox& mailbox);

  private:
    Task<Failure> one_job(Mailbox& mailbox);
    Task<Failure> activate(Mailbox& mailbox);
    Task<Failure> deactivate(Mailbox& mailbox);
    Task<Failure> activation_failed(Mailbox& mailbox, Failure why);
    Task<Failure> full_look(Mailbox& mailbox);
    Task<Failure> remove_strangers(Mailbox& mailbox);
    Task<Failure> incremental(Mailbox& mailbox);
    /// Events to be read one by one: masters and singles by id, each with the exceptions that named it.
    using Unread = std::map<std::string, std::set<std::string>>;
    Task<Failure> take_page(Mailbox& mailbox, std::vector<ProviderEvent> events, std::set<std::string>& seen,
                            Unread& unread, int& changes);
    Task<Failure> read_unread(Mailbox& mailbox, const Unread& unread, std::set<std::string>& seen, int& changes);
    Task<Failure> look_at_alone(Mailbox& mailbox, const std::string& id, int& changes);
    Task<Failure> look_at(Mailbox& mailbox, const std::string& id, std::set<std::string>& seen, int& changes);
    /// `waited`: it was put off once and is not put off again.
    Task<Failure> settle(Mailbox& mailbox, ProviderEvent event, bool waited, int& changes);
    Task<Outcome<bool>> is_over_for_good(Mailbox& mailbox, const ProviderEvent& event, std::span<const ProviderEvent> shown);
    bool waits_for_details(Mailbox& mailbox, const ProviderEvent& event);
    void take_waiting(Mailbox& mailbox);
    /// The event is not in this calendar any more: nor in the list, nor is what was made for it.
    Task<Failure> gone(Mailbox& mailbox, const std::string& id, int& changes);
    Failure pass_over(Mailbox& mailbox, const std::string& id, Failure failure, int unreadable = 0);
    void put_off(Mailbox& mailbox, const std::string& id, int unreadable);
    void set_window_timer(Mailbox& mailbox);
    void arm_refresh(Mailbox& mailbox, bool first);

    Friends f_;
    std::function<void(Mailbox&)> settled_;
};

}  // namespace engine::sync
