// Record gathers the storage calls that operations made while the tests ran, from the log lines of their functions, into
// docs/storage-calls.json. `make roles` writes the roles from that file. A function that was seen sending a
// transaction is recorded as one that also looks for what became of it.
//
//	go run ./record [-fresh] [-check] [-into file] log-file-or-folder...
//
// New calls are added to those in the file. With -fresh the file holds afterwards what was found and nothing else. With
// -check nothing is written: any difference, in either direction, is printed and ends with status 1.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
)

func main() {
	into := flag.String("into", "../docs/storage-calls.json", "the file of recorded calls")
	check := flag.Bool("check", false, "write nothing; end with status 1 when the file differs from what was found")
	fresh := flag.Bool("fresh", false, "drop from the file what was not found")
	flag.Parse()
	if err := run(*into, flag.Args(), *check, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(file string, logs []string, check, fresh bool) error {
	found, err := readLogs(logs)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("no line of a finished operation in %v", logs)
	}
	kept, err := readCalls(file)
	if err != nil {
		return err
	}
	if check {
		return compare(kept, found)
	}
	if !fresh {
		found.add(kept)
	}
	text := found.format()
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return os.WriteFile(file, text, 0o644) //nolint:gosec // a file of the repository, for everyone to read
}
