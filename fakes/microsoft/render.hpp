#pragma once
// Events as Graph's JSON, by appending to strings. For lists an item is rendered once per change and shape, and kept.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/mailbox.hpp"

namespace fakes::microsoft {

/// $expand of one event.
struct Expand {
    bool properties = false;                 // singleValueExtendedProperties, of these ids
    bool multi_properties = false;           // multiValueExtendedProperties, of the same list
    std::vector<std::string> property_ids;
    bool extensions = false;                 // extensions, of these names; without names: none is given
    std::vector<std::string> extension_ids;
    bool attachments = false, exceptions = false, calendar = false;
    AttachmentShape attachment_shape;
    bool any() const { return properties || multi_properties || extensions || attachments || exceptions || calendar; }
};

/// How an answer differs from the default (UTC, HTML, every property).
struct Shape {
    const recurrence::Zone* start_zone = nullptr;  // nullptr: UTC
    const recurrence::Zone* end_zone = nullptr;
    std::string start_zone_name = "UTC", end_zone_name = "UTC";
    bool text_body = false;
    bool immutable = false;                         // ids
    const std::vector<std::string>* select = nullptr;  // nullptr: all
    const Expand* expand = nullptr;                 // nullptr: none
    std::uint32_t kept_as = 0;                      // the renderer's number for this shape; 0: not worth keeping
};

/// The members of an event's object, without its braces; `out` ends behind its '{'.
void put_event(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape);

/// Of an event that lies in no mailbox, being attached to another: what it says itself.
void put_attached_event(std::string& out, const Content& content);

std::string etag(const Mailbox& mailbox, const Copy& copy);
std::string event_id(const Mailbox& mailbox, const Entry& entry, bool immutable);
/// The members of an open extension's object.
void put_extension(std::string& out, const OpenExtension& extension);

/// Keeps what was rendered, by event and shape, until the event's item changes.
class Renderer {
  public:
    /// A number for everything that decides a shape, as one text; 0 when there are too many already.
    std::uint32_t shape_number(const std::string& what);
    /// `keep`: what had to be rendered is kept. Lists are asked for again and again, single events after a change, once.
    enum class Keep { no, yes };
    void put(std::string& out, const Mailbox& mailbox, const Entry& entry, const Shape& shape, Keep keep);

  private:
    struct Key {
        std::uint64_t item = 0;   // mailbox and number
        std::uint64_t shape = 0;  // shape and slot
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const {
            std::uint64_t z = key.item * 0x9E3779B97F4A7C15u ^ key.shape;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
            return static_cast<std::size_t>(z ^ (z >> 31));
        }
    };
    struct Kept {
        std::uint64_t change = 0;
        std::string text;
    };
    using Shelf = std::unordered_map<Key, Kept, Hash>;  // looked up, never walked
    const std::string& keep(const Key& key, Kept kept);

    std::map<std::string, std::uint32_t> shapes_;
    Shelf young_, old_;  // what is asked for again moves from the old shelf to the young one; a full young one becomes the old
    std::size_t young_bytes_ = 0;
    std::string scratch_;
};

}  // namespace fakes::microsoft
