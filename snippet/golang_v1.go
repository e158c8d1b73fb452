package snippet

var golangV1 = Target{
	ID: "go-v1", Label: "Go driver v1", Language: "go", Group: "Go",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"1.12-1.17", "1.9-1.11"},
	from:     []string{"1.12", "1.9"}, // before 1.9 the last certificate of the file was taken for the leaf (GODRIVER-2211)
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/drivers/go/v1.17/fundamentals/enterprise-auth/",
	Since:    "1.9",
	saveAs:   "main.go", language: &goLanguage, render: renderGoV1,
}

func renderGoV1(w *writer, r *request) {
	d := goDriver{"", "ctx, opts", "interface{}", "Raw"}
	if r.age == 1 {
		d.raw = "DecodeBytes"
	}
	goProgram(w, r, d)
	w.note("This module is deprecated: its successor has /v2 in its path.")
	if r.PasswordFrom != PasswordNone {
		w.note("Up to 1.16 the driver reads encrypted keys with PBKDF2 of SHA-1 or SHA-256 only; it calls the password of any other wrong.")
	}
}
