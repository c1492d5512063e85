#pragma once
// Ids and values of extended properties (Graph docs, "Extended properties overview"; types: Exchange docs, "MapiPropertyTypeType").
#include <string>
#include <string_view>

namespace fakes::microsoft {

/// "{type} {guid} Name x", "{type} {guid} Id 0x8001" or "{type} 0x0037"; of a multi-value property the type ends in "Array".
bool known_property_id(std::string_view id, bool multi);
/// What two ids of one property have in common: types, guids and numbers in any case, names as they are.
std::string property_identity(std::string_view id);
/// Does the text say a value of the id's type?
bool fits_property(std::string_view id, std::string_view value);

}  // namespace fakes::microsoft
