#include "sim/serve/environment.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "sim/serve/service_account.hpp"

namespace sim {
namespace {

struct Cast {
    std::string user, other, denied, no_mailbox, room;
};

/// Who plays which part: by the people's keys in order, so that the same world gives the same.
Cast cast_of(const ServedWorld& world) {
    Cast out;
    std::set<std::string> kept_out;
    for (const Step& step : world.scenario().story)
        if (const auto* allow = std::get_if<AllowService>(&step.act)) {
            if (allow->allowed) kept_out.erase(allow->person);
            else kept_out.insert(allow->person);
        }
    const auto first = [](std::string& part, const std::string& address) {
        if (part.empty()) part = address;
    };
    for (const auto& [key, person] : world.scenario().people) {
        const std::string& address = person.person.address;
        if (person.person.is_room) first(out.room, address);
        else if (!person.person.has_mailbox) first(out.no_mailbox, address);
        else if (kept_out.contains(key)) first(out.denied, address);
        else if (out.user.empty()) out.user = address;
        else first(out.other, address);
    }
    return out;
}

}  // namespace

Environment environment_of(const ServedWorld& world, const Origins& origins, const ServedFiles& files) {
    const Cast cast = cast_of(world);
    const fakes::Organisation& organisation = world.organisation();
    return {
        {"GRAPH_BASE", origins.graph},
        {"AUTHORITY_BASE", origins.authority},
        {"TENANT", organisation.microsoft_tenant},
        {"CLIENT_ID", organisation.microsoft_client},
        {"CLIENT_SECRET", organisation.microsoft_secret},
        {"GRAPH_USER", cast.user},
        {"OTHER_USER", cast.other},
        {"DENIED_USER", cast.denied},
        {"NO_MAILBOX_USER", cast.no_mailbox},
        {"GOOGLE_BASE", origins.google},
        {"GOOGLE_TOKEN_URI", origins.google + "/token"},
        {"SA_KEY_JSON", files.service_account_key},
        {"SUBJECT", cast.user},
        {"PEER", cast.other},
        {"ROOM", cast.room},
        {"CALRIG_CA", files.authority_pem},
        {"NODE_EXTRA_CA_CERTS", files.authority_pem},
        {"REQUESTS_CA_BUNDLE", files.authority_pem},
        {"CALRIG_CONTROL", origins.main + "/_calrig"},
    };
}

std::string shell_text(const Environment& environment) {
    std::string out;
    for (const auto& [name, value] : environment) {
        out += "export " + name + "='";
        for (const char c : value) {
            if (c == '\'') out += "'\\''";
            else out += c;
        }
        out += "'\n";
    }
    return out;
}

std::string json_text(const Environment& environment) {
    nlohmann::ordered_json out;
    for (const auto& [name, value] : environment) out[name] = value;
    return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string service_account_key_json(const ServedWorld& world, const Origins& origins) {
    const fakes::Organisation& organisation = world.organisation();
    nlohmann::ordered_json out;
    out["type"] = "service_account";
    out["project_id"] = "calrig-sync";
    out["private_key_id"] = served_account_key_id;
    out["private_key"] = served_account_private_key;
    out["client_email"] = organisation.google_client_email;
    out["client_id"] = organisation.google_client_id;
    out["auth_uri"] = "https://accounts.google.com/o/oauth2/auth";
    out["token_uri"] = origins.google + "/token";
    out["auth_provider_x509_cert_url"] = "https://www.googleapis.com/oauth2/v1/certs";
    out["universe_domain"] = "googleapis.com";
    return out.dump(2) + "\n";
}

}  // namespace sim
