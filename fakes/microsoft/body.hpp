#pragma once
// Bodies of events: Exchange stores HTML, gives it back wrapped in a document, and converts both ways.
#include <cstddef>
#include <string>
#include <string_view>

namespace fakes::microsoft {

/// HTML as stored: the author's bytes inside a document, or as they are when they hold an html element themselves.
std::string stored_html(std::string_view html);
/// Plain text as stored.
std::string stored_text(std::string_view text);
/// The document around a stored body, where it is the one that `stored_html` or `stored_text` puts there: it is the same for
/// all of them, and longer than most bodies.
enum class Wrapping { none, html, text };
struct Unwrapped {
    Wrapping wrapping = Wrapping::none;
    std::string_view inner;  // of `html`
};
Unwrapped unwrapped(std::string_view html);
std::string wrapped(Wrapping wrapping, std::string_view inner);
/// The text of an HTML body, lines ended by CRLF; stops once `at_most` characters are there.
std::string plain_text(std::string_view html, std::size_t at_most = std::string::npos);
/// bodyPreview: the first 255 characters of the text, blanks folded.
std::string preview(std::string_view html);
/// `html` with `block` just before its last </body>.
std::string with_block(std::string_view html, std::string_view block);

}  // namespace fakes::microsoft
