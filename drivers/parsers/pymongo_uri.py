"""Reads a JSON list of connection strings and prints what PyMongo's own parser makes of each.

mongodb+srv strings are not looked up in DNS: the part before the look-up is called alone.
"""

import json
import sys
import warnings

from pymongo import uri_parser, uri_parser_shared


def host(name, port):
    if port is None:
        return name
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def read(uri):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if uri.startswith("mongodb+srv://"):
            parsed = uri_parser_shared._validate_uri(uri)
        else:
            parsed = uri_parser.parse_uri(uri)
    options = dict(parsed["options"])
    result = {
        "hosts": [host(*node) for node in parsed["nodelist"] or []] or [parsed["fqdn"]],
        "username": parsed["username"],
        "password": parsed["password"],
        "database": parsed["database"],
        "options": {k.lower(): str(v) for k, v in options.items()},
        "warnings": [str(w.message) for w in caught],
    }
    return result


results = []
for uri in json.load(sys.stdin):
    try:
        results.append(read(uri))
    except Exception as e:
        results.append({"error": f"{type(e).__name__}: {e}"})
json.dump(results, sys.stdout)
