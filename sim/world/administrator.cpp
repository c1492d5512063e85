#include "sim/world/administrator.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "sim/wire/classify.hpp"

namespace sim {
namespace {

using fakes::Outgoing;
using fakes::Reply;

constexpr int steps_max = 20;  // of one journey: a loop of redirects ends

struct AccountRow {
    const char* words;
    const char* address;
    const char* role;
};
constexpr AccountRow accounts[] = {
    {"global administrator", "global@calrig.example", "Global Administrator"},
    {"privileged role administrator", "roles@calrig.example", "Privileged Role Administrator"},
    {"exchange administrator", "exchange@calrig.example", "Exchange Administrator"},
    {"user", "somebody@calrig.example", ""},
    {"administrator of another tenant", "global@another.example", "Global Administrator"},
    {"administrator of a government tenant", "global@agency.example", "Global Administrator"},
};

std::string host_of(const std::string& url) {
    const std::size_t from = url.find("://");
    if (from == std::string::npos) return {};
    return url.substr(from + 3, url.find_first_of("/?", from + 3) - from - 3);
}

std::string origin_of(const std::string& url) {
    const std::size_t from = url.find("://");
    return from == std::string::npos ? std::string() : url.substr(0, url.find_first_of("/?", from + 3));
}

std::string percent(const std::string& text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

std::string unescaped(std::string text) {
    for (const auto& [name, letter] : {std::pair<const char*, const char*>("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
        for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) text.replace(at, std::string_view(name).size(), letter);
    return text;
}

/// The value of an attribute behind `from`; empty when there is none.
std::string attribute(const std::string& page, const std::string& name, std::size_t from = 0) {
    const std::size_t at = page.find(name + "=\"", from);
    if (at == std::string::npos) return {};
    const std::size_t begins = at + name.size() + 2;
    return unescaped(page.substr(begins, page.find('"', begins) - begins));
}

struct Form {
    std::string action;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string encoded() const {
        std::string out;
        for (const auto& [name, value] : fields) out += (out.empty() ? "" : "&") + name + "=" + percent(value);
        return out;
    }
    std::string* field(std::string_view name) {
        for (auto& [key, value] : fields)
            if (key == name) return &value;
        return nullptr;
    }
};

Form form_of(const std::string& page) {
    Form out;
    const std::size_t form = page.find("<form ");
    if (form == std::string::npos) return out;
    out.action = attribute(page, "action", form);
    for (std::size_t at = page.find("<input type=\"hidden\"", form); at != std::string::npos; at = page.find("<input type=\"hidden\"", at + 1))
        out.fields.emplace_back(attribute(page, "name", at), attribute(page, "value", at));
    return out;
}

/// A parameter of a URL, decoded; and the URL with another value, or without it.
std::string parameter(const std::string& url, const std::string& name) {
    for (const char mark : {'?', '&'})
        if (const std::size_t at = url.find(mark + name + "="); at != std::string::npos) {
            const std::size_t begins = at + name.size() + 2;
            return percent_decoded(url.substr(begins, url.find('&', begins) - begins));
        }
    return {};
}

std::string with_parameter(std::string url, const std::string& name, const std::string& value) {
    for (const char mark : {'?', '&'})
        if (const std::size_t at = url.find(mark + name + "="); at != std::string::npos) {
            const std::size_t begins = at + name.size() + 2;
            const std::size_t ends = std::min(url.find('&', begins), url.size());
            url.replace(begins, ends - begins, percent(value));
            return url;
        }
    return url;
}

std::string refusal_in(const Reply& reply) {
    const nlohmann::json json = nlohmann::json::parse(reply.body, nullptr, false);
    if (!json.is_object()) return "the service answered " + std::to_string(reply.status);
    return json.value("reason", "no reason") + ": " + json.value("message", "");
}

}  // namespace

std::vector<fakes::SignInAccount> sign_in_accounts(const std::string& another_tenant, const std::string& government_tenant) {
    std::vector<fakes::SignInAccount> out;
    for (const AccountRow& row : accounts) {
        const std::string_view address = row.address;
        out.push_back({row.address, row.role, address.ends_with("@another.example") ? another_tenant : address.ends_with("@agency.example") ? government_tenant : std::string()});
    }
    return out;
}

std::vector<fakes::Administrator> administrators() {
    return {{"full administrator", "id_full_admin", false},
            {"read-only administrator", "id_readonly_admin", false},
            {"device administrator", "id_device_admin", false},
            {"user", "", false},
            {"administrator of another organisation", "id_full_admin", true}};
}

// ---- what is done ---------------------------------------------------------------------------------------------------

bool Administrator::begins(const Step& step) {
    auto journey = std::make_shared<Journey>();
    journey->done.actor = step.actor;
    journey->done.place = step.place;
    if (const auto* act = std::get_if<Provision>(&step.act)) {
        journey->act = *act;
        journey->provisions = true;
        journey->done.text = "provisions the service";
        nlohmann::json body;
        body["provider"] = settings_.google ? "google" : "microsoft";
        if (!settings_.google) body["cloud"] = act->cloud;
        journeys_.push_back(journey);
        portal(journey, act->as, "POST", "", body.dump());
        return true;
    }
    if (const auto* act = std::get_if<TestMailbox>(&step.act)) {
        journey->done.text = "tests the mailbox of " + act->person;
        const auto address = settings_.addresses.find(act->person);
        journeys_.push_back(journey);
        portal(journey, act->as, "POST", "/test", nlohmann::json{{"mailbox", address == settings_.addresses.end() ? act->person : address->second}}.dump());
        return true;
    }
    if (const auto* act = std::get_if<Deprovision>(&step.act)) {
        journey->done.text = "ends the service";
        journeys_.push_back(journey);
        portal(journey, act->as, "DELETE", "", "");
        return true;
    }
    return false;
}

void Administrator::look() { portal(nullptr, "full administrator", "GET", "", ""); }

std::vector<ActDone> Administrator::take_done() {
    std::vector<ActDone> out;
    std::erase_if(journeys_, [&](const auto& journey) {
        if (journey->over) out.push_back(journey->done);
        return journey->over;
    });
    return out;
}

std::vector<ActDone> Administrator::unfinished() const {
    std::vector<ActDone> out;
    for (const auto& journey : journeys_) {
        out.push_back(journey->done);
        out.back().refusal = "nothing was answered to the end of the story";
    }
    return out;
}

void Administrator::send(const std::shared_ptr<Journey>& journey, Outgoing out) {
    out.id = ++ids_;
    sent_[out.id] = {journey, out.url, false};
    waiting_.push_back(std::move(out));
}

void Administrator::portal(const std::shared_ptr<Journey>& journey, const std::string& role, const char* method, const std::string& path, std::string body) {
    Outgoing out;
    out.method = method;
    out.url = settings_.service + "/provisioning/v1/orgs/" + settings_.org_id + path;
    for (const fakes::CloudAdministrator& one : settings_.identity->administrators())
        if (one.key == role) out.headers.push_back({"Authorization", "Bearer " + one.token});
    if (!body.empty()) out.headers.push_back({"Content-Type", "application/json"});
    out.body = std::move(body);
    out.what = journey ? "administrator's page" : "administrator looks";
    send(journey, std::move(out));
    sent_[ids_].from_portal = true;
}

void Administrator::browse(const std::shared_ptr<Journey>& journey, const char* method, std::string url, std::string form) {
    Outgoing out;
    out.method = method;
    const std::string host = host_of(url);
    // Another browser has none of this one's cookies for the service.
    const bool strange = journey->act.forges == "session" && origin_of(url) == settings_.service;
    std::string cookies;
    if (!strange)
        for (const auto& [name, value] : journey->cookies[host]) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) out.headers.push_back({"Cookie", cookies});
    if (!form.empty()) out.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    out.url = std::move(url);
    out.body = std::move(form);
    out.what = "administrator's browser";
    send(journey, std::move(out));
}

void Administrator::end(Journey& journey, std::string refusal) {
    journey.done.refusal = std::move(refusal);
    journey.over = true;
}

// ---- what comes back ------------------------------------------------------------------------------------------------

void Administrator::answered(fakes::OutgoingId id, const Reply* reply, fakes::Instant now, fakes::Effects& effects) {
    const auto known = sent_.find(id);
    if (known == sent_.end()) return;
    const Sent sent = std::move(known->second);
    sent_.erase(known);
    if (!sent.journey || sent.journey->over) return;
    current_ = sent.journey;
    now_ = now;
    Journey& journey = *current_;
    if (reply == nullptr) {
        end(journey, "nothing came back");
    } else if (++journey.steps > steps_max) {
        end(journey, "the browser was sent from page to page without end");
    } else {
        for (const fakes::Header& header : reply->headers)
            if (header.name == "Set-Cookie") {
                const std::size_t equals = header.value.find('=');
                journey.cookies[host_of(sent.url)][header.value.substr(0, equals)] = header.value.substr(equals + 1, header.value.find(';') - equals - 1);
            }
        if (!sent.from_portal) {
            follow(journey, *reply, sent.url);
        } else if (reply->status != 200) {
            end(journey, refusal_in(*reply));
        } else if (const nlohmann::json json = nlohmann::json::parse(reply->body, nullptr, false); journey.provisions && json.is_object() && json.contains("signInUrl")) {
            browse(current_, "GET", json["signInUrl"].get<std::string>(), "");
        } else {
            end(journey, "");
        }
    }
    current_.reset();
    while (!waiting_.empty()) {
        effects.outgoing.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

/// Microsoft's answer on its way back to the service, or what somebody made of it.
std::string Administrator::carried_back(Journey& journey, std::string url) const {
    if (journey.act.forges == "state") url = with_parameter(url, "state", "made-up-by-somebody-else-0123456789abcdefghi");
    if (journey.act.forges == "tenant") url = with_parameter(url, "tenant", settings_.another_tenant);
    journey.last_answer = url;
    return url;
}

void Administrator::follow(Journey& journey, const Reply& reply, const std::string& at) {
    if (reply.status == 302 || reply.status == 303) {
        const std::string* location = fakes::find_header(reply.headers, "Location");
        if (location == nullptr) return end(journey, "a redirect to nowhere");
        if (host_of(*location) == portal_host) return arrived(journey, *location);
        const bool back = origin_of(*location) == settings_.service;
        return browse(current_, "GET", back ? carried_back(journey, *location) : *location, "");
    }
    if (reply.status == 200) return fill_in(journey, reply.body, at);
    const std::size_t code = reply.body.find("AADSTS");
    end(journey, code == std::string::npos ? "a page with status " + std::to_string(reply.status) : reply.body.substr(code, reply.body.find('<', code) - code));
}

void Administrator::fill_in(Journey& journey, const std::string& page, const std::string& at) {
    Form form = form_of(page);
    if (page.find("Need admin approval") != std::string::npos) return browse(current_, "GET", carried_back(journey, attribute(page, "href")), "");
    if (form.action.empty()) return end(journey, "a page without anything to do");
    const std::string action = form.action.starts_with("/") ? origin_of(at) + form.action : form.action;
    if (page.find("name=\"login\"") != std::string::npos) {
        for (const AccountRow& row : accounts)
            if (journey.act.signs_in_as == row.words) form.fields.emplace_back("login", row.address);
        form.fields.emplace_back("decision", "next");
    } else if (page.find("name=\"decision\"") != std::string::npos) {
        form.fields.emplace_back("decision", journey.act.declines ? "cancel" : "accept");
    } else if (std::string* token = form.field("id_token")) {
        const std::string genuine = *token;
        // A letter in the middle of the claims: another sign-in than the one that was signed.
        if (journey.act.forges == "sign-in") (*token)[token->size() / 2] = (*token)[token->size() / 2] == 'A' ? 'B' : 'A';
        if (journey.act.forges == "earlier sign-in" && !earlier_sign_in_.empty()) *token = earlier_sign_in_;
        earlier_sign_in_ = genuine;
    }
    browse(current_, "POST", action, form.encoded());
    waiting_.back().not_before = now_ + journey.act.reads;
}

void Administrator::arrived(Journey& journey, const std::string& portal_url) {
    if (parameter(portal_url, "outcome") != "provisioned") return end(journey, parameter(portal_url, "reason") + ": " + parameter(portal_url, "message"));
    if (journey.act.forges == "repetition" && !journey.repeated) {
        journey.repeated = true;
        return browse(current_, "GET", journey.last_answer, "");
    }
    end(journey, "");
}

void Administrator::request(fakes::ExchangeId id, const fakes::Request&, fakes::Instant, fakes::Effects& effects) {
    Reply reply;
    reply.status = 404;
    effects.answers.push_back({id, std::move(reply)});
}

void Administrator::wake(fakes::Instant, fakes::Effects& effects) {
    while (!waiting_.empty()) {
        effects.outgoing.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
}

std::optional<fakes::Instant> Administrator::next_wake() const {
    return waiting_.empty() ? std::nullopt : std::optional(fakes::Instant::min());
}

}  // namespace sim
