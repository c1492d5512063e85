#pragma once
// Reading small JSON texts. Only for .cpp files: simdjson's header is dear.
#include <simdjson.h>

#include <string>
#include <string_view>

namespace fakes {

/// Kept between texts: a parser's buffers cost more than a short parse. No two documents are alive at once.
inline simdjson::dom::parser& kept_parser() {
    static thread_local simdjson::dom::parser kept;
    return kept;
}

/// A string member; empty when there is none.
inline std::string text_of(simdjson::dom::object object, std::string_view member) {
    std::string_view text;
    return object[member].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace fakes
