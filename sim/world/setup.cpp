#include "sim/world/setup.hpp"

#include "sim/scenario/policies.hpp"
#include "sim/world/administrator.hpp"
#include "sim/world/service_account.hpp"

namespace sim {

fakes::Organisation organisation_of(const Scenario& scenario, Provider provider, const Streams& streams) {
    fakes::Organisation out;
    out.name = "Calrig Example";
    out.domain = "calrig.example";
    out.org_id = streams.named("organisation").uuid();
    out.microsoft_tenant = streams.named("tenant").uuid();
    out.microsoft_client = streams.named("application").uuid();
    out.microsoft_secret = streams.named("application secret").text(40, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789");
    out.google_client_email = service_account_address;
    out.google_client_id = "1" + streams.named("google client").text(20, "0123456789");
    out.google_public_key = service_account_public_key;
    for (const auto& [key, person] : scenario.people) {
        if (person.members) {
            fakes::Group group{person.person.address, person.person.name, {}};
            for (const std::string& member : *person.members) group.members.push_back(scenario.people.at(member).person.address);
            out.groups.push_back(std::move(group));
            continue;
        }
        fakes::Person one = person.person;
        one.key = key;
        if (one.user_id.empty()) one.user_id = streams.named("user " + key).uuid();
        out.people.push_back(std::move(one));
    }
    if (provider == Provider::google && !scenario.people.contains("admin")) {
        // Room calendars cannot be impersonated: the service reads them as a workspace administrator (facts/webex.md 7.2).
        fakes::Person admin;
        admin.key = "admin";
        admin.name = "Workspace Administrator";
        admin.address = "admin@" + out.domain;
        admin.user_id = streams.named("user admin").uuid();
        admin.language = "en";
        admin.zone = scenario.zone;
        out.people.push_back(std::move(admin));
    }
    if (by_story(scenario)) out.administrators = administrators();
    return out;
}

bool by_story(const Scenario& scenario) { return scenario.organisation && !scenario.organisation->provisioned; }

bool has_own_key_server(const Scenario& scenario) { return scenario.organisation && scenario.organisation->own_key_server; }

fakes::MicrosoftOptions microsoft_options_of(const Scenario& scenario, const Streams& streams) {
    fakes::MicrosoftOptions options;
    if (!scenario.organisation) return options;
    options.region_scope = scenario.organisation->tenant_region;
    options.roles.insert(options.roles.end(), scenario.organisation->asks_also.begin(), scenario.organisation->asks_also.end());
    if (!by_story(scenario)) return options;
    options.consented = false;
    const std::string service = std::string("https://") + hook_host + "/provisioning/v1/microsoft/";
    options.redirect_uris = {service + "signed-in", service + "consented"};
    const std::string government = streams.named("government tenant").uuid();
    options.accounts = sign_in_accounts(another_tenant_of(streams), government);
    options.other_tenants = {{another_tenant_of(streams), "Another Example", "worldwide", true}, {government, "Agency Example", "USGovGCCHigh", false}};
    return options;
}

fakes::GoogleOptions google_options_of(const Scenario& scenario) {
    fakes::GoogleOptions options;
    if (scenario.organisation && scenario.organisation->scopes) options.delegated_scopes = *scenario.organisation->scopes;
    return options;
}

std::string another_tenant_of(const Streams& streams) { return streams.named("another tenant").uuid(); }

engine::Policies policies_of(const Scenario& scenario) {
    engine::Policies policies;
    using Set = void (*)(engine::Policies&, const std::string&);
    static const std::map<std::string, Set, std::less<>> setters = {
        {"both keywords",
         [](engine::Policies& p, const std::string& v) {
             p.both_keywords_space = v == "space";
             p.both_keywords_room = v == "room";
         }},
        {"locale fallback",
         [](engine::Policies& p, const std::string& v) {
             p.locale_fallback = v == "organisation first" ? engine::LocaleFallback::organisation_first
                                 : v == "scheduler only"   ? engine::LocaleFallback::scheduler_only
                                                           : engine::LocaleFallback::scheduler_first;
         }},
        {"keyword removal", [](engine::Policies& p, const std::string& v) { p.remove_details_with_keyword = v == "remove details"; }},
        {"several links", [](engine::Policies& p, const std::string& v) { p.button_of_several_links = v == "button of the first"; }},
        {"sip in location", [](engine::Policies& p, const std::string& v) { p.button_of_sip_in_location = v == "button"; }},
        {"space button people max", [](engine::Policies& p, const std::string& v) { p.space_button_people_max = static_cast<int>(policy_number(v)); }},
        {"space invitees max", [](engine::Policies& p, const std::string& v) { p.space_invitees_max = static_cast<int>(policy_number(v)); }},
        {"decorate ahead", [](engine::Policies& p, const std::string& v) { p.decorate_ahead_microsoft = policy_duration(v); }},
        {"window back", [](engine::Policies& p, const std::string& v) { p.window_back = policy_duration(v); }},
        {"window ahead", [](engine::Policies& p, const std::string& v) { p.window_ahead = policy_duration(v); }},
        {"join lead", [](engine::Policies& p, const std::string& v) { p.join_lead = policy_duration(v); }},
        {"room join lead", [](engine::Policies& p, const std::string& v) { p.room_join_lead = policy_duration(v); }},
        {"join tail", [](engine::Policies& p, const std::string& v) { p.join_tail = policy_duration(v); }},
        {"away poll", [](engine::Policies& p, const std::string& v) { p.away_poll = policy_duration(v); }},
        {"subscription life", [](engine::Policies& p, const std::string& v) { p.subscription_life = policy_duration(v); }},
        {"subscription margin", [](engine::Policies& p, const std::string& v) { p.subscription_margin = policy_duration(v); }},
        {"key renewal", [](engine::Policies& p, const std::string& v) { p.key_renewal = policy_duration(v); }},
        {"watch refresh", [](engine::Policies& p, const std::string& v) { p.watch_refresh = policy_duration(v); }},
        {"activation retry", [](engine::Policies& p, const std::string& v) { p.activation_retry = policy_duration(v); }},
        {"list declined on microsoft", [](engine::Policies& p, const std::string& v) { p.list_declined_microsoft = policy_flag(v); }},
        {"list declined on google", [](engine::Policies& p, const std::string& v) { p.list_declined_google = policy_flag(v); }},
        {"list group invitations", [](engine::Policies& p, const std::string& v) { p.list_group_invitations = policy_flag(v); }},
        {"list free", [](engine::Policies& p, const std::string& v) { p.list_free = policy_flag(v); }},
        {"list declined in rooms", [](engine::Policies& p, const std::string& v) { p.list_declined_rooms = policy_flag(v); }},
        {"book at devices", [](engine::Policies& p, const std::string& v) { p.book_at_devices = policy_flag(v); }},
        {"release no-shows", [](engine::Policies& p, const std::string& v) { p.release_no_shows = policy_flag(v); }},
        {"room answers",
         [](engine::Policies& p, const std::string& v) {
             p.room_answers = v == "accepts"       ? engine::RoomAnswering::accepts
                              : v == "tentatively" ? engine::RoomAnswering::tentatively
                                                   : engine::RoomAnswering::never;
         }},
        {"invitees max", [](engine::Policies& p, const std::string& v) { p.invitees_max = static_cast<int>(policy_number(v)); }},
        {"page size", [](engine::Policies& p, const std::string& v) { p.page_size_events = static_cast<int>(policy_number(v)); }},
        {"mailbox calls a minute", [](engine::Policies& p, const std::string& v) { p.mailbox_calls_a_minute = static_cast<int>(policy_number(v)); }},
    };
    for (const auto& [name, value] : scenario.policies)
        if (const auto setter = setters.find(name); setter != setters.end()) setter->second(policies, value);
    return policies;
}

engine::Config config_of(const Scenario& scenario, Provider provider, const fakes::Organisation& organisation,
                         const fakes::Identity& identity, const std::string& service_token, const Streams& streams) {
    engine::Config config;
    config.provider = provider == Provider::google ? engine::Provider::google : engine::Provider::microsoft;
    config.org_id = organisation.org_id;
    config.tenant = organisation.microsoft_tenant;
    config.client_id = organisation.microsoft_client;
    config.client_secret = organisation.microsoft_secret;
    config.service_account = organisation.google_client_email;
    config.service_account_key_pem = service_account_private_key;
    config.google_admin = "admin@" + organisation.domain;
    config.cloud_token = service_token;
    config.cloud_hook_secret = identity.hook_secret();
    config.cloud_account = identity.service_id();
    config.kms_rsa_bits_min = 640;  // the simulated key servers' keys are small, because each world shakes hands anew
    config.hook_base = std::string("https://") + hook_host + "/hooks";
    fakes::Dice dice = streams.named("store key");
    for (std::uint8_t& byte : config.store_key) byte = static_cast<std::uint8_t>(dice.below(256));
    config.policies = policies_of(scenario);
    config.provisioned = !by_story(scenario);
    if (!config.provisioned) config.tenant.clear();
    return config;
}

fakes::CloudOptions cloud_options_of(const Scenario& scenario, Provider provider, const fakes::Organisation& organisation) {
    fakes::CloudOptions options;
    options.provider = provider == Provider::google ? "google" : "microsoft";
    options.invitations = scenario.invitations;
    if (has_own_key_server(scenario)) options.kms_host = own_key_server_host;
    if (by_story(scenario)) options.country = scenario.organisation->country;
    if (scenario.organisation) options.domain_verified = scenario.organisation->domain_verified;
    for (const auto& [key, person] : scenario.people)
        if (!person.email_verified) options.email_unverified.insert(key);
    for (const fakes::Person& person : organisation.people) {
        const auto in_scenario = scenario.people.find(person.key);
        const bool known = in_scenario != scenario.people.end();
        if (!known || !in_scenario->second.activated) options.not_activated.insert(person.key);
        if (!known || !in_scenario->second.personal_room) options.without_personal_room.insert(person.key);
    }
    return options;
}

std::vector<fakes::EdgeOptions> edges_of(const Scenario& scenario, const fakes::Organisation& organisation, const fakes::Identity& identity,
                                           const Streams& streams) {
    std::vector<fakes::EdgeOptions> edges;
    const std::uint64_t seed = streams.named("apps and devices").next();
    const auto add = [&](const fakes::Person& person, fakes::EdgeOptions::Kind kind) {
        fakes::EdgeOptions options;
        options.kind = kind;
        options.key = person.key;
        options.user_id = person.user_id;
        options.user_token = identity.token_of(person.key);
        options.shared = person.is_room;
        const ScenarioPerson& owner = scenario.people.at(person.key);
        options.clock_skew = owner.clock_skew;
        if (kind == fakes::EdgeOptions::Kind::device) options.check_in_window = owner.check_in_within;
        const auto clock = scenario.policies.find("device clock");
        options.takes_cloud_time = clock == scenario.policies.end() || clock->second != "own";
        options.seed = seed;
        edges.push_back(std::move(options));
    };
    for (const fakes::Person& person : organisation.people) {
        const auto in_scenario = scenario.people.find(person.key);
        if (in_scenario == scenario.people.end()) continue;
        if (in_scenario->second.has_app && !person.is_room) add(person, fakes::EdgeOptions::Kind::app);
        if (in_scenario->second.has_device) add(person, fakes::EdgeOptions::Kind::device);
    }
    return edges;
}

}  // namespace sim
