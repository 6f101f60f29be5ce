package ftp

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// compareEvery is how often the list is compared with the map file, which may have changed.
	compareEvery = 2 * time.Second
	// learnEvery is how often the domains of the map are asked that the service did not know.
	learnEvery = 5 * time.Minute
)

// List keeps a file with the logins of closed domains, one a line, for pam_listfile. The file holds across restarts. It
// has the logins of the map file only, because others are not known before they sign in.
type List struct {
	Path string
	Door *Door
	Log  *slog.Logger

	wanted  chan struct{}
	written string
	exists  bool
}

// NewList returns a list that can be asked to write its file.
func NewList(l *List) *List {
	l.wanted = make(chan struct{}, 1)
	return l
}

// Want asks for a new comparison soon. It does not block.
func (l *List) Want() {
	select {
	case l.wanted <- struct{}{}:
	default:
	}
}

// Run keeps the file until the context ends.
func (l *List) Run(ctx context.Context) {
	var learning sync.WaitGroup
	defer learning.Wait()
	learning.Go(func() { l.learn(ctx) })
	compare := time.NewTicker(compareEvery)
	defer compare.Stop()
	for {
		if err := l.update(); err != nil {
			l.Log.ErrorContext(ctx, "cannot write the list of closed logins", slog.String("error", err.Error()))
		}
		select {
		case <-ctx.Done():
			return
		case <-l.wanted:
		case <-compare.C:
		}
	}
}

// learn asks about the domains of the map, because the list must have logins that have never signed in. It asks again
// when the map has changed, and after a while about those that the service did not know.
func (l *List) learn(ctx context.Context) {
	var learned map[string]string
	var at time.Time
	for {
		present, err := l.Door.Logins.load()
		if err == nil && (!maps.Equal(present, learned) || time.Since(at) > learnEvery) {
			for login := range present {
				if ctx.Err() == nil {
					_, _ = l.Door.Decide(ctx, login) // its answer is in the cache now
				}
			}
			learned, at = present, time.Now()
			l.Want()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(compareEvery):
		}
	}
}

// update writes the file if the list has changed.
func (l *List) update() error {
	domains, err := l.Door.Logins.load()
	if err != nil {
		return err
	}
	var closed []string
	for login := range domains {
		if l.Door.IsRefused(login) {
			closed = append(closed, login)
		}
	}
	slices.Sort(closed)
	text := ""
	if len(closed) > 0 {
		text = strings.Join(closed, "\n") + "\n"
	}
	if l.exists && text == l.written {
		return nil
	}
	if err := replaceFile(l.Path, text); err != nil {
		return err
	}
	l.written, l.exists = text, true
	return nil
}

// replaceFile writes a file that readers see either as it was or whole, and that is on disk when the function returns.
func replaceFile(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
