#include "tests/engine_sync/world.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "engine/text/zone.hpp"
#include "fakes/google/service.hpp"
#include "fakes/microsoft/service.hpp"
#include "tests/engine_sync/world_ports.hpp"

namespace world {

using engine::Duration;
using engine::Instant;
using engine::Task;

namespace {

constexpr char kServiceToken[] = "service-token";

struct KeyPair {
    std::string private_pem, public_pem;
};

/// One key pair for all tests: making one takes a tenth of a second.
const KeyPair& key_pair() {
    static const KeyPair kPair = [] {
        EVP_PKEY* key = EVP_RSA_gen(2048);
        const auto text = [](auto write) {
            BIO* bio = BIO_new(BIO_s_mem());
            write(bio);
            char* bytes = nullptr;
            const long size = BIO_get_mem_data(bio, &bytes);
            std::string out(bytes, static_cast<std::size_t>(size));
            BIO_free(bio);
            return out;
        };
        KeyPair pair;
        pair.private_pem =
            text([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
        pair.public_pem = text([&](BIO* bio) { PEM_write_bio_PUBKEY(bio, key); });
        EVP_PKEY_free(key);
        return pair;
    }();
    return kPair;
}

}  // namespace

World::World(Wish wish) : wish_(std::move(wish)) {
    now = at(wish_.start);
    if (wish_.people.empty()) {
        for (const std::string name : {"admin", "ana", "ben", "wawel"}) {
            fakes::Person person;
            person.key = name;
            person.is_room = name == "wawel";
            wish_.people.push_back(person);
        }
    }
    int number = 1;
    for (fakes::Person& person : wish_.people) {
        if (person.name.empty()) {
            person.name = person.key;
            person.name[0] = static_cast<char>(person.name[0] - 32);
        }
        if (person.address.empty()) person.address = person.key + "@calrig.example";
        if (person.language.empty()) person.language = "en";
        if (person.zone.empty()) person.zone = "Europe/Warsaw";
        char id[40];
        std::snprintf(id, sizeof id, "11111111-aaaa-4aaa-8aaa-%012d", number++);
        person.user_id = id;
    }
    organisation.name = "Calrig Example";
    organisation.domain = "calrig.example";
    organisation.org_id = "7f2c1c5e-8f0b-4e0e-9a54-0a1b2c3d4e5f";
    organisation.microsoft_tenant = "6f1c2a44-9d0e-4b7e-8a55-0c1d2e3f4a5b";
    organisation.microsoft_client = "0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6";
    organisation.microsoft_secret = "secret~of~the~application";
    organisation.google_client_email = "calrig@project.iam.gserviceaccount.com";
    organisation.google_client_id = "104727004242104727004";
    organisation.google_public_key = key_pair().public_pem;
    organisation.people = wish_.people;
    const bool microsoft = wish_.provider == engine::Provider::microsoft;
    if (microsoft) calendars = fakes::make_microsoft(organisation, {});
    else calendars = fakes::make_google(organisation, {});
    const fakes::Dice dice(7);
    identity = std::make_shared<fakes::Identity>(organisation, kServiceToken, dice.stream("identity"));
    fakes::CloudOptions options;
    options.provider = microsoft ? "microsoft" : "google";
    options.not_activated = {"admin"};
    cloud = std::make_unique<fakes::Cloud>(identity, options, dice.stream("cloud"));
    keys = std::make_unique<fakes::KeyServer>(identity, fakes::KeyServerOptions{}, dice.stream("kms"));
    for (const fakes::Person& person : organisation.people) {
        if (person.key == "admin") continue;
        fakes::EdgeOptions edge;
        edge.kind = person.is_room ? fakes::EdgeOptions::Kind::device : fakes::EdgeOptions::Kind::app;
        edge.key = person.key;
        edge.user_id = person.user_id;
        edge.user_token = identity->token_of(person.key);
        edge.shared = person.is_room;
        auto made = std::make_unique<fakes::Edge>(edge);
        if (person.is_room)
            cloud->connect_device(person.key);
        else
            cloud->connect_app(person.key);
        edges_[made->host()] = std::move(made);
    }
}

World::~World() {
    if (engine) stop_engine();
}

Instant World::at(const std::string& iso) const { return engine::text::to_utc(iso, "UTC").value(); }

std::string World::address(const std::string& key) const { return key + "@calrig.example"; }

fakes::Draft World::draft(const std::string& title, const std::string& start_utc, int minutes) const {
    fakes::Draft draft;
    draft.title = title;
    const auto start = std::chrono::floor<std::chrono::seconds>(at(start_utc)).time_since_epoch();
    draft.when.start = fakes::LocalTime(start);
    draft.when.end = draft.when.start + std::chrono::minutes(minutes);
    draft.when.zone = "UTC";
    return draft;
}

fakes::Draft World::webex_draft() const {
    fakes::Draft planning = draft("Planning", "2026-03-02T09:00:00Z", 30);
    planning.location = "@webex";
    planning.body = "Agenda text.";
    planning.invitees = {{address("ben"), fakes::Role::required}, {address("wawel"), fakes::Role::resource}};
    return planning;
}

void World::start_engine() {
    // Timers of an earlier life still name its ports: they stay, and find nobody parked.
    if (ports_) former_ports_.push_back(std::move(ports_));
    ports_ = std::make_unique<Ports>(*this);
    engine_up_ = true;
    engine::Config config;
    config.provider = wish_.provider;
    config.policies = wish_.policies;
    config.org_id = organisation.org_id;
    config.tenant = organisation.microsoft_tenant;
    config.client_id = organisation.microsoft_client;
    config.client_secret = organisation.microsoft_secret;
    config.service_account = organisation.google_client_email;
    config.service_account_key_pem = key_pair().private_pem;
    config.google_admin = address("admin");
    config.cloud_token = kServiceToken;
    config.cloud_hook_secret = identity->hook_secret();
    config.cloud_account = identity->service_id();
    config.kms_rsa_bits_min = 640;
    config.store_key.fill(7);
    Ports& p = *ports_;
    engine = std::make_unique<engine::Engine>(engine::Ports{p, p, p, p, p, p, io_.get_executor()}, std::move(config));
    engine->start();
    drain();
}

void World::stop_engine() {
    engine->stop();
    ports_->up = false;
    engine_up_ = false;
    while (!ports_->parked.empty()) {
        ports_->resume(ports_->parked.begin()->first);
        io_.restart();
        io_.poll();
    }
    io_.restart();
    io_.poll();
    engine.reset();
    waiting_.clear();
}

fakes::Server* World::server_for(const std::string& host) {
    if (host == "cloud.calrig.example") return cloud.get();
    if (host == "kms.calrig.example") return keys.get();
    const auto edge = edges_.find(host);
    if (edge != edges_.end()) return edge->second.get();
    return calendars.get();
}

engine::HttpResponse World::at_the_hook(engine::HttpRequest request) {
    engine::HttpResponse answer;
    boost::asio::co_spawn(io_, engine->webhook(std::move(request)), [&answer](const std::exception_ptr& thrown, engine::HttpResponse response) {
        answer = std::move(response);
        if (thrown) answer.status = 500;
    });
    drain();
    return answer;
}

void World::later(Instant when, std::function<void()> act) { queue_[{when, order_++}] = std::move(act); }

void World::take(fakes::Server* from, fakes::Effects effects) {
    for (fakes::Effects::Answer& answer : effects.answers) {
        const auto found = waiting_.find({from, answer.to});
        if (found == waiting_.end()) continue;
        const auto act = std::move(found->second);
        waiting_.erase(found);
        act(answer.reply);
    }
    for (fakes::Outgoing& out : effects.outgoing)
        later(std::max(out.not_before, now) + kLatency,
              [this, from, out = std::move(out)]() mutable { send_outgoing(from, std::move(out)); });
}

void World::send_outgoing(fakes::Server* from, fakes::Outgoing out) {
    const auto tell = [this, from, id = out.id](const fakes::Reply* reply) {
        fakes::Effects effects;
        from->answered(id, reply, now, effects);
        take(from, std::move(effects));
    };
    if (deliver && !deliver(out)) return tell(nullptr);
    const std::string host = host_of(out.url);
    if (host != "engine.calrig.example") {
        fakes::Server* to = server_for(host);
        fakes::Request request{out.method, host, target_of(out.url), out.headers, out.body};
        const fakes::ExchangeId id = next_exchange_++;
        waiting_[{to, id}] = [tell](const fakes::Reply& reply) { tell(&reply); };
        fakes::Effects effects;
        to->request(id, request, now, effects);
        take(to, std::move(effects));
        return;
    }
    if (!engine_up_) return tell(nullptr);
    engine::HttpRequest request;
    request.method = out.method;
    request.url = out.url;
    for (const fakes::Header& header : out.headers) request.headers.push_back({header.name, header.value});
    request.body = out.body;
    boost::asio::co_spawn(io_, engine->webhook(std::move(request)),
                          [tell](const std::exception_ptr& thrown, const engine::HttpResponse& response) {
                              if (thrown) return tell(nullptr);
                              fakes::Reply reply;
                              reply.status = response.status;
                              reply.body = response.body;
                              for (const engine::Header& header : response.headers)
                                  reply.headers.push_back({header.name, header.value});
                              tell(&reply);
                          });
}

void World::drain() {
    for (;;) {
        io_.restart();
        if (io_.poll() == 0) break;
        if (++steps_in_instant > 2'000'000) throw std::logic_error("the engine does not come to rest");
    }
}

std::optional<Instant> World::next_event() {
    std::optional<Instant> next;
    const auto consider = [&next](std::optional<Instant> when) {
        if (when && (!next || *when < *next)) next = when;
    };
    if (!queue_.empty()) consider(queue_.begin()->first.first);
    consider(calendars->next_wake());
    consider(cloud->next_wake());
    consider(keys->next_wake());
    for (const auto& [host, edge] : edges_) consider(edge->next_wake());
    return next;
}

void World::run_until(Instant until) {
    drain();
    int rounds = 0;
    for (;;) {
        const std::optional<Instant> next = next_event();
        if (!next || *next > until) break;
        if (*next > now) {
            now = *next;
            rounds = 0;
            steps_in_instant = 0;
        }
        if (++rounds > 100'000) throw std::logic_error("time stands still");
        const auto wake = [this](fakes::Server& server) {
            const std::optional<Instant> due = server.next_wake();
            if (!due || *due > now) return;
            fakes::Effects effects;
            server.wake(now, effects);
            take(&server, std::move(effects));
        };
        wake(*calendars);
        wake(*cloud);
        wake(*keys);
        for (const auto& [host, edge] : edges_) wake(*edge);
        if (!queue_.empty() && queue_.begin()->first.first <= now) {
            const auto act = std::move(queue_.begin()->second);
            queue_.erase(queue_.begin());
            act();
        }
        drain();
    }
    now = std::max(now, until);
}

const fakes::Screen& World::app(const std::string& key) { return edges_.at("app-" + key + ".edge.calrig.example")->screen(); }
const fakes::Screen& World::device(const std::string& key) {
    return edges_.at("device-" + key + ".edge.calrig.example")->screen();
}

std::vector<Sent> World::sent_to(const std::string& method, const std::string& url_part) const {
    std::vector<Sent> found;
    for (const Sent& one : sent)
        if (one.method == method && one.url.find(url_part) != std::string::npos) found.push_back(one);
    return found;
}

}  // namespace world
