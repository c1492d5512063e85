#pragma once
// The engine's log as JSON, one object a line: {"time","level","event",...}. The engine's lines hold ids and counts only.
#include <cstdint>
#include <functional>
#include <string>

#include "engine/ports.hpp"

namespace engine::adapters {

class JsonLog final : public Log {
  public:
    /// `write` takes one whole line with its newline.
    JsonLog(const Clock& clock, Level least, std::function<void(std::string_view)> write) : clock_(clock), least_(least), write_(std::move(write)) {}
    void line(Level level, std::string_view text) override;
    std::uint64_t lines(Level level) const { return lines_[static_cast<std::size_t>(level)]; }

  private:
    const Clock& clock_;
    Level least_;
    std::function<void(std::string_view)> write_;
    std::uint64_t lines_[3] = {};
};

/// `text` is "event key=value ... word": fields become members (whole numbers as numbers), words without `=` go into
/// "what". Bytes that are no UTF-8 and control characters never reach the line.
std::string json_line(Instant time, Log::Level level, std::string_view text);

}  // namespace engine::adapters
