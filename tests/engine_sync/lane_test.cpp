// Who works first when many mailboxes wait.
#include "engine/sync/lane.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <map>

#include "engine/sync/priority.hpp"

namespace {

using namespace engine;
using engine::sync::Lane;
using engine::sync::LaneName;
using engine::sync::Mailbox;
using namespace std::chrono_literals;

/// Ports of an engine that has nothing to do with the world.
struct Idle final : Clock, Alarm, HttpClient, Store, Random, Log {
    Instant now() const override { return Instant(1'000'000s); }
    Duration passed() const override { return Duration(0); }
    Task<void> pause(Duration) override { co_return; }
    Task<void> wait() override { co_return; }
    void set(std::optional<Instant>) override {}
    Task<HttpResult> exchange(HttpRequest) override { co_return HttpResult{}; }
    std::optional<std::string> get(std::string_view) const override { return std::nullopt; }
    void put(std::string_view, std::string_view) override {}
    void erase(std::string_view) override {}
    void scan(std::string_view, const std::function<void(std::string_view, std::string_view)>&) const override {}
    void fill(std::span<std::uint8_t>) override {}
    std::uint64_t below(std::uint64_t) override { return 0; }
    void line(Level, std::string_view) override {}
};

TEST(Lanes, LetThoseInAHurryPassButNobodyStarve) {
    boost::asio::io_context io;
    Idle idle;
    Ports ports{idle, idle, idle, idle, idle, idle, io.get_executor()};
    std::vector<std::string> order;
    const auto work = [&order](Mailbox& mailbox) -> Task<void> {
        order.push_back(mailbox.user_id);
        co_return;
    };
    Lane lane(ports, LaneName::calendar, 1, work, [](const Mailbox& mailbox) { return mailbox.user_id.starts_with("hurried"); });
    std::vector<std::unique_ptr<Mailbox>> all;
    const auto want = [&](const std::string& id) {
        all.push_back(std::make_unique<Mailbox>(id, [](Mailbox&, sync::Timer) {}));
        lane.want(*all.back());
    };
    want("first");  // runs already when the others come
    want("calm 1");
    want("calm 2");
    for (int i = 1; i <= 10; ++i) want("hurried " + std::to_string(i));
    EXPECT_EQ(lane.queued(), 12u);
    io.poll();
    EXPECT_THAT(order, testing::ElementsAre("first", "hurried 1", "hurried 2", "hurried 3", "hurried 4", "hurried 5", "hurried 6", "hurried 7", "hurried 8", "calm 1",
                                            "hurried 9", "hurried 10", "calm 2"));
}

TEST(Priority, IsWhatRunsThenWhatStartsSoonestThenWhatIsOver) {
    const Instant now(1'000'000s);
    Mailbox mailbox("ana", [](Mailbox&, sync::Timer) {});
    sync::Item tomorrow;
    tomorrow.start = now + 24h;
    tomorrow.end = now + 25h;
    mailbox.sources["known for tomorrow"].items.push_back(tomorrow);
    std::vector<sync::ProviderEvent> page;
    const auto add = [&](const std::string& id, Duration from, Duration length) {
        sync::ProviderEvent& event = page.emplace_back();
        event.id = id;
        event.start = now + from;
        event.end = event.start + length;
    };
    add("next week", 7 * 24h, 1h);
    add("over", -2h, 1h);
    add("in an hour", 1h, 1h);
    add("runs", -10min, 1h);
    add("known for tomorrow", 2 * 24h, 1h);
    add("in ten minutes", 10min, 1h);
    sync::soonest_first(mailbox, page, now);
    std::vector<std::string> order;
    for (const sync::ProviderEvent& event : page) order.push_back(event.id);
    EXPECT_THAT(order, testing::ElementsAre("runs", "in ten minutes", "in an hour", "known for tomorrow", "next week", "over"));

    mailbox.todo.events = {"known for tomorrow", "new"};
    EXPECT_EQ(sync::take_soonest(mailbox, now), "new") << "what is not known may start at once";
    EXPECT_EQ(sync::take_soonest(mailbox, now), "known for tomorrow");
    EXPECT_TRUE(mailbox.todo.events.empty());
}

}  // namespace
