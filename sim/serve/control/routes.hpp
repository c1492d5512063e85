#pragma once
// The table of the control plane's routes: dispatch, checks of what is sent, and the OpenAPI document are made from it.
#include <span>
#include <string>
#include <string_view>

#include "sim/serve/control/call.hpp"

namespace sim::control {

struct Field {
    std::string_view name;
    enum class Type { text, number, flag } type = Type::text;
    bool required = false;
    std::string_view meaning;
    std::string_view choices = {};  // "microsoft|google"
};

enum class Takes {
    nothing,
    members,  // a JSON object of the fields
    acts,     // acts as in a step of a story, YAML or JSON
    fault,    // the map of a `network:` act, YAML or JSON
    world,    // a world file, YAML
};

struct Route {
    std::string_view method, path;  // below /_calrig; "{person}" stands for one segment
    std::string_view id, summary, answer;
    Takes takes = Takes::nothing;
    std::span<const Field> query;
    std::span<const Field> members;
    void (*handle)(Control&, Call&) = nullptr;
    /// Members that every good answer has: "faults[] clock{} kept# changed? kid" are a list, an object, a number, a flag, a text.
    std::string_view shows = {};
    std::string_view example = {};  // of a body: JSON
};

std::span<const Route> routes();

// state.cpp
void get_index(Control&, Call&);
void get_openapi(Control&, Call&);
void get_state(Control&, Call&);
void get_person(Control&, Call&);
void get_subscriptions(Control&, Call&);
void get_environment(Control&, Call&);
// world.cpp
void get_world(Control&, Call&);
void put_world(Control&, Call&);
void post_reset(Control&, Call&);
void get_clock(Control&, Call&);
void put_clock(Control&, Call&);
void post_advance(Control&, Call&);
// acts.cpp
void post_acts(Control&, Call&);
void get_faults(Control&, Call&);
void post_fault(Control&, Call&);
void delete_faults(Control&, Call&);
void delete_fault(Control&, Call&);
void post_expire(Control&, Call&);
void post_drop(Control&, Call&);
void post_lifecycle(Control&, Call&);
void post_rotate(Control&, Call&);
void put_throttling(Control&, Call&);
void post_google_refusal(Control&, Call&);
void delete_google_refusals(Control&, Call&);
// records.cpp
void get_exchanges(Control&, Call&);
void get_exchange(Control&, Call&);
void delete_exchanges(Control&, Call&);
void get_coverage(Control&, Call&);
void delete_coverage(Control&, Call&);
void get_mails(Control&, Call&);
void delete_mails(Control&, Call&);

}  // namespace sim::control
