#include "sim/cli/engine_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/adapters/destination.hpp"
#include "sim/scenario/reading.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

using engine::service::Settings;

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
    KeyRow{"listen", Takes::text, true, "ADDRESS:PORT; without a certificate on loopback only, behind a proxy that has one"},
    KeyRow{"certificate", Takes::text, false, "PEM file of the chain"},
    KeyRow{"key", Takes::text, false, "PEM file of its key, mode 600"},
};
constexpr std::array operations_rows{KeyRow{"listen", Takes::text, true, "ADDRESS:PORT"}};
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

std::span<const KeyRow> rows_of(std::string_view section) { return std::ranges::find(sections, section, &Section::name)->rows; }

std::string trimmed_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

/// Places count code points.
std::string masked(std::string text, const std::vector<Place>& places) {
    for (const Place& place : places) {
        std::size_t at = 0;
        for (int line = 1; line < place.line && at != std::string::npos; ++line) at = text.find('\n', at) + 1;
        const auto next = [&](std::size_t from) {
            do ++from;
            while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80);
            return from;
        };
        for (int column = 1; column < place.column && at < text.size(); ++column) at = next(at);
        for (int done = 0; done < place.length && at < text.size() && text[at] != '\n'; ++done) {
            const std::size_t end = next(at);
            text.replace(at, end - at, "*");
            ++at;
        }
    }
    return text;
}

class Reader {
  public:
    Reader(const std::string& folder, const ConfigSurroundings& around) : folder_(folder), around_(around) {}

    ReadConfig read(std::string_view text) {
        ReadConfig out;
        const YamlTree tree = read_yaml(text, "configuration");
        state_.diagnostics = tree.mistakes;
        if (tree.whole) everything(tree.root);
        out.diagnostics = std::move(state_.diagnostics);
        out.shown = masked(std::string(text), in_the_open_);
        if (!has_errors(out.diagnostics)) out.settings = std::move(settings_);
        return out;
    }

  private:
    void everything(const YamlNode& root) {
        Fields top(state_, root, top_rows, "the configuration", root.place);
        engine::Config& config = settings_.engine;
        const auto provider = top.word("provider");
        if (provider && *provider == "google") config.provider = engine::Provider::google;
        take(top, "org id", config.org_id);
        const auto provisioning = top.word("provisioning");
        config.provisioned = !provisioning || *provisioning != "by administrator";
        if (const auto language = top.language("default language")) config.default_language = *language;
        if (provider) {
            if (!top.has(*provider)) state_.error(top.place("provider"), "the provider is " + *provider + ", but there is no `" + *provider + "`", std::string(std::ranges::find(top_rows, *provider, &KeyRow::name)->meaning));
            const std::string other = *provider == "google" ? "microsoft" : "google";
            if (top.has(other)) state_.warning(top.key_place(other), "`" + other + "` is not used: the provider is " + *provider, "leave it out; another engine serves " + other);
        }
        if (auto section = fields(top, "microsoft")) microsoft(*section);
        if (auto section = fields(top, "google")) google(*section);
        if (auto section = fields(top, "cloud")) cloud(*section);
        if (auto section = fields(top, "hooks")) hooks(*section);
        settings_.operations.port = 9464;
        if (auto section = fields(top, "operations")) listen(*section, settings_.operations);
        if (auto section = fields(top, "store")) store(*section);
        if (const auto pem = pem_file(top, "trust", "CERTIFICATE", false)) settings_.http.trusted_pem = *pem;
        if (const auto level = top.word("log"))
            settings_.log_level = *level == "info" ? engine::Log::Level::info : *level == "warning" ? engine::Log::Level::warning : engine::Log::Level::error;
        if (const auto grace = top.duration("grace")) settings_.grace = std::chrono::ceil<std::chrono::seconds>(*grace);
        if (const auto count = top.number("connections")) {
            if (*count < 1 || *count > 1000) state_.error(top.place("connections"), "`connections` is from 1 to 1000", "providers allow few at once for one mailbox; 32 suits most");
            else settings_.http.connections_per_origin = static_cast<std::size_t>(*count);
        }
        read_policy_table(state_, top.node("policy"), top.place("policy"));
        settings_.engine.policies = policies_of(state_.scenario);
    }

    std::optional<Fields> fields(Fields& top, std::string_view name) {
        const YamlNode* node = top.node(name);
        if (node == nullptr) return std::nullopt;
        return Fields(state_, *node, rows_of(name), "`" + std::string(name) + "`", top.key_place(name));
    }

