// The directory (users, organization) and what a mailbox is made of besides its events: calendars, zones, ids.
#include <algorithm>
#include <array>
#include <functional>

#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

using Members = std::vector<std::pair<std::string_view, std::string>>;  // name and JSON value

std::string json_text(std::string_view text) {
    std::string out;
    put_json(out, text);
    return out;
}
std::string json_or_null(std::string_view text) { return text.empty() ? "null" : json_text(text); }

/// The first ten are what comes without $select (Graph docs, "Get a user").
Members members_of(const Mailboxes::User& user) {
    const Person& person = user.person;
    const std::size_t blank = person.name.rfind(' ');
    const bool two = !person.is_room && blank != std::string::npos;
    return {{"businessPhones", "[]"},
            {"displayName", json_text(person.name)},
            {"givenName", two ? json_text(person.name.substr(0, blank)) : "null"},
            {"jobTitle", "null"},
            {"mail", json_text(person.address)},
            {"mobilePhone", "null"},
            {"officeLocation", "null"},
            {"preferredLanguage", json_or_null(person.language)},
            {"surname", two ? json_text(person.name.substr(blank + 1)) : "null"},
            {"userPrincipalName", json_text(person.address)},
            {"id", json_text(user.id)},
            {"accountEnabled", person.is_room ? "false" : "true"},
            {"userType", "\"Member\""},
            {"mailNickname", json_text(person.address.substr(0, person.address.find('@')))},
            {"proxyAddresses", "[" + json_text("SMTP:" + person.address) + "]"},
            {"department", "null"},
            {"companyName", "null"},
            {"country", "null"},
            {"usageLocation", "null"}};
}
constexpr std::size_t default_user_members = 11;

std::optional<Fault> put_selected(std::string& out, const Members& members, std::size_t by_default, const std::vector<std::string>& select, std::string_view type) {
    const auto put = [&](const std::pair<std::string_view, std::string>& member) {
        if (!out.empty() && out.back() != '{') out += ',';
        put_json(out, member.first);
        out += ':' + member.second;
    };
    if (select.empty())
        for (std::size_t i = 0; i < by_default; ++i) put(members[i]);
    for (const std::string& name : select) {
        const auto found = std::find_if(members.begin(), members.end(), [&](const auto& member) { return same_text(member.first, name); });
        if (found == members.end()) return errors::directory_select(name.substr(0, 80), type);
        put(*found);
    }
    return std::nullopt;
}

struct DirectoryQuery {
    std::vector<std::string> select;
    std::size_t top = limits::users_default, skip = 0;
    bool count = false;
    std::string filter;
    Parameters rest;  // for nextLinks
};

