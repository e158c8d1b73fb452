// Command kubernetes reads a Job from the standard input as the API server does, refusing unknown and repeated fields, and
// prints it as JSON.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	batch "k8s.io/api/batch/v1"
	strict "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

func main() {
	raw, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	if raw, err = yaml.YAMLToJSONStrict(raw); err != nil {
		fail(err)
	}
	var job batch.Job
	// Unlike encoding/json it tells fsGroup from fsgroup.
	if unknown, err := strict.UnmarshalStrict(raw, &job); err != nil || len(unknown) > 0 {
		fail(errors.Join(append(unknown, err)...))
	}
	if job.APIVersion != "batch/v1" || job.Kind != "Job" {
		fail(fmt.Errorf("it is a %s %s", job.APIVersion, job.Kind))
	}
	if err := json.NewEncoder(os.Stdout).Encode(job); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
