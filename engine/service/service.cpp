#include "engine/service/service.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/adapters/json_log.hpp"
#include "engine/adapters/process.hpp"
#include "engine/adapters/secure_random.hpp"
#include "engine/adapters/sqlite_store.hpp"
#include "engine/adapters/system_clock.hpp"
#include "engine/adapters/turn_store.hpp"
#include "engine/meeting/store_seal.hpp"
#include "engine/service/metrics.hpp"

namespace engine::service {
namespace {

using namespace adapters;
using boost::system::error_code;

constexpr std::chrono::milliseconds quiet_look{20};
constexpr int quiet_looks = 3;  // in a row without any exchange: between two of them a coroutine only computes
// Not among the engine's own records (m/, s/, k/).
constexpr std::string_view key_check_key = "service/key-check";
constexpr std::string_view owner_key = "service/organisation";
constexpr std::string_view credentials_key = "service/credentials";

/// What the service shows to be let in.
std::string credentials_of(const Config& config) {
    std::string out;
    for (const std::string* one : {&config.tenant, &config.client_id, &config.client_secret, &config.service_account, &config.service_account_key_pem}) {
        out += std::to_string(one->size()) + ":";
        out += *one;
    }
    return out;
}

std::string sender_of(std::string_view url) {
    const std::string_view path = url.substr(0, url.find('?'));
    for (const auto& [ending, sender] : {std::pair("/graph", "graph"), std::pair("/graph/lifecycle", "graph-lifecycle"), std::pair("/google", "google"), std::pair("/cloud", "cloud")})
        if (path.ends_with(ending)) return sender;
    return "stranger";
}

HttpResponse plain(int status, std::string_view body, std::string_view type = "text/plain; charset=utf-8") {
    HttpResponse out;
    out.status = status;
    out.headers.push_back({"Content-Type", std::string(type)});
    out.headers.push_back({"Cache-Control", "no-store"});
    out.body = body;
    return out;
}

}  // namespace

struct Service::Parts {
    enum class Phase { closed, open, working, ending, over };

    Parts(boost::asio::io_context& io_in, Settings settings_in, std::function<void(std::string_view)> write_log)
        : io(io_in),
          settings(std::move(settings_in)),
          clock(io_in),
          alarm(io_in, clock),
          log(clock, settings.log_level, std::move(write_log)),
          http(io_in, settings.http),
          hooks(io_in, settings.hooks, [this](HttpRequest request) { return hook(std::move(request)); }),
          operations(io_in, settings.operations, [this](HttpRequest request) { return asked(std::move(request)); }),
          end_timer(io_in) {}

    std::optional<std::string> open() {
        try {
            sqlite.emplace(settings.store_path);
            const meeting::StoreSeal seal(settings.engine.store_key);
            const std::string check = seal.blind("the store's key");
            const std::optional<std::string> written = sqlite->get(key_check_key);
            if (written && *written != check)
                return "the store " + settings.store_path + ": was written with another key; nothing in it could be read";
            if (!written) sqlite->put(key_check_key, check);
            // Whoever is not in the directory loses the service: another organisation's people must not be taken for gone.
            const std::string owner = seal.blind("the store of " + settings.engine.org_id);
            const std::optional<std::string> owned = sqlite->get(owner_key);
            if (owned && *owned != owner)
                return "the store " + settings.store_path + ": is another organisation's than " + settings.engine.org_id + ": correct `org id`, or give each organisation a store of its own";
            if (!owned) sqlite->put(owner_key, owner);
            const std::string credentials = seal.blind(credentials_of(settings.engine));
            const std::optional<std::string> last = sqlite->get(credentials_key);
            settings.engine.store_may_be_lost = true;
            settings.engine.credentials_renewed = last && *last != credentials;
            if (last != credentials) sqlite->put(credentials_key, credentials);
        } catch (const StoreFailure& failure) {
            return failure.what();
        }
        store.emplace(*sqlite, io.get_executor(), [this](const std::string& why) { store_failed(why); });
        book.emplace(http, clock, settings.engine, [this] { store->settle(); });
        if (auto problem = hooks.bind()) return "hooks: " + *problem;
        if (auto problem = operations.bind()) return "operations: " + *problem;
        phase = Phase::open;
        return std::nullopt;
    }

    void start() {
        started = clock.now();
        engine.emplace(Ports{clock, alarm, *book, *store, random, log, io.get_executor()}, settings.engine);
        log.line(Log::Level::info, "service.starts provider=" + std::string(settings.engine.provider == Provider::google ? "google" : "microsoft") +
                                       " hooks_port=" + std::to_string(hooks.port()) + " operations_port=" + std::to_string(operations.port()));
        try {
            engine->start();
        } catch (const StoreFailure& failure) {
            store_failed(failure.what());
        } catch (const Stopped&) {
            // The store broke, and has been told of.
        }
        if (phase == Phase::open) phase = Phase::working;
        hooks.accept();
        operations.accept();
    }

    void renew(const std::optional<Settings>& read) {
        std::string problem = read ? http.trust(read->http.trusted_pem) : "the configuration has mistakes";
        if (problem.empty()) problem = hooks.show(read->hooks.certificate_pem, read->hooks.key_pem);
        if (problem.empty()) log.line(Log::Level::info, "certificates.renewed");
        else log.line(Log::Level::error, "certificates.not_renewed " + problem);
    }

