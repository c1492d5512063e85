#pragma once
// What is done first when much waits: meetings that run or start soon, because a Join button cannot wait until a long list
// has been read to its end.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/sync/mailbox.hpp"
#include "engine/sync/provider.hpp"

namespace engine::sync {

void soonest_first(const Mailbox& mailbox, std::vector<ProviderEvent>& events, Instant now);
/// Takes out of `events` what neither runs nor starts soon.
std::vector<ProviderEvent> those_that_can_wait(const Mailbox& mailbox, std::vector<ProviderEvent>& events, Instant now);
/// Takes the id out of the mailbox's pending events that matters soonest; there is one.
std::string take_soonest(Mailbox& mailbox, Instant now);
/// The keys of `events`.
std::vector<std::string> by_soonest(const Mailbox& mailbox, const std::map<std::string, std::set<std::string>>& events, Instant now);
/// A meeting of this mailbox runs or is about to.
bool is_urgent(const Mailbox& mailbox, Instant now);

}  // namespace engine::sync
