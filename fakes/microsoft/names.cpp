#include "fakes/microsoft/names.hpp"

#include <array>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

constexpr std::array<std::string_view, 3> importances = {"low", "normal", "high"};
constexpr std::array<std::string_view, 4> sensitivities = {"normal", "personal", "private", "confidential"};
constexpr std::array<std::string_view, 5> shows = {"busy", "free", "tentative", "oof", "workingElsewhere"};
constexpr std::array<std::string_view, 3> roles = {"required", "optional", "resource"};
constexpr std::array<std::string_view, 5> responses = {"none", "accepted", "tentativelyAccepted", "declined", "organizer"};
constexpr std::array<std::string_view, 4> types = {"singleInstance", "seriesMaster", "occurrence", "exception"};

template <typename Value, typename Names>
std::optional<Value> named(const Names& names, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (same_text(names[i], name)) return static_cast<Value>(i);
    return std::nullopt;
}

template <typename Names, typename Value>
std::string_view at(const Names& names, Value value) {
    return names[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view name_of(Importance value) { return at(importances, value); }
std::string_view name_of(Sensitivity value) { return at(sensitivities, value); }
std::string_view name_of(ShowAs value) { return at(shows, value); }
std::string_view name_of(Role value) { return at(roles, value); }
std::string_view name_of(Response value) { return at(responses, value); }
std::string_view name_of(Entry::Type value) { return at(types, value); }

std::optional<Importance> importance_named(std::string_view name) { return named<Importance>(importances, name); }
std::optional<Sensitivity> sensitivity_named(std::string_view name) { return named<Sensitivity>(sensitivities, name); }
std::optional<ShowAs> show_as_named(std::string_view name) { return named<ShowAs>(shows, name); }
std::optional<Role> role_named(std::string_view name) { return named<Role>(roles, name); }

bool known_location_type(std::string_view name) {
    static constexpr std::array<std::string_view, 9> known = {"default", "conferenceRoom", "homeAddress", "businessAddress", "geoCoordinates",
                                                              "streetAddress", "hotel", "restaurant", "localBusiness"};
    for (const std::string_view type : known)
        if (type == name) return true;
    return name == "postalAddress";
}

}  // namespace fakes::microsoft
