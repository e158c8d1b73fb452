// Command compose reads the compose.yaml of the working directory with the loader of Docker Compose, schema and variables
// included, and prints as JSON what the service app is started with.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions([]string{"compose.yaml"}, cli.WithOsEnv, cli.WithName("test"))
	if err != nil {
		fail(err)
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		fail(err)
	}
	app := project.Services["app"]
	secrets := map[string]string{}
	for _, s := range app.Secrets {
		secrets[s.Source] = project.Secrets[s.Source].File
	}
	// One pair of dollar signs is left in commands until the container starts: the engine's client takes it off.
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"command": app.Command, "environment": app.Environment, "secrets": secrets}); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
