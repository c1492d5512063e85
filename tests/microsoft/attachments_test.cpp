// File attachments of events, and what else of an event's neighbourhood came with them: forward, snoozeReminder.
#include <gtest/gtest.h>

#include "tests/microsoft/tenant.hpp"

using namespace microsoft_test;

namespace {

json file(const std::string& name, const std::string& base64, json more = json::object()) {
    json out = {{"@odata.type", "#microsoft.graph.fileAttachment"}, {"name", name}, {"contentBytes", base64}};
    out.update(more);
    return out;
}

std::string made(Tenant& tenant, json body) {
    const Answer answer = tenant.call("POST", tenant.events("ada"), std::move(body));
    EXPECT_EQ(answer.status, 201) << answer.text;
    return tenant.events("ada") + "/" + answer.body["id"].get<std::string>();
}

}  // namespace

TEST(MicrosoftAttachments, AreAddedListedReadAndDeleted) {
    Tenant tenant;
    const std::string event = made(tenant, tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"}));
    EXPECT_EQ(tenant.call("GET", event + "/attachments").body["value"], json::array());
    const json before = tenant.call("GET", event).body;
    EXPECT_EQ(before["hasAttachments"], false);

    const Answer added = tenant.call("POST", event + "/attachments", file("menu.txt", "aGVsbG8=", {{"contentType", "text/plain"}}));
    ASSERT_EQ(added.status, 201) << added.text;
    EXPECT_EQ(added.body["@odata.type"], "#microsoft.graph.fileAttachment");
    EXPECT_EQ(added.body["@odata.mediaContentType"], "text/plain");
    EXPECT_EQ(added.body["name"], "menu.txt");
    EXPECT_EQ(added.body["size"], 5);
    EXPECT_EQ(added.body["contentBytes"], "aGVsbG8=");
    const std::string id = added.body["id"];
    EXPECT_EQ(id.substr(0, 140), before["id"].get<std::string>().substr(0, 140));
    EXPECT_NE(added.header("Location").find("/attachments('" + id), std::string::npos);

    const json after = tenant.call("GET", event).body;
    EXPECT_EQ(after["hasAttachments"], true);
    EXPECT_NE(after["changeKey"], before["changeKey"]);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$filter=hasAttachments%20eq%20true").body["value"].size(), 1u);
    const Answer one = tenant.call("GET", event + "/attachments/" + id);
    json kept = added.body;
    EXPECT_EQ(one.body, kept);
    const json listed = tenant.call("GET", event + "/attachments?$select=id,name").body["value"];
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["id"], id);
    EXPECT_FALSE(listed[0].contains("contentBytes"));
    EXPECT_EQ(tenant.call("GET", event + "?$expand=attachments").body["attachments"][0]["name"], "menu.txt");
    const Answer bytes = tenant.call("GET", event + "/attachments/" + id + "/$value");
    EXPECT_EQ(bytes.text, "hello");
    EXPECT_EQ(bytes.header("Content-Type"), "text/plain");

    EXPECT_EQ(tenant.call("DELETE", event + "/attachments/" + id).status, 204);
    EXPECT_EQ(tenant.call("GET", event + "/attachments/" + id).status, 404);
    EXPECT_EQ(tenant.call("GET", event).body["hasAttachments"], false);
}

TEST(MicrosoftAttachments, ComeWithTheEventAndReachTheGuestsButNoRoom) {
    Tenant tenant;
    json body = tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"});
    body["attachments"] = {file("a.txt", "YQ=="), file("logo.png", "Yg==", {{"isInline", true}, {"contentId", "logo"}})};
    const std::string event = made(tenant, body);
    const std::string theirs = tenant.events("bo") + "/" + tenant.call("GET", tenant.events("bo")).body["value"][0]["id"].get<std::string>();
    const json own = tenant.call("GET", event + "/attachments").body["value"], copies = tenant.call("GET", theirs + "/attachments").body["value"];
    ASSERT_EQ(copies.size(), 2u);
    EXPECT_EQ(copies[1]["contentId"], "logo");
    EXPECT_NE(own[0]["id"], copies[0]["id"]);
    EXPECT_EQ(tenant.call("GET", theirs + "/attachments/" + own[0]["id"].get<std::string>()).status, 404);
    // Only what lies within the body: no attachment to be seen beside it.
    EXPECT_EQ(tenant.call("DELETE", event + "/attachments/" + own[0]["id"].get<std::string>()).status, 204);
    EXPECT_EQ(tenant.call("GET", event).body["hasAttachments"], false);
}

