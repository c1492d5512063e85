#include "fakes/microsoft/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "fakes/microsoft/extended_property.hpp"
#include "fakes/microsoft/limits.hpp"

namespace fakes::microsoft {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Pieces between `separator`s that stand outside quotes and parentheses.
std::vector<std::string_view> pieces(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    int depth = 0;
    char quote = 0;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || (quote == 0 && depth == 0 && text[i] == separator)) {
            const std::string_view piece = trimmed(text.substr(from, i - from));
            if (!piece.empty()) out.push_back(piece);
            from = i + 1;
        } else if (quote != 0) {
            if (text[i] == quote) quote = 0;
        } else if (text[i] == '\'' || text[i] == '"') {
            quote = text[i];
        } else if (text[i] == '(') {
            ++depth;
        } else if (text[i] == ')') {
            --depth;
        }
    }
    return out;
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

bool selectable(std::string_view name) {
    static constexpr std::array<std::string_view, 45> names = {
        "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "categories", "transactionId", "originalStartTimeZone", "originalEndTimeZone",
        "iCalUId", "uid", "reminderMinutesBeforeStart", "isReminderOn", "hasAttachments", "subject", "bodyPreview", "body", "importance", "sensitivity",
        "isAllDay", "isCancelled", "isOrganizer", "responseRequested", "allowNewTimeProposals", "hideAttendees", "isDraft", "seriesMasterId", "showAs",
        "type", "webLink", "onlineMeetingUrl", "isOnlineMeeting", "onlineMeetingProvider", "onlineMeeting", "recurrence", "responseStatus", "start",
        "end", "location", "locations", "attendees", "organizer", "originalStart", "cancelledOccurrences", "occurrenceId", "exceptionOccurrences"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view known) { return same_text(known, name); });
}

/// `($filter=id eq 'a' or id eq 'b')` behind `what`, into `ids`.
std::optional<Fault> read_ids(std::vector<std::string>& ids, std::string_view what, std::string_view part) {
    const auto needs = [&] { return errors::query_option("$expand", std::string(what) + " needs ($filter=id eq '...')."); };
    const std::size_t open = part.find('(');
    if (open == std::string_view::npos || part.back() != ')') return needs();
    std::string_view inner = trimmed(part.substr(open + 1, part.size() - open - 2));
    if (inner.starts_with("$filter")) inner = trimmed(inner.substr(7));
    if (!inner.starts_with('=')) return needs();
    inner = trimmed(inner.substr(1));
    const std::size_t before_these = ids.size();
    while (!inner.empty()) {
        const std::size_t quote = inner.find('\'');
        const std::size_t end = quote == std::string_view::npos ? quote : inner.find('\'', quote + 1);
        if (end == std::string_view::npos) return errors::filter_invalid("The filter of an expansion is id eq '...' [or id eq '...'].");
        std::string before;
        for (const char c : lower(inner.substr(0, quote)))
            if (c != ' ' && c != '(') before.push_back(c);
        if (before != (ids.size() == before_these ? "ideq" : "orideq")) return errors::filter_invalid("The filter of an expansion is id eq '...' [or id eq '...'].");
        ids.emplace_back(inner.substr(quote + 1, end - quote - 1));
        if (ids.size() > static_cast<std::size_t>(limits::expand_properties)) return errors::query_option("$expand", "too many ids.");
        inner = trimmed(inner.substr(end + 1));
        while (inner.starts_with(')')) inner = trimmed(inner.substr(1));
    }
    return std::nullopt;
}

std::optional<Fault> read_property_ids(std::vector<std::string>& ids, std::string_view what, std::string_view part) {
    auto fault = read_ids(ids, what, part);
    for (std::string& id : ids) id = property_identity(id);
    return fault;
}

