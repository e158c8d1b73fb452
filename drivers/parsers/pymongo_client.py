"""Reads a JSON list of connection strings, makes a MongoClient of each without connecting, and prints its error and warnings.

mongodb+srv strings are not looked up in DNS; they must not be among them.
"""

import json
import sys
import warnings

from pymongo import MongoClient

results = []
for uri in json.load(sys.stdin):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        error = ""
        try:
            MongoClient(uri, connect=False).close()
        except Exception as e:
            error = f"{type(e).__name__}: {e}"
    results.append({"error": error, "warnings": [str(w.message) for w in caught]})
json.dump(results, sys.stdout)
