#include "sim/serve/control/routes.hpp"

#include <array>

namespace sim::control {
namespace {

using Type = Field::Type;

constexpr std::string_view providers = "microsoft|google";
constexpr std::array since{Field{"since", Type::text, false, "a revision seen before: if it is still the one, only the clock comes back"}};
constexpr std::array span{
    Field{"from", Type::text, false, "first moment of the calendar shown, ISO or in words (`today 00:00`); else a week ago"},
    Field{"until", Type::text, false, "the moment after the last; else four weeks ahead, at most 400 days after `from`"},
    Field{"provider", Type::text, false, "only this provider's calendar", providers}};
constexpr std::array seed_query{Field{"seed", Type::number, false, "seed of all chance; else the world's own, else 1"}};
constexpr std::array seed_member{Field{"seed", Type::number, false, "another seed; else the same: the same ids"}};
constexpr std::array clock_to{Field{"now", Type::text, true, "where the clock shall stand: 2026-03-02T09:00:00Z, or in words as in scenarios: `tomorrow 09:00`, `+1h30m`"}};
constexpr std::array advance_by{Field{"by", Type::text, true, "how far: 30s, 5m, 1h30m, 1d"}};
constexpr std::array expire{Field{"which", Type::text, true, "whose time is over", "sync|access"},
                            Field{"provider", Type::text, false, "only at this provider", providers}};
constexpr std::array drop{Field{"id", Type::text, false, "only this subscription or channel"},
                          Field{"provider", Type::text, false, "only at this provider", providers}};
constexpr std::array lifecycle{Field{"event", Type::text, true, "what Graph tells the lifecycle URL; subscriptionRemoved also ends the subscription", "reauthorizationRequired|subscriptionRemoved|missed"},
                              Field{"id", Type::text, false, "only this subscription"}};
constexpr std::array rotate{Field{"at once", Type::flag, false, "the former key leaves the document now and the tokens it signed end, as after an emergency; else it stays for a day"},
                           Field{"provider", Type::text, false, "microsoft unless said: the key of Entra's tokens; google: that of ID tokens", providers}};
constexpr std::array throttling{Field{"requests", Type::number, true, "so many within the window, then refusals: Graph's 429 with Retry-After per mailbox, Google's 403 userRateLimitExceeded per user; 0: any number"},
                              Field{"within", Type::text, false, "the window's length: 10s, 1m; Graph's is 10m unless said, Google's 1m"},
                              Field{"provider", Type::text, false, "only at this provider", providers}};
constexpr std::array google_refusal{
    Field{"refusal", Type::text, true, "what Google says", "rateLimitExceeded|userRateLimitExceeded|quotaExceeded|429|500|503|401|410"},
    Field{"next", Type::number, false, "so many requests that fit; 1 unless said"},
    Field{"operation", Type::text, false, "only this: calendar.v3.Events.List, or the end of such a name"},
    Field{"person", Type::text, false, "only requests in the name of this person"}};
constexpr std::array exchange_query{Field{"after", Type::number, false, "only exchanges with a greater number"},
                          Field{"limit", Type::number, false, "the newest so many; 100 unless said, at most 1000"},
                          Field{"actor", Type::text, false, "only of this one", "graph|entra|google|gmail|google-token|cloud|kms|receiver|engine"},
                          Field{"bodies", Type::text, false, "with heads and bodies", "yes|no"}};

constexpr std::array table{
    Route{"GET", "/", "index", "What there is", "Routes, each with its summary", Takes::nothing, {}, {}, get_index, "calrig openapi page routes[]"},
    Route{"GET", "/openapi.json", "openapi", "This document", "OpenAPI 3.1", Takes::nothing, {}, {}, get_openapi, "openapi info{} paths{}"},
    Route{"GET", "/state", "getState", "People, rooms, screens, subscriptions, clock, seed and counts",
          "The state and its revision; only revision and clock when `since` is still current", Takes::nothing, since, {}, get_state, "revision clock{} changed?"},
    Route{"GET", "/people/{person}", "getPerson", "One person or room: calendars, meeting lists as their app and device show them, Join buttons",
          "The person, both calendars (or one), and the screens", Takes::nothing, span, {}, get_person, "person{} clock{} from until calendars{} screens[]"},
    Route{"GET", "/subscriptions", "getSubscriptions", "Graph subscriptions and Google channels that are alive", "Both lists", Takes::nothing, {}, {}, get_subscriptions, "microsoft[] google[]"},
    Route{"POST", "/subscriptions/drop", "dropSubscriptions", "The providers forget every subscription and channel, or the one with this id, without a word", "Which providers did",
          Takes::members, {}, drop, post_drop, "dropped[]", R"({"provider": "google"})"},
    Route{"POST", "/subscriptions/lifecycle", "tellLifecycle", "Graph sends a lifecycle event, to every subscription with a lifecycle URL or to the one with this id", "How many were told",
          Takes::members, {}, lifecycle, post_lifecycle, "told#", R"({"event": "missed"})"},
    Route{"POST", "/keys/rotate", "rotateKeys", "Entra signs with another key from now on, or Google its ID tokens; the documents of keys show both, the new one first", "The new key's id",
          Takes::members, {}, rotate, post_rotate, "kid", R"({"at once": true})"},
    Route{"POST", "/tokens/expire", "expireTokens", "Sync tokens (the next delta round is refused) or access tokens (401) end at once", "Which providers did",
          Takes::members, {}, expire, post_expire, "expired at[]", R"({"which": "sync"})"},
    Route{"PUT", "/throttling", "setThrottling", "How many requests Graph takes of the application for one mailbox, and Google for one user, within a window that begins anew; a reset forgets it", "What holds where",
          Takes::members, {}, throttling, put_throttling, "throttling[]", R"({"requests": 5, "within": "10s", "provider": "microsoft"})"},
    Route{"GET", "/environment", "getEnvironment", "The names of env.sh, for the world as it is now, secrets of the simulated organisation included", "Names and values",
          Takes::nothing, {}, {}, get_environment, "GRAPH_BASE GOOGLE_BASE"},
    Route{"GET", "/world", "getWorld", "The world file that is loaded", "Path, title, seed, text, and its acts that a service refused", Takes::nothing, {}, {}, get_world, "title path seed# clock{} refusedActs[] revision text"},
    Route{"PUT", "/world", "loadWorld", "Loads another world: the body is a world file (a scenario, title and expect optional)",
          "The clock and the names of the new world; mistakes come back with line and column (400)", Takes::world, seed_query, {}, put_world, "title path seed# clock{} refusedActs[] revision", R"({"clock": "2026-03-02 08:00 Europe/Warsaw", "people": {"ana": {}, "ben": {}}})"},
    Route{"POST", "/reset", "reset", "Begins the same world anew: same seed, same ids; faults, exchanges and counts are forgotten", "The clock, and the seed",
          Takes::members, {}, seed_member, post_reset, "title path seed# clock{} refusedActs[] revision", R"({"seed": 7})"},
    Route{"GET", "/clock", "getClock", "What time it is in the world", "The clock", Takes::nothing, {}, {}, get_clock, "now virtual? zone local"},
    Route{"PUT", "/clock", "setClock", "Moves the clock on to a moment; all that is due on the way happens, each at its instant", "The clock, when it is there",
          Takes::members, {}, clock_to, put_clock, "now virtual? zone local", R"({"now": "+1h"})"},
    Route{"POST", "/clock/advance", "advanceClock", "Moves the clock on by a span; all that is due on the way happens, each at its instant", "The clock, when it is there",
          Takes::members, {}, advance_by, post_advance, "now virtual? zone local", R"({"by": "1h30m"})"},
    Route{"POST", "/acts", "act", "Does what people do, in the words of scenarios: {\"ana creates\": {\"title\": \"Lunch\", \"when\": \"12:00-13:00\"}}",
          "What each provider did, or why it would not", Takes::acts, {}, {}, post_acts, "acts[]", R"({"ana creates": {"id": "walk", "title": "A walk", "when": "12:00-13:00", "invites": ["ben"]}})"},
    Route{"GET", "/faults", "getFaults", "Armed faults, and how often each struck", "The faults", Takes::nothing, {}, {}, get_faults, "faults[]"},
    Route{"POST", "/faults", "armFault",
          "Arms a fault, in the words of `network:` in scenarios: {\"next\": 2, \"calls to\": \"calendar\", \"answer\": 429, \"retry after\": \"30s\"}",
          "The fault with its number", Takes::fault, {}, {}, post_fault, "faults[]", R"({"next": 2, "calls to": "calendar", "answer": 429, "retry after": "30s"})"},
    Route{"DELETE", "/faults", "disarmFaults", "Disarms all faults", "Nothing is left", Takes::nothing, {}, {}, delete_faults, "faults[]"},
    Route{"DELETE", "/faults/{number}", "disarmFault", "Disarms one fault", "What is left", Takes::nothing, {}, {}, delete_fault, "faults[]"},
    Route{"POST", "/google/refusals", "armGoogleRefusal", "Google's own service refuses the next requests that fit, with the body of that refusal", "What is armed",
          Takes::members, {}, google_refusal, post_google_refusal, "armed{}", R"({"refusal": "userRateLimitExceeded", "operation": "Events.List", "person": "ana"})"},
    Route{"DELETE", "/google/refusals", "disarmGoogleRefusals", "Google's service refuses nothing more by order", "Nothing is left", Takes::nothing, {}, {}, delete_google_refusals, ""},
    Route{"GET", "/exchanges", "getExchanges", "The latest exchanges between clients and services, secrets masked", "Exchanges by number, oldest first",
          Takes::nothing, exchange_query, {}, get_exchanges, "noted# kept# bytes# exchanges[]"},
    Route{"GET", "/exchanges/{number}", "getExchange", "One exchange with heads and bodies, secrets masked", "The exchange", Takes::nothing, {}, {}, get_exchange, "number# at actor method target request{}"},
    Route{"DELETE", "/exchanges", "forgetExchanges", "Forgets the exchanges noted so far", "Nothing is left", Takes::nothing, {}, {}, delete_exchanges, "kept#"},
    Route{"GET", "/coverage", "getCoverage", "How often each operation of the references was called, and with which outcome", "Operations by statement id, and all calls by who answered",
          Takes::nothing, {}, {}, get_coverage, "listed# called# operations[] actors{}"},
    Route{"DELETE", "/coverage", "forgetCoverage", "Counts from nought again", "Nothing is left", Takes::nothing, {}, {}, delete_coverage, "called#"},
    Route{"GET", "/mails", "getMails", "Mails that Google would have sent about events", "Mails, oldest first", Takes::nothing, {}, {}, get_mails, "mails[]"},
    Route{"DELETE", "/mails", "forgetMails", "Empties the outbox", "Nothing is left", Takes::nothing, {}, {}, delete_mails, "mails[]"},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace sim::control
