#pragma once
// Who sees which event in the meeting list (LIST; facts: webex 3.2).
#include <string_view>

namespace engine {
struct Policies;
enum class Provider;
}

namespace engine::meeting {

enum class Response { none, organizer, accepted, tentative, declined };
enum class ShowAs { busy, free, tentative, out_of_office, elsewhere };

struct ListQuestion {
    Provider provider{};
    bool is_cancelled = false;
    bool is_deleted = false;  // a tombstone
    Response response = Response::none;
    ShowAs show_as = ShowAs::busy;
    bool is_all_day = false;
    bool is_room = false;
    bool by_group = false;    // invited by a distribution list, not by name
    int invitees = 0;
};

enum class ListReason { listed, deleted, cancelled, declined, free, too_many_invitees, by_group };

struct ListAnswer {
    bool listed = false;
    ListReason reason = ListReason::listed;
    std::string_view sentence;
};

/// Tentative, private, all-day and out-of-office events are listed; private ones carry their sensitivity.
ListAnswer should_list(const ListQuestion& question, const Policies& policies);

}  // namespace engine::meeting
