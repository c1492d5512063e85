#include "sim/scenario/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>

#include "sim/scenario/characters.hpp"
#include "sim/scenario/loader.hpp"

namespace sim {

const YamlEntry* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries)
        if (entry.key == key) return &entry;
    return nullptr;
}

namespace {

constexpr std::size_t kDepthMax = 12;  // the deepest sensible scenario uses 6

struct TooDeep {};

class TextBuffer : public std::streambuf {
  public:
    explicit TextBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());  // streambuf's interface; a get area is only read
        setg(begin, begin, begin + text.size());
    }
};

/// Byte offsets and lines of the source; columns in code points.
class Source {
  public:
    explicit Source(std::string_view text) : text_(text) {
        starts_.push_back(0);
        for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
            starts_.push_back(at + 1);
    }
    std::string_view text() const { return text_; }
    /// yaml-cpp counts from zero, in bytes.
    std::size_t offset(const YAML::Mark& mark) const {
        const auto line = static_cast<std::size_t>(std::max(0, mark.line));
        const std::size_t start = line < starts_.size() ? starts_[line] : text_.size();
        return std::min(text_.size(), start + static_cast<std::size_t>(std::max(0, mark.column)));
    }
    Place place(std::size_t offset, std::size_t bytes) const {
        offset = std::min(offset, text_.size());
        const auto next = std::ranges::upper_bound(starts_, offset);
        const auto line = static_cast<std::size_t>(next - starts_.begin());  // 1-based
        const std::size_t start = starts_[line - 1];
        Place place;
        place.line = static_cast<int>(line);
        place.column = static_cast<int>(count_code_points(text_.substr(start, offset - start))) + 1;
        place.length = std::max(1, static_cast<int>(count_code_points(text_.substr(offset, bytes))));
        return place;
    }
    std::size_t end_of_line(std::size_t offset) const {
        std::size_t end = text_.find('\n', offset);
        if (end == std::string_view::npos) end = text_.size();
        while (end > offset && (text_[end - 1] == '\r' || text_[end - 1] == ' ')) --end;
        return end;
    }

  private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

bool is_quote(char c) { return c == '"' || c == '\''; }

/// Length in bytes of the quoted text that starts at `offset`, quotes included; nothing when its line ends first.
std::optional<std::size_t> quoted_length(std::string_view text, std::size_t offset) {
    const char quote = text[offset];
    for (std::size_t i = offset + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
                ++i;
                continue;
            }
            return i - offset + 1;
        }
    }
    return std::nullopt;
}