std::variant<DirectoryQuery, Fault> read_directory_query(std::string_view text) {
    DirectoryQuery out;
    const Parameters parameters = parse_parameters(text);
    for (const auto& [raw, value] : parameters) {
        const std::string name = lower(raw);
        const auto number = [&]() -> std::optional<int> {
            if (value.empty() || value.size() > 6 || value.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
            return std::stoi(value);
        };
        if (name == "$select") {
            std::string_view rest = value;
            while (!rest.empty()) {
                const std::size_t comma = rest.find(',');
                std::string_view word = rest.substr(0, comma);
                while (word.starts_with(' ')) word.remove_prefix(1);
                while (word.ends_with(' ')) word.remove_suffix(1);
                if (!word.empty()) out.select.emplace_back(word);
                rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            }
        } else if (name == "$top") {
            const auto top = number();
            if (!top || *top < 1 || *top > limits::users_max) return errors::directory_filter("$top is 1 to 999.");
            out.top = static_cast<std::size_t>(*top);
        } else if (name == "$skiptoken") {
            // The token names the row to go on with.
            const std::size_t mark = value.rfind('.');
            const std::string row = mark == std::string::npos ? std::string() : value.substr(mark + 1);
            if (row.empty() || row.size() > 6 || row.find_first_not_of("0123456789") != std::string::npos) return errors::directory_filter("The $skiptoken is none of this service.");
            out.skip = static_cast<std::size_t>(std::stoi(row));
        } else if (name == "$count") {
            out.count = same_text(value, "true");
        } else if (name == "$filter") {
            out.filter = value;
        } else if (name.starts_with("$")) {
            return errors::directory_filter("This fake's directory knows $select, $top, $filter, $count and $skiptoken.");
        }
        if (name != "$skiptoken") out.rest.emplace_back(raw, value);
    }
    return out;
}

using Predicate = std::function<bool(const Mailboxes::User&)>;

/// One term: `mail eq 'x'`, `startswith(displayName,'x')`, `accountEnabled eq true`.
std::optional<Predicate> term(std::string_view text) {
    static constexpr std::array<std::string_view, 7> names = {"mail", "userPrincipalName", "displayName", "id", "givenName", "surname", "mailNickname"};
    const auto value_of = [](const Mailboxes::User& user, std::string_view name) {
        for (const auto& [member, value] : members_of(user))
            if (member == name) return lower(value == "null" ? "\"\"" : value);
        return std::string();
    };
    const bool starts = lower(text).starts_with("startswith(") && text.ends_with(")");
    const std::string_view inner = starts ? text.substr(11, text.size() - 12) : text;
    const std::size_t quote = inner.find('\'');
    if (quote == std::string_view::npos || !inner.ends_with("'") || inner.size() < quote + 2) {
        const std::string words = lower(text);
        if (words == "accountenabled eq true") return [](const Mailboxes::User& user) { return !user.person.is_room; };
        if (words == "accountenabled eq false") return [](const Mailboxes::User& user) { return user.person.is_room; };
        return std::nullopt;
    }
    std::string literal;
    for (std::size_t i = quote + 1; i + 1 < inner.size(); ++i) {
        literal.push_back(inner[i]);
        if (inner[i] == '\'' && inner[i + 1] == '\'') ++i;
    }
    std::string head;
    for (const char c : lower(inner.substr(0, quote)))
        if (c != ' ') head.push_back(c);
    for (const std::string_view name : names) {
        if (head != lower(name) + (starts ? "," : "eq")) continue;
        std::string wanted = lower(json_text(literal));
        if (starts) wanted.pop_back();
        return [=](const Mailboxes::User& user) {
            const std::string value = value_of(user, name);
            return starts ? value.starts_with(wanted) : value == wanted;
        };
    }
    return std::nullopt;
}

std::optional<std::vector<Predicate>> predicates(std::string_view filter) {
    std::vector<Predicate> out;
    bool quoted = false;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= filter.size(); ++i) {
        if (i < filter.size() && filter[i] == '\'') quoted = !quoted;
        const bool joint = !quoted && same_text(filter.substr(i, 5), " and ");
        if (i < filter.size() && !joint) continue;
        auto one = term(filter.substr(from, i - from));
        if (!one) return std::nullopt;
        out.push_back(std::move(*one));
        from = i + 5;
    }
    return out;
}

}  // namespace

Reply Graph::directory_reply(const Call& call) {
    if (call.request.method != "GET") return refuse(call, errors::method_not_allowed(call.request.method));
    const bool organization = call.route.resource == Route::Resource::organization;
    if (organization ? !call.access.organization_read : !call.access.users_read) return refuse(call, errors::directory_role_missing());
    Reply reply = organization ? organization_reply(call) : users_reply(call);
    for (Header& header : reply.headers) {  // directory routes write their type without blanks
        if (header.name != "Content-Type" || header.value == "application/json") continue;
        header.value = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    }
    if (reply.status == 200) reply.headers.push_back({"OData-Version", "4.0"});
    return reply;
}

Reply Graph::users_reply(const Call& call) {
    const auto read = read_directory_query(call.query);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const DirectoryQuery& query = std::get<DirectoryQuery>(read);
    std::string context = options_.graph_base + "/$metadata#users";
    if (!query.select.empty()) {
        context += '(';
        for (std::size_t i = 0; i < query.select.size(); ++i) context += (i == 0 ? "" : ",") + percent_encode(query.select[i], true);
        context += ')';
    }
    if (call.route.resource == Route::Resource::user) {
        const Mailboxes::User* user = mailboxes_.user(call.route.user);
        if (!user) return refuse(call, errors::unknown_directory_object(call.route.user));
        std::string body = "{\"@odata.context\":\"" + context + "/$entity\"";
        if (const auto fault = put_selected(body, members_of(*user), default_user_members, query.select, "microsoft.graph.user")) return refuse(call, *fault);
        return json_reply(200, body + "}", call.marks);
    }
    std::vector<const Mailboxes::User*> all;
    std::optional<std::vector<Predicate>> wanted = std::vector<Predicate>();
    if (!query.filter.empty()) wanted = predicates(query.filter);
    if (!wanted) return refuse(call, errors::directory_filter("This fake's directory filters by eq and startswith on names and addresses, joined by and."));
    for (const Mailboxes::User& user : mailboxes_.users())
        if (std::all_of(wanted->begin(), wanted->end(), [&](const Predicate& holds) { return holds(user); })) all.push_back(&user);
    std::string body = "{\"@odata.context\":\"" + context + "\"";
    const std::string* level = find_header(call.request.headers, "ConsistencyLevel");
    if (query.count && level && same_text(*level, "eventual")) body += ",\"@odata.count\":" + std::to_string(all.size());
    const std::size_t end = std::min(all.size(), query.skip + query.top);
    if (end < all.size()) {
        std::string rest;
        for (const auto& [name, value] : query.rest) rest += percent_encode(name) + "=" + percent_encode(value) + "&";
        put_member(body, "@odata.nextLink", link(call, rest + "$skiptoken=RFNwdAIAAQAAAA." + std::to_string(end)));
    }
    body += ",\"value\":[";
    for (std::size_t i = query.skip; i < end; ++i) {
        std::string one = "{";
        if (const auto fault = put_selected(one, members_of(*all[i]), default_user_members, query.select, "microsoft.graph.user")) return refuse(call, *fault);
        body += (i == query.skip ? "" : ",") + one + "}";
    }
    return json_reply(200, body + "]}", call.marks);
}

