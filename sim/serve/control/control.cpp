#include "sim/serve/control/control.hpp"

#include <absl/time/time.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "sim/serve/control/guard.hpp"
#include "sim/serve/control/routes.hpp"
#include "sim/wire/classify.hpp"

namespace sim::control {
namespace {

constexpr std::size_t members_bytes_max = 64 * 1024;
constexpr int members_depth_max = 8;

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    if (!out.empty() && out.back().empty()) out.pop_back();  // "/state/" is "/state"
    return out;
}

bool matches(const Route& route, const std::vector<std::string_view>& asked, std::map<std::string, std::string, std::less<>>& names) {
    const std::vector<std::string_view> wanted = segments_of(route.path);
    if (wanted.size() != asked.size()) return false;
    names.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{')) names.emplace(wanted[i].substr(1, wanted[i].size() - 2), percent_decoded(asked[i]));
        else if (wanted[i] != asked[i]) return false;
    }
    return true;
}

template <typename Names>
std::string meant(std::string_view word, const Names& names, std::string_view otherwise) {
    std::vector<std::string> all;
    for (const auto& name : names) all.emplace_back(name);
    if (const auto near = did_you_mean(word, all)) return "did you mean `" + *near + "`?";
    std::string list;
    for (const std::string& one : all) list += (list.empty() ? "" : ", ") + one;
    return list.empty() ? "it takes none" : std::string(otherwise) + list;
}

std::vector<std::string_view> names_of(std::span<const Field> fields) {
    std::vector<std::string_view> out;
    for (const Field& field : fields) out.push_back(field.name);
    return out;
}

bool is_choice(const Field& field, std::string_view value) {
    std::string_view rest = field.choices;
    if (rest.empty()) return true;
    while (true) {
        const std::size_t end = std::min(rest.find('|'), rest.size());
        if (rest.substr(0, end) == value) return true;
        if (end == rest.size()) return false;
        rest.remove_prefix(end + 1);
    }
}

const Field* field_named(std::span<const Field> fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

std::optional<fakes::Reply> read_query(const Route& route, Call& call) {
    const std::string_view target = call.request.target;
    const std::size_t mark = target.find('?');
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string name = percent_decoded(pair.substr(0, equals));
        std::string value = equals < pair.size() ? percent_decoded(pair.substr(equals + 1)) : std::string();
        const Field* field = field_named(route.query, name);
        if (field == nullptr) return refusal(400, "there is no parameter `" + name + "` here", meant(name, names_of(route.query), "there are "));
        if (!is_choice(*field, value)) return refusal(400, "`" + name + "` is no `" + value + "`", "it is one of " + std::string(field->choices));
        call.query[name] = std::move(value);
    }
    for (const auto& [name, value] : call.query)
        if (field_named(route.query, name)->type == Field::Type::number && !call.number(name))
            return refusal(400, "`" + name + "` is a whole number of at least 0", "");
    return std::nullopt;
}

std::optional<fakes::Reply> read_members(const Route& route, Call& call) {
    const std::string& text = call.request.body;
    if (text.size() > members_bytes_max) return refusal(413, "the body is longer than " + std::to_string(members_bytes_max) + " bytes");
    const bool blank = text.find_first_not_of(" \r\n\t") == std::string::npos;
    if (!blank) {
        bool too_deep = false;
        const auto shallow = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
            too_deep = too_deep || depth > members_depth_max;
            return !too_deep;
        };
        call.members = nlohmann::json::parse(text, shallow, false);
        if (too_deep || call.members.is_discarded() || !call.members.is_object())
            return refusal(400, "the body is no JSON object", "send for example {\"" + std::string(route.members.empty() ? "" : route.members.front().name) + "\": ...}");
    }
    for (const auto& [name, value] : call.members.items()) {
        const Field* field = field_named(route.members, name);
        if (field == nullptr) return refusal(400, "there is no member `" + name + "` here", meant(name, names_of(route.members), "there are "));
        const bool fits = field->type == Field::Type::text ? value.is_string() : field->type == Field::Type::number ? value.is_number_unsigned() : value.is_boolean();
        if (!fits)
            return refusal(400, "`" + name + "` is " + (field->type == Field::Type::text ? "a text" : field->type == Field::Type::number ? "a whole number of at least 0" : "true or false"),
                           field->meaning);
        if (value.is_string() && !is_choice(*field, value.get<std::string>()))
            return refusal(400, "`" + name + "` is no `" + value.get<std::string>() + "`", "it is one of " + std::string(field->choices));
    }
    for (const Field& field : route.members)
        if (field.required && !call.members.contains(field.name))
            return refusal(400, "the member `" + std::string(field.name) + "` is missing", field.meaning);
    return std::nullopt;
}

