#include "sim/cli/json_members.hpp"

#include <nlohmann/json.hpp>

#include "sim/cli/inspect.hpp"

namespace sim {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void wrong(const char* name, const char* what) { throw InspectError(std::string("\"") + name + "\" " + what); }

}  // namespace

const Json& member(const Json& in, const char* name) {
    const auto found = in.find(name);
    if (found == in.end()) wrong(name, "is missing");
    return *found;
}

const Json& object_member(const Json& in, const char* name) {
    const Json& found = member(in, name);
    if (!found.is_object()) wrong(name, "must be an object");
    return found;
}

std::string text_of(const Json& value, const char* name) {
    if (!value.is_string()) wrong(name, "must be a string");
    return value.get<std::string>();
}
std::string text_member(const Json& in, const char* name) { return text_of(member(in, name), name); }

/// Absent and null are the same: providers write both.
std::string text_or(const Json& in, const char* name, const char* otherwise) {
    const auto found = in.find(name);
    return found == in.end() || found->is_null() ? std::string(otherwise) : text_of(*found, name);
}

int whole_or(const Json& in, const char* name, int otherwise) {
    const auto found = in.find(name);
    if (found == in.end() || found->is_null()) return otherwise;
    constexpr std::int64_t most = 2'147'483'647;  // Edm.Int32
    if (!found->is_number_integer() || (found->is_number_unsigned() ? found->get<std::uint64_t>() > most : found->get<std::int64_t>() < -most))
        wrong(name, "must be a whole number of 32 bits");
    return found->get<int>();
}

bool flag_or_no(const Json& in, const char* name) {
    const auto found = in.find(name);
    if (found == in.end() || found->is_null()) return false;
    if (!found->is_boolean()) wrong(name, "must be true or false");
    return found->get<bool>();
}

std::vector<std::string> texts_of(const Json& list, const char* name) {
    if (!list.is_array()) wrong(name, "must be a list of strings");
    std::vector<std::string> out;
    for (const Json& one : list) out.push_back(text_of(one, name));
    return out;
}

std::vector<std::string> texts_or_none(const Json& in, const char* name) {
    const auto found = in.find(name);
    return found == in.end() || found->is_null() ? std::vector<std::string>() : texts_of(*found, name);
}

bool has_text(const Json& in, const char* name) {
    const auto found = in.find(name);
    return found != in.end() && found->is_string();
}

}  // namespace sim