Reply Graph::organization_reply(const Call& call) {
    const auto read = read_directory_query(call.query);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const Members members = {{"id", json_text(tenant_)},
                             {"deletedDateTime", "null"},
                             {"businessPhones", "[]"},
                             {"city", "null"},
                             {"countryLetterCode", "\"PL\""},
                             {"displayName", json_text(organisation_name_)},
                             {"tenantType", "\"AAD\""},
                             {"verifiedDomains", "[{\"capabilities\":\"Email, OfficeCommunicationsOnline\",\"isDefault\":true,\"isInitial\":true,\"name\":" +
                                                     json_text(domain_) + ",\"type\":\"Managed\"}]"}};
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#organization\",\"value\":[{";
    if (const auto fault = put_selected(body, members, members.size(), std::get<DirectoryQuery>(read).select, "microsoft.graph.organization"))
        return refuse(call, *fault);
    return json_reply(200, body + "}]}", call.marks);
}

Reply Graph::calendar_reply(const Call& call) {
    const bool list = call.route.resource == Route::Resource::calendars;
    std::string body = "{\"@odata.context\":\"" + user_context(call);
    body += list ? "calendars\",\"value\":[{" : call.route.calendar.empty() ? "calendar/$entity\"" : "calendars/$entity\"";
    put_calendar(body, *call.mailbox);
    return json_reply(200, body + (list ? "}]}" : "}"), call.marks);
}

Reply Graph::time_zones_reply(const Call& call) {
    const bool iana = call.route.part.find("'iana'") != std::string::npos;
    if (!call.route.part.empty() && !iana && call.route.part != "()" && call.route.part.find("'windows'") == std::string::npos)
        return refuse(call, errors::unknown_segment("supportedTimeZones" + call.route.part.substr(0, 60)));
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(microsoft.graph.timeZoneInformation)\",\"value\":[";
    bool first = true;
    for (const std::string_view windows : recurrence::windows_ids()) {
        const std::string_view name = iana ? recurrence::iana_for_windows(windows) : windows;
        if (name.empty()) continue;
        body += first ? "{" : ",{";
        first = false;
        put_member(body, "alias", name);
        put_member(body, "displayName", name);
        body += '}';
    }
    return json_reply(200, body + "]}", call.marks);
}

Reply Graph::translate_reply(const Call& call) {
    const auto read = read_translation(call.request.body);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const TranslateInput& input = std::get<TranslateInput>(read);
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(microsoft.graph.convertIdResult)\",\"value\":[";
    bool first = true;
    for (const std::string& id : input.ids) {
        const std::optional<ParsedId> parsed = parse_id(call.mailbox->ids(), id);
        body += first ? "{" : ",{";
        first = false;
        put_member(body, "sourceId", id);
        if (!parsed || !parsed->here || parsed->immutable != (input.source == "restimmutableentryid")) {
            body += ",\"targetId\":\"\",\"errorDetails\":{";
            put_member(body, "code", "ErrorInvalidIdMalformed");
            put_member(body, "message", "Id is malformed.");
            body += "}}";
            continue;
        }
        const MailboxIds& ids = call.mailbox->ids();
        put_member(body, "targetId", input.target == "restimmutableentryid" ? immutable_id(ids, parsed->item, parsed->slot)
                                     : parsed->slot                         ? occurrence_id(ids, parsed->item, *parsed->slot)
                                                                            : item_id(ids, parsed->item));
        body += '}';
    }
    return json_reply(200, body + "]}", call.marks);
}

}  // namespace fakes::microsoft