TEST(MicrosoftAttachments, OneOccurrenceHasItsOwn) {
    Tenant tenant;
    json body = tenant.meeting("Daily", "2026-03-17T07:00:00", "2026-03-17T08:00:00");
    body["recurrence"] = {{"pattern", {{"type", "daily"}, {"interval", 1}}}, {"range", {{"type", "numbered"}, {"startDate", "2026-03-17"}, {"numberOfOccurrences", 3}}}};
    const std::string event = made(tenant, body), window = "/instances?startDateTime=2026-03-16&endDateTime=2026-04-01";
    const std::string slot = tenant.call("GET", event + window).body["value"][1]["id"];
    ASSERT_EQ(tenant.call("POST", tenant.events("ada") + "/" + slot + "/attachments", file("a.txt", "YQ==")).status, 201);
    const json all = tenant.call("GET", event + window).body["value"];
    EXPECT_EQ(all[0]["hasAttachments"], false);
    EXPECT_EQ(all[1]["hasAttachments"], true);
    EXPECT_EQ(all[1]["type"], "exception");
    EXPECT_EQ(tenant.call("GET", event).body["hasAttachments"], false);
}

TEST(MicrosoftAttachments, RefuseWhatIsNoneOrTooLarge) {
    Tenant tenant;
    const std::string event = made(tenant, tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00")), path = event + "/attachments";
    EXPECT_EQ(tenant.call("POST", path, file("a.txt", "*not base64*")).status, 400);
    EXPECT_EQ(tenant.call("POST", path, {{"name", "a.txt"}, {"contentBytes", "YQ=="}}).body["error"]["code"], "UnableToDeserializePostBody");
    EXPECT_EQ(tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.fileAttachment"}, {"name", "a.txt"}}).status, 400);
    EXPECT_EQ(tenant.call("POST", path, file("a.txt", "YQ==", {{"surprise", 1}})).body["error"]["code"], "RequestBodyRead");
    EXPECT_EQ(tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.itemAttachment"}, {"name", "x"}}).status, 400);
    const Answer leads_nowhere = tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.referenceAttachment"}, {"name", "x"}});
    EXPECT_EQ(leads_nowhere.body["error"]["code"], "ErrorInvalidProperty");
    EXPECT_EQ(leads_nowhere.body["error"]["message"], "The property 'SourceUrl' is required when creating the entity.");
    for (const char* bad : {"?$select=contentBytes", "?$select=microsoft.graph.fileAttachment/nosuch", "?$expand=item"}) EXPECT_EQ(tenant.call("GET", path + bad).status, 400) << bad;
    EXPECT_EQ(tenant.call("POST", path + "/createUploadSession", json::object()).status, 400);
    const Answer times = tenant.call("POST", "/users/ada@calrig.example/findMeetingTimes", json::object());
    EXPECT_EQ(times.status, 403) << "delegated permissions only";
    EXPECT_EQ(times.body["error"]["code"], "ErrorAccessDenied");
    for (const char* missing : {"/groups/x/calendar", "/places/microsoft.graph.room", "/users/ada@calrig.example/outlook/masterCategories"}) EXPECT_EQ(tenant.call("GET", missing).status, 501) << missing;
    EXPECT_EQ(tenant.call("GET", "/nosuch").status, 400);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/messages").body["error"]["code"], "ErrorAccessDenied") << "the application has no role for mail";
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/presence").status, 501);
    EXPECT_EQ(tenant.call("GET", "/users/ada@calrig.example/nosuch").status, 400);
    EXPECT_EQ(tenant.call("POST", path, file("big", std::string(4 * 1024 * 1024, 'A'))).status, 413);
    EXPECT_EQ(tenant.call("GET", path + "/AAMkAD").status, 400);
    EXPECT_EQ(tenant.call("GET", path + "?$select=nosuch").status, 400);
    EXPECT_EQ(tenant.call("PATCH", path, json::object()).status, 405);
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "/AAMkADnone/attachments").body["error"]["code"], "ErrorInvalidIdMalformed");
    // A type that could break out of a header stays inside.
    const Answer odd = tenant.call("POST", path, file("a", "YQ==", {{"contentType", "text/plain\r\nX-Odd: 1"}}));
    EXPECT_EQ(odd.body["contentType"], "application/octet-stream");
}

TEST(MicrosoftAttachments, ItemsAndLinksAreKeptBesideFiles) {
    Tenant tenant;
    const std::string event = made(tenant, tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"})), path = event + "/attachments";
    const json inner = {{"@odata.type", "microsoft.graph.event"}, {"subject", "Gifts, for; children"}, {"body", {{"contentType", "HTML"}, {"content", "Let's look"}}},
                        {"start", {{"dateTime", "2026-12-02T18:00:00"}, {"timeZone", "Pacific Standard Time"}}}, {"end", {{"dateTime", "2026-12-02T19:00:00"}, {"timeZone", "Pacific Standard Time"}}}};
    const Answer item = tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.itemAttachment"}, {"name", "Holiday event"}, {"item", inner}});
    ASSERT_EQ(item.status, 201) << item.text;
    EXPECT_EQ(item.body["@odata.type"], "#microsoft.graph.itemAttachment");
    EXPECT_TRUE(item.body["contentType"].is_null());
    EXPECT_GT(item.body["size"].get<int>(), 0);
    for (const char* not_there : {"item", "contentBytes", "contentId", "@odata.mediaContentType"}) EXPECT_FALSE(item.body.contains(not_there)) << not_there;
    const std::string one = path + "/" + item.body["id"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", one).body, item.body);
    const json whole = tenant.call("GET", one + "?$expand=microsoft.graph.itemattachment/item").body;
    EXPECT_EQ(whole["item"]["@odata.type"], "#microsoft.graph.event");
    EXPECT_EQ(whole["item"]["subject"], "Gifts, for; children");
    EXPECT_EQ(whole["item"]["start"]["dateTime"], "2026-12-03T02:00:00.0000000");
    EXPECT_NE(whole["item@odata.context"].get<std::string>().find("/microsoft.graph.itemAttachment/item/$entity"), std::string::npos);
    const Answer text = tenant.call("GET", one + "/$value");
    EXPECT_EQ(text.header("Content-Type"), "text/calendar");
    EXPECT_NE(text.text.find("SUMMARY:Gifts\\, for\\; children\r\n"), std::string::npos) << text.text;
    EXPECT_NE(text.text.find("DTSTART:20261203T020000Z\r\n"), std::string::npos) << text.text;

    const Answer link = tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.referenceAttachment"}, {"name", "Pictures"}, {"sourceUrl", "https://contoso.example/pics"}, {"providerType", "oneDriveConsumer"}, {"permission", "Edit"}, {"isFolder", "True"}});
    ASSERT_EQ(link.status, 201) << link.text;
    EXPECT_EQ(link.body["@odata.type"], "#microsoft.graph.referenceAttachment");
    EXPECT_FALSE(link.body.contains("sourceUrl")) << "v1.0 does not show it";
    EXPECT_EQ(tenant.call("GET", path + "/" + link.body["id"].get<std::string>() + "/$value").status, 405);

    EXPECT_EQ(tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.itemAttachment"}, {"name", "Mail"}, {"item", {{"@odata.type", "#microsoft.graph.message"}, {"subject", "Hello"}}}}).status, 201);
    ASSERT_EQ(tenant.call("POST", path, file("notes.TXT", "aGVsbG8=")).body["contentType"], "text/plain") << "by its name";
    EXPECT_EQ(tenant.call("GET", path + "?$expand=microsoft.graph.itemAttachment/item").body["value"][2]["item"]["subject"], "Hello");
    const json narrow = tenant.call("GET", path + "?$select=name,microsoft.graph.fileAttachment/contentBytes").body["value"];
    ASSERT_EQ(narrow.size(), 4u);
    for (const json& each : narrow) EXPECT_EQ(each.contains("contentBytes"), each["@odata.type"] == "#microsoft.graph.fileAttachment");
    const json counted = tenant.call("GET", path + "?$count=true&$top=2&$skip=1&$select=name").body;
    EXPECT_EQ(counted["@odata.count"], 4);
    ASSERT_EQ(counted["value"].size(), 2u);
    EXPECT_EQ(counted["value"][0]["name"], "Pictures");
    EXPECT_EQ(tenant.call("GET", path + "?$filter=isInline%20eq%20true").body["value"].size(), 0u);
    EXPECT_EQ(tenant.call("GET", path + "?$filter=name%20eq%20'Mail'").body["value"].size(), 1u);
    for (const char* bad : {"?$filter=size%20gt%205", "?$orderby=name", "?$top=few"}) EXPECT_EQ(tenant.call("GET", path + bad).status, 400) << bad;
    const json within = tenant.call("GET", event + "?$select=subject,hasAttachments&$expand=attachments($select=name)").body;
    EXPECT_EQ(within["hasAttachments"], true);
    EXPECT_FALSE(within["attachments"][0].contains("size"));
    EXPECT_EQ(within["attachments"].size(), 4u);
    // What is attached is judged like any event; the guest has it, too.
    json wrong = inner;
    wrong["surprise"] = 1;
    EXPECT_EQ(tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.itemAttachment"}, {"name", "x"}, {"item", wrong}}).body["error"]["code"], "RequestBodyRead");
    EXPECT_EQ(tenant.call("POST", path, {{"@odata.type", "#microsoft.graph.itemAttachment"}, {"name", "x"}, {"item", {{"subject", "of no type"}}}}).status, 400);
    const std::string theirs = tenant.events("bo") + "/" + tenant.call("GET", tenant.events("bo")).body["value"][0]["id"].get<std::string>();
    EXPECT_EQ(tenant.call("GET", theirs + "/attachments").body["value"].size(), 4u);
    EXPECT_EQ(tenant.call("DELETE", one).status, 204);
    EXPECT_EQ(tenant.call("GET", one).status, 404);
}

TEST(MicrosoftActions, ForwardingInvitesMoreAndSnoozingIsTaken) {
    Tenant tenant;
    const std::string event = made(tenant, tenant.meeting("Talk", "2026-03-17T07:00:00", "2026-03-17T08:00:00", {"bo"}));
    const std::string theirs = tenant.events("bo") + "/" + tenant.call("GET", tenant.events("bo")).body["value"][0]["id"].get<std::string>();
    const json guest = {{"ToRecipients", {{{"emailAddress", {{"address", "guest@elsewhere.example"}, {"name", "Guest"}}}}}}, {"Comment", "come"}};
    const Answer forwarded = tenant.call("POST", theirs + "/forward", guest);
    EXPECT_EQ(forwarded.status, 202) << forwarded.text;
    EXPECT_EQ(forwarded.text, "");
    const json attendees = tenant.call("GET", event).body["attendees"];
    ASSERT_EQ(attendees.size(), 2u);
    EXPECT_EQ(attendees[1]["emailAddress"]["address"], "guest@elsewhere.example");
    EXPECT_EQ(tenant.call("POST", event + "/forward", json::object()).status, 400);
    EXPECT_EQ(tenant.call("POST", event + "/snoozeReminder", {{"newReminderTime", {{"dateTime", "2026-03-17T06:50:00"}, {"timeZone", "UTC"}}}}).status, 202);
    EXPECT_EQ(tenant.call("POST", event + "/snoozeReminder", json::object()).status, 400);
}

TEST(MicrosoftSettings, SelectAndContextsSpeakAsAsked) {
    Tenant tenant;
    const std::string path = "/users/ada@calrig.example/mailboxSettings";
    const json chosen = tenant.call("GET", path + "?$select=timeZone,userPurpose").body;
    EXPECT_EQ(chosen.size(), 3u) << chosen.dump();
    EXPECT_EQ(chosen["userPurpose"], "user");
    EXPECT_EQ(tenant.call("GET", path + "?$select=nosuch").status, 400);
    EXPECT_NE(tenant.call("GET", path).body["@odata.context"].get<std::string>().find("users('ada%40calrig.example')"), std::string::npos);
    const std::string location = tenant.call("POST", tenant.events("ada"), tenant.meeting("x", "2026-03-17T07:00:00", "2026-03-17T08:00:00")).header("Location");
    const std::string id = location.substr(location.find("users('") + 7, 36);
    EXPECT_NE(tenant.call("GET", "/users/" + id + "/mailboxSettings").body["@odata.context"].get<std::string>().find("users('" + id + "')"), std::string::npos);
    EXPECT_EQ(tenant.call("GET", "/users/" + id + "/calendars/xx/events").body["error"]["code"], "ErrorInvalidIdMalformed");
    EXPECT_EQ(tenant.call("GET", tenant.events("ada") + "?$format=json").status, 200);
}

TEST(MicrosoftAttachments, LargeOnesComeInRanges) {
    Tenant tenant;
    const Answer event = tenant.call("POST", tenant.events("ada"), tenant.meeting("Plans", "2026-03-03T10:00:00", "2026-03-03T11:00:00"));
    const std::string attachments = tenant.events("ada") + "/" + event.body["id"].get<std::string>() + "/attachments";
    constexpr std::size_t size = 3 * 1024 * 1024 + 700;
    const auto session = [&](std::size_t bytes) { return tenant.call("POST", attachments + "/createUploadSession", {{"AttachmentItem", {{"attachmentType", "file"}, {"name", "plan.bin"}, {"size", bytes}}}}); };
    EXPECT_EQ(session(1000).body["error"]["code"], "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize");
    EXPECT_EQ(session(200'000'000).status, 413);
    const Answer made = session(size);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body["nextExpectedRanges"], json::array({"0-"}));
    const std::string url = made.body["uploadUrl"];
    const std::string target = url.substr(url.find("/v1.0"));
    const auto send = [&](const std::string& method, std::size_t first_byte, std::size_t last_byte, std::size_t of, const std::string& where) {
        fakes::Request request;
        request.method = method;
        request.host = "graph.microsoft.com";
        request.target = where;
        if (method == "PUT") {
            request.headers.push_back({"Content-Range", "bytes " + std::to_string(first_byte) + "-" + std::to_string(last_byte) + "/" + std::to_string(of)});
            request.body = std::string(last_byte - first_byte + 1, first_byte == 0 ? 'a' : 'b');
        }
        return tenant.raw(request);  // without a token: the address is the right to it
    };
    EXPECT_EQ(send("PUT", 5, 9, size, target).status, 416) << "ranges come in order";
    EXPECT_EQ(send("PUT", 0, 9, size + 1, target).status, 416);
    const Answer first = send("PUT", 0, 2 * 1024 * 1024 - 1, size, target);
    ASSERT_EQ(first.status, 200) << first.text;
    EXPECT_EQ(first.body["nextExpectedRanges"], json::array({"2097152-"}));
    EXPECT_EQ(send("GET", 0, 0, size, target).body["nextExpectedRanges"], json::array({"2097152-"}));
    EXPECT_EQ(send("PUT", 2 * 1024 * 1024, size - 1, size, target + "x").status, 404) << "another key";
    EXPECT_EQ(tenant.call("GET", attachments).body["value"].size(), 0u);
    const Answer last = send("PUT", 2 * 1024 * 1024, size - 1, size, target);
    ASSERT_EQ(last.status, 201) << last.text;
    EXPECT_TRUE(last.text.empty());
    const std::string location = last.header("Location");
    EXPECT_NE(location.find("/attachments('"), std::string::npos) << location;
    const Answer list = tenant.call("GET", attachments + "?$select=name,size");
    ASSERT_EQ(list.body["value"].size(), 1u);
    EXPECT_EQ(list.body["value"][0]["size"], size);
    const std::string bytes = tenant.call("GET", attachments + "/" + list.body["value"][0]["id"].get<std::string>() + "/$value").text;
    EXPECT_EQ(bytes.substr(2 * 1024 * 1024 - 1, 2), "ab");
    EXPECT_EQ(send("PUT", 0, 9, size, target).status, 404) << "a session ends with its file";

    const std::string other = session(size).body["uploadUrl"].get<std::string>();
    EXPECT_EQ(send("DELETE", 0, 0, size, other.substr(other.find("/v1.0"))).status, 204);
    EXPECT_EQ(send("GET", 0, 0, size, other.substr(other.find("/v1.0"))).status, 404);
    const std::string late = session(size).body["uploadUrl"].get<std::string>();
    tenant.now += std::chrono::hours(25);
    EXPECT_EQ(send("GET", 0, 0, size, late.substr(late.find("/v1.0"))).status, 404);
}
