// An organisation that an administrator provisions: what its tenant knows of the service, where its data is kept, and the
// administrator's browser, whose journeys lead through the service (inside or outside) and Microsoft's pages.
#include <utility>

#include "sim/serve/served_world.hpp"
#include "sim/world/setup.hpp"

namespace sim {
namespace {

constexpr std::string_view own_cloud = "cloud.calrig.example";
constexpr std::string_view cloud_path = "/cloud-";
constexpr std::size_t journeys_kept_max = 100;

std::string origin_of(const std::string& url) {
    const std::size_t host = url.find("://");
    return host == std::string::npos ? std::string() : url.substr(0, url.find('/', host + 3));
}

}  // namespace

/// Where the service is that the administrator's pages belong to.
std::string ServedWorld::service_origin() const {
    if (settings_.engine || settings_.cloud_hook.empty()) return std::string("https://") + hook_host;
    return origin_of(settings_.cloud_hook);
}

void ServedWorld::to_be_provisioned(fakes::MicrosoftOptions& options) const {
    if (!by_story(scenario_)) return;
    const std::string service = service_origin() + "/provisioning/v1/microsoft/";
    fakes::MicrosoftOptions asked = microsoft_options_of(scenario_, streams_);
    options.consented = asked.consented;
    options.roles = std::move(asked.roles);  // exactly these: others would be more than the service asks for
    options.region_scope = std::move(asked.region_scope);
    options.accounts = std::move(asked.accounts);
    options.other_tenants = std::move(asked.other_tenants);
    options.redirect_uris = {service + "signed-in", service + "consented"};
}

void ServedWorld::add_administrator(std::size_t cloud_seat) {
    if (!by_story(scenario_)) return;
    for (const char* region : {"eu", "us"}) seat_at_host_[std::string(cloud_path.substr(1)) + region + std::string(own_cloud.substr(own_cloud.find('.')))] = cloud_seat;
    Administrator::Settings settings;
    settings.service = service_origin();
    settings.org_id = organisation_.org_id;
    settings.another_tenant = another_tenant_of(streams_);
    settings.google = provider_of_cloud() == Provider::google;
    settings.identity = identity_;
    for (const fakes::Person& person : organisation_.people) settings.addresses[person.key] = person.address;
    administrator_ = std::make_unique<Administrator>(std::move(settings));
    administrator_seat_ = add_seat(*administrator_, {});
}

/// Regions of the cloud have hosts of their own; here, where all is one origin, paths: /cloud-eu/calendar/api/...
std::optional<fakes::Request> ServedWorld::of_region(const fakes::Request& request) {
    const std::string_view target = request.target;
    if (!target.starts_with(cloud_path)) return std::nullopt;
    const std::size_t end = target.find('/', 1);
    if (end == std::string_view::npos) return std::nullopt;
    fakes::Request out = request;
    out.host = std::string(target.substr(1, end - 1)) + std::string(own_cloud.substr(own_cloud.find('.')));
    out.target = std::string(target.substr(end));
    return out;
}

bool ServedWorld::begins_journey(const Step& step) {
    if (!administrator_ || !administrator_->begins(step)) return false;
    ++journeys_begun_;
    touched();
    return true;
}

void ServedWorld::note_journeys() {
    if (!administrator_) return;
    for (ActDone& done : administrator_->take_done()) {
        if (journeys_.size() == journeys_kept_max) journeys_.erase(journeys_.begin());
        journeys_.push_back(std::move(done));
    }
}

}  // namespace sim
