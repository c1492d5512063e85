#pragma once
// In which region an organisation's data is kept: by its country alone (RESIDENCY). Where its tenant keeps mail, and
// multi-geo, do not matter.
#include <optional>
#include <string>
#include <string_view>

namespace engine::provisioning {

/// `country`: ISO 3166-1 alpha-2, any case. Nothing when it is none.
std::optional<std::string> region_of(std::string_view country);

/// "https://cloud-{region}.example" with the region in its place.
std::string in_region(std::string_view pattern, std::string_view region);

}  // namespace engine::provisioning
