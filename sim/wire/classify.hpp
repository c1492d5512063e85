#pragma once
// Which listed operation an exchange is, and whose mailbox or list it is about: read from the wire, not from the engine.
#include <functional>
#include <string>
#include <string_view>

#include "fakes/server.hpp"

namespace sim {

/// Key of the person with this address, directory object id or cloud user id; "" when unknown.
using PersonLookup = std::function<std::string(std::string_view name)>;

struct Classified {
    std::string_view operation;  // statement id as in the list of operations: "OP-M-INSTANCES"; "" when not listed
    std::string person;          // key; "" when not about one person
};

/// For requests to services, by path. `request` is as sent; cheap: no JSON is parsed.
Classified classify(const fakes::Request& request, const PersonLookup& lookup);
/// For notifications of services to the engine: by Graph's `resource`, by Google's X-Goog-Resource-URI.
std::string person_of_notification(const fakes::Request& request, const PersonLookup& lookup);

/// "a%40b" -> "a@b"; a broken escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace sim
