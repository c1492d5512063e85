"""The vendors' published schemas: every JSON answer a client gets is held against them."""
import json
import os
import sys
from urllib.parse import parse_qs, unquote, urlsplit

try:
    import jsonschema
except ImportError:
    print("not run: python3-jsonschema is not installed")
    sys.exit(77)

FOLDER = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../shared/api"))
THERE = os.path.isdir(FOLDER)
answers = 0
if not THERE:
    print("not validated: the published schemas (../shared/api) are not there")


def _read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def _from_discovery(schema):
    """Google's discovery schemas are JSON Schema but for `$ref: "Event"`; a member they do not name is a mistake."""
    if isinstance(schema, list):
        return [_from_discovery(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    out = {}
    for key, value in schema.items():
        if key in ("id", "annotations", "default") or value == "any":
            continue
        if key == "$ref":
            out[key] = "#/definitions/" + value
        elif key == "properties":
            out[key] = {name: _from_discovery(one) for name, one in value.items()}
        else:
            out[key] = _from_discovery(value)
    if out.get("type") == "object" and "properties" in out:
        out.setdefault("additionalProperties", False)
    return out


def _methods(resources, root):
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            yield method["httpMethod"], root + method.get("flatPath", method["path"]), method.get("response", {}).get("$ref")
        yield from _methods(resource.get("resources", {}), root)


_google, _graph = [], []
_definitions, _components = {}, {}
if THERE:
    for name, root in (("calendar", "/calendar/v3/"), ("gmail", "/")):
        document = _read(f"{name}-discovery-subset.json")
        _definitions.update(_from_discovery(document["schemas"]))
        _google += _methods(document["resources"], root)
    _openapi = _read("graph-openapi-subset.json")
    _components = _openapi["components"]
    for template, verbs in _openapi["paths"].items():
        _graph += [(verb.upper(), template, one["responses"]) for verb, one in verbs.items() if isinstance(one, dict) and "responses" in one]


def _same_path(template, actual):
    a, b = template.split("/"), actual.split("/")
    return len(a) == len(b) and all(x.startswith("{") or x == y for x, y in zip(a, b))


def _hold(schema, value, what):
    global answers
    answers += 1
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.draft7_format_checker)
    errors = [f"  {'/'.join(map(str, e.absolute_path)) or '/'}: {e.message[:300]}" for e in validator.iter_errors(value)][:6]
    if errors:
        raise AssertionError(f"{what} is not as published:\n" + "\n".join(errors))


def hold_graph_schema(name, value, what):
    if THERE:
        _hold({"$ref": f"#/components/schemas/{name}", "components": _components}, value, what)


def hold(verb, address, status, body):
    """One JSON answer of either service, by its address."""
    if not THERE:
        return
    parts = urlsplit(address)
    what = f"{verb} {parts.path} {status}"
    if parts.path.startswith("/v1.0/"):
        path = unquote(parts.path[len("/v1.0"):])
        responses = next((r for v, t, r in _graph if v == verb and _same_path(t, path)), None)
        if responses is None:
            raise AssertionError(what + ": no published path")
        response = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if response is None:
            raise AssertionError(what + ": no published status")
        if "content" not in response:
            return
        schema = response["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        if "$select" in parse_qs(parts.query):
            schema = {"profile.event": "profile.event.any", "profile.eventCollection": "profile.eventCollection.selected"}.get(schema, schema)
        hold_graph_schema(schema, body, what)
    elif parts.path.startswith(("/calendar/v3/", "/gmail/v1/")) and status < 400:
        # Google publishes no schema of its error bodies; the library reads them.
        found = [s for v, t, s in _google if v == verb and _same_path(t, parts.path)]
        if not found or not found[0]:
            raise AssertionError(what + ": no published answer")
        _hold({"$ref": f"#/definitions/{found[0]}", "definitions": _definitions}, body, what)
