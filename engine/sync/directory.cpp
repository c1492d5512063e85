#include "engine/sync/directory.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "engine/sync/page_trail.hpp"

namespace engine::sync {
namespace {

constexpr Duration kRefresh = std::chrono::hours(24);
constexpr Duration kDirectoryRetryFirst = std::chrono::seconds(30);
constexpr Duration kDirectoryRetryMost = std::chrono::minutes(30);

}  // namespace

Directory::Directory(Ports& ports, Agenda& agenda, Cloud& cloud, People& people, OrganisationSettings& organisation,
                     Changes changes)
    : ports_(ports),
      agenda_(agenda),
      cloud_(cloud),
      people_(people),
      organisation_(organisation),
      changes_(std::move(changes)),
      timer_([this] { refresh(); }, Agenda::Slot::Meant::as_pause) {}

void Directory::close() {
    closed_ = true;
    agenda_.set(timer_, std::nullopt);
}

void Directory::open() {
    closed_ = false;
    refresh();
}

void Directory::let_everybody_go() {
    for (auto& [id, mailbox] : people_.all()) {
        mailbox->wanted = false;
        mailbox->ref.left = true;
        if (mailbox->state == Activation::none && !mailbox->todo.deactivate) continue;
        mailbox->todo = Todo{};
        mailbox->todo.deactivate = true;
        changes_.work(*mailbox);
    }
}

void Directory::refresh() {
    if (closed_) return;
    again_ = running_;
    if (running_) return;
    running_ = true;
    boost::asio::co_spawn(ports_.executor, run(), boost::asio::detached);
}

Task<void> Directory::run() {
    try {
        do {
            again_ = false;
            const Failure failure = co_await read();
            Duration wait = kRefresh;
            if (failure.any()) {
                wait = kDirectoryRetryFirst;
                for (int i = 0; i < failures_ && wait < kDirectoryRetryMost; ++i) wait *= 2;
                wait = std::min(wait, kDirectoryRetryMost);
                ++failures_;
                ports_.log.line(Log::Level::warning, "directory.unreadable " + describe(failure));
            } else {
                failures_ = 0;
            }
            if (!closed_) agenda_.set(timer_, ports_.clock.now() + wait);
        } while (again_);
        running_ = false;
    } catch (const Stopped&) {
        co_return;
    }
}

Task<Failure> Directory::read() {
    std::map<std::string, DirectoryEntry> entries;
    OrganisationSettings organisation;
    std::string cursor;
    PageTrail trail;
    for (bool first = true;; first = false) {
        Outcome<DirectoryPage> page = co_await cloud_.users(cursor);
        if (!page.ok()) co_return std::move(page.failure);
        if (first) organisation = std::move(page.value.organisation);
        for (DirectoryEntry& entry : page.value.users) {
            const std::string id = entry.id;
            entries[id] = std::move(entry);
        }
        cursor = std::move(page.value.next);
        if (cursor.empty()) break;
        // Who is not in the list loses the service: a list without end is none.
        if (!trail.leads_on(cursor)) co_return PageTrail::astray();
    }
    if (closed_) co_return Failure{};
    organisation_ = std::move(organisation);
    apply(entries);
    known_ = true;
    co_return Failure{};
}

void Directory::apply(const std::map<std::string, DirectoryEntry>& entries) {
    std::vector<Mailbox*> busy;
    // All addresses first: whoever is worked on must already know the others.
    for (const auto& [id, entry] : entries) {
        Mailbox& mailbox = changes_.add(id);
        const bool moved = !mailbox.ref.address.empty() && mailbox.ref.address != entry.email;
        const bool same = mailbox.ref.address == entry.email && mailbox.ref.is_room == entry.is_room && mailbox.name == entry.name &&
                          mailbox.room_url == entry.room_url && mailbox.room_sip == entry.room_sip && mailbox.room_number == entry.room_number;
        if (!same) people_.changed();
        if (mailbox.ref.address != entry.email) people_.set_address(mailbox, entry.email);
        mailbox.ref.is_room = entry.is_room;
        mailbox.name = entry.name;
        mailbox.room_url = entry.room_url;
        mailbox.room_sip = entry.room_sip;
        mailbox.room_number = entry.room_number;
        mailbox.wanted = entry.enabled;
        mailbox.ref.left = !entry.enabled;
        const bool proved_now = !mailbox.address_proved && entry.proofs > 0;
        mailbox.address_proved = entry.proofs > 0;
        const bool hopeful = proved_now && mailbox.state == Activation::error;
        if (mailbox.wanted && (mailbox.state == Activation::none || moved || hopeful)) {
            mailbox.todo.activate = true;
            mailbox.todo.deactivate = false;
            busy.push_back(&mailbox);
        } else if (mailbox.wanted && mailbox.todo.deactivate) {
            mailbox.todo.activate = true;  // wanted again before it was left: out and in
        }
        if (!mailbox.wanted && mailbox.state != Activation::none) {
            mailbox.todo = Todo{};
            mailbox.todo.deactivate = true;
            busy.push_back(&mailbox);
        }
        // After a restart the calendar may be readable before the directory is: what was passed over is looked at again.
        if (mailbox.settings_missed || (mailbox.room_missed && !mailbox.room_url.empty())) {
            mailbox.room_missed = false;
            mailbox.settings_missed = false;
            mailbox.todo.full_look = true;
        }
        if (mailbox.todo.any() && (busy.empty() || busy.back() != &mailbox)) busy.push_back(&mailbox);
    }
    for (auto& [id, mailbox] : people_.all()) {
        if (entries.contains(id) || (mailbox->state == Activation::none && !mailbox->todo.deactivate)) continue;
        mailbox->wanted = false;
        mailbox->ref.left = true;
        mailbox->todo = Todo{};
        mailbox->todo.deactivate = true;
        busy.push_back(mailbox.get());
    }
    for (Mailbox* mailbox : busy) changes_.work(*mailbox);
}

}  // namespace engine::sync
