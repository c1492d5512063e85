#include "fakes/microsoft/filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "fakes/microsoft/attachments.hpp"
#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/names.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using Kind = FilterNode::Kind;
using Operator = FilterNode::Operator;

enum class FieldType { text, word, boolean, instant, wall_clock, unknown };

FieldType type_of(std::string_view field) {
    struct Known {
        std::string_view name;
        FieldType type;
    };
    static constexpr std::array<Known, 21> known = {{{"subject", FieldType::text},
                                                     {"icaluid", FieldType::text},
                                                     {"id", FieldType::text},
                                                     {"seriesmasterid", FieldType::text},
                                                     {"transactionid", FieldType::text},
                                                     {"type", FieldType::word},
                                                     {"importance", FieldType::word},
                                                     {"sensitivity", FieldType::word},
                                                     {"showas", FieldType::word},
                                                     {"isallday", FieldType::boolean},
                                                     {"iscancelled", FieldType::boolean},
                                                     {"isorganizer", FieldType::boolean},
                                                     {"isonlinemeeting", FieldType::boolean},
                                                     {"isreminderon", FieldType::boolean},
                                                     {"isdraft", FieldType::boolean},
                                                     {"responserequested", FieldType::boolean},
                                                     {"hasattachments", FieldType::boolean},
                                                     {"createddatetime", FieldType::instant},
                                                     {"lastmodifieddatetime", FieldType::instant},
                                                     {"start/datetime", FieldType::wall_clock},
                                                     {"end/datetime", FieldType::wall_clock}}};
    for (const Known& each : known)
        if (each.name == field) return each.type;
    return FieldType::unknown;
}

struct Token {
    enum class Kind { word, quoted, open, close, comma, colon, end };
    Kind kind = Kind::end;
    std::string text;
};

