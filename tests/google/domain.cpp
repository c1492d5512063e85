#include "tests/google/domain.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace fakes {
namespace {

/// One key per process; small, because nothing real is protected.
EVP_PKEY* signing_key() {
    static const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_RSA_gen(1024), EVP_PKEY_free);
    return key.get();
}

std::string public_pem() {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PUBKEY(bio.get(), signing_key());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string base64url(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!out.empty() && out.back() == '=') out.pop_back();
    return out;
}

}  // namespace

Instant start_of_play() {
    return std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::milliseconds{((8 * 60 + 11) * 60 + 5) * 1000 + 412};
}

std::string Domain::address(const std::string& key) {
    if (key == "fjord" || key == "mute") return "c_" + key + "@resource.calendar.google.com";
    return key + "@nordlys.example";
}

Organisation Domain::organisation() {
    Organisation org;
    org.name = "Nordlys";
    org.domain = "nordlys.example";
    org.google_client_email = "hybrid@demo-proj.iam.gserviceaccount.com";
    org.google_client_id = "104727004242";
    org.google_public_key = public_pem();
    for (const char* key : {"mia", "olav", "eva", "admin", "ghost", "fjord", "mute"}) {
        Person person;
        person.key = key;
        person.name = std::string(1, static_cast<char>(key[0] - 32)) + (key + 1);
        person.address = address(key);
        person.language = "nb-NO";
        person.zone = "Europe/Oslo";
        person.is_room = person.key == "fjord" || person.key == "mute";
        person.has_mailbox = person.key != "ghost";
        person.room.accepts_by_itself = person.key != "mute";
        org.people.push_back(person);
    }
    return org;
}

Domain::Domain(GoogleOptions options) : now(start_of_play()), service_(make_google(organisation(), std::move(options))) {}

std::string Domain::assertion(json claims, const json& header) {
    const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, signing_key());
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
    signature.resize(size);
    return text + "." + base64url(signature);
}

json Domain::claims(const std::string& user, const std::string& scopes) const {
    const std::int64_t now_s = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    return {{"iss", organisation().google_client_email},
            {"sub", address(user)},
            {"scope", scopes},
            {"aud", "https://oauth2.googleapis.com/token"},
            {"iat", now_s},
            {"exp", now_s + 3600}};
}

Reply Domain::post_token(const std::string& assertion) {
    return raw({"POST", "oauth2.googleapis.com", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                "assertion=" + assertion + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"});
}

std::string Domain::token_with(const std::string& user, const std::string& scopes) {
    const Reply reply = post_token(assertion(claims(user, scopes)));
    EXPECT_EQ(reply.status, 200) << reply.body;
    if (reply.status != 200) return "none";
    return json::parse(reply.body).at("access_token").get<std::string>();
}

std::string Domain::token(const std::string& user) {
    const auto [it, fresh] = tokens_.try_emplace(user);
    if (fresh) it->second = token_with(user, std::string(calendar_scope) + " " + gmail_scope);
    return it->second;
}

Reply Domain::raw(Request request) {
    Effects effects;
    const ExchangeId id = ++last_;
    service_->request(id, request, now, effects);
    EXPECT_EQ(effects.answers.size(), 1u);
    for (Outgoing& out : effects.outgoing) outgoing.push_back(std::move(out));
    if (effects.answers.empty()) return {};
    EXPECT_EQ(effects.answers[0].to, id);
    Reply reply = std::move(effects.answers[0].reply);
    EXPECT_EQ(reply.status >= 400, !reply.broken_rule.empty()) << request.target << " " << reply.status;
    EXPECT_EQ(complaints_about(request, reply), "") << request.method << ' ' << request.target << '\n' << reply.body;
    return reply;
}

Reply Domain::call(const std::string& user, const std::string& method, const std::string& target, const json& body,
                   std::vector<Header> headers) {
    const bool gmail = target.starts_with("/gmail");
    headers.push_back({"Authorization", "Bearer " + token(user)});
    if (!body.is_null()) headers.push_back({"Content-Type", "application/json"});
    return raw({method, gmail ? "gmail.googleapis.com" : "www.googleapis.com", target, headers, body.is_null() ? "" : body.dump()});
}

json Domain::ok(const std::string& user, const std::string& method, const std::string& target, const json& body,
                std::vector<Header> headers) {
    const Reply reply = call(user, method, target, body, std::move(headers));
    EXPECT_LT(reply.status, 300) << method << " " << target << "\n" << reply.body << reply.broken_rule;
    if (reply.body.empty()) return nullptr;
    json parsed = json::parse(reply.body, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << reply.body;
    return parsed;
}

std::string Domain::refusal(const std::string& user, const std::string& method, const std::string& target,
                            const json& body, std::vector<Header> headers) {
    const Reply reply = call(user, method, target, body, std::move(headers));
    const json parsed = json::parse(reply.body, nullptr, false);
    if (reply.status < 400 || !parsed.contains("error")) return std::to_string(reply.status);
    return std::to_string(reply.status) + " " + parsed["error"]["errors"][0]["reason"].get<std::string>();
}

void Domain::pass(std::chrono::milliseconds time) {
    const Instant until = now + time;
    while (true) {
        const std::optional<Instant> next = service_->next_wake();
        if (!next || *next > until) break;
        now = std::max(now, *next);
        Effects effects;
        service_->wake(now, effects);
        for (Outgoing& out : effects.outgoing) outgoing.push_back(std::move(out));
    }
    now = until;
}

json timed(const std::string& summary, const std::string& start, const std::string& end,
           const std::vector<std::string>& guests) {
    json event = {{"summary", summary},
                  {"start", {{"dateTime", start}, {"timeZone", "Europe/Oslo"}}},
                  {"end", {{"dateTime", end}, {"timeZone", "Europe/Oslo"}}}};
    for (const std::string& guest : guests) event["attendees"].push_back({{"email", Domain::address(guest)}});
    return event;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        static constexpr std::string_view hex = "0123456789ABCDEF";
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
        if (plain) { out += c; continue; }
        out += '%';
        out += hex[static_cast<unsigned char>(c) >> 4];
        out += hex[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string events_of(const std::string& calendar) { return "/calendar/v3/calendars/" + escaped(calendar) + "/events"; }
std::string acl_of(const std::string& calendar) { return "/calendar/v3/calendars/" + escaped(calendar) + "/acl"; }

std::vector<std::string> ids_in(const json& listing) {
    std::vector<std::string> ids;
    for (const json& item : listing.at("items")) ids.push_back(item.at("id").get<std::string>());
    return ids;
}

bool is_readable(const fakes::Reply& reply) {
    if (reply.status == 404 && reply.body.starts_with("<!DOCTYPE html>")) return true;
    return nlohmann::json::accept(reply.body);
}

}  // namespace fakes
