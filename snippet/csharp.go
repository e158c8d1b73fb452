package snippet

var csharpLanguage = language{"csharp", quoteCSharp, "//", " using static void if throw new var return true false class "}

var csharp = Target{
	ID: "csharp", Label: "C#/.NET driver", Language: "csharp", Group: ".NET",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"2.11-3.x"},
	from:     []string{"2.11"},
	File:     PKCS12,
	Docs:     "https://www.mongodb.com/docs/drivers/csharp/current/security/authentication/x509/",
	Since:    "2.11",
	saveAs:   "Program.cs", language: &csharpLanguage, render: renderCSharp,
}

// renderCSharp keeps to C# 7, which .NET Framework compiles too. A connection string has no option for a certificate:
// tlsCertificateKeyFile in it is ignored without a word.
func renderCSharp(w *writer, r *request) {
	ca := r.Deployment.CAFile != ""
	w.code("// dotnet add package MongoDB.Driver\nusing System;\n")
	if ca {
		w.code("using System.Net.Security;\n")
	}
	w.code("using System.Security.Cryptography.X509Certificates;\nusing MongoDB.Bson;\nusing MongoDB.Driver;\n\nstatic class Program\n{\n    static void Main()\n    {\n")
	w.begin()
	if r.PasswordFrom == PasswordEnv {
		w.code("        var password = Environment.GetEnvironmentVariable(")
		w.ours(r.PasswordEnv)
		w.code(")\n            ?? throw new InvalidOperationException(")
		w.ours(r.PasswordEnv + " is not set")
		w.code(");\n")
	}
	password := func(none string) {
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code(", password")
		case PasswordInline:
			w.code(", ")
			w.literal(r.password())
		default:
			w.code(none)
		}
	}
	w.code("#if NET9_0_OR_GREATER\n        var certificate = X509CertificateLoader.LoadPkcs12FromFile(")
	w.literal(r.certificateKeyFile())
	password(", null")
	w.code(");\n#else\n        var certificate = new X509Certificate2(")
	w.literal(r.certificateKeyFile())
	password("")
	w.code(");\n#endif\n        var settings = MongoClientSettings.FromConnectionString(\n            ")
	if r.Style == URI {
		w.literal(r.loginURI()...)
		w.code(");\n")
	} else {
		w.literal(r.seeds()...)
		w.code(");\n        settings.UseTls = true;\n        settings.Credential = MongoCredential.CreateMongoX509Credential(")
		if r.Username != "" {
			w.literal(r.username())
		}
		w.code(");\n")
	}
	w.code("        settings.SslSettings = new SslSettings\n        {\n            ClientCertificates = new[] { certificate },\n")
	if ca {
		w.code(`            ServerCertificateValidationCallback = (sender, server, chain, errors) =>
            {
                if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
                    return false; // another host's certificate, or none
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(`)
		w.literal(r.caFile())
		w.code(`);
                return chain.Build((X509Certificate2)server);
            },
`)
	}
	w.code("        };\n        var client = new MongoClient(settings);\n")
	w.end()
	w.code(`
        var admin = client.GetDatabase("admin");
        admin.RunCommand<BsonDocument>(new BsonDocument("ping", 1));
        var status = admin.RunCommand<BsonDocument>(new BsonDocument("connectionStatus", 1));
        Console.WriteLine(status["authInfo"]["authenticatedUsers"]);
    }
}
`)
	w.note("The connection string cannot name the file: .NET ignores tlsCertificateKeyFile without a word.")
	w.note(".NET sends intermediates only when they are in the user's certificate store: the server must know them, or you import them there.")
	if ca {
		w.note("The CA file is read in .NET 5 and later. For .NET Framework leave the callback out and import the CA into the system's store.")
	}
	if r.Style == URI {
		noteExtraTLS(w, r, "SslSettings replaces what the TLS options in the connection string ask for; set them in it instead.")
	}
}
