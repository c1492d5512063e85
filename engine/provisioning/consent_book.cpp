#include "engine/provisioning/consent_book.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/meeting/jwe.hpp"

namespace engine::provisioning {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr Duration kLife = std::chrono::minutes(15);
constexpr std::size_t kOpenMax = 50;  // then the oldest goes

}  // namespace

std::string ConsentBook::secret() {
    std::array<std::uint8_t, 32> bytes{};
    random_.fill(bytes);
    return meeting::base64url(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

const OpenConsent& ConsentBook::open(std::string region, std::string country, Instant now) {
    OpenConsent consent;
    consent.session = secret();
    consent.nonce = secret();
    consent.region = std::move(region);
    consent.country = std::move(country);
    consent.state = secret();
    consent.ends = now + kLife;
    std::erase_if(open_, [now](const OpenConsent& one) { return one.ends <= now; });
    if (open_.size() >= kOpenMax) open_.erase(open_.begin());
    open_.push_back(std::move(consent));
    return open_.back();
}

const OpenConsent& ConsentBook::continued(OpenConsent consent, std::string tenant, Instant now) {
    consent.stage = OpenConsent::Stage::consent;
    consent.tenant = std::move(tenant);
    consent.state = secret();
    consent.ends = now + kLife;
    open_.push_back(std::move(consent));
    return open_.back();
}

std::optional<OpenConsent> ConsentBook::take(OpenConsent::Stage stage, std::string_view state, std::string_view session, Instant now) {
    for (std::size_t i = 0; i < open_.size(); ++i) {
        if (!meeting::same_secret(open_[i].state, state)) continue;
        OpenConsent found = std::move(open_[i]);
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
        if (found.stage != stage || now >= found.ends || !meeting::same_secret(found.session, session)) return std::nullopt;
        return found;
    }
    return std::nullopt;
}

std::string ConsentBook::to_record(Instant now) const {
    Json open = Json::array();
    for (const OpenConsent& one : open_) {
        if (one.ends <= now) continue;
        open.push_back({{"stage", one.stage == OpenConsent::Stage::sign_in ? "sign_in" : "consent"},
                        {"state", one.state},
                        {"session", one.session},
                        {"nonce", one.nonce},
                        {"region", one.region},
                        {"country", one.country},
                        {"tenant", one.tenant},
                        {"ends", one.ends.time_since_epoch().count()}});
    }
    return open.empty() ? std::string() : Json{{"version", kVersion}, {"open", std::move(open)}}.dump();
}

void ConsentBook::from_record(std::string_view record, Instant now) {
    open_.clear();
    const Json json = Json::parse(record, nullptr, false);
    if (!json.is_object() || json.value("version", 0) != kVersion || !json.contains("open") || !json["open"].is_array()) return;
    for (const Json& each : json["open"]) {
        const auto text = [&each](const char* key) { return each.is_object() && each.contains(key) && each[key].is_string() ? each[key].get<std::string>() : std::string(); };
        OpenConsent one;
        one.stage = text("stage") == "consent" ? OpenConsent::Stage::consent : OpenConsent::Stage::sign_in;
        one.state = text("state");
        one.session = text("session");
        one.nonce = text("nonce");
        one.region = text("region");
        one.country = text("country");
        one.tenant = text("tenant");
        const auto ends = each.is_object() ? each.find("ends") : each.end();
        if (one.state.empty() || one.session.empty() || ends == each.end() || !ends->is_number_integer()) continue;
        one.ends = Instant(Duration(ends->get<std::int64_t>()));
        if (one.ends > now && open_.size() < kOpenMax) open_.push_back(std::move(one));
    }
}

}  // namespace engine::provisioning
