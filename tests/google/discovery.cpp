// Every answer of every test against the published discovery documents of Calendar v3 and Gmail v1.
#include <filesystem>
#include <fstream>

#include "tests/google/domain.hpp"

namespace fakes {
namespace {

struct Published {
    json schemas;
    struct Method {
        std::string http, path, response;
    };
    std::vector<Method> methods;
};

void collect(const json& resources, const std::string& root, std::vector<Published::Method>& methods) {
    for (const json& resource : resources) {
        if (resource.contains("methods"))
            for (const json& method : resource["methods"]) {
                const std::string path = method.contains("flatPath") ? method["flatPath"] : method["path"];
                methods.push_back({method["httpMethod"], root + path,
                                   method.contains("response") ? method["response"]["$ref"].get<std::string>() : std::string()});
            }
        if (resource.contains("resources")) collect(resource["resources"], root, methods);
    }
}

const Published& published() {
    static const Published all = [] {
        Published read;
        const std::string folder = published_api_folder();
        if (folder.empty()) return read;
        for (const auto& [file, root] : {std::pair{"calendar", "/calendar/v3/"}, std::pair{"gmail", "/"}}) {
            std::ifstream in(folder + "/" + file + "-discovery-subset.json");
            const json document = json::parse(in);
            for (const auto& [name, schema] : document["schemas"].items()) read.schemas[name] = schema;
            if (document.contains("resources")) collect(document["resources"], root, read.methods);
        }
        // Neighbours that the trimmed copy leaves out answer with the same resources.
        for (const char* method : {"PATCH", "PUT"}) {
            read.methods.push_back({method, "/calendar/v3/calendars/{}", "Calendar"});
            read.methods.push_back({method, "/calendar/v3/users/me/calendarList/{}", "CalendarListEntry"});
        }
        read.methods.push_back({"POST", "/calendar/v3/calendars", "Calendar"});
        read.methods.push_back({"POST", "/calendar/v3/users/me/calendarList", "CalendarListEntry"});
        return read;
    }();
    return all;
}

bool same_path(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/'));
        const std::string_view is = path.substr(0, path.find('/'));
        if (!wanted.starts_with('{') && wanted != is) return false;
        pattern.remove_prefix(std::min(pattern.size(), wanted.size() + 1));
        path.remove_prefix(std::min(path.size(), is.size() + 1));
    }
    return pattern.empty() && path.empty();
}

void check(const json& value, const json& schema, const std::string& at, std::string& out) {
    const auto complain = [&](const std::string& what) { out += at + ": " + what + "\n"; };
    if (schema.contains("$ref")) return check(value, published().schemas.at(schema["$ref"].get<std::string>()), at, out);
    const std::string type = schema.value("type", "any");
    const std::string format = schema.value("format", "");
    if (type == "object") {
        if (!value.is_object()) return complain("is no object");
        for (const auto& [name, member] : value.items()) {
            if (schema.contains("properties") && schema["properties"].contains(name))
                check(member, schema["properties"][name], at + "." + name, out);
            else if (schema.contains("additionalProperties"))
                check(member, schema["additionalProperties"], at + "." + name, out);
            else
                complain("has no member " + name);
        }
    } else if (type == "array") {
        if (!value.is_array()) return complain("is no array");
        for (std::size_t i = 0; i < value.size(); ++i) check(value[i], schema["items"], at + "[" + std::to_string(i) + "]", out);
    } else if (type == "string") {
        if (!value.is_string()) return complain("is no string");
        const std::string& text = value.get_ref<const std::string&>();
        if (format == "int64" && (text.empty() || text.find_first_not_of("-0123456789") != std::string::npos)) complain("is no int64: " + text);
        if (format == "date" && text.size() != 10) complain("is no date: " + text);
        if (format == "date-time" && (text.size() < 20 || text[10] != 'T')) complain("is no date-time: " + text);
        if (schema.contains("enum")) {
            bool known = false;
            for (const json& name : schema["enum"]) known = known || name == value;
            if (!known) complain("is none of the documented values: " + text);
        }
    } else if (type == "integer") {
        if (!value.is_number_integer()) complain("is no integer");
    } else if (type == "boolean") {
        if (!value.is_boolean()) complain("is no boolean");
    }
}

}  // namespace

std::string published_api_folder() {
    const std::string folder = std::string(CALRIG_SOURCE_DIR) + "/../shared/api";
    return std::filesystem::exists(folder + "/calendar-discovery-subset.json") ? folder : std::string();
}

std::string complaints_about(const Request& request, const Reply& reply) {
    if (published().methods.empty() || reply.status != 200 || reply.body.empty()) return {};
    if (request.target.find("fields=") != std::string::npos) return {};  // a part of an answer
    const std::string path = request.target.substr(0, request.target.find('?'));
    std::string out;
    for (const Published::Method& method : published().methods) {
        if (method.http != request.method || !same_path(method.path, path)) continue;
        if (method.response.empty()) return path + " answers with nothing";
        const json body = json::parse(reply.body, nullptr, false);
        if (body.is_discarded()) return path + ": no JSON";
        check(body, {{"$ref", method.response}}, method.response, out);
        return out;
    }
    return {};
}

}  // namespace fakes
