// The `fields` selector: a,b  items(id,start/dateTime)  items/id  * (facts/google.md 1), and prettyPrint.
#include <nlohmann/json.hpp>

#include "fakes/google/google.hpp"
#include "fakes/google/limits.hpp"

namespace fakes::google {
namespace {

using nlohmann::ordered_json;

struct Selection {
    std::string name;
    std::vector<Selection> members;  // empty: everything below
};

class SelectorReader {
  public:
    explicit SelectorReader(std::string_view text) : text_(text) {}

    bool read(Selection& selection) { return list(selection, 0) && at_ == text_.size(); }

  private:
    bool list(Selection& to, int depth) {
        if (depth > limits::max_json_depth) return false;
        do {
            if (!path(to, depth)) return false;
        } while (eat(','));
        return true;
    }
    bool path(Selection& to, int depth) {
        if (depth > limits::max_json_depth) return false;
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '/' && text_[at_] != '(' && text_[at_] != ')') ++at_;
        if (at_ == from) return false;
        to.members.push_back({std::string(text_.substr(from, at_ - from)), {}});
        Selection& below = to.members.back();
        if (eat('/')) return path(below, depth + 1);
        if (!eat('(')) return true;
        return list(below, depth + 1) && eat(')');
    }
    bool eat(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

ordered_json selected(const ordered_json& value, const Selection& selection) {
    if (selection.members.empty()) return value;
    if (value.is_array()) {
        ordered_json out = ordered_json::array();
        for (const ordered_json& item : value) out.push_back(selected(item, selection));
        return out;
    }
    if (!value.is_object()) return value;
    ordered_json out = ordered_json::object();
    for (const auto& [name, member] : value.items())
        for (const Selection& wanted : selection.members)
            if (wanted.name == "*" || wanted.name == name) {
                ordered_json part = selected(member, wanted);
                if (out.contains(name) && out[name].is_object() && part.is_object()) out[name].update(part);
                else out[name] = std::move(part);
            }
    return out;
}

}  // namespace

bool shape(std::string& body, const std::string* fields, bool pretty) {
    ordered_json value = ordered_json::parse(body, nullptr, false);
    if (value.is_discarded()) return true;
    if (fields != nullptr) {
        Selection selection;
        if (!SelectorReader(*fields).read(selection)) return false;
        value = selected(value, selection);
    }
    body = value.dump(pretty ? 1 : -1, ' ', false, ordered_json::error_handler_t::replace);
    body += '\n';
    return true;
}

}  // namespace fakes::google
