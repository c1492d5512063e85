#pragma once
// What is wrong with a file before anybody asks what its keys mean: its bytes, and what yaml-cpp cannot parse, told by
// what the writer did and where.
#include <optional>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"

namespace YAML {
class Exception;
struct Mark;
}  // namespace YAML

namespace sim {

/// Byte offsets and lines of a source; columns in code points.
class YamlSource {
  public:
    explicit YamlSource(std::string_view text);
    std::string_view text() const { return text_; }
    /// yaml-cpp counts from zero, in bytes.
    std::size_t offset(const YAML::Mark& mark) const;
    Place place(std::size_t offset, std::size_t bytes) const;
    /// Without the blanks and the CR that may stand there.
    std::size_t end_of_line(std::size_t offset) const;
    std::size_t start_of_line(std::size_t offset) const;

  private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

bool is_yaml_quote(char c);
/// Length in bytes of the quoted text that starts at `offset`, quotes included; nothing when its line ends first.
std::optional<std::size_t> quoted_length(std::string_view text, std::size_t offset);

/// What no text file has: too many bytes, another encoding, control characters. `kind` is what messages call the file.
std::optional<Diagnostic> refuse_bytes(const YamlSource& source, std::string_view kind);
/// The first tab that indents, the first directive other than %YAML.
std::optional<Diagnostic> refuse_line_starts(const YamlSource& source, std::string_view kind);
/// `last_end`: where the last whole text ended.
Diagnostic syntax_error(const YamlSource& source, const YAML::Exception& error, std::size_t last_end);
Diagnostic nothing_in_it(std::string_view what, std::string_view kind);

}  // namespace sim
