// Acts of administrators on the service as a whole: provisioning, consent, tests, proofs of addresses.
#include "sim/scenario/acts.hpp"
#include "sim/scenario/provisioning.hpp"
#include "sim/scenario/story_book.hpp"

namespace sim {
namespace {

bool is_provisioned_by_story(const ActReading& r) {
    const auto& organisation = r.state.scenario.organisation;
    return organisation && !organisation->provisioned;
}

/// Said when the service runs already: nobody provisions it in this world.
bool someone_provisions(ActReading& r) {
    if (is_provisioned_by_story(r)) return true;
    r.state.error(r.fields.owner_place(), r.fields.owner() + ": the service is provisioned already", "add `organisation: { provisioned: no }`");
    return false;
}

void read_because(ActReading& r) {
    r.because = r.fields.text("because").value_or("");
    if (!r.because.empty() && !r.refused) r.state.error(r.fields.place("because"), "`because` goes with `refused: yes`", "add it, or leave `because` out");
}

template <typename Said>
void take(std::optional<std::string> said, Said& into) {
    if (said) into = std::move(*said);
}

}  // namespace

void read_provisions(ActReading& r) {
    Fields& f = r.fields;
    Provision act;
    take(f.word("as"), act.as);
    take(f.word("cloud"), act.cloud);
    take(f.word("signs in as"), act.signs_in_as);
    act.declines = f.flag_or("declines", false);
    take(f.word("forges"), act.forges);
    if (const auto reads = f.duration("reads each page for")) act.reads = *reads;
    for (const char* key : {"cloud", "signs in as", "declines", "forges", "reads each page for"})
        if (f.has(key) && r.state.plays(Provider::google))
            r.state.error(f.key_place(key), "`" + std::string(key) + "` is about Microsoft alone", "add `providers: [microsoft]`");
    read_because(r);
    if (someone_provisions(r)) r.acts.push_back(std::move(act));
}

void read_tests_mailbox(ActReading& r) {
    TestMailbox act;
    const auto person = r.fields.person("person");
    take(r.fields.word("as"), act.as);
    read_because(r);
    if (!person || !someone_provisions(r)) return;
    act.person = *person;
    r.acts.push_back(std::move(act));
}

void read_deprovisions(ActReading& r) {
    Deprovision act;
    take(r.fields.word("as"), act.as);
    read_because(r);
    if (someone_provisions(r)) r.acts.push_back(std::move(act));
}

void read_grants(ActReading& r) {
    GrantPermissions act{read_permissions(r.state, r.fields, "permissions")};
    if (!act.permissions.empty()) r.acts.push_back(std::move(act));
}

void read_withdraws_consent(ActReading& r) { r.acts.push_back(GrantPermissions{}); }

void read_verifies_domain(ActReading& r) {
    const auto& organisation = r.state.scenario.organisation;
    if (!r.state.running && (!organisation || organisation->domain_verified))
        r.state.error(r.fields.owner_place(), "the domain is verified already", "add `organisation: { domain verified: no }`, or leave the step out");
    r.acts.push_back(VerifyDomain{});
}

void read_signs_in(ActReading& r) {
    if (!r.state.running && r.state.scenario.people.at(r.actor).email_verified)
        r.state.error(r.fields.owner_place(), "`" + r.actor + "` has signed in already", "give them `email verified: no`, or leave the step out");
    r.acts.push_back(SignIn{});
}

}  // namespace sim