class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const Source& source, std::vector<Diagnostic>& mistakes, std::string_view kind) : source_(source), mistakes_(mistakes), kind_(kind) {}

    YamlNode take() { return std::move(root_); }
    std::size_t last_end() const { return last_end_; }
    /// A quote that ran away has swallowed keys.
    bool lost() const { return lost_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node;
        node.place = source_.place(source_.offset(mark), 1);
        refuse_anchor(anchor, node.place);
        add(std::move(node));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        YamlNode node;
        node.place = source_.place(source_.offset(mark), 1);
        refuse_anchor(1, node.place);
        add(std::move(node));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const std::size_t offset = source_.offset(mark);
        const std::string_view text = source_.text();
        YamlNode node;
        node.kind = YamlNode::Kind::text;
        node.quoted = tag == "!";
        node.text = value;
        std::size_t bytes = std::min(value.size(), source_.end_of_line(offset) - offset);
        last_end_ = offset + bytes;
        if (offset < text.size() && node.quoted && is_quote(text[offset])) {
            if (const auto length = quoted_length(text, offset)) {
                bytes = *length;
                last_end_ = offset + bytes;
            } else {
                open_quote(offset);
            }
        } else if (node.quoted) {
            bytes = 1;  // a block: its | or >
        }
        node.place = source_.place(offset, bytes);
        refuse_anchor(anchor, node.place);
        refuse_tag(tag, node.place);
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

    void open_quote(std::size_t offset) {
        lost_ = true;
        mistakes_.push_back({source_.place(offset, source_.end_of_line(offset) - offset),
                             "this quote is not closed on its line",
                             "close it with " + std::string(1, source_.text()[offset]) +
                                 ", or write a text of several lines as a block: `body: |`",
                             "opened here"});
    }

  private:
    struct Open {
        YamlNode node;
        std::optional<YamlEntry> entry;  // of a map: key read, value to come
    };

    void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (stack_.size() >= kDepthMax) {
            mistakes_.push_back({source_.place(source_.offset(mark), 1),
                                 "nested deeper than " + std::to_string(kDepthMax) + " levels",
                                 "a " + std::string(kind_) + " needs six at most: check the indentation and the brackets", ""});
            throw TooDeep{};
        }
        Open next;
        next.node.kind = kind;
        next.node.place = source_.place(source_.offset(mark), 1);
        refuse_anchor(anchor, next.node.place);
        refuse_tag(tag, next.node.place);
        stack_.push_back(std::move(next));
    }
    void close() {
        YamlNode node = std::move(stack_.back().node);
        stack_.pop_back();
        add(std::move(node));
    }
    void add(YamlNode node) {
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& top = stack_.back();
        if (top.node.kind == YamlNode::Kind::list) {
            top.node.items.push_back(std::move(node));
        } else if (top.entry) {
            top.entry->value = std::move(node);
            top.node.entries.push_back(std::move(*top.entry));
            top.entry.reset();
        } else {
            top.entry = key_of(node, top.node);
        }
    }
    YamlEntry key_of(const YamlNode& node, const YamlNode& map) {
        YamlEntry entry;
        entry.place = node.place;
        entry.key = node.text;
        if (node.kind != YamlNode::Kind::text) {
            mistakes_.push_back({node.place, "a key must be a word or two", "write `key: value`", ""});
            return entry;
        }
        const std::string_view text = source_.text();
        const std::size_t after = text.find_first_not_of(" \t\r\n", last_end_);
        entry.colon = after != std::string_view::npos && text[after] == ':';
        if (entry.key == "<<") {
            mistakes_.push_back({node.place, not_part("merge keys"),
                                 "write the values out: a file is read more often than written", ""});
        } else if (const YamlEntry* twice = map.find(entry.key); twice != nullptr && entry.colon) {
            const bool act = entry.key.find(' ') != std::string::npos || entry.key == "network";
            mistakes_.push_back({node.place, "the key `" + entry.key + "` is given twice",
                                 (act ? "make a list of both (`" + entry.key + ": [ {...}, {...} ]`)" : std::string("keep one of them")) +
                                     "; the first is in line " + std::to_string(twice->place.line),
                                 "again"});
        }
        return entry;
    }
    void refuse_anchor(YAML::anchor_t anchor, const Place& place) {
        if (anchor == 0) return;
        mistakes_.push_back({place, not_part("anchors (&) and aliases (*)"),
                             "write the value out; a text that begins with & or * goes in quotes", ""});
    }
    void refuse_tag(const std::string& tag, const Place& place) {
        if (tag.empty() || tag == "?" || tag == "!") return;
        mistakes_.push_back({place, not_part("YAML tags (!)"),
                             "leave the tag out; a text that begins with ! goes in quotes", ""});
    }

    std::string not_part(std::string_view what) const { return std::string(what) + " are not part of a " + std::string(kind_); }

    const Source& source_;
    std::vector<Diagnostic>& mistakes_;
    std::string_view kind_;
    std::vector<Open> stack_;
    YamlNode root_;
    std::size_t last_end_ = 0;
    bool lost_ = false;
};

/// Says whether another document has anything in it.
class Nothing : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& mark) override { begun = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
    YAML::Mark begun;
};

struct Wording {
    std::string_view theirs;
    std::string_view what;
    std::string_view help;
};
constexpr std::array kWordings{
    Wording{"end of map flow not found", "a `{` is not closed, or a comma is missing", "check the pairs of { } and the commas between"},
    Wording{"end of sequence flow not found", "a `[` is not closed, or a comma is missing", "check the pairs of [ ] and the commas between"},
    Wording{"end of map not found", "this does not continue the keys above it", "line it up with them, or put it in quotes"},
    Wording{"end of sequence not found", "this does not continue the list above it", "line its - up with the others"},
    Wording{"illegal map value", "a second `: ` in one line", "put the text in quotes, or use { } for keys inside"},
    Wording{"illegal block entry", "a list item (-) cannot stand here", "put it on a line of its own, below the key"},
    Wording{"illegal flow end", "a bracket is closed that was not opened", "check the pairs of { } and [ ]"},
    Wording{"illegal map key", "a key cannot stand here", "put it on a line of its own, or in { }"},
    Wording{"illegal tab when looking for indentation", "a tab in the indentation", "indent with blanks"},
    Wording{"unknown escape character: ", "an unknown escape after \\", "in double quotes write \\\\ for a backslash, or use single quotes"},
    Wording{"the referenced anchor is not defined", "anchors (&) and aliases (*) are not part of a scenario", "write the value out; a text that begins with & or * goes in quotes"},
    Wording{"alias not found after *", "a text cannot begin with * unquoted", "put it in quotes"},
    Wording{"anchor not found after &", "a text cannot begin with & unquoted", "put it in quotes"},
};

