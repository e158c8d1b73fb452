"""Imported before a Python program's own code: names are asked for at the server that CERTURI_DNS names."""
import os
import socket

import dns.asyncresolver
import dns.resolver

address, port = os.environ["CERTURI_DNS"].split(":")
for module, kind in (dns.resolver, dns.resolver.Resolver), (dns.asyncresolver, dns.asyncresolver.Resolver):
    module.default_resolver = kind(configure=False)
    module.default_resolver.nameservers, module.default_resolver.port = [address], int(port)
getaddrinfo = socket.getaddrinfo


def lookup(host, *args, **kwargs):
    if isinstance(host, str) and host.endswith(".test"):
        host = dns.resolver.resolve(host, "A")[0].address
    return getaddrinfo(host, *args, **kwargs)


socket.getaddrinfo = lookup
