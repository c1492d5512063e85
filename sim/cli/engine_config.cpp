#include "sim/cli/engine_config.hpp"

#include <absl/time/time.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/adapters/destination.hpp"
#include "engine/adapters/pem.hpp"
#include "engine/sync/assertion_signer.hpp"
#include "sim/cli/engine_config_keys.hpp"
#include "sim/scenario/reading.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

using engine::service::Settings;

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
        Fields top(state_, root, engine_config_rows(), "the configuration", root.place);
        engine::Config& config = settings_.engine;
        const auto provider = top.word("provider");
        if (provider && *provider == "google") config.provider = engine::Provider::google;
        identifier(top, "org id", config.org_id);
        const auto provisioning = top.word("provisioning");
        config.provisioned = !provisioning || *provisioning != "by administrator";
        if (const auto language = top.language("default language")) config.default_language = *language;
        if (provider) {
            if (!top.has(*provider)) state_.error(top.place("provider"), "the provider is " + *provider + ", but there is no `" + *provider + "`", std::string(std::ranges::find(engine_config_rows(), *provider, &KeyRow::name)->meaning));
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
        if (const auto pem = pem_file(top, "trust", "CERTIFICATE", false)) {
            settings_.http.trusted_pem = *pem;
            tell_of_end(top, "trust", *pem, "nobody it vouches for is trusted any more");
        }
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
        return Fields(state_, *node, engine_config_rows(name), "`" + std::string(name) + "`", top.key_place(name));
    }

    void microsoft(Fields& in) {
        engine::Config& config = settings_.engine;
        identifier(in, "tenant", config.tenant);
        if (config.provisioned && !in.has("tenant")) state_.error(in.owner_place(), "`microsoft` needs `tenant`", "the directory (tenant) id; or `provisioning: by administrator`, whose consent says it");
        if (!config.provisioned && in.has("tenant")) state_.error(in.key_place("tenant"), "`tenant` is said by the administrator's consent", "leave it out, or leave out `provisioning: by administrator`");
        identifier(in, "client id", config.client_id);
        secret(in, "client secret", config.client_secret);
        address(in, "graph", config.graph_base, "https://graph.microsoft.com/v1.0");
        take(in, "scope", config.graph_scope);
        address(in, "authority", config.authority_base, "https://login.microsoftonline.com");
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
            if (const std::string token = member("token_uri"); !token.empty() && !in.has("token")) {
                engine::adapters::Destination ignored;
                const std::string problem = engine::adapters::find_destination(token, ignored);
                if (!problem.empty()) state_.error(in.place("key file"), "its token_uri `" + token + "`: " + problem, "take a new key from Google's console, or give `token`");
                config.google_token_url = token;
            }
            if (config.service_account.empty() || config.service_account_key_pem.find("PRIVATE KEY-----") == std::string::npos)
                state_.error(in.place("key file"), "the file is no key of a service account", "it is JSON with `client_email` and `private_key`, as Google's console gives it out");
            else if (!engine::sync::AssertionSigner(config.service_account_key_pem).usable())
                state_.error(in.place("key file"), "its `private_key` is no RSA key that can sign", "take a new key from Google's console");
        }
        address(in, "calendar", config.google_base, "https://www.googleapis.com/calendar/v3");
        address(in, "gmail", config.gmail_base, "https://gmail.googleapis.com/gmail/v1");
        address(in, "token", config.google_token_url, "https://oauth2.googleapis.com/token");
    }

    void cloud(Fields& in) {
        engine::Config& config = settings_.engine;
        address(in, "base", config.cloud_base, "https://cloud.example.com");
        config.kms_base = config.cloud_base;
        address(in, "kms", config.kms_base, "https://kms.example.com");
        for (const char* key : {"regions", "portal"})
            if (config.provisioned == in.has(key))
                state_.error(in.has(key) ? in.key_place(key) : in.owner_place(), in.has(key) ? "`" + std::string(key) + "` is for organisations that an administrator provisions" : "`cloud` needs `" + std::string(key) + "`",
                             in.has(key) ? "leave it out, or write `provisioning: by administrator`" : "an administrator provisions the service: say where data is kept and which pages are theirs");
        regions(in);
        address(in, "portal", config.portal_base, "https://admin.example.com/calendar");
        if (const auto roots = pem_file(in, "kms roots", "CERTIFICATE", false)) config.kms_roots_pem = *roots;
        identifier(in, "account", config.cloud_account);
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
        address(in, "public url", settings_.engine.hook_base, "https://calendar.example.com/hooks");
        if (settings_.engine.provider == engine::Provider::google && settings_.engine.hook_base.starts_with("http:"))
            state_.error(in.place("public url"), "Google notifies https addresses only", "put a proxy that has a certificate in front, or give `certificate` and `key`");
        listen(in, settings_.hooks);
        const auto certificate = pem_file(in, "certificate", "CERTIFICATE", false);
        const auto key = pem_file(in, "key", "PRIVATE KEY", true);
        if (in.has("certificate") != in.has("key")) {
            const char* there = in.has("key") ? "key" : "certificate";
            state_.error(in.key_place(there), std::string("`") + there + "` without `" + (in.has("key") ? "certificate" : "key") + "`", "give both, or neither to listen plainly on loopback");
        }
        if (certificate && key) {
            const std::string problem = engine::adapters::problem_of_identity(*certificate, *key);
            if (!problem.empty()) state_.error(in.place("certificate"), problem, "`certificate` is the chain in PEM, the listener's own first; `key` is the key of that one");
            else tell_of_end(in, "certificate", *certificate, "notifications are refused by who looks at it");
        }
        if (certificate) settings_.hooks.certificate_pem = *certificate;
        if (key) settings_.hooks.key_pem = *key;
        if (in.has("listen") && !in.has("certificate") && !settings_.hooks.address.empty() && !engine::adapters::is_loopback(settings_.hooks.address))
            state_.error(in.place("listen"), "plain HTTP beyond this machine: notifications could be read and forged on the way", "give `certificate` and `key`, or listen on 127.0.0.1 behind a proxy that has them");
    }

    void store(Fields& in) {
        if (const auto path = in.text("path")) {
            settings_.store_path = resolved(*path);
            const std::string folder = std::filesystem::path(settings_.store_path).parent_path().string();
            if (path->empty() || path->ends_with('/') || around_.folder_is_there(settings_.store_path)) state_.error(in.place("path"), "`" + *path + "` is no file", "name the store's file: engine.sqlite");
            else if (!around_.folder_is_there(folder)) state_.error(in.place("path"), "there is no folder " + folder, "make it first, readable by the engine alone: install -d -m 700 " + folder);
        }
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

    /// It becomes part of addresses: nothing that would have to be escaped there.
    void identifier(Fields& in, std::string_view key, std::string& out) {
        take(in, key, out);
        constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
        if (const std::size_t at = out.find_first_not_of(plain); at != std::string::npos)
            state_.error(in.place(key), "`" + out + "` is no id", "an id has letters, digits, and - . _ only");
    }

    void address(Fields& in, std::string_view key, std::string& out, const std::string& example) {
        const auto value = in.text(key);
        if (!value) return;
        engine::adapters::Destination ignored;
        const std::string problem = engine::adapters::find_destination(*value, ignored);
        if (value->find('@') != std::string::npos) {
            // Before the @ there may be a password.
            in_the_open_.push_back(in.place(key));
            state_.error(in.place(key), "`" + std::string(key) + "` has an @: an address with a user name is not sent to", "write it as " + example);
        } else if (!problem.empty()) state_.error(in.place(key), "`" + *value + "`: " + problem, "write it as " + example);
        else if (value->find_first_of("?#") != std::string::npos) state_.error(in.place(key), "`" + *value + "` has more than a path", "leave out what follows ? or #");
        out = *value;
        while (out.ends_with('/')) out.pop_back();
    }

    void listen(Fields& in, engine::adapters::HttpServerSettings& out) {
        const auto value = in.text("listen");
        if (!value) return;
        const std::size_t colon = value->rfind(':');
        std::string host = value->substr(0, colon);
        const bool bracketed = host.starts_with('[') && host.ends_with(']');
        if (bracketed) host = host.substr(1, host.size() - 2);
        unsigned port = 65'536;
        const char* const end = value->data() + value->size();
        const bool digits = colon != std::string::npos && std::from_chars(value->data() + colon + 1, end, port).ptr == end;
        boost::system::error_code no_address;
        const auto address = boost::asio::ip::make_address(host, no_address);
        const bool numeric = digits && !no_address && address.is_v6() == bracketed;
        if (port > 65'535 || !numeric) state_.error(in.place("listen"), "`" + *value + "` is no address and port", R"(write it as 127.0.0.1:8443, 0.0.0.0:8443 or "[::1]:8443", in quotes)");
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
        if (text && text->find("-----BEGIN ") != std::string::npos && text->find(kind + "-----") != std::string::npos) {
            if (kind != "CERTIFICATE" || key == "certificate" || engine::adapters::problem_of_authorities(*text).empty()) return text;
            state_.error(in.place(key), "something in the file is no certificate that can be read", "PEM is the output of  openssl x509 -in FILE");
            return std::nullopt;
        }
        if (text) state_.error(in.place(key), "the file holds no " + std::string(kind == "CERTIFICATE" ? "certificate" : "key") + " in PEM", "PEM begins with -----BEGIN");
        return std::nullopt;
    }

    void tell_of_end(Fields& in, std::string_view key, const std::string& pem, const std::string& consequence) {
        const auto end = engine::adapters::end_of_certificate(pem);
        if (!end || *end > around_.now) return;
        state_.warning(in.place(key), "the certificate ended on " + absl::FormatTime("%Y-%m-%d", absl::FromChrono(*end), absl::UTCTimeZone()) + ": " + consequence, "have it renewed");
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
        Fields where(state_, *node, engine_config_rows("secret"), name, in.place(key));
        if (!where.good() || node->kind != YamlNode::Kind::map) return false;
        if (where.has("file") == where.has("env")) {
            state_.error(in.place(key), name + " needs one of `file` and `env`", "{ file: PATH } (mode 600) or { env: NAME }");
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
        const bool one_line = std::ranges::none_of(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
        if (!one_line) state_.error(in.place(key), name + " is not one line of text where it is kept", "the file holds the secret alone");
        return !out.empty() && one_line;
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

}  // namespace sim