std::optional<Fault> read_expand(Query& query, std::string_view text) {
    query.expand_text = text;
    for (const std::string_view part : pieces(text, ',')) {
        const std::string_view name = trimmed(part.substr(0, part.find('(')));
        Expand& expand = query.expand;
        std::optional<Fault> fault;
        if (same_text(name, "singleValueExtendedProperties")) {
            expand.properties = true;
            fault = read_property_ids(expand.property_ids, "singleValueExtendedProperties", part);
        } else if (same_text(name, "multiValueExtendedProperties")) {
            expand.multi_properties = true;
            fault = read_property_ids(expand.property_ids, "multiValueExtendedProperties", part);
        } else if (same_text(name, "extensions")) {
            expand.extensions = true;
            fault = read_ids(expand.extension_ids, "extensions", part);
            for (std::string& id : expand.extension_ids) id = extension_name(id);
        } else if (same_text(name, "attachments")) {
            expand.attachments = true;
            const std::size_t open = part.find('(');
            const std::string_view inner = open == std::string_view::npos || part.back() != ')' ? std::string_view() : trimmed(part.substr(open + 1, part.size() - open - 2));
            for (const std::string_view option : pieces(inner, ';')) {
                const std::size_t equals = std::min(option.find('='), option.size() - 1);
                const std::string_view value = trimmed(option.substr(equals + 1));
                if (same_text(trimmed(option.substr(0, equals)), "$select")) fault = select_of_attachments(expand.attachment_shape, value);
                else if (same_text(trimmed(option.substr(0, equals)), "$expand")) fault = expand_of_attachments(expand.attachment_shape, value);
                else fault = errors::query_option("$expand", "attachments take $select and $expand.");
                if (fault) return fault;
            }
        } else if (same_text(name, "exceptionOccurrences")) {
            expand.exceptions = true;
        } else if (same_text(name, "calendar")) {
            expand.calendar = true;
        } else {
            fault = errors::query_option("$expand", "could not find a property named '" + std::string(name.substr(0, 60)) + "' to expand on type 'microsoft.graph.event'.");
        }
        if (fault) return fault;
    }
    return std::nullopt;
}

std::optional<Fault> read_option(Query& query, const std::string& name, const std::string& value) {
    if (name == "$top") {
        const auto top = number(value);
        if (!top || *top < 1 || *top > limits::page_max) return errors::query_option("$top", "the value is 1 to 1000.");
        query.top = static_cast<int>(*top);
    } else if (name == "$skip") {
        const auto skip = number(value);
        if (!skip || *skip < 0) return errors::query_option("$skip", "the value is not negative.");
        query.skip = static_cast<std::size_t>(*skip);
    } else if (name == "$count") {
        if (!same_text(value, "true") && !same_text(value, "false")) return errors::query_option("$count", "the value is true or false.");
        query.count = same_text(value, "true");
    } else if (name == "$select") {
        if (trimmed(value) == "*") return std::nullopt;  // OData URL conventions 5.1.3: all declared properties
        query.selects = true;
        query.select_text = value;
        for (const std::string_view piece : pieces(value, ',')) {
            if (!selectable(piece)) return errors::query_option("$select", "could not find a property named '" + std::string(piece.substr(0, 60)) + "' on type 'microsoft.graph.event'.");
            query.select.emplace_back(piece);
        }
    } else if (name == "$expand") {
        return read_expand(query, value);
    } else if (name == "$orderby") {
        for (const std::string_view piece : pieces(value, ',')) {
            const std::size_t blank = piece.find(' ');
            Query::Order order;
            order.field = lower(piece.substr(0, blank));
            const std::string way = blank == std::string_view::npos ? "" : lower(trimmed(piece.substr(blank)));
            order.descending = way == "desc";
            if (!orderable(order.field) || (!way.empty() && way != "asc" && way != "desc"))
                return errors::query_option("$orderby", "events are not ordered by '" + std::string(piece.substr(0, 60)) + "'.");
            query.order.push_back(std::move(order));
        }
    } else if (name == "$filter") {
        auto filter = parse_filter(value);
        if (Fault* fault = std::get_if<Fault>(&filter)) return std::move(*fault);
        query.filter = std::get<0>(filter);
    } else if (name == "$skiptoken") {
        query.skip_token = value;
    } else if (name == "$deltatoken") {
        query.delta_token = value;
    } else if (name == "startdatetime") {
        query.window_start = value;
    } else if (name == "enddatetime") {
        query.window_end = value;
    } else if (name == "$format") {
        if (!same_text(value, "json") && !same_text(value.substr(0, 16), "application/json")) return errors::query_option("$format", "answers are JSON.");
    } else if (name.starts_with("$")) {
        return errors::query_option(name, "it is not supported on events.");
    }
    return std::nullopt;
}

}  // namespace

std::string extension_name(std::string_view id) {
    static constexpr std::string_view prefix = "Microsoft.OutlookServices.OpenTypeExtension.";
    return std::string(same_text(id.substr(0, prefix.size()), prefix) ? id.substr(prefix.size()) : id);
}

