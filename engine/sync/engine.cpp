// Puts the parts together and carries the Engine's life: start, stop, webhook.
#include "engine/engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "engine/sync/away.hpp"
#include "engine/sync/bookings.hpp"
#include "engine/sync/buttons.hpp"
#include "engine/sync/directory.hpp"
#include "engine/sync/google.hpp"
#include "engine/sync/graph.hpp"
#include "engine/sync/key_watch.hpp"
#include "engine/sync/mailbox_sync.hpp"
#include "engine/sync/priority.hpp"
#include "engine/sync/provisioning.hpp"
#include "engine/sync/records.hpp"
#include "engine/sync/tokens.hpp"
#include "engine/sync/webhook.hpp"

namespace engine {

using namespace sync;

namespace {

constexpr int kCalendarsAtOnce = 32;
constexpr int kButtonsAtOnce = 128;  // they must be on time for a whole organisation's full hour
constexpr int kAwayAtOnce = 32;
constexpr Duration kLongJump = std::chrono::hours(1);  // of the clock: lists may have lost what is not too old
constexpr Duration kBurstRest = std::chrono::seconds(1);  // a change brings several notifications: one pass for all

}  // namespace

struct Engine::Parts {
    Ports ports;
    Config config;
    Agenda agenda{ports.clock, ports.alarm, [this](Duration by) { clock_jumped(by); }};
    HttpCalls calls{ports, config.policies};
    EntraTokens entra{ports, config, calls};
    GoogleTokens google_tokens{ports, config, calls};
    FixedToken cloud_token{config.cloud_token};
    std::unique_ptr<CalendarProvider> provider;
    RoomCalendar* rooms = nullptr;  // the same object
    Cloud cloud{config, calls, cloud_token};
    OrganisationSettings organisation;
    Keys keys{ports, config, calls, cloud_token};
    Records records{ports, config};
    SeriesBook series{ports, config.policies, keys, records};
    People people;
    Places places{ports, people, cloud, series, records, [this](const std::string& user_id, const std::string& source_id) {
        if (Mailbox* mailbox = people.find(user_id); mailbox != nullptr && mailbox->usable()) {
            publishing->unsettle(*mailbox, source_id);
            mailbox->todo.events.insert(source_id);
            calendar_lane->want(*mailbox);
        }
    }};
    Mailbox::Due due;
    std::unique_ptr<Subscriptions> subscriptions;
    std::unique_ptr<Publishing> publishing;
    std::unique_ptr<Decoration> decoration;
    std::unique_ptr<RoomAnswers> room_answers;
    std::unique_ptr<MailboxSync> mailbox_sync;
    Buttons buttons{ports, config, agenda, cloud, records};
    std::unique_ptr<Away> away;
    std::unique_ptr<Lane> calendar_lane, button_lane, away_lane;
    std::unique_ptr<Directory> directory;
    std::unique_ptr<Bookings> bookings;
    std::unique_ptr<KeyWatch> key_watch;
    std::unique_ptr<Webhook> webhook;
    std::unique_ptr<Provisioning> provisioning;  // none: what Config says holds
    bool stopped = false;

