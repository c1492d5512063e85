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
#include "sim/scenario/yaml_mistakes.hpp"

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

class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const YamlSource& source, std::vector<Diagnostic>& mistakes, std::string_view kind) : source_(source), mistakes_(mistakes), kind_(kind) {}

    YamlNode take() { return std::move(root_); }
    std::size_t last_end() const { return last_end_; }
    /// A quote that ran away has swallowed keys.
    bool lost() const { return lost_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node;
        std::size_t offset = source_.offset(mark);
        // The mark is where the next thing begins: what is missing is missing behind the - of its item.
        const std::size_t before = offset == 0 ? offset : source_.text().find_last_not_of(" \t\r\n", offset - 1);
        if (!stack_.empty() && stack_.back().node.kind == YamlNode::Kind::list && before < offset && source_.text()[before] == '-') offset = before;
        node.place = source_.place(offset, 1);
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
        if (offset < text.size() && node.quoted && is_yaml_quote(text[offset])) {
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
            if (!top.entry->key.empty() && top.entry->key != "<<") top.node.entries.push_back(std::move(*top.entry));  // else said
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
            entry.key.clear();
            return entry;
        }
        const std::string_view text = source_.text();
        const std::size_t after = text.find_first_not_of(" \t\r\n", last_end_);
        entry.colon = after != std::string_view::npos && text[after] == ':';
        if (entry.key.empty()) {
            mistakes_.push_back({node.place, "a key must be a word or two", "write `key: value`", ""});
        } else if (entry.key == "<<") {
            mistakes_.push_back({node.place, not_part("merge keys"),
                                 "write the values out: a file is read more often than written", ""});
        } else if (const YamlEntry* twice = map.find(entry.key); twice != nullptr && entry.colon) {
            const bool act = kind_ == "scenario" && (entry.key.find(' ') != std::string::npos || entry.key == "network");
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

    const YamlSource& source_;
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

}  // namespace

YamlTree read_yaml(std::string_view text, std::string_view kind) {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    YamlTree tree;
    const YamlSource source(text);
    auto refused = refuse_bytes(source, kind);
    if (!refused) refused = refuse_line_starts(source, kind);
    if (refused) {
        tree.mistakes.push_back(std::move(*refused));
        return tree;
    }
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    TreeBuilder builder(source, tree.mistakes, kind);
    try {
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            tree.mistakes.push_back(nothing_in_it("the file has only comments", kind));
            return tree;
        }
        tree.root = builder.take();
        if (tree.root.kind == YamlNode::Kind::nothing) {
            tree.mistakes.push_back(nothing_in_it("the file has nothing in it", kind));
            return tree;
        }
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
