// The directory (users, organization), zones and ids.
#include <algorithm>

#include "fakes/microsoft/bodies.hpp"
#include "fakes/microsoft/directory_query.hpp"
#include "fakes/microsoft/graph.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/replies.hpp"
#include "fakes/microsoft/settings.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

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
        Members members = members_of(*user);
        // Graph docs, "Get a user": only of one user, and only when asked for.
        if (std::any_of(query.select.begin(), query.select.end(), [](const std::string& name) { return same_text(name, "mailboxSettings"); })) {
            const Mailboxes::Found found = mailboxes_.find(user->id);
            if (!call.access.settings_read) return refuse(call, errors::role_missing("MailboxSettings.Read"));
            if (!found.mailbox) return refuse(call, errors::no_mailbox(call.route.user));
            if (!found.mailbox->service_allowed) return refuse(call, errors::policy_blocks(found.mailbox->owner().address));
            members.push_back({"mailboxSettings", "{" + *settings_json(*found.mailbox, "", call.marks.now) + "}"});
        }
        if (const auto fault = put_selected(body, members, default_user_members, query.select, "microsoft.graph.user")) return refuse(call, *fault);
        return json_reply(200, body + "}", call.marks);
    }
    std::vector<const Mailboxes::User*> all;
    std::optional<std::vector<Predicate>> wanted = std::vector<Predicate>();
    if (!query.filter.empty()) wanted = predicates(query.filter, {"mail", "userPrincipalName", "displayName", "id", "givenName", "surname", "mailNickname", "accountEnabled"});
    if (!wanted) return refuse(call, errors::directory_filter("This fake's directory filters by eq and startswith on names and addresses, joined by and."));
    for (const Mailboxes::User& user : mailboxes_.users())
        if (std::all_of(wanted->begin(), wanted->end(), [&](const Predicate& holds) { return holds(members_of(user)); })) all.push_back(&user);
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

Reply Graph::time_zones_reply(const Call& call) {
    const bool iana = call.route.part.find("'iana'") != std::string::npos;
    if (!call.route.part.empty() && !iana && call.route.part != "()" && call.route.part.find("'windows'") == std::string::npos)
        return refuse(call, errors::unknown_segment(call.route.bad_segment.substr(0, 80)));
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

Reply Graph::languages_reply(const Call& call) {
    return json_reply(200, "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(microsoft.graph.localeInfo)\",\"value\":[" + supported_languages() + "]}",
                      call.marks);
}

Reply Graph::translate_reply(const Call& call) {
    const auto read = read_translation(call.request.body);
    if (const Fault* fault = std::get_if<Fault>(&read)) return refuse(call, *fault);
    const TranslateInput& input = std::get<TranslateInput>(read);
    std::string body = "{\"@odata.context\":\"" + options_.graph_base + "/$metadata#Collection(microsoft.graph.convertIdResult)\",\"value\":[";
    bool first = true;
    for (const std::string& id : input.ids) {
        const std::optional<ParsedId> parsed = parse_id(call.mailbox->ids(), id);  // of the default calendar
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
