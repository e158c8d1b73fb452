package main

import (
	"fmt"
	"io"
	"strings"

	"certuri/contract"
	"certuri/snippet"
)

// runCreateUser prints how the certificate's user is created.
func runCreateUser(args []string, stdout, stderr io.Writer) int {
	return printServerText("createuser", "mongosh", "Create the user", args, stdout, stderr)
}

// runServer prints what else goes on the server's side: its settings, a check of the login, manifests.
func runServer(args []string, stdout, stderr io.Writer) int {
	return printServerText("server", "mongod-conf", "", args, stdout, stderr)
}

// printServerText prints one of the engine's texts: of this group, or of all others when there is none.
func printServerText(name, otherwise, group string, args []string, stdout, stderr io.Writer) int {
	fs := newFlags(name, stderr)
	var c connectFlags
	c.register(fs)
	registerRoles(fs, &c.form.Roles, "`role@database` of the user")
	var ids []string
	for _, t := range snippet.ServerTexts() {
		if (t.Group == "Create the user") == (group != "") {
			ids = append(ids, t.ID)
		}
	}
	as := fs.String("as", otherwise, "`form`: "+strings.Join(ids, ", "))
	fs.BoolVar(&c.form.AllUsers, "all", false, "for every certificate in the files")
	paths, ok := parse(fs, args, stderr)
	switch {
	case !ok:
		return exitUsage
	case group != "" && len(paths) == 0:
		return misuse(fs, stderr, "no file was named")
	}
	o, status, ok := c.prepare(fs, paths, stdout, stderr)
	if !ok {
		return status
	}
	if len(paths) > 0 && group != "" && o.report.Username == nil {
		return refuse(&contract.Problem{Code: "no-username", What: "There is no user name to create a user of.",
			Why: "The files hold no certificate, or the server has no name for its subject.",
			Fix: "Run certuri inspect on the same files."}, false, stdout, stderr)
	}
	if !c.form.AllUsers {
		o.warnSeveral(stderr)
	}
	response, _, refused := o.do(contract.Request{Op: contract.OpServer, Form: &c.form})
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	for _, t := range response.Server.Texts {
		if t.ID != *as || (t.Group == "Create the user") != (group != "") {
			continue
		}
		fmt.Fprint(stdout, t.Snippet.Text())
		for _, note := range t.Snippet.Notes {
			fmt.Fprintln(stderr, "note:", note)
		}
		noteStandIns(t.Snippet, stderr)
		return exitDone
	}
	return misuse(fs, stderr, "there is no form "+*as+didYouMean("", *as, ids)+"; the forms are "+strings.Join(ids, ", "))
}
