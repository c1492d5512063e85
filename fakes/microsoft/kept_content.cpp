#include "fakes/microsoft/kept_content.hpp"

#include <cstring>
#include <mutex>
#include <new>
#include <set>
#include <string_view>
#include <utility>

#include "fakes/microsoft/body.hpp"
#include "fakes/microsoft/event.hpp"
#include "fakes/microsoft/limits.hpp"

namespace fakes::microsoft {
namespace {

struct Bit {
    static constexpr std::uint8_t has_subject = 1, all_day = 2, response_requested = 4, allow_new_times = 8, hide_attendees = 16, one_zone = 32, has_body = 64;
};

/// Above importance, sensitivity and showAs in the block's second number.
struct Word {
    static constexpr std::uint64_t organizer_shared = 1u << 7, zone_shared = 1u << 8;
};

/// Pairs that nearly every event of a calendar repeats: an organizer's name and address, a zone and its spelling. They are
/// kept once, for the whole process and for good; when there are too many, further ones lie in their blocks.
template <typename First>
class SharedPairs {
  public:
    using Pair = std::pair<First, std::string>;

    const Pair* of(const First& first, const std::string& second) {
        thread_local const Pair* last = nullptr;  // the next event is likely like this one
        if (last != nullptr && last->first == first && last->second == second) return last;
        const std::lock_guard lock(mutex_);
        Pair wanted(first, second);
        auto found = all_.find(wanted);
        if (found == all_.end()) {
            if (all_.size() >= limits::shared_pairs) return nullptr;
            found = all_.insert(std::move(wanted)).first;
        }
        return last = &*found;
    }

  private:
    std::mutex mutex_;
    std::set<Pair> all_;
};

using Organizers = SharedPairs<std::string>;
using Zones = SharedPairs<const recurrence::Zone*>;

Organizers& organizers() {
    static Organizers all;
    return all;
}
Zones& zones() {
    static Zones all;
    return all;
}

class Writer {
  public:
    template <typename T>
    void raw(const T& value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void number(std::uint64_t value) {  // seven bits a byte, the lowest first
        for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
        bytes_.push_back(static_cast<char>(value));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_.append(value);
    }
    const std::string& bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

class Reader {
  public:
    explicit Reader(const char* at) : at_(at) {}
    template <typename T>
    T raw() {
        T value;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(*at_++);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
    }
    std::string_view text() {
        const std::size_t size = number();
        return {std::exchange(at_, at_ + size), size};
    }

  private:
    const char* at_;
};

/// Small numbers of either sign become small ones without.
std::uint64_t folded(std::int64_t value) { return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63); }
std::int64_t unfolded(std::uint64_t value) { return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1); }

void pack(Writer& out, const Content& content) {
    const bool zones_agree = content.start.zone == content.end.zone && content.start.zone_name == content.end.zone_name;
    std::uint8_t flags = 0;
    const auto flag = [&](bool set, std::uint8_t bit) { flags = static_cast<std::uint8_t>(set ? flags | bit : flags); };
    flag(content.has_subject, Bit::has_subject);
    flag(content.all_day, Bit::all_day);
    flag(content.response_requested, Bit::response_requested);
    flag(content.allow_new_times, Bit::allow_new_times);
    flag(content.hide_attendees, Bit::hide_attendees);
    flag(zones_agree, Bit::one_zone);
    flag(content.body != nullptr, Bit::has_body);
    out.raw(flags);
    const Organizers::Pair* organizer = organizers().of(content.organizer_name, content.organizer_address);
    const Zones::Pair* zone = zones().of(content.start.zone, content.start.zone_name);
    out.number(static_cast<std::uint64_t>(content.importance) | static_cast<std::uint64_t>(content.sensitivity) << 2 | static_cast<std::uint64_t>(content.show_as) << 4 |
               (organizer != nullptr ? Word::organizer_shared : 0) | (zone != nullptr ? Word::zone_shared : 0));
    if (zone != nullptr) {
        out.raw(zone);
    } else {
        out.raw(content.start.zone);
        out.text(content.start.zone_name);
    }
    out.number(folded(content.start.local.time_since_epoch().count()));
    out.number(folded((content.end.local - content.start.local).count()));
    if (!zones_agree) {
        out.raw(content.end.zone);
        out.text(content.end.zone_name);
    }
    out.text(content.subject);
    if (organizer != nullptr) {
        out.raw(organizer);
    } else {
        out.text(content.organizer_name);
        out.text(content.organizer_address);
    }
    if (content.body) {
        const auto [wrapping, inner] = unwrapped(*content.body);
        out.number(static_cast<std::uint64_t>(wrapping));
        out.text(inner);
    }
    out.number(content.locations.size());
    for (const Location& location : content.locations) {
        static const Location plain;
        const bool named_only = location.address.empty() && location.uri.empty() && location.type == plain.type && location.postal.empty() && location.coordinates.empty();
        out.number(named_only ? 0 : 1);
        out.text(location.name);
        if (named_only) continue;
        for (const std::string* part : {&location.address, &location.uri, &location.type, &location.postal, &location.coordinates}) out.text(*part);
    }
    out.number(content.attendees.size());
    for (const Attendee& attendee : content.attendees) {
        out.number(static_cast<std::uint64_t>(attendee.role));
        out.text(attendee.address);
        out.text(attendee.name);
    }
}

/// Up to and including the subject; gives the block's second number.
std::uint64_t unpack_head(Reader& in, std::uint8_t& flags, Content& out) {
    flags = in.raw<std::uint8_t>();
    out.has_subject = (flags & Bit::has_subject) != 0;
    out.all_day = (flags & Bit::all_day) != 0;
    out.response_requested = (flags & Bit::response_requested) != 0;
    out.allow_new_times = (flags & Bit::allow_new_times) != 0;
    out.hide_attendees = (flags & Bit::hide_attendees) != 0;
    const std::uint64_t words = in.number();
    out.importance = static_cast<Importance>(words & 3);
    out.sensitivity = static_cast<Sensitivity>(words >> 2 & 3);
    out.show_as = static_cast<ShowAs>(words >> 4 & 7);
    if ((words & Word::zone_shared) != 0) {
        const auto* zone = in.raw<const Zones::Pair*>();
        out.start.zone = zone->first;
        out.start.zone_name = zone->second;
    } else {
        out.start.zone = in.raw<const recurrence::Zone*>();
        out.start.zone_name = in.text();
    }
    out.end.zone = out.start.zone;
    out.start.local = LocalTime(LocalTime::duration(unfolded(in.number())));
    out.end.local = out.start.local + LocalTime::duration(unfolded(in.number()));
    if ((flags & Bit::one_zone) != 0) {
        out.end.zone_name = out.start.zone_name;
    } else {
        out.end.zone = in.raw<const recurrence::Zone*>();
        out.end.zone_name = in.text();
    }
    out.subject = in.text();
    return words;
}

void unpack(Reader in, Content& out) {
    std::uint8_t flags = 0;
    const std::uint64_t words = unpack_head(in, flags, out);
    if ((words & Word::organizer_shared) != 0) {
        const auto* organizer = in.raw<const Organizers::Pair*>();
        out.organizer_name = organizer->first;
        out.organizer_address = organizer->second;
    } else {
        out.organizer_name = in.text();
        out.organizer_address = in.text();
    }
    if ((flags & Bit::has_body) != 0) {
        const auto wrapping = static_cast<Wrapping>(in.number());
        out.body = std::make_shared<const std::string>(wrapped(wrapping, in.text()));
    }
    out.locations.resize(in.number());
    for (Location& location : out.locations) {
        const bool named_only = in.number() == 0;
        location.name = in.text();
        if (named_only) continue;
        for (std::string* part : {&location.address, &location.uri, &location.type, &location.postal, &location.coordinates}) *part = in.text();
    }
    out.attendees.resize(in.number());
    for (Attendee& attendee : out.attendees) {
        attendee.role = static_cast<Role>(in.number());
        attendee.address = in.text();
        attendee.name = in.text();
    }
}

}  // namespace

struct KeptContent::Whole : Block {
    std::shared_ptr<const Content> content;
};

struct KeptContent::Packed : Block {
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};

/// What was packed or unpacked last: what has just been saved is looked at once more and rendered.
struct KeptContent::Latest {
    const Block* block = nullptr;
    std::shared_ptr<const Content> content;

