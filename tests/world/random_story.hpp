#pragma once
// Stories of calendar life that nobody wrote: what people might do in any order, with bad weather between. They promise
// nothing of their own, so that only what holds in every scenario judges them.
#include <cstdint>
#include <string>

namespace random_story {

/// The YAML of a story; the same for the same seed. A few break a rule of the language (a reply given twice, say): the
/// loader refuses those.
std::string yaml(std::uint64_t seed, bool google);

}  // namespace random_story