std::variant<Query, Fault> read_query(std::string_view text) {
    Query query;
    if (text.empty()) return query;
    query.all = parse_parameters(text);
    for (const auto& [name, value] : query.all)
        if (auto fault = read_option(query, lower(name), value)) return std::move(*fault);
    for (const auto& [name, value] : query.all)
        if (!same_text(name, "$skip")) query.all_again += percent_encode(name) + "=" + percent_encode(value) + "&";
    return query;
}

std::variant<std::shared_ptr<const Query>, Fault> KnownQueries::read(std::string_view text) {
    if (const auto found = known_.find(text); found != known_.end()) return found->second;
    auto fresh = read_query(text);
    if (Fault* fault = std::get_if<Fault>(&fresh)) return std::move(*fault);
    auto query = std::make_shared<const Query>(std::move(std::get<Query>(fresh)));
    if (text.size() > limits::known_query_bytes) return query;
    if (known_.size() >= limits::known_queries) known_.clear();
    known_.emplace(text, query);
    return query;
}

std::variant<Preferences, Fault> read_preferences(const std::vector<Header>& headers) {
    Preferences out;
    for (const Header& header : headers) {
        if (!same_text(header.name, "Prefer")) continue;
        for (const std::string_view piece : pieces(header.value, ',')) {
            const std::size_t equals = piece.find('=');
            const std::string name = lower(trimmed(piece.substr(0, equals)));
            std::string_view value = equals == std::string_view::npos ? std::string_view() : trimmed(piece.substr(equals + 1));
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
            std::string applied;
            if (name == "outlook.timezone") {
                out.zone = recurrence::Zone::find(value);
                if (!out.zone) return errors::zone_not_supported(value);
                out.zone_name = value;
                applied = "outlook.timezone=\"" + std::string(value) + "\"";
            } else if (name == "outlook.body-content-type") {
                if (!same_text(value, "text") && !same_text(value, "html")) continue;
                out.text_body = same_text(value, "text");
                applied = "outlook.body-content-type=\"" + lower(value) + "\"";
            } else if (name == "idtype") {
                if (!same_text(value, "ImmutableId")) continue;
                out.immutable_ids = true;
                applied = "IdType=\"ImmutableId\"";
            } else if (name == "return") {
                if (!same_text(value, "minimal") && !same_text(value, "representation")) continue;
                out.minimal = same_text(value, "minimal");
                applied = "return=" + lower(value);
            } else if (name == "odata.maxpagesize") {
                const auto size = number(value);
                if (!size || *size < 1 || *size > limits::page_max) continue;
                out.page_size = static_cast<int>(*size);
                applied = "odata.maxpagesize=" + std::string(value);
            }
            if (applied.empty()) continue;  // unknown preferences are ignored
            if (!out.applied.empty()) out.applied += ", ";
            out.applied += applied;
        }
    }
    return out;
}

std::variant<std::shared_ptr<const Preferences>, Fault> KnownPreferences::read(const std::vector<Header>& headers) {
    const Header* only = nullptr;
    int count = 0;
    for (const Header& header : headers)
        if (same_text(header.name, "Prefer")) {
            only = &header;
            ++count;
        }
    if (count == 0) return none_;
    if (count == 1 && last_ && only->value == text_) return last_;
    auto fresh = read_preferences(headers);
    if (Fault* fault = std::get_if<Fault>(&fresh)) return std::move(*fault);
    auto preferences = std::make_shared<const Preferences>(std::move(std::get<Preferences>(fresh)));
    if (count == 1 && only->value.size() <= limits::known_query_bytes) {
        text_ = only->value;
        last_ = preferences;
    }
    return preferences;
}

std::variant<Window, Fault> window_of(const Query& query) {
    if (!query.window_start || !query.window_end) return errors::window_missing();
    Window window;
    for (const auto& [text, place] : {std::pair(&*query.window_start, &window.from), std::pair(&*query.window_end, &window.to)}) {
        const std::optional<Instant> at = parse_instant(*text);
        if (!at) return errors::window_unreadable(text->substr(0, 60));
        *place = *at;
    }
    if (window.to < window.from || window.to - window.from > limits::window_max) return errors::window_too_wide();
    return window;
}

std::string next_page(const Query& query, std::size_t skip) { return query.all_again + "%24skip=" + std::to_string(skip); }

}  // namespace fakes::microsoft
