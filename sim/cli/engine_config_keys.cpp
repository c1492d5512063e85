#include "sim/cli/engine_config_keys.hpp"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::string_view secret_meaning = "{ file: PATH } (mode 600) or { env: NAME }; a secret never stands in this file";

constexpr std::array top_rows{
    KeyRow{"provider", Takes::word, true, "whose calendars: microsoft or google", "microsoft|google"},
    KeyRow{"org id", Takes::text, true, "the organisation's id in the meeting cloud"},
    KeyRow{"provisioning", Takes::word, false, "`by administrator`: nobody is touched until an administrator provisions the service; else this file says whose calendars these are",
           "by this file|by administrator"},
    KeyRow{"default language", Takes::language, false, "of join details for people whose language is unknown (en)"},
    KeyRow{"microsoft", Takes::text, false, "{ tenant, client id, client secret, graph, scope, authority }"},
    KeyRow{"google", Takes::text, false, "{ key file, admin, calendar, gmail, token }"},
    KeyRow{"cloud", Takes::text, true, "{ base, kms, kms roots, account, token, hook secret }"},
    KeyRow{"hooks", Takes::text, true, "{ public url, listen, certificate, key }"},
    KeyRow{"operations", Takes::text, false, "{ listen }: /healthz, /readyz, /metrics (127.0.0.1:9464)"},
    KeyRow{"store", Takes::text, true, "{ path, key }"},
    KeyRow{"trust", Takes::text, false, "PEM file of authorities trusted beside the system's"},
    KeyRow{"log", Takes::word, false, "least level of lines that are written (info)", "info|warning|error"},
    KeyRow{"grace", Takes::duration, false, "at the end, for what is under way (10s)"},
    KeyRow{"connections", Takes::number, false, "at once to one origin; more wait (32)"},
    KeyRow{"policy", Takes::policy_table, false, "choices by the names of the scenario language: { join lead: 10m }"},
};
constexpr std::array microsoft_rows{
    KeyRow{"tenant", Takes::text, false, "the directory (tenant) id; an administrator's consent says it where they provision the service"},
    KeyRow{"client id", Takes::text, true, "of the registered application"},
    KeyRow{"client secret", Takes::text, true, secret_meaning},
    KeyRow{"graph", Takes::text, false, "Graph's base address (https://graph.microsoft.com/v1.0)"},
    KeyRow{"scope", Takes::text, false, "of tokens (the origin of `graph` with /.default)"},
    KeyRow{"authority", Takes::text, false, "Entra's base address (https://login.microsoftonline.com)"},
};
constexpr std::array google_rows{
    KeyRow{"key file", Takes::text, true, "the service account's JSON key, mode 600"},
    KeyRow{"admin", Takes::text, true, "address of the administrator who reads and shares room calendars"},
    KeyRow{"calendar", Takes::text, false, "Calendar's base address (https://www.googleapis.com/calendar/v3)"},
    KeyRow{"gmail", Takes::text, false, "Gmail's base address (https://gmail.googleapis.com/gmail/v1)"},
    KeyRow{"token", Takes::text, false, "address of tokens (the key file's token_uri)"},
};
constexpr std::array cloud_rows{
    KeyRow{"base", Takes::text, true, "the meeting cloud's base address"},
    KeyRow{"regions", Takes::text, false, "where an administrator's organisation keeps its data, with {region} in it: https://cloud-{region}.example.com"},
    KeyRow{"portal", Takes::text, false, "the administrator's pages, to which browsers are sent back after a consent"},
    KeyRow{"kms", Takes::text, false, "the key server's base address (the cloud's)"},
    KeyRow{"kms roots", Takes::text, false, "PEM file of who may vouch for the key server (nobody is asked to)"},
    KeyRow{"account", Takes::text, true, "user id of the service's machine account: its organisation's key server is used"},
    KeyRow{"token", Takes::text, true, secret_meaning},
    KeyRow{"hook secret", Takes::text, true, "signs the cloud's notices; as the token: { file: PATH } or { env: NAME }"},
};
constexpr std::array hooks_rows{
    KeyRow{"public url", Takes::text, true, "where providers and the cloud reach the listener; /graph, /google, /cloud are added"},
    KeyRow{"listen", Takes::text, true, "ADDRESS:PORT, in quotes with [ ]; without a certificate on loopback only, behind a proxy that has one"},
    KeyRow{"certificate", Takes::text, false, "PEM file of the chain"},
    KeyRow{"key", Takes::text, false, "PEM file of its key, mode 600"},
};
constexpr std::array operations_rows{KeyRow{"listen", Takes::text, true, "ADDRESS:PORT; to be reached by those who operate it, and nobody else"}};
constexpr std::array store_rows{
    KeyRow{"path", Takes::text, true, "the SQLite file; made when it is not there"},
    KeyRow{"key", Takes::text, true, "32 bytes as 64 hexadecimal digits; { file: PATH } (mode 600) or { env: NAME }"},
};
constexpr std::array secret_rows{
    KeyRow{"file", Takes::text, false, "a file that only its owner may read"},
    KeyRow{"env", Takes::text, false, "an environment variable"},
};

struct Section {
    std::string_view name;
    std::span<const KeyRow> rows;
};
constexpr std::array sections{Section{"microsoft", microsoft_rows}, Section{"google", google_rows}, Section{"cloud", cloud_rows},
                              Section{"hooks", hooks_rows},         Section{"operations", operations_rows}, Section{"store", store_rows}};

}  // namespace

std::span<const KeyRow> engine_config_rows(std::string_view section) {
    if (section.empty()) return top_rows;
    if (section == "secret") return secret_rows;
    return std::ranges::find(sections, section, &Section::name)->rows;
}

std::string engine_config_help() {
    std::string out = "Keys of the configuration (YAML; * must be there; relative paths begin at its folder):\n";
    const auto line = [&](const KeyRow& row, const char* indent) {
        std::string name = indent + std::string(row.name) + (row.required ? "*" : "");
        name.resize(std::max<std::size_t>(name.size() + 1, 20), ' ');
        out += name + std::string(row.meaning) + "\n";
    };
    for (const KeyRow& row : top_rows) {
        line(row, "  ");
        const auto section = std::ranges::find(sections, row.name, &Section::name);
        if (section == sections.end()) continue;
        for (const KeyRow& inner : section->rows) line(inner, "    ");
    }
    return out;
}

}  // namespace sim
