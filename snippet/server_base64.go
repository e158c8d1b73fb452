package snippet

// The certificate in an environment variable, for platforms that have no secret files: one line of base64, and the first
// lines of a program that make of it what the client reads. What is written to disk is for this user alone.

// fixed renders a text without values.
func fixed(text string) func(*writer, *serverRequest) {
	return func(w *writer, r *serverRequest) {
		w.code(text)
		startNotes(w, r)
	}
}

func startNotes(w *writer, _ *serverRequest) {
	w.other("encode.sh", &shell, func(w *writer) {
		w.code("# One line of base64, to set MONGODB_CLIENT_PEM_BASE64 to (for Java and C#, MONGODB_CLIENT_P12_BASE64).\nbase64 <")
		w.literal(piece{Fill, "client.pem"})
		w.code(" | tr -d '\\n'\n")
	})
	w.note("An environment variable is read by every program that the process starts, and printed by crash reports. Prefer a mounted file where the platform has one.")
}

func startShell(w *writer, r *serverRequest) {
	w.code(`dir=$(mktemp -d)
(umask 077 && printf %s "${MONGODB_CLIENT_PEM_BASE64:?}" | base64 -d >"$dir/client.pem")
unset MONGODB_CLIENT_PEM_BASE64
export MONGODB_CERTIFICATE_KEY_FILE="$dir/client.pem"
exec "$@"
`)
	startNotes(w, r)
	w.note("It is for a container's entry point: the program that it starts reads the path from MONGODB_CERTIFICATE_KEY_FILE.")
}

const startPython = `import base64
import os
import tempfile

descriptor, path = tempfile.mkstemp(suffix=".pem")  # mode 0600
with os.fdopen(descriptor, "wb") as file:
    file.write(base64.b64decode(os.environ["MONGODB_CLIENT_PEM_BASE64"]))
# MongoClient(..., tlsCertificateKeyFile=path)
`

const startNode = `import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const tlsCertificateKeyFile = join(mkdtempSync(join(tmpdir(), "mongodb-")), "client.pem");
writeFileSync(tlsCertificateKeyFile, Buffer.from(process.env.MONGODB_CLIENT_PEM_BASE64, "base64"), { mode: 0o600 });
`

const startGo = `package main

import (
	"crypto/tls"
	"encoding/base64"
	"os"
)

// clientTLS needs no file. Hand it to SetTLSConfig of the client's options.
func clientTLS() (*tls.Config, error) {
	pem, err := base64.StdEncoding.DecodeString(os.Getenv("MONGODB_CLIENT_PEM_BASE64"))
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pem, pem)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}}, nil
}
`

const startJava = `import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

public class ClientContext {
    // Hand it to applyToSslSettings(ssl -> ssl.enabled(true).context(...)).
    public static SSLContext create() throws Exception {
        char[] password = System.getenv("MONGODB_KEY_PASSWORD").toCharArray();
        byte[] bytes = Base64.getDecoder().decode(System.getenv("MONGODB_CLIENT_P12_BASE64"));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(bytes), password);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
`

const startCSharp = `using System;
using System.Security.Cryptography.X509Certificates;

static class ClientCertificate
{
    // Hand it to SslSettings.ClientCertificates. Before .NET 9: new X509Certificate2(bytes, password).
    public static X509Certificate2 Load()
    {
        var bytes = Convert.FromBase64String(Environment.GetEnvironmentVariable("MONGODB_CLIENT_P12_BASE64"));
        return X509CertificateLoader.LoadPkcs12(bytes, Environment.GetEnvironmentVariable("MONGODB_KEY_PASSWORD"));
    }
}
`

const startPHP = `<?php
$path = tempnam(sys_get_temp_dir(), 'mongodb'); // mode 0600
file_put_contents($path, base64_decode(getenv('MONGODB_CLIENT_PEM_BASE64'), true));
// new MongoDB\Client($uri, ['tlsCertificateKeyFile' => $path]);
`

const startRuby = `require "tempfile"

# Keep the object: its file goes when it does.
CLIENT_FILE = Tempfile.create(["client", ".pem"]) # mode 0600
CLIENT_FILE.binmode
CLIENT_FILE.write(ENV.fetch("MONGODB_CLIENT_PEM_BASE64").unpack1("m"))
CLIENT_FILE.flush
# Mongo::Client.new(hosts, ssl_cert: CLIENT_FILE.path, ssl_key: CLIENT_FILE.path)
`

const startRust = `use base64::Engine;
use std::io::Write;

// Crates: base64, tempfile. Keep the result: its file goes when it does.
fn client_file() -> Result<tempfile::NamedTempFile, Box<dyn std::error::Error>> {
    let pem = base64::engine::general_purpose::STANDARD.decode(std::env::var("MONGODB_CLIENT_PEM_BASE64")?)?;
    let mut file = tempfile::NamedTempFile::new()?; // mode 0600
    file.write_all(&pem)?;
    Ok(file)
}
`
