package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// collect returns the components of all modules and lock files of the project.
func collect(root string) ([]component, error) {
	all, err := goModules(root, required, "./functions/...", "./node/...")
	if err != nil {
		return nil, err
	}
	for _, file := range []struct {
		pattern string
		read    func(path string) ([]component, error)
	}{
		{"go.mod", func(path string) ([]component, error) { return goModules(filepath.Dir(path), excluded, "./...") }},
		{"package-lock.json", readFile(nodePackages)},
		{"requirements*.txt", readFile(pythonPackages)},
	} {
		paths, err := find(root, file.pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			found, err := file.read(path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// find returns the project's files with a name. Folders whose names begin with a dot do not belong to the project.
func find(root, pattern string) (paths []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			name := entry.Name()
			isForeign := slices.Contains([]string{"node_modules", "testdata", "build"}, name)
			if path != root && (isForeign || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		matches, err := filepath.Match(pattern, entry.Name())
		if matches {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}

func readFile(parse func(text []byte) ([]component, error)) func(path string) ([]component, error) {
	return func(path string) ([]component, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return parse(text)
	}
}

// goModules returns the modules that packages need, and the standard library. Modules of the project have no version.
func goModules(folder, scope string, packages ...string) ([]component, error) {
	const format = `{{with .Module}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}`
	command := exec.Command("go", append([]string{"list", "-deps", "-f", format}, packages...)...)
	command.Dir, command.Stderr = folder, os.Stderr
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	version := exec.Command("go", "env", "GOVERSION")
	version.Dir = folder
	release, err := version.Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	found := []component{goComponent("std", strings.TrimPrefix(strings.TrimSpace(string(release)), "go"), scope)}
	for line := range strings.Lines(string(text)) {
		if name, version, _ := strings.Cut(strings.TrimSpace(line), " "); version != "" {
			found = append(found, goComponent(name, version, scope))
		}
	}
	return found, nil
}

func goComponent(name, version, scope string) component {
	return newComponent("golang", name, version, scope)
}

func newComponent(kind, name, version, scope string) component {
	path := strings.ReplaceAll(url.PathEscape(name), "%2F", "/")
	return component{
		Type: "library", Name: name, Version: version, Scope: scope,
		URL: "pkg:" + kind + "/" + strings.ReplaceAll(path, "@", "%40") + "@" + url.QueryEscape(version),
	}
}

// panel is the name of the web panel in its package-lock.json. Its packages that are not only for development are part of
// the function that serves it.
const panel = "tenantry-panel"

// nodePackages returns the packages in a package-lock.json.
func nodePackages(text []byte) ([]component, error) {
	var lock struct {
		Name     string `json:"name"`
		Packages map[string]struct {
			Version   string `json:"version"`
			Integrity string `json:"integrity"`
			Dev       bool   `json:"dev"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, err
	}
	var found []component
	for path, locked := range lock.Packages {
		parts := strings.Split(path, "node_modules/")
		if path == "" || locked.Version == "" {
			continue // the project itself
		}
		scope := excluded
		if lock.Name == panel && !locked.Dev {
			scope = required
		}
		c := newComponent("npm", parts[len(parts)-1], locked.Version, scope)
		encoded, isSHA512 := strings.CutPrefix(locked.Integrity, "sha512-")
		if raw, err := base64.StdEncoding.DecodeString(encoded); isSHA512 && err == nil {
			c.Hashes = []hash{{"SHA-512", hex.EncodeToString(raw)}}
		}
		found = append(found, c)
	}
	return found, nil
}

var pinned = regexp.MustCompile(`^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)`)

// pythonPackages returns the packages in a requirements.txt with exact versions. A package has one hash for each of its
// files, so the component has none.
func pythonPackages(text []byte) (found []component, err error) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if parts := pinned.FindStringSubmatch(lines.Text()); parts != nil {
			found = append(found, newComponent("pypi", strings.ToLower(parts[1]), parts[2], excluded))
		}
	}
	return found, lines.Err()
}
