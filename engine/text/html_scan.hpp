#pragma once
// A one-pass HTML tokeniser for mail bodies: enough of the standard's tokenisation to know what is text, what is a tag
// and what a reader never sees. Linear in the input, without recursion and without allocation.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace engine::text {

class HtmlScan {
  public:
    enum class Kind { text, open, close, end };

    explicit HtmlScan(std::string_view html) : html_(html) {}

    /// Moves to the next token. Comments, doctypes and the content of script, style, textarea, title and their like are
    /// passed over silently; an unclosed one, or an unclosed tag, hides the rest, as it does in a browser.
    Kind next();

    std::string_view text() const { return token_; }      // of a text token, undecoded
    std::string_view name() const { return {name_, name_size_}; }  // of a tag, lower case, cut at 15 bytes
    std::size_t offset() const { return token_offset_; }  // where the token begins
    std::size_t after() const { return at_; }             // first byte behind it
    /// Value of the first attribute of that name in the current open tag, undecoded; nothing when absent.
    std::optional<std::string_view> attribute(std::string_view wanted) const;

  private:
    bool skip_markup_declaration();
    bool read_tag(bool closing);
    void skip_raw_content();

    std::string_view html_;
    std::string_view token_;
    std::string_view attributes_;
    std::size_t at_ = 0;
    std::size_t token_offset_ = 0;
    char name_[16] = {};
    std::size_t name_size_ = 0;
    bool in_raw_ = false;
};

/// Appends `text` with character references decoded. Named ones need their semicolon, numeric ones do not; what is
/// unknown stays as written.
void append_decoded(std::string& out, std::string_view text);

/// Whether the element begins on a line of its own, or breaks the line, when shown.
bool breaks_line(std::string_view element);

}  // namespace engine::text
