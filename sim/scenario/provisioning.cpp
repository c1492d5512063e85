#include "sim/scenario/provisioning.hpp"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::string_view kScopeStem = "https://www.googleapis.com/auth/";
constexpr std::array<std::string_view, 4> kScopes{"calendar", "gmail.settings.basic", "calendar.readonly", "gmail.readonly"};
constexpr std::array<std::string_view, 9> kRoles{"Calendars.Read",       "Calendars.ReadWrite",       "MailboxSettings.Read",
                                                 "MailboxSettings.ReadWrite", "Mail.Read",             "Mail.ReadWrite",
                                                 "User.Read.All",        "Organization.Read.All",     "Directory.Read.All"};

}  // namespace

std::vector<std::string> read_permissions(LoadState& state, Fields& fields, std::string_view key) {
    std::vector<std::string> out;
    for (const std::string& name : fields.texts(key)) {
        const bool scope = std::ranges::find(kScopes, name) != kScopes.end();
        const bool role = std::ranges::find(kRoles, name) != kRoles.end();
        if ((scope && state.plays(Provider::google)) || (role && state.plays(Provider::microsoft))) {
            out.push_back(scope ? std::string(kScopeStem) + name : name);
            continue;
        }
        std::vector<std::string> names;
        std::string all;
        const auto add = [&](std::string_view one) {
            names.emplace_back(one);
            all += (all.empty() ? "" : ", ") + names.back();
        };
        if (state.plays(Provider::microsoft)) std::ranges::for_each(kRoles, add);
        if (state.plays(Provider::google)) std::ranges::for_each(kScopes, add);
        state.unknown(fields.place(key), "there is no permission `" + name + "`", name, names, "there are " + all);
    }
    std::ranges::sort(out);
    return out;
}

void read_provisioning(LoadState& state, Fields& f) {
    ScenarioOrganisation out;
    bool any = false;
    for (const char* key : {"provisioned", "country", "tenant region", "asks also", "scopes", "domain verified", "key server"}) any = any || f.has(key);
    if (!any) return;
    out.provisioned = f.flag_or("provisioned", true);
    if (const auto country = f.text("country")) {
        out.country = *country == "none" ? "" : *country;
        const bool code = country->size() == 2 && std::ranges::all_of(*country, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!code && *country != "none") state.error(f.place("country"), "`" + *country + "` is no country's code", "write two capital letters, such as PL, or `none`");
    }
    if (const auto region = f.text("tenant region")) out.tenant_region = *region;
    out.asks_also = read_permissions(state, f, "asks also");
    if (f.has("scopes")) out.scopes = read_permissions(state, f, "scopes");
    out.domain_verified = f.flag_or("domain verified", true);
    out.own_key_server = f.word("key server").value_or("cloud") == "own";
    const auto only = [&](std::string_view key, Provider provider, const char* name) {
        const bool plays_other = state.scenario.providers.size() > 1 || state.scenario.providers.front() != provider;
        if (f.has(key) && plays_other)
            state.error(f.key_place(key), "`" + std::string(key) + "` is about " + name + " alone", std::string("add `providers: [") + (provider == Provider::google ? "google" : "microsoft") + "]`");
    };
    only("tenant region", Provider::microsoft, "Microsoft");
    only("asks also", Provider::microsoft, "Microsoft");
    only("scopes", Provider::google, "Google");
    only("domain verified", Provider::google, "Google");
    if (f.has("country") && out.provisioned)
        state.error(f.key_place("country"), "the country counts when the service is provisioned", "add `provisioned: no`, and `admin provisions` to the story");
    state.scenario.organisation = std::move(out);
}

void check_provisioning(LoadState& state, const Place& place) {
    if (state.scenario.organisation && state.scenario.recording)
        state.error(place, "a recording answers for an organisation as it was", "leave out what is about provisioning");
}

}  // namespace sim
