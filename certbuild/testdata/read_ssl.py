"""Opens files with Python's ssl, as PyMongo does. See read.mjs for the manifest and the answers."""
import base64
import ssl
import sys

PAIRS = {"combined-pem", "combined-pem-key-first", "separate-pem"}
KEYS = {"key-pem", "key-pkcs1", "key-sec1"}

for line in open(sys.argv[1], encoding="utf-8"):
    id, form, path, key, password, leaf = line.rstrip("\n").split("\t")
    password = base64.b64decode(password).decode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    answer = "ok"
    try:
        if form in PAIRS:
            context.load_cert_chain(path, key, lambda: password)
        elif form in KEYS:
            context.load_cert_chain(leaf, path, lambda: password)
        elif form == "ca-pem":
            context.load_verify_locations(path)
        else:
            answer = "-"
    except Exception as e:
        answer = str(e).splitlines()[0] or type(e).__name__
    print(id, answer, "", sep="\t")
