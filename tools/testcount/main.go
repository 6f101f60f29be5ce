// Testcount counts tests. It reads the events that `go test -json` prints.
//
//	go test -json ./... | testcount -record results/product.json
//	testcount -total results
//
// The first form prints one line for each package and the output of failed tests. It saves the events in the file. The
// second form counts the events in all files of a folder and prints one line: `N passed, N failed, N skipped`. Both
// exit with status 1 if a test failed. Tests in other languages are counted too if they write such events.
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
	record := flag.String("record", "", "read events from standard input and save them in this file")
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

// run reports whether a test failed.
func run(record, total string) (failed bool, err error) {
	if record != "" {
		t, err := recordEvents(record)
		return err == nil && t.count().failed > 0, err
	}
	t, err := readFolder(total)
	if err != nil {
		return false, err
	}
	fmt.Println(t.count())
	return t.count().failed > 0, nil
}

// recordEvents reads events from standard input while the tests run, and saves them in the file.
func recordEvents(record string) (*tally, error) {
	t := newTally(os.Stdout)
	file, err := os.Create(record)
	if err != nil {
		return nil, err
	}
	err = t.read(io.TeeReader(os.Stdin, file))
	t.finish()
	return t, errors.Join(err, file.Close())
}

// readFolder reads the events in the JSON files of a folder. It returns an error if there are no such files.
func readFolder(folder string) (*tally, error) {
	t := newTally(io.Discard)
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no test results in %s", folder)
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
