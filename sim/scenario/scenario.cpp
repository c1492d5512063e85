#include "sim/scenario/scenario.hpp"

namespace sim {

Act::Act() = default;
Act::Act(const Act& other) = default;
Act::Act(Act&& other) noexcept = default;
Act& Act::operator=(const Act& other) = default;
Act& Act::operator=(Act&& other) noexcept = default;
Act::~Act() = default;

Claim::Claim() = default;
Claim::Claim(const Claim& other) = default;
Claim::Claim(Claim&& other) noexcept = default;
Claim& Claim::operator=(const Claim& other) = default;
Claim& Claim::operator=(Claim&& other) noexcept = default;
Claim::~Claim() = default;

}  // namespace sim
