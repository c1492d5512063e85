#pragma once
// Upload sessions: large attachments that come in ranges (Graph docs, "Attach large files to Outlook messages or events").
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fakes/dice.hpp"
#include "fakes/microsoft/errors.hpp"
#include "fakes/microsoft/event.hpp"

namespace fakes::microsoft {

struct Upload {
    std::size_t mailbox = 0;  // index
    std::uint64_t item = 0;
    std::optional<Date> slot;
    Attachment attachment;  // with the bytes that have come
    std::size_t size = 0;   // bytes in the end
    Instant expires{};

    bool complete() const { return attachment.bytes.size() == size; }
};

class Uploads {
  public:
    explicit Uploads(Dice dice) : dice_(dice) {}
    /// The session's key, which is all that its address needs; empty: too much is on its way already.
    std::string open(Upload upload, Instant now);
    /// nullptr: no such session, or no longer.
    Upload* find(std::string_view key, Instant now);
    void close(std::string_view key);
    /// The next range, by its Content-Range header ("bytes 0-2097151/3483322"); a refusal changes nothing.
    static std::optional<Fault> add(Upload& upload, const std::string* content_range, std::string_view bytes);

  private:
    void forget_old(Instant now);
    Dice dice_;
    std::map<std::string, Upload, std::less<>> open_;
};

}  // namespace fakes::microsoft