std::optional<double> decimal(std::string_view text) {
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Bad {  // stays within this file
    std::string why;
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) { next(); }

    FilterNode whole() {
        FilterNode node = any_of(0);
        if (token_.kind != Token::Kind::end) throw Bad{"There is something behind the filter's end."};
        return node;
    }

  private:
    void next() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        token_ = Token();
        if (at_ == text_.size()) return;
        const char c = text_[at_];
        if (c == '(' || c == ')' || c == ',' || c == ':') {
            token_.kind = c == '(' ? Token::Kind::open : c == ')' ? Token::Kind::close : c == ',' ? Token::Kind::comma : Token::Kind::colon;
            ++at_;
            return;
        }
        if (c == '\'') {
            token_.kind = Token::Kind::quoted;
            for (++at_; at_ < text_.size(); ++at_) {
                if (text_[at_] != '\'') {
                    token_.text.push_back(text_[at_]);
                } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
                    token_.text.push_back('\'');  // OData: a doubled quote stands for one
                    ++at_;
                } else {
                    ++at_;
                    return;
                }
            }
            throw Bad{"A string in the filter has no end."};
        }
        token_.kind = Token::Kind::word;
        const bool literal = c >= '0' && c <= '9';  // a date-time keeps its colons
        while (at_ < text_.size() && std::string_view(" (),'").find(text_[at_]) == std::string_view::npos && (literal || text_[at_] != ':'))
            token_.text.push_back(text_[at_++]);
    }
    bool is(std::string_view word) const { return token_.kind == Token::Kind::word && same_text(token_.text, word); }
    void expect(Token::Kind kind, const char* what) {
        if (token_.kind != kind) throw Bad{std::string("The filter lacks ") + what + "."};
        next();
    }

    FilterNode group(Kind kind, std::string_view word, int depth) {
        FilterNode node = kind == Kind::any_of ? group(Kind::all_of, "and", depth) : unary(depth);
        if (!is(word)) return node;
        FilterNode whole;
        whole.kind = kind;
        whole.children.push_back(std::move(node));
        while (is(word)) {
            next();
            whole.children.push_back(kind == Kind::any_of ? group(Kind::all_of, "and", depth) : unary(depth));
        }
        return whole;
    }
    FilterNode any_of(int depth) {
        if (depth > limits::filter_depth) throw Bad{"The filter is nested too deeply."};
        return group(Kind::any_of, "or", depth);
    }

    FilterNode unary(int depth) {
        if (++terms_ > limits::filter_terms || depth > limits::filter_depth) throw Bad{"The filter is too long."};
        FilterNode node;
        if (is("not")) {
            next();
            node.kind = Kind::negation;
            node.children.push_back(unary(depth + 1));
            return node;
        }
        if (token_.kind == Token::Kind::open) {
            next();
            node = any_of(depth + 1);
            expect(Token::Kind::close, "a closing parenthesis");
            return node;
        }
        if (token_.kind != Token::Kind::word) throw Bad{"The filter lacks a property."};
        const std::string word = lower(token_.text);
        next();
        if (word == "startswith" || word == "contains") {
            node.kind = word == "contains" ? Kind::contains : Kind::starts_with;
            expect(Token::Kind::open, "an opening parenthesis");
            set_field(node, lower(token_.text));
            next();
            expect(Token::Kind::comma, "a comma");
            literal(node);
            if (!node.literal_quoted || (!node.of_variable && type_of(node.field) != FieldType::text)) throw Bad{"The function is for strings."};
            expect(Token::Kind::close, "a closing parenthesis");
            return node;
        }
        if (word == "categories/any" || word == "singlevalueextendedproperties/any") {
            node.kind = word == "categories/any" ? Kind::any_category : Kind::any_property;
            expect(Token::Kind::open, "an opening parenthesis");
            const std::string outer = std::exchange(variable_, lower(token_.text));
            next();
            expect(Token::Kind::colon, "a colon");
            node.children.push_back(any_of(depth + 1));
            variable_ = outer;
            expect(Token::Kind::close, "a closing parenthesis");
            return node;
        }
        if (word == "cast") {
            // Graph docs, singleValueLegacyExtendedProperty: cast(ep/value, Edm.Int32) gt 5
            expect(Token::Kind::open, "an opening parenthesis");
            set_field(node, lower(token_.text));
            next();
            expect(Token::Kind::comma, "a comma");
            node.cast = lower(token_.text);
            next();
            expect(Token::Kind::close, "a closing parenthesis");
            static constexpr std::array<std::string_view, 5> casts = {"edm.int32", "edm.int64", "edm.int16", "edm.double", "edm.boolean"};
            if (!node.of_variable || node.field != "value" || std::find(casts.begin(), casts.end(), node.cast) == casts.end())
                throw Bad{"Only the value of an extended property is cast, to a number or a boolean."};
        } else {
            set_field(node, word);
        }
        static constexpr std::array<std::string_view, 6> operators = {"eq", "ne", "gt", "ge", "lt", "le"};
        const auto found = std::find(operators.begin(), operators.end(), lower(token_.text));
        if (token_.kind != Token::Kind::word || found == operators.end()) throw Bad{"The filter lacks an operator."};
        node.op = static_cast<Operator>(found - operators.begin());
        next();
        literal(node);
        check_literal(node);
        return node;
    }
    void set_field(FilterNode& node, std::string field) {
        if (!variable_.empty() && (field == variable_ || field.starts_with(variable_ + "/"))) {
            node.of_variable = true;
            node.field = field == variable_ ? std::string() : field.substr(variable_.size() + 1);
            return;
        }
        node.field = std::move(field);
        if (type_of(node.field) == FieldType::unknown) throw Bad{"Events cannot be filtered by '" + node.field + "'."};
    }
    void literal(FilterNode& node) {
        if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::quoted) throw Bad{"The filter lacks a value."};
        node.literal = token_.text;
        node.literal_quoted = token_.kind == Token::Kind::quoted;
        next();
    }
    void check_literal(const FilterNode& node) const {
        if (!node.cast.empty() && node.cast != "edm.boolean" && (node.literal_quoted || !decimal(node.literal)))
            throw Bad{"A cast value is compared with a number."};
        if (node.of_variable) return;
        switch (type_of(node.field)) {
            case FieldType::boolean:
                if (node.literal_quoted || (node.literal != "true" && node.literal != "false")) throw Bad{"The value of '" + node.field + "' is true or false."};
                break;
            case FieldType::instant:
                if (node.literal_quoted || !parse_instant(node.literal)) throw Bad{"'" + node.field + "' is compared with a date-time without quotes."};
                break;
            case FieldType::wall_clock:
                if (!node.literal_quoted || !parse_instant(node.literal)) throw Bad{"'" + node.field + "' is compared with a quoted date-time in UTC."};
                break;
            default:
                if (!node.literal_quoted && node.literal != "null") throw Bad{"The value of '" + node.field + "' is a quoted string."};
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Token token_;
    std::string variable_;
    int terms_ = 0;
};

std::string text_of(std::string_view field, const Mailbox& mailbox, const Entry& entry) {
    if (field == "subject") return entry.copy->content.subject();
    if (field == "icaluid") return ical_uid(entry.item->meeting, entry.slot ? entry.slot : entry.item->lone_slot);
    if (field == "id") return entry.slot ? occurrence_id(mailbox.ids(), entry.item->number, *entry.slot) : item_id(mailbox.ids(), entry.item->number);
    if (field == "seriesmasterid") return entry.slot ? item_id(mailbox.ids(), entry.item->number) : std::string();
    if (field == "transactionid") return extras_of(*entry.copy).transaction_id;
    if (field == "type") return std::string(name_of(entry.type));
    if (field == "importance") return std::string(name_of(entry.copy->content->importance));
    if (field == "sensitivity") return std::string(name_of(entry.copy->content->sensitivity));
    if (field == "showas") return std::string(name_of(entry.copy->show_as));
    return {};
}

Instant instant_of(std::string_view field, const Entry& entry) {
    if (field == "start/datetime") return entry.start;
    if (field == "end/datetime") return entry.end;
    return field == "createddatetime" ? entry.copy->created : entry.copy->modified;
}

bool flag_of(std::string_view field, const Entry& entry) {
    const Copy& copy = *entry.copy;
    if (field == "isallday") return copy.content->all_day;
    if (field == "iscancelled") return copy.cancelled;
    if (field == "isonlinemeeting") return copy.content->online != nullptr;
    if (field == "isreminderon") return extras_of(copy).reminder_on;
    if (field == "isdraft") return extras_of(copy).draft;
    if (field == "responserequested") return copy.content->response_requested;
    if (field == "hasattachments") return has_attachments(*copy.content);
    return copy.organizer;
}

bool holds(Operator op, int order) {
    switch (op) {
        case Operator::eq: return order == 0;
        case Operator::ne: return order != 0;
        case Operator::gt: return order > 0;
        case Operator::ge: return order >= 0;
        case Operator::lt: return order < 0;
        case Operator::le: return order <= 0;
    }
    return false;
}

template <typename T>
int ordered(const T& a, const T& b) { return a < b ? -1 : b < a ? 1 : 0; }

struct Variable {
    std::string_view id;
    std::string_view value;
};

bool holds(const FilterNode& node, const Mailbox& mailbox, const Entry& entry, const Variable* variable) {
    const auto every = [&](const FilterNode& child) { return holds(child, mailbox, entry, variable); };
    switch (node.kind) {
        case Kind::all_of: return std::all_of(node.children.begin(), node.children.end(), every);
        case Kind::any_of: return std::any_of(node.children.begin(), node.children.end(), every);
        case Kind::negation: return !every(node.children.front());
        case Kind::any_category: {
            const auto& list = extras_of(*entry.copy).categories;
            return std::any_of(list.begin(), list.end(), [&](const std::string& category) {
                const Variable own{{}, category};
                return holds(node.children.front(), mailbox, entry, &own);
            });
        }
        case Kind::any_property: {
            const auto& list = extras_of(*entry.copy).properties;
            return std::any_of(list.begin(), list.end(), [&](const ExtendedProperty& property) {
                const Variable own{property.id, property.value};
                return holds(node.children.front(), mailbox, entry, &own);
            });
        }
        default: break;
    }
    // Graph docs: names of extended properties are compared with regard to case, values without.
    std::string left;
    if (node.of_variable) left = variable ? std::string(node.field == "id" ? variable->id : variable->value) : std::string();
    else left = text_of(node.field, mailbox, entry);
    const bool exact = node.of_variable ? node.field == "id" : node.field == "id" || node.field == "seriesmasterid";
    const bool identity = node.of_variable && node.field == "id";
    const std::string a = identity ? property_identity(left) : exact ? left : lower(left), b = identity ? property_identity(node.literal) : exact ? node.literal : lower(node.literal);
    if (!node.cast.empty() && node.cast != "edm.boolean") {
        const std::optional<double> number = decimal(left);
        return number && holds(node.op, ordered(*number, *decimal(node.literal)));
    }
    if (node.kind == Kind::starts_with) return a.starts_with(b);
    if (node.kind == Kind::contains) return a.find(b) != std::string::npos;
    if (!node.of_variable) {
        const FieldType type = type_of(node.field);
        if (type == FieldType::instant || type == FieldType::wall_clock)
            return holds(node.op, ordered(instant_of(node.field, entry), *parse_instant(node.literal)));
        if (type == FieldType::boolean) {
            return holds(node.op, ordered(flag_of(node.field, entry), node.literal == "true"));
        }
        if (!node.literal_quoted) return holds(node.op, left.empty() ? 0 : 1);  // null
    }
    return holds(node.op, ordered(a, b));
}

}  // namespace

std::variant<std::shared_ptr<const FilterNode>, Fault> parse_filter(std::string_view text) {
    try {
        return std::make_shared<const FilterNode>(Parser(text).whole());
    } catch (const Bad& bad) {
        return errors::filter_invalid(bad.why);
    }
}

bool matches(const FilterNode& filter, const Mailbox& mailbox, const Entry& entry) { return holds(filter, mailbox, entry, nullptr); }

bool orderable(std::string_view field) {
    return field == "subject" || field == "start/datetime" || field == "end/datetime" || field == "createddatetime" || field == "lastmodifieddatetime";
}

int compare_by(std::string_view field, const Entry& a, const Entry& b) {
    return ordered(instant_of(field, a), instant_of(field, b));
}

}  // namespace fakes::microsoft
