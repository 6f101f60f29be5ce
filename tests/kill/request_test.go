package kill

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

var httpClient = &http.Client{Timeout: 30 * time.Second}

// get sends a GET request as the administrator and decodes the response. It returns the status, or 0 if the stack does
// not answer: parts of it may just have been killed.
func (s *stack) get(path string, target any) (status int) {
	request, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		return 0
	}
	request.Header.Set("Authorization", "Bearer "+s.admin.Token)
	response, err := httpClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusOK && json.Unmarshal(text, target) != nil {
		return 0
	}
	return response.StatusCode
}

// concurrently calls do for each index below n, some at a time. It ends the test if one of the calls has failed it.
func concurrently(t *testing.T, n int, do func(i int)) {
	t.Helper()
	const width = 8
	var workers sync.WaitGroup
	indexes := make(chan int, n)
	for i := range n {
		indexes <- i
	}
	close(indexes)
	for range width {
		workers.Go(func() {
			for i := range indexes {
				do(i)
			}
		})
	}
	workers.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// read is get for a stack that has recovered: it fails the test unless the status is 200.
func (s *stack) read(t *testing.T, path string, target any) {
	t.Helper()
	s.admin.Get(t, path).Want(http.StatusOK).Into(target)
}
