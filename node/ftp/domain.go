// Package ftp says which domain an FTP login belongs to, and ends the open sessions of FTP servers.
package ftp

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"tenantry/node/gate"
)

// Logins says which domain a login belongs to. The map file decides; for logins that it does not have, the part after
// the last `@`, `%` or `/`, or the whole login, if that is a domain.
type Logins struct {
	Path string // of the map file; may be empty

	mu       sync.Mutex
	modified time.Time
	size     int64
	domains  map[string]string
}

// Domain returns the domain of a login, or "" if it has none.
func (l *Logins) Domain(login string) (string, error) {
	domains, err := l.load()
	if err != nil {
		return "", err
	}
	if domain, found := domains[login]; found {
		return domain, nil
	}
	return gate.ParseDomain(login[strings.LastIndexAny(login, "@%/")+1:]), nil
}

// load reads the map file again if it has changed.
func (l *Logins) load() (map[string]string, error) {
	if l.Path == "" {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	info, err := os.Stat(l.Path)
	if err != nil {
		return nil, err
	}
	if l.domains != nil && info.ModTime().Equal(l.modified) && info.Size() == l.size {
		return l.domains, nil
	}
	domains, err := readMap(l.Path)
	if err != nil {
		return nil, err
	}
	l.domains, l.modified, l.size = domains, info.ModTime(), info.Size()
	return domains, nil
}

// readMap reads lines `login domain`. Empty lines and lines that begin with # are left out.
func readMap(path string) (map[string]string, error) {
	file, err := os.Open(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, err
	}
	defer file.Close()
	domains := map[string]string{}
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 || gate.ParseDomain(fields[1]) == "" {
			return nil, fmt.Errorf("%s:%d: a line must have a login and a domain", path, number)
		}
		domains[fields[0]] = gate.ParseDomain(fields[1])
	}
	return domains, lines.Err()
}