    void microsoft(Fields& in) {
        engine::Config& config = settings_.engine;
        take(in, "tenant", config.tenant);
        if (config.provisioned && !in.has("tenant")) state_.error(in.owner_place(), "`microsoft` needs `tenant`", "the directory (tenant) id; or `provisioning: by administrator`, whose consent says it");
        if (!config.provisioned && in.has("tenant")) state_.error(in.key_place("tenant"), "`tenant` is said by the administrator's consent", "leave it out, or leave out `provisioning: by administrator`");
        take(in, "client id", config.client_id);
        secret(in, "client secret", config.client_secret);
        address(in, "graph", config.graph_base);
        take(in, "scope", config.graph_scope);
        address(in, "authority", config.authority_base);
    }

    void google(Fields& in) {
        engine::Config& config = settings_.engine;
        if (const auto admin = in.text("admin")) {
            if (!is_address(*admin)) state_.error(in.place("admin"), "`" + *admin + "` is no e-mail address", "write it as admin@example.com");
            config.google_admin = *admin;
        }
        if (const auto key = file(in, "key file", true)) {
            const nlohmann::json json = nlohmann::json::parse(*key, nullptr, false);
            const auto member = [&](const char* name) { return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string(); };
            config.service_account = member("client_email");
            config.service_account_key_pem = member("private_key");
            if (const std::string token = member("token_uri"); !token.empty()) config.google_token_url = token;
            if (config.service_account.empty() || config.service_account_key_pem.find("PRIVATE KEY-----") == std::string::npos)
                state_.error(in.place("key file"), "the file is no key of a service account", "it is JSON with `client_email` and `private_key`, as Google's console gives it out");
        }
        address(in, "calendar", config.google_base);
        address(in, "gmail", config.gmail_base);
        address(in, "token", config.google_token_url);
    }

    void cloud(Fields& in) {
        engine::Config& config = settings_.engine;
        address(in, "base", config.cloud_base);
        config.kms_base = config.cloud_base;
        address(in, "kms", config.kms_base);
        for (const char* key : {"regions", "portal"})
            if (config.provisioned == in.has(key))
                state_.error(in.has(key) ? in.key_place(key) : in.owner_place(), in.has(key) ? "`" + std::string(key) + "` is for organisations that an administrator provisions" : "`cloud` needs `" + std::string(key) + "`",
                             in.has(key) ? "leave it out, or write `provisioning: by administrator`" : "an administrator provisions the service: say where data is kept and which pages are theirs");
        regions(in);
        address(in, "portal", config.portal_base);
        if (const auto roots = pem_file(in, "kms roots", "CERTIFICATE", false)) config.kms_roots_pem = *roots;
        take(in, "account", config.cloud_account);
        secret(in, "token", config.cloud_token);
        secret(in, "hook secret", config.cloud_hook_secret);
    }

    /// An address with a hole in it: right if it is right when filled.
    void regions(Fields& in) {
        const auto value = in.text("regions");
        if (!value) return;
        std::string filled = *value;
        const std::size_t hole = filled.find("{region}");
        if (hole != std::string::npos) filled.replace(hole, 8, "eu");
        engine::adapters::Destination ignored;
        const std::string problem = engine::adapters::find_destination(filled, ignored);
        if (!problem.empty()) state_.error(in.place("regions"), "`" + *value + "`: " + problem, "write it as https://cloud-{region}.example.com");
        settings_.engine.region_base = *value;
    }

    void hooks(Fields& in) {
        address(in, "public url", settings_.engine.hook_base);
        listen(in, settings_.hooks);
        const auto certificate = pem_file(in, "certificate", "CERTIFICATE", false);
        const auto key = pem_file(in, "key", "PRIVATE KEY", true);
        if (in.has("certificate") != in.has("key")) {
            const char* there = in.has("key") ? "key" : "certificate";
            state_.error(in.key_place(there), std::string("`") + there + "` without `" + (in.has("key") ? "certificate" : "key") + "`", "give both, or neither to listen plainly on loopback");
        }
        if (certificate) settings_.hooks.certificate_pem = *certificate;
        if (key) settings_.hooks.key_pem = *key;
        if (in.has("listen") && !in.has("certificate") && !settings_.hooks.address.empty() && !engine::adapters::is_loopback(settings_.hooks.address))
            state_.error(in.place("listen"), "plain HTTP beyond this machine: notifications could be read and forged on the way", "give `certificate` and `key`, or listen on 127.0.0.1 behind a proxy that has them");
    }

    void store(Fields& in) {
        if (const auto path = in.text("path")) settings_.store_path = resolved(*path);
        std::string digits;
        if (!secret(in, "key", digits)) return;
        auto& key = settings_.engine.store_key;
        bool good = digits.size() == 2 * key.size();
        for (std::size_t i = 0; good && i < key.size(); ++i) {
            const char* at = digits.data() + 2 * i;
            good = std::from_chars(at, at + 2, key[i], 16).ptr == at + 2;
        }
        if (!good) state_.error(in.place("key"), "the store's key is not 64 hexadecimal digits", "make one:  openssl rand -hex 32 > store.key && chmod 600 store.key");
        else if (std::ranges::all_of(key, [&](std::uint8_t byte) { return byte == key[0]; })) state_.error(in.place("key"), "the store's key is no key: all its bytes are the same", "make one:  openssl rand -hex 32");
    }