    void stop() {
        if (phase == Phase::over || phase == Phase::closed) return;
        if (phase == Phase::ending) return finish();
        phase = Phase::ending;
        log.line(Log::Level::info, "service.ends exchanges_under_way=" + std::to_string(http.under_way()));
        hooks.close();
        clock.set_running(Running::held);
        alarm.set_running(Running::held);
        until = std::chrono::steady_clock::now() + settings.grace;
        look_whether_quiet();
    }
    void look_whether_quiet() {
        end_timer.expires_after(quiet_look);
        end_timer.async_wait([this](const error_code& error) {
            if (error || phase != Phase::ending) return;
            quiet = http.under_way() == 0 ? quiet + 1 : 0;
            if (quiet >= quiet_looks || std::chrono::steady_clock::now() >= until) finish();
            else look_whether_quiet();
        });
    }
    void finish() {
        if (phase == Phase::over) return;
        phase = Phase::over;
        log.line(Log::Level::info, "service.ended given_up=" + std::to_string(http.under_way()));
        try {
            if (store) store->settle();
        } catch (const Stopped&) {
            // It broke, and has been told of.
        }
        if (engine) engine->stop();
        end_timer.cancel();
        clock.set_running(Running::no);
        alarm.set_running(Running::no);
        http.stop();
        hooks.stop();
        operations.stop();
        if (ended) ended();
    }
    /// What was not written is not known to have happened: better no engine than one that forgets.
    void store_failed(const std::string& why) {
        broken = true;
        log.line(Log::Level::error, "store.failed " + why);
        boost::asio::post(io, [this] { finish(); });
    }

    Task<HttpResponse> hook(HttpRequest request) {
        const std::string sender = sender_of(request.url);
        HttpResponse response;
        response.status = 503;
        if (phase == Phase::working) {
            try {
                response = co_await engine->webhook(std::move(request));
                store->settle();
            } catch (const std::exception&) {
                log.line(Log::Level::error, "bug.exception_in_hook sender=" + sender);  // what() may quote someone's text
                response = HttpResponse{};
                response.status = 500;
            }
        }
        ++hooks_seen[{sender, response.status}];
        co_return response;
    }

    Task<HttpResponse> asked(HttpRequest request) {
        const std::size_t path_at = request.url.find('/', request.url.find("://") + 3);
        const std::string path = path_at == std::string::npos ? "/" : request.url.substr(path_at, request.url.find('?', path_at) - path_at);
        if (request.method != "GET" && request.method != "HEAD") co_return plain(405, "only GET\n");
        if (path == "/healthz") co_return plain(broken ? 503 : 200, broken ? "the store is broken\n" : "ok\n");
        if (path == "/readyz") {
            const std::string why = why_not_ready();
            co_return plain(why.empty() ? 200 : 503, why.empty() ? "ready\n" : why + "\n");
        }
        if (path == "/metrics") co_return plain(200, metrics_text(figures()), "text/plain; version=0.0.4; charset=utf-8");
        co_return plain(404, "/healthz, /readyz, /metrics\n");
    }
    std::string why_not_ready() const {
        if (broken) return "the store is broken";
        if (phase != Phase::working) return "it is ending";
        if (!engine->status().directory_known) return "the directory has not been read yet";
        return {};
    }
    Figures figures() {
        Figures out;
        out.engine = engine->status();
        out.now = clock.now();
        out.started = started;
        out.exchanges = &book->figures();
        out.exchanges_under_way = http.under_way();
        out.exchanges_waiting = http.waiting();
        out.connections = http.connections();
        out.hooks = hooks_seen;
        out.hook_connections = hooks.connections();
        out.store_writes = store->writes();
        out.store_commits = sqlite->commits();
        out.store_bytes = sqlite->file_bytes();
        out.log_lines = {log.lines(Log::Level::info), log.lines(Log::Level::warning), log.lines(Log::Level::error)};
        out.processor_seconds = processor_seconds();
        out.resident_bytes = resident_bytes();
        out.ready = why_not_ready().empty();
        return out;
    }

    boost::asio::io_context& io;
    Settings settings;
    SystemClock clock;
    SystemAlarm alarm;
    SecureRandom random;
    JsonLog log;
    TlsHttpClient http;
    HttpServer hooks, operations;
    boost::asio::steady_timer end_timer;
    std::optional<SqliteStore> sqlite;
    std::optional<TurnStore> store;
    std::optional<ExchangeBook> book;
    std::optional<Engine> engine;
    Phase phase = Phase::closed;
    std::function<void()> ended;
    bool broken = false;
    int quiet = 0;
    std::chrono::steady_clock::time_point until{};
    Instant started{};
    std::map<std::pair<std::string, int>, std::uint64_t> hooks_seen;
};

Service::Service(boost::asio::io_context& io, Settings settings, std::function<void(std::string_view)> write_log)
    : parts_(std::make_unique<Parts>(io, std::move(settings), std::move(write_log))) {}
Service::~Service() = default;

std::optional<std::string> Service::open() { return parts_->open(); }
void Service::start() { parts_->start(); }
void Service::renew(const std::optional<Settings>& settings) { parts_->renew(settings); }
void Service::stop() { parts_->stop(); }
void Service::on_end(std::function<void()> call) { parts_->ended = std::move(call); }
bool Service::failed() const { return parts_->broken; }
std::uint16_t Service::hooks_port() const { return parts_->hooks.port(); }
std::uint16_t Service::operations_port() const { return parts_->operations.port(); }
Status Service::status() const { return parts_->engine->status(); }

}  // namespace engine::service