    ~Latest() { is_over = true; }

    /// Null at the end of a program whose world is static: that outlives what belongs to a thread.
    static Latest* here() {
        if (is_over) return nullptr;
        thread_local Latest latest;  // blocks are made, read and freed on their world's thread
        return &latest;
    }
    void keep(const Block* of, std::shared_ptr<const Content> what) {
        block = of;
        content = std::move(what);
    }

  private:
    static thread_local bool is_over;
};
thread_local bool KeptContent::Latest::is_over = false;

KeptContent::KeptContent(std::shared_ptr<const Content> content) {
    if (!content) return;
    if (content->rule || content->online || content->attachments) {
        auto* block = new Whole();
        block->is_series = content->rule != nullptr;
        block->content = content;
        block_ = block;
    } else {
        Writer out;
        pack(out, *content);
        block_ = new (::operator new(sizeof(Packed) + out.bytes().size())) Packed();
        block_->is_packed = true;
        std::memcpy(static_cast<Packed*>(block_) + 1, out.bytes().data(), out.bytes().size());
    }
    block_->start_at = content->start_at;
    block_->end_at = content->end_at;
    if (Latest* latest = Latest::here(); latest != nullptr && block_->is_packed) latest->keep(block_, std::move(content));
}

void KeptContent::destroy(Block* block) {
    if (!block->is_packed) {
        delete static_cast<Whole*>(block);
        return;
    }
    if (Latest* latest = Latest::here(); latest != nullptr && latest->block == block) latest->keep(nullptr, nullptr);
    static_cast<Packed*>(block)->~Packed();
    ::operator delete(static_cast<void*>(block));
}

Content KeptContent::operator*() const {
    if (!block_->is_packed) return *static_cast<const Whole*>(block_)->content;
    Content out;
    unpack(Reader(static_cast<const Packed*>(block_)->bytes()), out);
    out.start_at = block_->start_at;
    out.end_at = block_->end_at;
    return out;
}

std::string KeptContent::subject() const {
    if (!block_->is_packed) return static_cast<const Whole*>(block_)->content->subject;
    Reader in(static_cast<const Packed*>(block_)->bytes());
    std::uint8_t flags = 0;
    Content head;
    unpack_head(in, flags, head);
    return std::move(head.subject);
}

std::shared_ptr<const Content> KeptContent::whole() const {
    if (block_ == nullptr) return nullptr;
    if (!block_->is_packed) return static_cast<const Whole*>(block_)->content;
    Latest* latest = Latest::here();
    if (latest != nullptr && latest->block == block_) return latest->content;
    auto content = std::make_shared<const Content>(**this);
    if (latest != nullptr) latest->keep(block_, content);
    return content;
}

}  // namespace fakes::microsoft
