package snippet

var cppLanguage = language{"cpp", quoteC, "//", " include const char if return int auto try catch for unsigned true false "}

var cpp = Target{
	ID: "cpp", Label: "C++ driver", Language: "cpp", Group: "C and C++",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"3.5-4.x"},
	from:     []string{"3.5"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/languages/cpp/cpp-driver/current/security/authentication/x509/",
	Since:    "3.5",
	saveAs:   "connect.cpp", language: &cppLanguage, render: renderCPP,
}

func renderCPP(w *writer, r *request) {
	encode := r.Style == URI && r.PasswordFrom == PasswordEnv
	w.code("#include <cstdlib>\n#include <exception>\n")
	if encode {
		w.code("#include <iomanip>\n")
	}
	w.code("#include <iostream>\n")
	if encode {
		w.code("#include <sstream>\n#include <string>\n")
	}
	w.code("\n#include <bsoncxx/json.hpp>\n#include <mongocxx/client.hpp>\n#include <mongocxx/instance.hpp>\n")
	if r.Style == Constructor {
		w.code("#include <mongocxx/options/client.hpp>\n#include <mongocxx/options/tls.hpp>\n")
	}
	w.code("#include <mongocxx/uri.hpp>\n\n")
	if encode {
		w.code(`std::string percent_encode(const std::string& value) {
    std::ostringstream out;
    out << std::hex << std::setfill('0');
    for (unsigned char c : value) {
        out << '%' << std::setw(2) << int{c};
    }
    return out.str();
}

`)
	}
	w.code("int main() {\n")
	if r.PasswordFrom == PasswordEnv {
		w.code("    const char* password = std::getenv(")
		w.ours(r.PasswordEnv)
		w.code(");\n    if (!password || !*password) {\n        std::cerr << ")
		w.ours(r.PasswordEnv + " is not set\n")
		w.code(";\n        return EXIT_FAILURE;\n    }\n")
	}
	w.code("    try {\n        mongocxx::instance instance; // one in the whole program, before all else\n")
	w.begin()
	if r.Style == Constructor {
		w.code("        mongocxx::options::tls tls;\n        tls.pem_file(")
		w.literal(r.certificateKeyFile())
		w.code(");\n")
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code("        tls.pem_password(password);\n")
		case PasswordInline:
			w.code("        tls.pem_password(")
			w.literal(r.password())
			w.code(");\n")
		}
		if r.Deployment.CAFile != "" {
			w.code("        tls.ca_file(")
			w.literal(r.caFile())
			w.code(");\n")
		}
		w.code("        mongocxx::options::client options;\n        options.tls_opts(tls);\n")
	}
	w.code("        mongocxx::uri uri{\n            ")
	if encode {
		w.code("std::string{")
		w.quote = quoteCURI
		w.literal(append(r.uri(), piece{String, "&tlsCertificateKeyFilePassword="})...)
		w.quote = quoteC
		w.code("} +\n            percent_encode(password)};\n")
	} else {
		cURI(w, r)
		w.code("};\n")
	}
	if r.Style == Constructor {
		w.code("        mongocxx::client client{uri, options};\n")
	} else {
		w.code("        mongocxx::client client{uri};\n")
	}
	w.end()
	w.code("\n        auto admin = client[\"admin\"];\n        admin.run_command(bsoncxx::from_json(")
	w.ours(`{"ping": 1}`)
	w.code("));\n        auto status = admin.run_command(bsoncxx::from_json(")
	w.ours(`{"connectionStatus": 1}`)
	w.code(`));
        std::cout << bsoncxx::to_json(status) << "\n";
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return EXIT_FAILURE;
    }
}
`)
	w.other("CMakeLists.txt", &cmakeLanguage, func(w *writer) {
		w.code("cmake_minimum_required(VERSION 3.15)\nproject(connect CXX)\nset(CMAKE_CXX_STANDARD 17)\n\n" +
			"find_package(mongocxx REQUIRED)\nadd_executable(connect connect.cpp)\ntarget_link_libraries(connect PRIVATE mongo::mongocxx_shared)\n")
	})
	cNotes(w, r)
	if r.Style == Constructor {
		w.note("The connection string must say tls=true: without it the driver refuses the options.")
		noteExtraTLS(w, r, "The options replace what the TLS options in the connection string ask for; set them on tls instead.")
	}
}
