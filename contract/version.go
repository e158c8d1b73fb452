package contract

import (
	"slices"
	"strconv"
	"strings"

	"certuri/diagnose"
	"certuri/snippet"
	"certuri/uribuild"
)

const (
	newestServer = 8 // the newest major release of the server whose rules are known
	newestJDK    = 25
	// unheardOf is how many major releases beyond the newest that is known may be somebody's; more is a slip.
	unheardOf = 5
)

// clientVersion looks at a target's version as typed: newer says that it is beyond what is known, and a Problem that it is
// no version. A JDK may stand in its place where jdk says so.
func clientVersion(target, version string, jdk bool) (newer bool, p *Problem) {
	typed := version
	if version = strings.TrimSpace(version); typed == "" {
		return false, nil
	}
	jdk = jdk && (target == "" || uribuild.ClientsOf(target) == uribuild.JVM)
	if rest, is := diagnose.CutJDK(version); is && jdk {
		if major, minor, ok := uribuild.VersionNumber(rest); ok && major > 0 && major <= newestJDK+unheardOf {
			return major > newestJDK && !(major == 1 && minor > 0), nil
		}
	}
	var labels []string
	for _, t := range snippet.Targets() {
		if t.ID == target {
			labels = t.Versions
		}
	}
	if slices.Contains(labels, version) {
		return false, nil
	}
	known, minor, numbered := 0, -1, false
	if len(labels) > 0 {
		known, minor, numbered = uribuild.VersionNumber(labels[0])
	}
	if m, n, ok := uribuild.VersionNumber(version); ok && (!numbered || m <= known+unheardOf) {
		open := minor < 0 || strings.HasSuffix(labels[0], "+")
		return numbered && (m > known || m == known && !open && n > minor), nil
	}
	fix := "Give a number such as 4.2"
	if len(labels) > 0 {
		fix = "Give one of " + strings.Join(labels, ", ")
		if numbered {
			fix += " or a number such as " + strconv.Itoa(known) + "." + strconv.Itoa(max(minor, 1))
		}
	}
	if jdk {
		fix += ", or a JDK such as «JDK 17.0.2» or «JDK 8u202»"
	}
	return false, &Problem{Code: "unknown-version", Field: "version", What: "This is no version of the client: " + typed + ".",
		Why: "What is right depends on the version, and no release has this one.", Fix: fix + ". Left out, it stands for the newest."}
}

// serverVersion is clientVersion for the server's.
func serverVersion(version string) (newer bool, p *Problem) {
	if version == "" {
		return false, nil
	}
	major, _, ok := uribuild.VersionNumber(strings.TrimSpace(version))
	if ok && major <= newestServer+unheardOf {
		return major > newestServer, nil
	}
	return false, &Problem{Code: "unknown-version", Field: "serverVersion", What: "This is no version of the server: " + version + ".",
		Why: "The server's rules depend on its version, and no release has this one.",
		Fix: "Give a number such as 7.0 or 4.4.29, as db.version() prints it, or leave it out."}
}

const (
	newerID  = "newer-version"
	newerWhy = "The rules for the newest version that is known were used."
	newerFix = "Nothing, unless the answer surprises you: then look for a newer certuri."
)
