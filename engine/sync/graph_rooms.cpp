// Microsoft's part of what rooms need. The reference lists no operation that books, ends or answers outside provisioning;
// what is left is a change of the organizer's event (OP-M-EVENT-PATCH).
#include <nlohmann/json.hpp>

#include "engine/sync/graph.hpp"
#include "engine/text/zone.hpp"

namespace engine::sync {
namespace {

Failure not_listed() {
    Failure failure;
    failure.kind = Failure::Kind::refused;
    failure.code = "NotListed";
    return failure;
}

}  // namespace

Task<Outcome<std::vector<BusyTime>>> Graph::busy(const MailboxRef&, Instant, Instant) {
    co_return Outcome<std::vector<BusyTime>>::failed(not_listed());
}
Task<Outcome<ProviderEvent>> Graph::book(const RoomBooking&) { co_return Outcome<ProviderEvent>::failed(not_listed()); }
Task<Outcome<ProviderEvent>> Graph::quick_book(const std::string&) {
    co_return Outcome<ProviderEvent>::failed(not_listed());
}
Task<Outcome<ProviderEvent>> Graph::invite(const ProviderEvent&, const MailboxRef&) {
    co_return Outcome<ProviderEvent>::failed(not_listed());
}
Task<Failure> Graph::remove(const MailboxRef&, const std::string&) { co_return not_listed(); }
Task<Failure> Graph::answer(const MailboxRef&, const std::string&, meeting::Response) { co_return not_listed(); }
Task<Outcome<std::vector<ProviderEvent>>> Graph::taking_place(const MailboxRef&, Instant, Instant) {
    co_return Outcome<std::vector<ProviderEvent>>::failed(not_listed());
}

Task<Outcome<ProviderEvent>> Graph::set_end(const MailboxRef& organizer, const ProviderEvent& event, Instant end) {
    HttpRequest change = request("PATCH", user_url(organizer) + "/calendar/events/" + percent(event.id));
    change.headers.push_back(Header{"Content-Type", "application/json"});
    if (!event.etag.empty()) change.headers.push_back(Header{"If-Match", event.etag});
    std::string until = text::utc_text(end);
    if (until.ends_with('Z')) until.pop_back();  // a dateTimeTimeZone says its zone apart
    const nlohmann::json moment{{"dateTime", until}, {"timeZone", "UTC"}};
    change.body = nlohmann::json{{"end", moment}}.dump();
    Outcome<HttpResponse> answer = co_await calls_.call(std::move(change), rules(organizer, true));
    co_return read_from(std::move(answer), [this](std::string_view body) { return codec_.event(body); });
}

}  // namespace engine::sync
