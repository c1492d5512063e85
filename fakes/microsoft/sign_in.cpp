// Entra's sign-in page and what it hands out: a session in the browser, and an id_token by form post.
// "Microsoft identity platform and OpenID Connect protocol".
#include "fakes/microsoft/consent.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/token.hpp"

namespace fakes::microsoft {
namespace {

using signing::jwt_part;

constexpr std::string_view session_cookie = "ESTSAUTH=";
constexpr std::chrono::hours id_token_life{1};
constexpr std::size_t sessions_max = 1000;

bool has_word(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == word) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

}  // namespace

std::string TokenService::tenant_of(const SignInAccount& account) const { return account.tenant.empty() ? tenant_ : lower(account.tenant); }

const SignInAccount* TokenService::signed_in(const Request& request) const {
    const std::string* cookies = find_header(request.headers, "Cookie");
    if (cookies == nullptr) return nullptr;
    const std::size_t at = cookies->find(session_cookie);
    if (at == std::string::npos) return nullptr;
    const std::string_view rest = std::string_view(*cookies).substr(at + session_cookie.size());
    const auto session = sessions_.find(rest.substr(0, rest.find(';')));
    return session == sessions_.end() ? nullptr : &accounts_[session->second];
}

std::string TokenService::id_token(const SignInAccount& account, std::string_view nonce, Instant now) {
    const std::string tenant = tenant_of(account);
    std::string header = "{\"typ\":\"JWT\"";
    put_member(header, "alg", "RS256");
    put_member(header, "kid", ring_.current().id());
    header += '}';
    std::string claims = "{";
    put_member(claims, "aud", client_);
    put_member(claims, "iss", authority_ + "/" + tenant + "/v2.0");
    claims += ",\"iat\":" + seconds_of(now) + ",\"nbf\":" + seconds_of(now) + ",\"exp\":" + seconds_of(now + id_token_life);
    put_member(claims, "nonce", nonce);
    Dice person = Dice(0).stream("account of " + account.address);  // the same at every sign-in
    put_member(claims, "oid", person.uuid());
    put_member(claims, "preferred_username", account.address);
    put_member(claims, "sub", person.text(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
    put_member(claims, "tid", tenant);
    put_member(claims, "uti", dice_.text(22, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
    put_member(claims, "ver", "2.0");
    claims += '}';
    const std::string text = jwt_part(header) + "." + jwt_part(claims);
    return text + "." + jwt_part(ring_.current().rs256(text));
}

Reply TokenService::authorize(const Request& request, std::string_view tenant, Instant now) {
    const bool posted = request.method == "POST";
    const std::size_t mark = request.target.find('?');
    const std::string_view query = mark == std::string::npos ? std::string_view() : std::string_view(request.target).substr(mark + 1);
    if (request.body.size() > limits::token_bytes) return consent_refusal(900561, "The request is too large.", "A sign-in form is small.");
    const Parameters given = parse_parameters(posted ? std::string_view(request.body) : query);
    SignInRequest asked{value_of(given, "client_id"), value_of(given, "redirect_uri"), value_of(given, "state"), value_of(given, "nonce"), value_of(given, "login_hint")};
    if (tenant != "organizations" && tenant != "common" && !is_tenant(tenant) && foreign(tenant) == nullptr) {
        const TokenFault fault = token_errors::unknown_tenant(tenant.substr(0, 80));
        return consent_refusal(fault.code, fault.text, fault.rule);
    }
    if (!same_text(asked.client, client_)) {
        const TokenFault fault = token_errors::unknown_client(asked.client.substr(0, 80), directory_);
        return consent_refusal(fault.code, fault.text, "The application id is none Entra can find.");
    }
    if (!redirect_allowed(asked.redirect, redirect_uris_))
        return consent_refusal(50011, "The redirect URI specified in the request does not match the redirect URIs configured for the application '" + client_ + "'.",
                               "A browser is sent to registered redirect URIs only.");
    const std::string seal = tag("sign in\n" + asked.client + '\n' + asked.redirect + '\n' + asked.state + '\n' + asked.nonce);
    if (!posted) {
        if (value_of(given, "response_type") != "id_token")
            return consent_refusal(700054, "response_type 'id_token' is the only one that is enabled for the application.", "This authority hands out id_tokens only.");
        if (value_of(given, "response_mode") != "form_post") return consent_refusal(900144, "response_mode 'form_post' is needed.", "An id_token does not travel in a query.");
        if (!has_word(value_of(given, "scope"), "openid")) return consent_refusal(70011, "The provided value for the input parameter 'scope' is not valid.", "An id_token needs the scope openid.");
        if (asked.nonce.empty()) return consent_refusal(900144, "The request must contain the following parameter: 'nonce'.", "An id_token answers a nonce.");
        return sign_in_page(asked, std::string_view(request.target).substr(0, mark), seal);
    }
    if (!same_secret(value_of(given, "seal"), seal)) return consent_refusal(50196, "The form is not the one that was served.", "Signing in happens on the page itself.");
    if (value_of(given, "decision") == "cancel")
        return form_post(asked.redirect, {{"error", "access_denied"}, {"error_subcode", "cancel"}, {"state", asked.state}});
    const std::string login = value_of(given, "login");
    std::size_t who = 0;
    while (who < accounts_.size() && !same_text(accounts_[who].address, login)) ++who;
    if (who == accounts_.size())
        return consent_refusal(50034, "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.",
                               "Nobody has this account.");
    if (sessions_.size() >= sessions_max) sessions_.clear();
    const std::string session = dice_.text(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    sessions_[session] = who;
    Reply reply = form_post(asked.redirect, {{"id_token", id_token(accounts_[who], asked.nonce, now)}, {"state", asked.state}});
    reply.headers.push_back({"Set-Cookie", std::string(session_cookie) + session + "; Path=/; Secure; HttpOnly; SameSite=None"});
    return reply;
}

}  // namespace fakes::microsoft
