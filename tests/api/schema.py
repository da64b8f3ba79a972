"""Checks an OpenAPI 3.0.3 document, and values against its schemas: as much of it as Waymark's document uses.
A keyword that is not known here is a fault, so the check cannot fall behind the document."""
import datetime
import re

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
KNOWN = {"$ref", "type", "nullable", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "format",
         "required", "properties", "additionalProperties", "items", "uniqueItems", "anyOf", "allOf", "oneOf",
         "discriminator", "description", "readOnly"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}


def resolve(document, node):
    while "$ref" in node:
        target = document
        assert node["$ref"].startswith("#/"), node
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        node = target
    return node


def is_format(name, value):
    if name == "date":
        try:
            return datetime.date.fromisoformat(value) is not None and len(value) == 10
        except ValueError:
            return False
    return name == "date-time" and TIME.fullmatch(value) is not None


def is_type(name, value):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def faults(document, schema, value, where="$"):
    """Every place where the value is not as the schema says."""
    schema = resolve(document, schema)
    unknown = set(schema) - KNOWN
    assert not unknown, "%s: keywords unknown here: %s" % (where, unknown)
    if value is None and schema.get("nullable"):
        return []
    found = []
    if "type" in schema and not is_type(schema["type"], value):
        return ["%s: %r is no %s" % (where, value, schema["type"])]
    if "enum" in schema and value not in schema["enum"]:
        found.append("%s: %r is not in the list" % (where, value))
    for part in schema.get("allOf", []):
        found += faults(document, part, value, where)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            fits = sum(not faults(document, part, value, where) for part in schema[keyword])
            if fits == 0 or (keyword == "oneOf" and fits > 1):
                found.append("%s: %d of %s fit" % (where, fits, keyword))
    if isinstance(value, str):
        found += text_faults(schema, value, where)
    if is_type("integer", value):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append("%s: %d is out of range" % (where, value))
    if isinstance(value, list):
        if schema.get("uniqueItems") and len({repr(item) for item in value}) != len(value):
            found.append("%s: an item twice" % where)
        for index, item in enumerate(value):
            found += faults(document, schema.get("items", {}), item, "%s[%d]" % (where, index))
    if isinstance(value, dict):
        found += object_faults(document, schema, value, where)
    return found


def text_faults(schema, value, where):
    found = []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append("%s: %r does not match %s" % (where, value, schema["pattern"]))
    if "format" in schema and not is_format(schema["format"], value):
        found.append("%s: %r is no %s" % (where, value, schema["format"]))
    if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
        found.append("%s: a text of %d characters" % (where, len(value)))
    return found


def object_faults(document, schema, value, where):
    properties = schema.get("properties", {})
    found = ["%s: %s is missing" % (where, name) for name in schema.get("required", []) if name not in value]
    for name, item in value.items():
        if name in properties:
            found += faults(document, properties[name], item, "%s.%s" % (where, name))
        elif schema.get("additionalProperties", True) is False:
            found.append("%s: %s is not in the schema" % (where, name))
    return found


def document_faults(document):
    """What the specification of OpenAPI 3.0.3 asks of a document like ours."""
    found = []
    if document.get("openapi") != "3.0.3" or not document["info"].get("title") or not document["info"].get("version"):
        found.append("head")
    operation_ids = []
    for path, item in document["paths"].items():
        assert path.startswith("/") and set(item) <= {"get", "post"}, path
        for method, operation in item.items():
            where = "%s %s" % (method, path)
            operation_ids.append(operation["operationId"])
            names = [(p["in"], p["name"]) for p in operation["parameters"]]
            if len(set(names)) != len(names):
                found.append("%s: a parameter twice" % where)
            if set(re.findall(r"{(\w+)}", path)) != {name for place, name in names if place == "path"}:
                found.append("%s: path parameters" % where)
            if any(p["in"] == "path" and p["required"] is not True for p in operation["parameters"]):
                found.append("%s: path parameters are required" % where)
            if not any(status.startswith("2") for status in operation["responses"]):
                found.append("%s: no success" % where)
            if any(not resolve(document, response).get("description")
                   for response in operation["responses"].values()):
                found.append("%s: a response without description" % where)
            if method == "get" and "requestBody" in operation:
                found.append("%s: a body" % where)
    if len(set(operation_ids)) != len(operation_ids):
        found.append("an operationId twice")
    for name in document["components"]["schemas"]:
        if not re.fullmatch(r"[a-zA-Z0-9._-]+", name):
            found.append("schema name %s" % name)
    return found + list(schema_faults(document, document, "#"))


def schema_faults(document, node, where):
    """Every reference leads somewhere; a `required` name is a property; an empty list is none."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from schema_faults(document, item, "%s/%d" % (where, index))
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            resolve(document, node)
            if len(node) != 1:
                yield "%s: members beside $ref are ignored" % where
        if isinstance(node.get("required"), list):
            if not node["required"] or set(node["required"]) - set(node.get("properties", {})):
                yield "%s: required" % where
        if "enum" in node and isinstance(node["enum"], list) and not node["enum"]:
            yield "%s: an empty enum" % where
        for name, item in node.items():
            if name != "mapping":
                yield from schema_faults(document, item, "%s/%s" % (where, name))
