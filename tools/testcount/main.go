// Testcount follows tests and counts them. It reads the events of `go test -json`.
//
//	go test -json ./... | testcount -record results/product.json
//	testcount -total results
//
// The first form prints a line for each package, and the output of tests that fail; it keeps the events in the file and
// ends with status 1 when anything failed. The second form prints one line, `N passed, N failed, N skipped`, for all
// files of a folder. Tests in other languages take part by writing the same events.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	record := flag.String("record", "", "keep the events in this file")
	total := flag.String("total", ".", "count the events in the files of this folder")
	flag.Parse()

	failed, err := run(*record, *total)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "testcount:", err)
		os.Exit(2)
	case failed:
		os.Exit(1)
	}
}

func run(record, total string) (failed bool, err error) {
	if record != "" {
		t, err := follow(record)
		return err == nil && t.sum().failed > 0, err
	}
	t, err := add(total)
	if err != nil {
		return false, err
	}
	fmt.Println(t.sum())
	return t.sum().failed > 0, nil
}

// follow reads the events on standard input while the tests run, and keeps them in the file.
func follow(record string) (*tally, error) {
	t := newTally(os.Stdout)
	file, err := os.Create(record)
	if err != nil {
		return nil, err
	}
	err = t.read(io.TeeReader(os.Stdin, file))
	t.finish()
	return t, errors.Join(err, file.Close())
}

// add counts the events in the files of a folder.
func add(folder string) (*tally, error) {
	t := newTally(io.Discard)
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no results in %s", folder)
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(t.read(file), file.Close()); err != nil {
			return nil, err
		}
	}
	t.finish()
	return t, nil
}