    Parts(Ports given_ports, Config given_config) : ports(given_ports), config(std::move(given_config)) {
        if (config.provider == Provider::microsoft) {
            auto graph = std::make_unique<Graph>(config, calls, entra);
            rooms = graph.get();
            provider = std::move(graph);
        } else {
            auto google = std::make_unique<Google>(config, calls, google_tokens);
            rooms = google.get();
            provider = std::move(google);
        }
        due = [this](Mailbox& mailbox, Timer timer) { timer_due(mailbox, timer); };
        subscriptions = std::make_unique<Subscriptions>(ports, config, agenda, *provider, records);
        publishing = std::make_unique<Publishing>(
            ports, config, people, cloud, series, records,
            [this](const std::string& user_id, const std::string& uid) { look_again(user_id, uid); });
        decoration = std::make_unique<Decoration>(ports, config, people, *provider, cloud, organisation, records, places);
        room_answers = std::make_unique<RoomAnswers>(ports, config, *rooms);
        mailbox_sync = std::make_unique<MailboxSync>(
            MailboxSync::Friends{ports, config, agenda, people, *provider, cloud, series, records, *subscriptions,
                                 *publishing, *decoration, *room_answers, places},
            [this](Mailbox& mailbox) { settled(mailbox); });
        away = std::make_unique<Away>(ports, config, agenda, *provider, cloud, records, [this](Mailbox& mailbox) {
            mailbox_sync->doubt_access(mailbox);
            calendar_lane->want(mailbox);
        });
        calendar_lane = std::make_unique<Lane>(ports, LaneName::calendar, kCalendarsAtOnce,
                                               [this](Mailbox& mailbox) { return mailbox_sync->work(mailbox); },
                                               [this](const Mailbox& mailbox) { return is_urgent(mailbox, ports.clock.now()); });
        button_lane = std::make_unique<Lane>(ports, LaneName::buttons, kButtonsAtOnce,
                                             [this](Mailbox& mailbox) { return buttons.work(mailbox); });
        away_lane = std::make_unique<Lane>(ports, LaneName::away, kAwayAtOnce,
                                           [this](Mailbox& mailbox) { return away->work(mailbox); });
        Directory::Changes changes;
        changes.add = [this](const std::string& id) -> Mailbox& { return people.add(id, due); };
        changes.work = [this](Mailbox& mailbox) { calendar_lane->want(mailbox); };
        directory = std::make_unique<Directory>(ports, agenda, cloud, people, organisation, std::move(changes));
        Bookings::Calls booking_calls;
        booking_calls.look_soon = [this](Mailbox& mailbox) {
            if (!provider->has_sync_tokens()) return;  // the notification names the event: it is worth waiting for
            mailbox.todo.incremental = true;
            agenda.no_later(mailbox.timer(Timer::work), ports.clock.now() + kBurstRest);
        };
        booking_calls.people_known = [this] { return directory->known(); };
        bookings = std::make_unique<Bookings>(ports, config, agenda, people, *provider, *rooms, cloud, keys, std::move(booking_calls));
        SeriesBook::Calls key_calls;
        key_calls.seal_anew = [this](const std::string& uid, const std::string& user_id) {
            if (Mailbox* mailbox = people.find(user_id); mailbox != nullptr)
                for (const auto& [id, source] : mailbox->sources)
                    if (source.uid == uid) publishing->unsettle(*mailbox, id);
            look_again(user_id, uid);
        };
        key_calls.replaced = [this](const std::string& uid) { places.key_replaced(uid); };
        key_watch = std::make_unique<KeyWatch>(ports, agenda, keys, series, std::move(key_calls));
        Webhook::Calls hook_calls;
        hook_calls.work_soon = [this](Mailbox& mailbox) {
            agenda.no_later(mailbox.timer(Timer::work), ports.clock.now() + kBurstRest);
        };
        hook_calls.directory_changed = [this] { directory->refresh(); };
        hook_calls.devices_ask = [this] { bookings->look(); };
        hook_calls.keys_changed = [this](const std::set<std::string>& uris) { key_watch->told(uris); };
        hook_calls.is_settled = [this](const Mailbox& mailbox, const std::string& id, const std::string& etag) {
            return publishing->is_settled(mailbox, id, etag);
        };
        webhook = std::make_unique<Webhook>(ports, config, *subscriptions, std::move(hook_calls));
        if (!config.provisioned) by_administrator();
    }

    void by_administrator() {
        Provisioning::Calls calls_back;
        calls_back.begin = [this] {
            for (auto& [id, mailbox] : people.all())
                if (mailbox->state == Activation::error && mailbox->wanted) {
                    mailbox->todo.activate = true;
                    calendar_lane->want(*mailbox);
                }
            directory->open();
        };
        calls_back.end = [this] {
            directory->close();
            directory->let_everybody_go();
        };
        calls_back.all_gone = [this] {
            for (const auto& [id, mailbox] : people.all())
                if (mailbox->state != Activation::none || mailbox->todo.deactivate || mailbox->leaving) return false;
            return true;
        };
        calls_back.users = [this] {
            ::engine::provisioning::UserCounts counts;
            for (const auto& [id, mailbox] : people.all()) {
                counts.activated += mailbox->state == Activation::active ? 1 : 0;
                counts.pending += mailbox->state == Activation::pending ? 1 : 0;
                counts.error += mailbox->state == Activation::error ? 1 : 0;
            }
            return counts;
        };
        provisioning = std::make_unique<Provisioning>(
            Provisioning::Friends{ports, config, calls, cloud_token, entra, google_tokens, *provider, records}, std::move(calls_back));
        directory->close();
    }

    void timer_due(Mailbox& mailbox, Timer timer) {
        switch (timer) {
            case Timer::work: break;
            case Timer::activation: mailbox.todo.activate = mailbox.wanted; break;
            case Timer::subscription: mailbox.todo.renew = true; break;
            case Timer::refresh: {
                mailbox.todo.full_look = true;
                mailbox.told_nothing = true;
                agenda.set(mailbox.timer(Timer::refresh), ports.clock.now() + config.policies.watch_refresh);
                break;
            }
            case Timer::window: mailbox.todo.sweep = true; break;
            case Timer::buttons: button_lane->want(mailbox); return;
            case Timer::away: away_lane->want(mailbox); return;
        }
        calendar_lane->want(mailbox);
    }

