"""Opens files with Python's cryptography, which has a newer OpenSSL inside. See read.mjs for the manifest and the answers."""
import base64
import hashlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12


def digest(certificates):
    return ",".join(hashlib.sha256(c.public_bytes(serialization.Encoding.DER)).hexdigest() for c in certificates)


def spki(public):
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def read(form, path, key, password, leaf):
    data = open(path, "rb").read()
    if form.startswith("pkcs12") or form == "truststore-pkcs12":
        store = pkcs12.load_pkcs12(data, password)
        certificates = [store.cert.certificate] if store.cert else []
        if store.key and spki(store.key.public_key()) != spki(store.cert.certificate.public_key()):
            raise ValueError("another key")
        return digest(certificates + [c.certificate for c in store.additional_certs])
    if form in ("cert-pem", "leaf-pem", "chain-pem", "ca-pem"):
        return digest(x509.load_pem_x509_certificates(data))
    if form == "cert-der":
        return digest([x509.load_der_x509_certificate(data)])
    if form in ("jks", "truststore-jks"):
        return None
    secret = open(key, "rb").read() if form == "separate-pem" else data
    load = serialization.load_der_private_key if form == "key-der" else serialization.load_pem_private_key
    opened = load(secret, password or None)
    certificate = x509.load_pem_x509_certificate(open(leaf, "rb").read())
    if spki(opened.public_key()) != spki(certificate.public_key()):
        raise ValueError("another key")
    return digest(x509.load_pem_x509_certificates(data)) if form in ("combined-pem", "combined-pem-key-first", "separate-pem") else ""


for line in open(sys.argv[1], encoding="utf-8"):
    id, form, path, key, password, leaf = line.rstrip("\n").split("\t")
    try:
        found = read(form, path, key, base64.b64decode(password), leaf)
        print(id, "-" if found is None else "ok", found or "", sep="\t")
    except Exception as e:
        print(id, (str(e) or type(e).__name__).splitlines()[0], "", sep="\t")
