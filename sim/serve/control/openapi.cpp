#include <nlohmann/json.hpp>

#include "sim/serve/control/routes.hpp"

namespace sim::control {
namespace {

ordered_json schema_of(const Field& field) {
    ordered_json out;
    out["type"] = field.type == Field::Type::text ? "string" : field.type == Field::Type::number ? "integer" : "boolean";
    if (field.type == Field::Type::number) out["minimum"] = 0;
    if (!field.choices.empty()) {
        std::string_view rest = field.choices;
        while (true) {
            const std::size_t end = std::min(rest.find('|'), rest.size());
            out["enum"].push_back(rest.substr(0, end));
            if (end == rest.size()) break;
            rest.remove_prefix(end + 1);
        }
    }
    return out;
}

ordered_json parameters_of(const Route& route) {
    ordered_json out = ordered_json::array();
    std::string_view rest = route.path;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const auto close = rest.find('}', open);
        const std::string_view name = rest.substr(open + 1, close - open - 1);
        const bool number = name == "number";
        out.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", number ? "integer" : "string"}}}, {"example", number ? ordered_json(1) : ordered_json("ana")}});
        rest.remove_prefix(close);
    }
    for (const Field& field : route.query)
        out.push_back({{"name", field.name}, {"in", "query"}, {"required", field.required}, {"description", field.meaning}, {"schema", schema_of(field)}});
    return out;
}

ordered_json body_of(const Route& route) {
    const ordered_json example = ordered_json::parse(route.example, nullptr, false);
    const auto with_example = [&](const ordered_json& schema) {
        ordered_json out{{"schema", schema}};
        if (!example.is_discarded()) out["example"] = example;
        return out;
    };
    ordered_json schema{{"type", "object"}};
    if (route.takes == Takes::members) {
        schema["additionalProperties"] = false;
        schema["properties"] = ordered_json::object();
        bool needed = false;
        for (const Field& field : route.members) {
            ordered_json one = schema_of(field);
            one["description"] = field.meaning;
            schema["properties"][field.name] = std::move(one);
            if (field.required) schema["required"].push_back(field.name);
            needed = needed || field.required;
        }
        return {{"required", needed}, {"content", {{"application/json", with_example(schema)}}}};
    }
    if (route.takes == Takes::world) return {{"required", true}, {"content", {{"application/yaml", with_example(schema)}, {"application/json", with_example(schema)}}}};
    schema["description"] = "the words and their values are those of the scenario language: scenarios/README.md";
    return {{"required", true}, {"content", {{"application/json", with_example(schema)}, {"application/yaml", with_example(schema)}}}};
}

ordered_json schema_of_answer(std::string_view shows) {
    ordered_json out{{"type", "object"}};
    while (!shows.empty()) {
        const std::size_t end = std::min(shows.find(' '), shows.size());
        std::string_view name = shows.substr(0, end);
        shows.remove_prefix(std::min(end + 1, shows.size()));
        const char mark = name.back();
        const char* type = mark == ']' ? "array" : mark == '}' ? "object" : mark == '#' ? "integer" : mark == '?' ? "boolean" : "string";
        name = name.substr(0, name.find_first_of("[{#?"));
        out["required"].push_back(name);
        out["properties"][name]["type"] = type;
    }
    return out;
}

ordered_json refused(std::string_view why) {
    return {{"description", why}, {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

}  // namespace
}  // namespace sim::control

namespace sim {

std::string control_openapi(const std::string& origin) {
    using namespace control;
    ordered_json paths = ordered_json::object();
    for (const Route& route : routes()) {
        std::string path(prefix);
        if (route.path != "/") path += route.path;
        ordered_json operation{{"operationId", route.id}, {"summary", route.summary}};
        if (const ordered_json parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = parameters;
        if (route.takes != Takes::nothing) operation["requestBody"] = body_of(route);
        operation["responses"]["200"] = {{"description", route.answer}, {"content", {{"application/json", {{"schema", schema_of_answer(route.shows)}}}}}};
        operation["responses"]["400"] = refused("What was sent has a mistake; the error says which and what was probably meant");
        operation["responses"]["401"] = refused("The control token is missing or wrong");
        operation["responses"]["403"] = refused("Asked by a page of another origin, or closed to the network");
        operation["responses"]["4XX"] = refused("Nothing is there (404), it cannot be done now (409), or it is too long (413)");
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
        paths[path][method] = std::move(operation);
    }
    ordered_json error{{"type", "object"}, {"required", {"error"}}};
    error["properties"]["error"] = {{"type", "object"}, {"required", {"message"}}, {"properties", {{"message", {{"type", "string"}}}, {"help", {{"type", "string"}}}}}};
    error["properties"]["mistakes"] = {{"type", "array"}, {"description", "of YAML, each with line and column"}, {"items", {{"type", "object"}}}};
    error["properties"]["rendered"] = {{"type", "string"}, {"description", "the mistakes as a terminal shows them"}};
    ordered_json document;
    document["openapi"] = "3.1.0";
    document["info"] = {{"title", "calrig control plane"}, {"version", "1"}, {"description", "Steers a served world: its clock, its people, its faults; and tells what happened."}};
    document["servers"] = {{{"url", origin}}};
    document["paths"] = std::move(paths);
    document["components"]["schemas"]["Error"] = std::move(error);
    document["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}, {"description", "only when started with --control-token"}};
    document["security"] = {ordered_json::object(), {{"token", ordered_json::array()}}};
    return document.dump(2) + "\n";
}

}  // namespace sim
