#include "sim/serve/engine_files.hpp"

#include "engine/adapters/secure_random.hpp"
#include "sim/world/administrator.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

std::string new_store_key() {
    std::array<std::uint8_t, 32> bytes{};
    engine::adapters::SecureRandom().fill(bytes);
    std::string out;
    for (const std::uint8_t byte : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out + "\n";
}

std::string configuration(Host& host, Provider provider, bool tls) {
    const Origins& origins = host.origins();
    const fakes::Organisation& organisation = host.world().organisation();
    const bool microsoft = provider == Provider::microsoft;
    const int place = microsoft ? 0 : 1;
    const std::string name = microsoft ? "microsoft" : "google";
    std::string out = "# calrig engine --config " + (microsoft ? std::string("engine.yaml") : "engine-google.yaml") + "\n";
    const bool provisioned_later = by_story(host.world().scenario());
    out += "provider: " + name + "\norg id: " + organisation.org_id + "\n";
    if (provisioned_later) out += "provisioning: by administrator\n";
    if (microsoft) {
        out += "microsoft:\n" + (provisioned_later ? std::string() : "  tenant: " + organisation.microsoft_tenant + "\n") + "  client id: " + organisation.microsoft_client +
               "\n  client secret: { file: client-secret }\n  graph: " + origins.graph + "/v1.0\n  scope: https://graph.microsoft.com/.default\n  authority: " + origins.authority + "\n";
    } else {
        out += "google:\n  key file: service-account.json\n  admin: admin@" + organisation.domain + "\n  calendar: " + origins.google +
               "/calendar/v3\n  gmail: " + origins.google + "/gmail/v1\n";
    }
    out += "cloud:\n  base: " + origins.main + "\n  account: " + host.world().service_account() + "\n  token: { file: cloud-token }\n  hook secret: { file: hook-secret }\n";
    if (provisioned_later) out += "  regions: " + origins.main + "/cloud-{region}\n  portal: https://" + portal_host + "/calendar\n";
    const std::string listen = "127.0.0.1:" + std::to_string(engine_hooks_port + place);
    out += "hooks:\n  public url: " + std::string(tls ? "https://localhost:" : "http://localhost:") + std::to_string(engine_hooks_port + place) + "/hooks\n  listen: " + listen + "\n";
    if (tls) out += "  certificate: hook.pem\n  key: hook-key.pem\n";
    out += "operations:\n  listen: 127.0.0.1:" + std::to_string(engine_operations_port + place) + "\n";
    out += "store:\n  path: " + name + ".sqlite\n  key: { file: store.key }\n";
    if (tls) out += "trust: ca.pem\n";
    return out;
}

}  // namespace

std::vector<EngineFile> engine_files(Host& host) {
    const bool tls = !host.authority_pem().empty();
    std::vector<EngineFile> out;
    out.push_back({"engine.yaml", configuration(host, Provider::microsoft, tls)});
    out.push_back({"engine-google.yaml", configuration(host, Provider::google, tls)});
    out.push_back({"client-secret", host.world().organisation().microsoft_secret + "\n", true});
    out.push_back({"cloud-token", host.world().service_token() + "\n", true});
    out.push_back({"hook-secret", host.world().hook_secret() + "\n", true});
    out.push_back({"store.key", new_store_key(), true, true});
    if (tls) {
        Host::Certificate made = host.certificate();
        out.push_back({"hook.pem", std::move(made.pem)});
        out.push_back({"hook-key.pem", std::move(made.key_pem), true});
    }
    return out;
}

}  // namespace sim
