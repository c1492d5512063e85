// Where the meeting cloud keeps an organisation's data: lists, buttons, meetings and spaces.
#include "fakes/cloud/cloud.hpp"

namespace fakes {
namespace {

/// ISO codes of the European data region, which has the Middle East and Africa; all others are kept in the United States.
constexpr std::string_view european =
    " AL AD AT BY BE BA BG HR CY CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SM SE SI SK"
    " ES CH TR UA GB GE AM AZ GL"
    " AE BH EG IL IQ JO KW LB OM PS QA SA"
    " AO BF BI BJ BW CD CF CG CI CM CV DJ DZ ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RW SC SL SN SO ST SZ TD"
    " TG TN TZ UG ZA ";

}  // namespace

bool Cloud::kept_elsewhere(const Request& request) const {
    if (options_.country.empty()) return false;
    const std::string_view target = request.target;
    if (!target.starts_with("/calendar/") && !target.starts_with("/conversation/")) return false;
    const bool europe = european.find(" " + options_.country + " ") != std::string_view::npos;
    return request.host != (europe ? "cloud-eu.calrig.example" : "cloud-us.calrig.example");
}

}  // namespace fakes
