#pragma once
// One call of the control plane on its way, and what its handlers share.
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/serve/control/control.hpp"
#include "sim/serve/control/ledger.hpp"

namespace sim::control {

using nlohmann::ordered_json;

struct Control {
    Host& host;
    ControlSettings settings;
    Ledger ledger;
    Scenario begun;             // what reset goes back to
    std::uint64_t worlds = 0;   // loaded so far
    std::uint64_t acts = 0;     // carried out through the control plane
    std::map<std::string, fakes::When, std::less<>> made{};  // events made through it: the organizer's time, by name
    std::uint64_t fault_changes = 0;
};

struct Call {
    const fakes::Request& request;
    Instant now{};
    const Answer& answer;
    nlohmann::json& members;  // of the body, checked against the route's fields
    std::map<std::string, std::string, std::less<>> path;   // values of the path's {names}
    std::map<std::string, std::string, std::less<>> query;  // decoded

    std::optional<std::string> text(std::string_view name) const;     // of the query
    std::optional<std::int64_t> number(std::string_view name) const;  // of the query
    void give(const ordered_json& value, int status = 200) const;
    void refuse(int status, std::string_view what, std::string_view help = {}) const;
    /// Mistakes in YAML, with their places.
    void refuse(const std::vector<Diagnostic>& mistakes, std::string_view text) const;
};

fakes::Reply json_reply(const ordered_json& value, int status = 200);
fakes::Reply refusal(int status, std::string_view what, std::string_view help = {});

std::string iso(Instant at);
std::string_view word_of(Provider provider);
std::optional<Provider> provider_named(std::string_view word);
ordered_json clock_json(const Control& control);
/// Changes whenever anything a state shows does, except a real clock's time.
std::string revision_of(Control& control);

/// Its actor is who commands it, such as "provider"; carried out now, on both providers.
std::vector<ActDone> carry_out_now(Control& control, const Call& call, const Step& step);

inline constexpr std::string_view prefix = "/_calrig";

}  // namespace sim::control
