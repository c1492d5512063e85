#pragma once
// Events as Graph's JSON, by appending to strings. The default shape of an item is rendered once per change and kept.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

/// How an answer differs from the default (UTC, HTML, every property).
struct Shape {
    const recurrence::Zone* start_zone = nullptr;  // nullptr: UTC
    const recurrence::Zone* end_zone = nullptr;
    std::string start_zone_name = "UTC", end_zone_name = "UTC";
    bool text_body = false;
    const std::vector<std::string>* select = nullptr;             // nullptr: all
    const std::vector<std::string>* expand_properties = nullptr;  // nullptr: none
};

/// The members of an event's object, without its braces.
void put_event(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape);

std::string etag(const Mailbox& mailbox, const Copy& copy);

class Renderer {
  public:
    /// Appends the default shape.
    void put_default(std::string& out, const Mailbox& mailbox, const Entry& entry);

  private:
    struct Kept {
        std::uint64_t change = 0;
        std::string text;
    };
    std::unordered_map<std::uint64_t, Kept> kept_;  // looked up, never walked
    std::size_t bytes_ = 0;
};

}  // namespace fakes::microsoft
