// What happens to keys while they are in use: revoked, renewed, moved.
#include "tests/defects/defects.hpp"

namespace defects {
namespace {

using fakes::Provider;

constexpr const char* revoked = "security/revoked_key_is_replaced";
constexpr const char* moved = "security/moved_key_is_followed";

/// What the vault answers to messages of this method passes `edit`.
sim::Doubles answers_spoiled(const char* method, const char* uri_part, std::function<void(Json&)> edit, const char* actor = "kms") {
    fakes::KeyServer::Between between;
    between.after = [=](const Json& message, Json& reply) {
        if (message["method"] == method && message["uri"].get<std::string>().find(uri_part) != std::string::npos) edit(reply);
    };
    return at_the_vault(std::move(between), actor);
}

}  // namespace

std::vector<Defect> of_keys() {
    return {
        {"RevokedKeyIsStillTrusted", "the engine takes a revoked key for a good one", revoked, Provider::microsoft, "keys in use are good", "revoked",
         [] {
             return answers_spoiled("retrieve", "/keys/", [](Json& reply) {
                 if (reply["status"] == 405) reply["status"] = 200;
             });
         }},
        {"RevocationIsTakenForAPassingRefusal", "the engine asks for the revoked key again and again", revoked, Provider::google, "meeting-list", "",
         [] {
             Tamper tamper;
             tamper.actor = "cloud";
             tamper.swallow = [](const fakes::Outgoing& out) { return out.what == "keys changed"; };
             sim::Doubles doubles = at_the_service(std::move(tamper));
             const sim::Doubles vault = answers_spoiled("create", "/authorizations", [](Json& reply) { reply.erase("errorCode"); });
             const auto cloud = doubles.server;
             doubles.server = [cloud, keys = vault.server](fakes::Server& real, const std::string& actor) {
                 keys(real, actor);
                 return cloud(real, actor);
             };
             return doubles;
         }},
        {"NoticesOfKeysAreNotHeard", "the engine does not hear that something happened to a key", revoked, Provider::microsoft, "keys in use are good",
         "revoked",
         [] {
             Tamper tamper;
             tamper.actor = "cloud";
             tamper.swallow = [](const fakes::Outgoing& out) { return out.what == "keys changed"; };
             return at_the_service(std::move(tamper));
         }},
        {"ExpiryIsNotRead", "the engine does not look at when a key expires", "security/renewed_key_seals_anew_what_is_listed", Provider::google,
         "keys in use are good", "to be renewed",
         [] {
             return answers_spoiled("retrieve", "/keys/", [](Json& reply) {
                 if (reply.contains("key")) reply["key"].erase("expirationDate");
             }, "own-kms");
         }},
        {"KeysAreUsedForEver", "the policy for the life of keys is not followed", "security/key_is_renewed_by_policy", Provider::microsoft, "calls", "at least 2",
         [] { return with_config([](engine::Config& config) { config.policies.key_renewal = std::chrono::hours(24 * 365); }); }},
        {"RenewalIsForgottenInARestart", "a new life does not know how old its keys are", "security/key_is_renewed_by_policy", Provider::google, "calls", "at least 2",
         [] { return with_forgetful_store(); }},
        {"MovedResourceIsNotFollowed", "the engine does not go where the moved resource is", moved, Provider::microsoft, "meeting-list", "",
         [] { return answers_spoiled("create", "/authorizations", [](Json& reply) { reply.erase("redirectUri"); }); }},
        {"MovedKeyIsNotFollowed", "devices do not go where the moved key is", moved, Provider::google, "meeting-list", "",
         [] { return answers_spoiled("retrieve", "/keys/", [](Json& reply) { reply.erase("redirectUri"); }); }},
        {"SpaceKeepsItsOldKey", "the name of a space stays sealed with a key that was revoked", "security/space_is_named_anew_under_a_new_key",
         Provider::google, "keys in use are good", "name of a space", [] { return never_sent("PUT", "/api/v1/conversations/", 204); }},
    };
}

}  // namespace defects
