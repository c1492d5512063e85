#include "fakes/microsoft/consent.hpp"

#include <algorithm>

#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out.push_back(c);
        }
    }
    return out;
}

Reply page(int status, std::string_view body) {
    Reply reply;
    reply.status = status;
    reply.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    reply.headers.push_back({"Cache-Control", "no-store, no-cache"});
    reply.headers.push_back({"X-Frame-Options", "DENY"});
    reply.headers.push_back({"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"});
    reply.body = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Permissions requested</title>\n<style>\n"
                 "body{font:16px system-ui,sans-serif;background:#f2f2f2;margin:0}\n"
                 "main{max-width:27rem;margin:10vh auto;padding:2.5rem;background:#fff;box-shadow:0 2px 6px #0003}\n"
                 "h1{font-size:1.4rem;margin:0 0 1rem}\nbutton{font:inherit;padding:.5rem 1.5rem;margin-right:.5rem;border:1px solid #888;background:#eee}\n"
                 "button.primary{background:#0067b8;color:#fff;border-color:#0067b8}\n</style>\n</head>\n<body>\n<main>\n";
    reply.body += body;
    reply.body += "</main>\n</body>\n</html>\n";
    return reply;
}

std::string with_query(std::string_view uri, const std::string& query) {
    return std::string(uri) + (uri.find('?') == std::string_view::npos ? "?" : "&") + query;
}

}  // namespace

bool redirect_allowed(std::string_view uri, const std::vector<std::string>& registered) {
    // What goes into a Location header is printable and has no fragment.
    if (std::any_of(uri.begin(), uri.end(), [](char c) { return c <= ' ' || c >= 0x7F || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\'; })) return false;
    if (!registered.empty()) return std::find(registered.begin(), registered.end(), uri) != registered.end();
    const std::string words = lower(uri.substr(0, 40));
    if (words.starts_with("https://")) return uri.size() > 8;
    for (const std::string_view own : {"http://localhost", "http://127.0.0.1"})
        if (words.starts_with(own) && (uri.size() == own.size() || uri[own.size()] == ':' || uri[own.size()] == '/')) return true;
    return false;
}

Reply consent_page(const ConsentRequest& request, std::string_view application, std::string_view organisation, std::string_view administrator,
                   const std::vector<std::string>& roles, std::string_view action, std::string_view seal) {
    std::string out = "<p>" + escaped(administrator) + "</p>\n<h1>Permissions requested</h1>\n<p>Review for " + escaped(organisation) + "</p>\n<p><b>" +
                      escaped(application) + "</b><br>" + escaped(request.client) + "</p>\n<p>This application would like to:</p>\n<ul>\n";
    for (const std::string& role : roles) out += "<li>" + escaped(role) + "</li>\n";
    out += "<li>Sign in and read user profile (User.Read)</li>\n";
    out += "</ul>\n<p>If you accept, this application will get access to the specified resources for all users in your organization.</p>\n"
           "<form method=\"post\" action=\"" + escaped(action) + "\">\n";
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>("client_id", request.client), {"redirect_uri", request.redirect},
                                      {"scope", request.scope}, {"state", request.state}, {"seal", seal}})
        out += "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escaped(value) + "\">\n";
    out += "<button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button>\n"
           "<button type=\"submit\" name=\"decision\" value=\"accept\" class=\"primary\">Accept</button>\n</form>\n";
    return page(200, out);
}

Reply consent_needs_administrator(const ConsentRequest& request, std::string_view application) {
    std::string back = "error=access_denied&error_description=" +
                       percent_encode("AADSTS90094: An administrator of the tenant has set a policy that prevents you from granting the application the permissions it asks for.", true);
    if (!request.state.empty()) back += "&state=" + percent_encode(request.state, true);
    Reply reply = page(200, "<h1>Need admin approval</h1>\n<p><b>" + escaped(application) + "</b> needs permission to access resources in your organization that only an admin can grant.</p>\n"
                            "<p><a href=\"" + escaped(with_query(request.redirect, back)) + "\">Return to the application without granting consent</a></p>\n");
    reply.broken_rule = "Only a Global or Privileged Role Administrator consents for the tenant.";
    return reply;
}

Reply sign_in_page(const SignInRequest& request, std::string_view action, std::string_view seal) {
    std::string out = "<h1>Sign in</h1>\n<form method=\"post\" action=\"" + escaped(action) + "\">\n";
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>("client_id", request.client), {"redirect_uri", request.redirect},
                                      {"state", request.state}, {"nonce", request.nonce}, {"seal", seal}})
        out += "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escaped(value) + "\">\n";
    out += "<p><input type=\"email\" name=\"login\" autocomplete=\"username\" value=\"" + escaped(request.hint) + "\"></p>\n"
           "<button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button>\n"
           "<button type=\"submit\" name=\"decision\" value=\"next\" class=\"primary\">Next</button>\n</form>\n";
    return page(200, out);
}

Reply form_post(std::string_view redirect, const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out = "<form method=\"post\" action=\"" + escaped(redirect) + "\">\n";
    for (const auto& [name, value] : fields) out += "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escaped(value) + "\">\n";
    out += "<noscript><button type=\"submit\">Continue</button></noscript>\n</form>\n<script>document.forms[0].submit()</script>\n";
    Reply reply = page(200, out);
    for (Header& header : reply.headers)
        if (header.name == "Content-Security-Policy") header.value = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    return reply;
}

Reply consent_refusal(int code, std::string_view text, std::string_view rule) {
    Reply reply = page(400, "<h1>Sign in</h1>\n<p>Sorry, but we're having trouble with signing you in.</p>\n<p>AADSTS" + std::to_string(code) + ": " + escaped(text) + "</p>\n");
    reply.broken_rule = rule;
    return reply;
}

std::string consent_granted(const ConsentRequest& request, std::string_view tenant) {
    std::string query = "admin_consent=True&tenant=" + std::string(tenant);
    if (request.v2) query += "&scope=" + percent_encode(request.scope, true);
    if (!request.state.empty()) query += "&state=" + percent_encode(request.state, true);
    return with_query(request.redirect, query);
}

std::string consent_declined(const ConsentRequest& request) {
    std::string query = "error=access_denied&error_subcode=cancel";
    if (!request.state.empty()) query += "&state=" + percent_encode(request.state, true);
    return with_query(request.redirect, query + "&admin_consent=True&error_description=AADSTS65004%3a+User+declined+to+consent+to+access+the+app.");
}

}  // namespace fakes::microsoft
