// Record reads the storage calls of all operations from the logs of a test run, and writes them to
// docs/storage-calls.json. `make roles` writes the roles from that file.
//
//	go run ./record [-fresh] [-check] [-into file] log-file-or-folder...
//
// It adds new calls to those in the file. It keeps the costs in the file, which `make storage-costs` writes. With
// -fresh it replaces the content of the file. With -check it writes nothing, prints every difference and exits with
// status 1 if there is one. It leaves out the calls that templatecheck.RareCalls declares.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"tenantry/tools/templatecheck"
)

func main() {
	into := flag.String("into", "../docs/storage-calls.json", "the file of recorded calls")
	check := flag.Bool("check", false, "write nothing; exit with status 1 if the file differs from the logs")
	fresh := flag.Bool("fresh", false, "remove calls from the file that are not in the logs")
	flag.Parse()
	if err := run(*into, flag.Args(), *check, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(file string, logs []string, check, fresh bool) error {
	logged, err := readLogs(logs)
	if err != nil {
		return err
	}
	if len(logged) == 0 {
		return fmt.Errorf("no finished operation in %v", logs)
	}
	logged.remove(templatecheck.RareCalls())
	operations, err := readFile(file)
	if err != nil {
		return err
	}
	recorded := callsOf(operations)
	recorded.remove(templatecheck.RareCalls())
	if check {
		return compare(recorded, logged)
	}
	if !fresh {
		logged.add(recorded)
	}
	text := logged.format(operations)
	if current, err := os.ReadFile(file); err == nil && bytes.Equal(current, text) {
		return nil
	}
	return os.WriteFile(file, text, 0o644) //nolint:gosec // a file of the repository, readable by all
}
