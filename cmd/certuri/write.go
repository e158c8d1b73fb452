package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"certuri/certbuild"
	"certuri/contract"
)

// An output is one file to write.
type output struct {
	path string
	data []byte
	mode fs.FileMode // 0600 for keys and passwords
}

// writeAll writes files with this mode, all of them or none, and over existing ones only when replace is set.
func writeAll(paths []string, data [][]byte, mode fs.FileMode, replace bool) *contract.Problem {
	var outputs []output
	for i, path := range paths {
		outputs = append(outputs, output{path, data[i], mode})
	}
	return writeFiles(outputs, replace)
}

// writeFiles writes all files or none, and over existing ones only when replace is set.
func writeFiles(outputs []output, replace bool) *contract.Problem {
	if problem := unusable(outputs); problem != nil {
		return problem
	}
	var staged, written []string
	var err error
	for _, o := range outputs {
		var name string
		if name, err = stage(o.path, o.data, o.mode); err != nil {
			break
		}
		defer os.Remove(name) // gone already where all went well
		staged = append(staged, name)
	}
	for i, o := range outputs {
		if err == nil {
			if err = publish(staged[i], o.path, replace); err == nil {
				written = append(written, o.path)
			}
		}
	}
	if err == nil {
		return nil
	}
	if !replace { // what was replaced cannot be had back
		for _, path := range written {
			os.Remove(path)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return &contract.Problem{Code: "exists", What: "The file " + outputs[len(written)].path + " exists.",
			Why: "Nothing is overwritten without being asked to: it may be the only copy of a key.",
			Fix: "Choose another path, or add --force."}
	}
	return cannotWrite(err)
}

// unusable refuses paths that a file cannot be put at: one for two files, of which only the second would be left, and one
// of a device or a folder, which a rename would replace.
func unusable(outputs []output) *contract.Problem {
	seen := map[string]bool{}
	for _, o := range outputs {
		path := filepath.Clean(o.path)
		if seen[path] {
			return &contract.Problem{Code: "same-path", What: "Two files would be written to " + path + ".",
				Why: "The certificate and the key are files of their own here.", Fix: "Give each a path of its own."}
		}
		seen[path] = true
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			return &contract.Problem{Code: "not-a-file", What: path + " is a folder or a device, not a file.",
				Why: "What is written takes the place of what has its name.", Fix: "Give the path of a file."}
		}
	}
	return nil
}

func cannotWrite(err error) *contract.Problem {
	var at *fs.PathError
	if errors.As(err, &at) && errors.Is(err, fs.ErrNotExist) {
		dir := filepath.Dir(at.Path)
		return &contract.Problem{Code: "cannot-write", What: "There is no folder " + dir + ".",
			Why: "Folders are not made unasked: the path may have a slip in it.", Fix: "Choose another path, or make it: mkdir -p " + certbuild.QuotePath(dir)}
	}
	return &contract.Problem{Code: "cannot-write", What: "The file was not written: " + err.Error() + ".",
		Why: "The operating system refused it, and nothing was left behind.", Fix: "Choose another path."}
}

// stage writes the whole file under another name in the same folder.
func stage(path string, data []byte, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".certuri-*") // mode 0600
	if err != nil {
		return "", &fs.PathError{Op: "create", Path: path, Err: errors.Unwrap(err)}
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && mode != 0o600 {
		err = os.Chmod(f.Name(), mode)
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// publish gives a staged file its name. Without replace the name must be free, which os.Rename does not ask.
func publish(staged, path string, replace bool) error {
	if !replace {
		err := os.Link(staged, path)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		// A file system without hard links: the name is taken first.
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		f.Close()
	}
	return os.Rename(staged, path)
}
