#pragma once
// Members of a line that a person wrote: what is missing or of another kind is said by its name (InspectError).
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace sim {

const nlohmann::ordered_json& member(const nlohmann::ordered_json& in, const char* name);
const nlohmann::ordered_json& object_member(const nlohmann::ordered_json& in, const char* name);
/// `name` is what messages call the value.
std::string text_of(const nlohmann::ordered_json& value, const char* name);
std::string text_member(const nlohmann::ordered_json& in, const char* name);
std::vector<std::string> texts_of(const nlohmann::ordered_json& list, const char* name);
bool has_text(const nlohmann::ordered_json& in, const char* name);

// Absent and null are the same: providers write both.
std::string text_or(const nlohmann::ordered_json& in, const char* name, const char* otherwise);
int whole_or(const nlohmann::ordered_json& in, const char* name, int otherwise);
bool flag_or_no(const nlohmann::ordered_json& in, const char* name);
std::vector<std::string> texts_or_none(const nlohmann::ordered_json& in, const char* name);

}  // namespace sim
