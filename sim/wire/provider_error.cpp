// What each service says when it cannot: the bodies that gateways and throttles in front of the services give.
#include <array>
#include <chrono>
#include <cstdio>

#include "sim/wire/faults.hpp"

namespace sim {
namespace {

struct Words {
    int status;
    std::string_view code;
    std::string_view message;
};

// Graph docs: "Microsoft Graph error responses and resource types"; throttling codes as mailboxes give them.
constexpr std::array<Words, 17> graph_words{{
    {400, "ErrorInvalidRequest", "The request is invalid."},
    {401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."},
    {403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."},
    {404, "ErrorItemNotFound", "The specified object was not found in the store."},
    {409, "ErrorIrresolvableConflict", "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item."},
    {410, "SyncStateNotFound", "The sync state generation is not found; a full synchronisation is needed."},
    {412, "ErrorIrresolvableConflict", "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item."},
    {413, "RequestEntityTooLarge", "The request body is too large."},
    {414, "UriTooLong", "The request URI is too long."},
    {415, "RequestBodyRead", "The content encoding of the request is not supported."},
    {417, "BadRequest", "The expectation given in the Expect header is not supported."},
    {429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit."},
    {431, "RequestHeaderFieldsTooLarge", "The request header fields are too large."},
    {500, "ErrorInternalServerError", "An internal server error occurred. The operation failed."},
    {502, "BadGateway", "Bad gateway."},
    {503, "ServiceUnavailable", "The service is temporarily unavailable."},
    {504, "GatewayTimeout", "The gateway did not receive a response in time."},
}};

// Google docs: Calendar API "Handle API errors" (code = reason here; the domain follows from the status).
constexpr std::array<Words, 16> google_words{{
    {400, "badRequest", "Bad Request"},
    {401, "authError", "Invalid Credentials"},
    {403, "rateLimitExceeded", "Rate Limit Exceeded"},
    {404, "notFound", "Not Found"},
    {409, "conflict", "Conflict"},
    {410, "deleted", "Resource has been deleted"},
    {412, "conditionNotMet", "Precondition Failed"},
    {413, "uploadTooLarge", "Request Entity Too Large"},
    {414, "badRequest", "Request-URI Too Long"},
    {415, "badRequest", "Unsupported content with encoding"},
    {429, "rateLimitExceeded", "Rate Limit Exceeded"},
    {431, "badRequest", "Request Header Fields Too Large"},
    {500, "backendError", "Backend Error"},
    {502, "backendError", "Bad Gateway"},
    {503, "backendError", "Backend Error"},
    {504, "backendError", "Gateway Timeout"},
}};

template <std::size_t N>
Words words_for(const std::array<Words, N>& table, int status, std::string_view code, std::string_view message) {
    for (const Words& words : table)
        if (words.status == status) return words;
    return Words{status, code, message};
}

/// Graph docs: every error has innerError with date and the two request ids.
void append_inner_error(fakes::Reply& reply, const GatewayMark& mark) {
    using namespace std::chrono;
    const auto second = floor<seconds>(mark.now);
    const year_month_day day(floor<days>(second));
    const hh_mm_ss clock(second - floor<days>(second));
    std::array<char, 24> date{};
    std::snprintf(date.data(), date.size(), "%04d-%02u-%02uT%02d:%02d:%02d", int(day.year()), unsigned(day.month()), unsigned(day.day()),
                  int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()));
    std::array<char, 40> id{};
    std::snprintf(id.data(), id.size(), "00000000-0000-4000-8000-%012llx", static_cast<unsigned long long>(mark.number & 0xffffffffffff));
    reply.headers.push_back({"request-id", id.data()});
    reply.headers.push_back({"client-request-id", id.data()});
    reply.body.append(R"(,"innerError":{"date":")").append(date.data()).append(R"(","request-id":")").append(id.data());
    reply.body.append(R"(","client-request-id":")").append(id.data()).append(R"("})");
}

}  // namespace

fakes::Reply provider_error(std::string_view actor, int status, std::optional<GatewayMark> mark) {
    fakes::Reply reply;
    reply.status = status;
    const std::string number = std::to_string(status);
    if (status < 400) return reply;
    if (actor == "graph") {
        const Words words = words_for(graph_words, status, "UnknownError", "Unknown error.");
        reply.headers.push_back({"Content-Type", "application/json"});
        reply.body.append(R"({"error":{"code":")").append(words.code).append(R"(","message":")");
        reply.body.append(words.message).append(R"(")");
        if (mark) append_inner_error(reply, *mark);
        reply.body.append("}}");
    } else if (actor == "google" || actor == "gmail") {
        const Words words = words_for(google_words, status, "backendError", "Backend Error");
        const bool quota = status == 403 || status == 429;
        reply.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
        reply.body.append(R"({"error":{"errors":[{"domain":")").append(quota ? "usageLimits" : "global");
        reply.body.append(R"(","reason":")").append(words.code).append(R"(","message":")").append(words.message);
        reply.body.append(R"("}],"code":)").append(number).append(R"(,"message":")").append(words.message);
        reply.body.append(R"("}})");
    } else if (actor == "entra" || actor == "google-token") {
        // RFC 6749 5.2; Entra says temporarily_unavailable for 429 and 503.
        reply.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
        const bool later = status == 429 || status >= 500;
        reply.body.append(R"({"error":")").append(later ? "temporarily_unavailable" : "invalid_request");
        reply.body.append(R"(","error_description":"status )").append(number).append(R"("})");
    } else if (actor != "engine") {
        reply.headers.push_back({"Content-Type", "application/json"});
        reply.body.append(R"({"message":"status )").append(number).append(R"("})");
    }
    return reply;
}

}  // namespace sim