    /// What was done by the clock before may have been wrong.
    void clock_jumped(Duration by) {
        ports.log.line(Log::Level::warning, "clock.jumped ms=" + std::to_string(by.count()));
        const bool far = by >= kLongJump || by <= -kLongJump;
        for (auto& [id, mailbox] : people.all()) {
            if (!mailbox->usable()) continue;
            mailbox->forget_near();
            button_lane->want(*mailbox);
            if (mailbox->away.next_poll) mailbox->away.next_poll = ports.clock.now();
            away_lane->want(*mailbox);
            mailbox->todo.sweep = true;
            mailbox->todo.full_look = mailbox->todo.full_look || far;
            calendar_lane->want(*mailbox);
        }
    }

    void settled(Mailbox& mailbox) {
        if (mailbox.near_dirty || !mailbox.near_changed.empty() || mailbox.timer(Timer::buttons).when() == std::nullopt) button_lane->want(mailbox);
        if (mailbox.usable() && !mailbox.away.next_poll) away_lane->want(mailbox);
        if (provisioning && mailbox.state == Activation::none) provisioning->somebody_left();
    }

    /// What the organizer's copy says now helps this user's copy of the meeting.
    void look_again(const std::string& user_id, const std::string& uid) {
        Mailbox* mailbox = people.find(user_id);
        if (mailbox == nullptr) return;
        for (const auto& [id, source] : mailbox->sources)
            if (source.uid == uid) mailbox->todo.events.insert(id);
        for (const Waiting& one : mailbox->waiting)
            if (one.uid == uid) mailbox->todo.events.insert(one.source_id);
        if (mailbox->todo.any()) calendar_lane->want(*mailbox);
    }

    Task<void> run_agenda() {
        try {
            co_await agenda.run();
        } catch (const Stopped&) {
            co_return;
        }
    }

    Status status() {
        Status out;
        for (const auto& [id, mailbox] : people.all()) {
            switch (mailbox->state) {
                case Activation::none: ++out.idle; break;
                case Activation::pending: ++out.pending; break;
                case Activation::active: ++out.active; break;
                case Activation::error: ++out.in_error; break;
            }
            if (mailbox->work_failures > 0) ++out.resting;
            if (!mailbox->subscription.id.empty()) ++out.subscribed;
            out.sources += mailbox->sources.size();
            for (const auto& [source_id, source] : mailbox->sources) out.items += source.items.size();
            if (!mailbox->usable()) continue;
            if (!mailbox->in_step_at) {
                ++out.never_synced;
                continue;
            }
            if (!out.last_sync || *mailbox->in_step_at > *out.last_sync) out.last_sync = mailbox->in_step_at;
            if (!out.oldest_sync || *mailbox->in_step_at < *out.oldest_sync) out.oldest_sync = mailbox->in_step_at;
        }
        out.timers = agenda.size();
        out.lanes = {Status::Lane{"calendar", calendar_lane->queued(), calendar_lane->running()},
                     Status::Lane{"buttons", button_lane->queued(), button_lane->running()},
                     Status::Lane{"presence", away_lane->queued(), away_lane->running()}};
        out.directory_known = directory->known();
        return out;
    }

    void start() {
        const int unreadable = records.load([this](const std::string& id) -> Mailbox& { return people.add(id, due); }, people, series, places);
        for (auto& [id, mailbox] : people.all()) {
            mailbox->wanted = mailbox->state != Activation::none;
            mailbox->compared = mailbox->usable() && unreadable == 0;
            if (config.credentials_renewed && mailbox->state == Activation::error) {
                // An operator mended what the service was refused with: nobody waits for the next try.
                mailbox->activation_tries = 0;
                mailbox->activation_due.reset();
            }
            mailbox_sync->resume(*mailbox);
            button_lane->want(*mailbox);
        }
        boost::asio::co_spawn(ports.executor, run_agenda(), boost::asio::detached);
        key_watch->resume();
        if (provisioning) {
            provisioning->load();
            if (provisioning->ending()) directory->let_everybody_go();
            if (provisioning->works()) directory->open();
            provisioning->somebody_left();
            return;
        }
        // The directory first: participants must be known before anything is written about them.
        directory->refresh();
        bookings->look();  // what was asked while the engine was down, if a device still waits for it
    }
};

Engine::Engine(Ports ports, Config config) : parts_(std::make_unique<Parts>(ports, std::move(config))) {}
Engine::~Engine() = default;

void Engine::start() { parts_->start(); }

void Engine::stop() {
    parts_->stopped = true;
    parts_->records.close();
}

Status Engine::status() const { return parts_->status(); }

Task<HttpResponse> Engine::webhook(HttpRequest request) {
    if (parts_->stopped) {
        HttpResponse response;
        response.status = 503;
        co_return response;
    }
    const bool for_administrators = parts_->provisioning && Provisioning::is_for(request);
    if (!for_administrators) co_return parts_->webhook->answer(request);
    HttpResponse answer = co_await parts_->provisioning->answer(std::move(request));
    co_return answer;
}

}  // namespace engine
