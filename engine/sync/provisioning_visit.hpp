#pragma once
// What somebody brings who comes to the administrator's door, and what they are answered.
#include "engine/sync/provisioning.hpp"

namespace engine::sync {

struct Provisioning::Visit {
    std::string method, what;  // what: "", "test", "signed-in", "consented"
    std::string org, token, session;
    std::string query, body;
};

namespace visiting {

std::string_view path_of(std::string_view url);
/// A parameter of a query or form, decoded; empty: absent, or longer than anything we ask for.
std::string parameter(std::string_view pairs, std::string_view name);
std::string cookie(const HttpRequest& request, std::string_view name);
std::string bearer(const HttpRequest& request);
HttpResponse json_answer(int status, std::string body);
HttpResponse see_other(std::string where);
provisioning::Refusal no(std::string_view word, std::string detail = {});

}  // namespace visiting
}  // namespace engine::sync