class Plane final : public Local {
  public:
    Plane(Host& host, ControlSettings settings) : control_{host, std::move(settings), Ledger(), host.world().scenario()} {
        host.on_exchange([this](const ServedExchange& exchange) {
            // Its own calls are nobody's traffic.
            if (exchange.request.target == "/" || exchange.request.target.starts_with("/_calrig") || exchange.request.target.starts_with("/?")) {
                if (!exchange.outgoing) return;
            }
            control_.ledger.note(exchange);
        });
    }

    bool take(const fakes::Request& request, std::string_view, Instant now, const Answer& answer) override {
        const std::string_view target = request.target;
        if (!target.starts_with(prefix)) return false;
        const std::string_view path = target.substr(prefix.size(), target.find('?') - prefix.size());
        if (!path.empty() && path.front() != '/') return false;
        if (auto refused = guard(request, control_.host, control_.settings.token)) return answer(std::move(*refused)), true;
        nlohmann::json members = nlohmann::json::object();
        Call call{request, now, answer, members, {}, {}};
        if (auto refused = dispatch(call, path)) answer(std::move(*refused));
        return true;
    }

  private:
    std::optional<fakes::Reply> dispatch(Call& call, std::string_view path) {
        const std::vector<std::string_view> asked = segments_of(path.empty() ? "/" : path);
        std::string allowed;
        const std::string method = call.request.method == "HEAD" ? "GET" : call.request.method;
        for (const Route& route : routes()) {
            if (!matches(route, asked, call.path)) continue;
            if (route.method != method) {
                allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
                continue;
            }
            if (auto refused = read_query(route, call)) return refused;
            if (route.takes == Takes::members || route.takes == Takes::nothing)
                if (auto refused = read_members(route, call)) return refused;
            route.handle(control_, call);
            return std::nullopt;
        }
        if (!allowed.empty()) {
            fakes::Reply reply = refusal(405, "`" + call.request.method + "` is not done to `" + std::string(prefix) + std::string(path.substr(0, 100)) + "`", "there is " + allowed);
            reply.headers.push_back({"Allow", allowed});
            return reply;
        }
        std::vector<std::string_view> paths;
        for (const Route& route : routes())
            if (std::ranges::find(paths, route.path) == paths.end()) paths.push_back(route.path);
        return refusal(404, "there is nothing at `" + std::string(prefix) + std::string(path.substr(0, 100)) + "`", meant(path, paths, "there are "));
    }

    Control control_;
};

}  // namespace

std::optional<std::string> Call::text(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> Call::number(std::string_view name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    const std::string& digits = found->second;
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (error != std::errc() || end != digits.data() + digits.size() || out < 0) return std::nullopt;
    return out;
}

void Call::give(const ordered_json& value, int status) const { answer(json_reply(value, status)); }

void Call::refuse(int status, std::string_view what, std::string_view help) const { answer(refusal(status, what, help)); }

void Call::refuse(const std::vector<Diagnostic>& mistakes, std::string_view text) const {
    ordered_json list = ordered_json::array();
    std::string first;
    for (const Diagnostic& one : mistakes) {
        const bool error = one.severity == Diagnostic::Severity::error;
        if (error && first.empty()) first = one.what;
        list.push_back({{"line", one.place.line}, {"column", one.place.column}, {"length", one.place.length},
                        {"severity", error ? "error" : "warning"}, {"what", one.what}, {"help", one.help}, {"label", one.label}});
    }
    give({{"error", {{"message", first}, {"help", mistakes.empty() ? std::string() : mistakes.front().help}}},
          {"mistakes", list},
          {"rendered", render_diagnostics("body", text, mistakes)}}, 400);
}

fakes::Reply json_reply(const ordered_json& value, int status) {
    fakes::Reply reply;
    reply.status = status;
    reply.headers.push_back({"Content-Type", "application/json"});
    reply.headers.push_back({"Cache-Control", "no-store"});
    reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
    reply.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
    reply.body = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    reply.body += '\n';
    return reply;
}

fakes::Reply refusal(int status, std::string_view what, std::string_view help) {
    ordered_json error{{"message", what}};
    if (!help.empty()) error["help"] = help;
    return json_reply({{"error", error}}, status);
}

std::string iso(Instant at) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixMillis(at.time_since_epoch().count()), absl::UTCTimeZone());
}

std::string_view word_of(Provider provider) { return provider == Provider::google ? "google" : "microsoft"; }

std::optional<Provider> provider_named(std::string_view word) {
    if (word == "google") return Provider::google;
    if (word == "microsoft") return Provider::microsoft;
    return std::nullopt;
}

}  // namespace sim::control

namespace sim {

std::unique_ptr<Local> control_plane(Host& host, ControlSettings settings) { return std::make_unique<control::Plane>(host, std::move(settings)); }

}  // namespace sim
