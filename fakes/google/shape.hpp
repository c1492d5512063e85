#pragma once
// The layout of finished answers: prettyPrint's indentation and the `fields` selector, on compact JSON text. Both only
// walk the text: no document tree is built (facts/google.md 1).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fakes::google {

/// Appends `compact`, a JSON value, laid out with `indent` spaces a level; the value stands `depth` levels deep.
void append_pretty(std::string& out, std::string_view compact, unsigned indent, unsigned depth = 0);

/// a,b  items(id,start/dateTime)  items/id  *
class Selector {
  public:
    /// nullopt: it does not parse, or names a member no resource has; `wrong` gets that part.
    static std::optional<Selector> parse(std::string_view text, std::string& wrong);

    /// Appends what is selected of the compact JSON value at the head of `compact`.
    void append(std::string& out, std::string_view compact) const;

  private:
    struct Node {
        std::string name;
        std::vector<std::size_t> below;  // empty, or the whole value is wanted
        bool whole = false;
    };
    class Reader;
    class Walk;

    std::vector<Node> nodes_{Node{}};  // the first one is the root
};

}  // namespace fakes::google