    // ---- single values
    void take(Fields& in, std::string_view key, std::string& out) {
        const auto value = in.text(key);
        if (!value) return;
        if (value->empty()) state_.error(in.place(key), "`" + std::string(key) + "` is empty");
        out = *value;
    }

    void address(Fields& in, std::string_view key, std::string& out) {
        const auto value = in.text(key);
        if (!value) return;
        engine::adapters::Destination ignored;
        const std::string problem = engine::adapters::find_destination(*value, ignored);
        if (!problem.empty()) state_.error(in.place(key), "`" + *value + "`: " + problem, "write it as https://calendar.example.com/hooks");
        else if (value->find_first_of("?#") != std::string::npos) state_.error(in.place(key), "`" + *value + "` has more than a path", "leave out what follows ? or #");
        out = *value;
        while (out.ends_with('/')) out.pop_back();
    }

    void listen(Fields& in, engine::adapters::HttpServerSettings& out) {
        const auto value = in.text("listen");
        if (!value) return;
        const std::size_t colon = value->rfind(':');
        std::string host = value->substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        unsigned port = 65'536;
        if (colon != std::string::npos) std::from_chars(value->data() + colon + 1, value->data() + value->size(), port);
        const bool numeric = !host.empty() && host.find_first_not_of("0123456789.:abcdefABCDEF") == std::string::npos;
        if (port > 65'535 || !numeric) state_.error(in.place("listen"), "`" + *value + "` is no address and port", "write it as 127.0.0.1:8443, 0.0.0.0:8443 or [::1]:8443");
        else out.port = static_cast<std::uint16_t>(port);
        out.address = numeric ? host : std::string();
    }

    std::string resolved(const std::string& path) const { return (std::filesystem::path(folder_) / path).lexically_normal().string(); }

    std::optional<std::string> file(Fields& in, std::string_view key, bool is_secret) {
        const auto path = in.text(key);
        if (!path) return std::nullopt;
        return content(*path, in.place(key), is_secret);
    }
    std::optional<std::string> content(const std::string& path, const Place& place, bool is_secret) {
        ConfigSurroundings::Found found = around_.file(resolved(path));
        if (!found.text) {
            state_.error(place, found.error, "paths begin at the folder of the configuration");
            return std::nullopt;
        }
        if (is_secret && found.open_to_others) {
            state_.error(place, "others than its owner may read " + resolved(path), "chmod 600 it");
            return std::nullopt;
        }
        return std::move(found.text);
    }
    std::optional<std::string> pem_file(Fields& in, std::string_view key, const std::string& kind, bool is_secret) {
        auto text = file(in, key, is_secret);
        if (text && text->find("-----BEGIN ") != std::string::npos && text->find(kind + "-----") != std::string::npos) return text;
        if (text) state_.error(in.place(key), "the file holds no " + std::string(kind == "CERTIFICATE" ? "certificate" : "key") + " in PEM", "PEM begins with -----BEGIN");
        return std::nullopt;
    }

    bool secret(Fields& in, std::string_view key, std::string& out) {
        const YamlNode* node = in.node(key);
        if (node == nullptr) return false;
        const std::string name = "`" + std::string(key) + "`";
        if (node->kind == YamlNode::Kind::text) {
            in_the_open_.push_back(node->place);
            state_.error(node->place, name + " stands here for everybody to read", "put it into a file of its own (mode 600) and write { file: PATH }, or { env: NAME }");
            return false;
        }
        Fields where(state_, *node, secret_rows, name, in.place(key));
        if (!where.good() || node->kind != YamlNode::Kind::map) return false;
        if (where.has("file") == where.has("env")) {
            state_.error(in.place(key), name + " needs one of `file` and `env`", std::string(secret_meaning));
            return false;
        }
        std::optional<std::string> text;
        if (where.has("file")) {
            text = file(where, "file", true);
        } else if (const auto variable = where.text("env")) {
            text = around_.variable(*variable);
            if (!text) state_.error(where.place("env"), "there is no environment variable " + *variable, "set it for this process only");
        }
        if (!text) return false;
        out = trimmed_end(std::move(*text));
        if (out.empty()) state_.error(in.place(key), name + " is empty where it is kept");
        return !out.empty();
    }

    std::string folder_;
    const ConfigSurroundings& around_;
    LoadState state_;
    Settings settings_;
    std::vector<Place> in_the_open_;
};

}  // namespace

ReadConfig read_engine_config(std::string_view text, const std::string& folder, const ConfigSurroundings& around) {
    return Reader(folder, around).read(text);
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
