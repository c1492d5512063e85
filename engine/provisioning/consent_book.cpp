#include "engine/provisioning/consent_book.hpp"

#include <array>
#include <utility>

#include "engine/meeting/jwe.hpp"

namespace engine::provisioning {
namespace {

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

}  // namespace engine::provisioning
