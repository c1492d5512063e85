#include "engine/sync/room_answers.hpp"

#include <algorithm>

namespace engine::sync {
namespace {

constexpr Duration kMemberMargin = std::chrono::hours(24);

/// An invitation that nobody answered does not block: who is answered first has the room.
bool blocks(const ProviderEvent& event) {
    if (event.cancelled || event.status_only || event.show_as == meeting::ShowAs::free) return false;
    return event.own_response == meeting::Response::organizer || event.own_response == meeting::Response::accepted ||
           event.own_response == meeting::Response::tentative;
}

}  // namespace

bool RoomAnswers::asked(const Mailbox& mailbox, const ProviderEvent& event) const {
    if (!mailbox.ref.is_room || config_.policies.room_answers == RoomAnswering::never || !rooms_.books()) return false;
    if (event.cancelled || event.status_only || event.own_response != meeting::Response::none) return false;
    return event.shape != meeting::EventShape::single || event.end > ports_.clock.now();
}

Task<Failure> RoomAnswers::answer(const Mailbox& room, const ProviderEvent& event,
                                  std::span<const ProviderEvent> occurrences) {
    const Instant now = ports_.clock.now();
    Instant from = Instant::max();
    Instant to = Instant::min();
    for (const ProviderEvent& one : occurrences) {
        if (one.cancelled || one.end <= now) continue;
        from = std::min(from, one.start);
        to = std::max(to, one.end);
    }
    if (from >= to) co_return Failure{};
    Outcome<std::vector<ProviderEvent>> others = co_await rooms_.taking_place(room.ref, from - kMemberMargin, to + kMemberMargin);
    if (!others.ok()) co_return std::move(others.failure);
    std::erase_if(others.value, [&](const ProviderEvent& one) { return one.uid == event.uid || !blocks(one); });
    const auto in_the_way = [&](const ProviderEvent& member) {
        return std::ranges::any_of(others.value, [&](const ProviderEvent& one) {
            return one.start < member.end && one.end > member.start;
        });
    };
    std::vector<std::string> refused;
    std::size_t open = 0;
    for (const ProviderEvent& one : occurrences) {
        if (one.cancelled || one.end <= now) continue;
        if (in_the_way(one))
            refused.push_back(one.id);
        else
            ++open;
    }
    if (open == 0) {
        co_return co_await rooms_.answer(room.ref, event.id, meeting::Response::declined);
    }
    const bool perhaps = config_.policies.room_answers == RoomAnswering::tentatively;
    const meeting::Response yes = perhaps ? meeting::Response::tentative : meeting::Response::accepted;
    Failure failure = co_await rooms_.answer(room.ref, event.id, yes);
    for (const std::string& id : refused) {
        if (failure.any()) break;
        failure = co_await rooms_.answer(room.ref, id, meeting::Response::declined);
    }
    co_return failure;
}

}  // namespace engine::sync