/// The word at `offset`, up to a blank or bracket.
std::string_view word_at(std::string_view text, std::size_t offset) {
    return text.substr(offset, text.find_first_of(" \t\r\n,{}[]\"'", offset) - offset);
}

Diagnostic syntax_error(const Source& source, const YAML::Exception& error, std::size_t last_end) {
    const std::string_view text = source.text();
    const std::size_t offset = source.offset(error.mark);
    if (error.msg == "unknown token" && offset < text.size()) {
        const std::string word(word_at(text, offset));
        if (word.starts_with('@') || word.starts_with('%') || word.starts_with('`'))
            return {source.place(offset, word.size()), "a text cannot begin with `" + word.substr(0, 1) + "` unquoted",
                    "quote it: \"" + word + "\"", ""};
    }
    if (error.msg == "illegal EOF in scalar") {
        std::size_t at = std::min(last_end, text.size());
        while (at < text.size() && !is_quote(text[at])) ++at;
        if (at < text.size())
            return {source.place(at, source.end_of_line(at) - at), "this quote is never closed",
                    "close it with " + std::string(1, text[at]), "opened here"};
    }
    // A flow that is never closed is reported at the end of the file, where nothing is to be seen.
    for (const Wording& wording : kWordings)
        if (error.msg.starts_with(wording.theirs))
            return {source.place(offset, 1), std::string(wording.what), std::string(wording.help), ""};
    return {source.place(offset, 1), "this is not YAML: " + error.msg, "", ""};
}

Diagnostic too_long() {
    return {{},
            "the file is too large: more than " + std::to_string(kScenarioBytesMax) + " bytes",
            "a scenario tells one promise in about 60 lines; long bodies go in files of their own (`html file:`)",
            ""};
}

/// How a file of this kind begins.
std::string beginning(std::string_view kind) { return kind == "scenario" ? "begin with `title:`" : ""; }

std::optional<Diagnostic> refuse_bytes(const Source& source, std::string_view kind) {
    const std::string_view text = source.text();
    if (const auto bad = bad_utf8_at(text))
        return Diagnostic{source.place(*bad, 1), "this byte is not UTF-8", "save the file as UTF-8", ""};
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return Diagnostic{source.place(nul, 1), "a NUL byte", "save the file as plain UTF-8 text", ""};
    if (trimmed(text).empty()) return Diagnostic{{}, "the file is empty", beginning(kind), ""};
    return std::nullopt;
}

void refuse_tabs(const Source& source, std::vector<Diagnostic>& mistakes) {
    const std::string_view text = source.text();
    for (std::size_t tab = text.find('\t'); tab != std::string_view::npos; tab = text.find('\t', tab + 1)) {
        const std::size_t line = tab == 0 ? 0 : text.rfind('\n', tab - 1) + 1;  // npos + 1 is 0
        if (text.find_first_not_of(" ", line) != tab) continue;
        mistakes.push_back({source.place(tab, 1), "a tab in the indentation", "indent with blanks", ""});
        return;
    }
}

}  // namespace

YamlTree read_yaml(std::string_view text, std::string_view kind) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte order mark
    YamlTree tree;
    if (text.size() > kScenarioBytesMax) {
        tree.mistakes.push_back(too_long());
        return tree;
    }
    const Source source(text);
    if (auto refused = refuse_bytes(source, kind)) {
        tree.mistakes.push_back(std::move(*refused));
        return tree;
    }
    refuse_tabs(source, tree.mistakes);
    if (!tree.mistakes.empty()) return tree;
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    TreeBuilder builder(source, tree.mistakes, kind);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            tree.mistakes.push_back({{}, "the file has only comments", beginning(kind), ""});
            return tree;
        }
        tree.root = builder.take();
        tree.whole = !builder.lost();
        Nothing rest;
        if (parser.HandleNextDocument(rest))
            tree.mistakes.push_back({source.place(source.offset(rest.begun), 1), "a second document begins here",
                                     "one " + std::string(kind) + " per file: move it to a file of its own", ""});
    } catch (const TooDeep&) {
    } catch (const YAML::Exception& error) {
        if (tree.mistakes.empty()) tree.mistakes.push_back(syntax_error(source, error, builder.last_end()));
    }
    return tree;
}

}  // namespace sim
