package preview

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// staticLines is how many lines have a page of their own in files.
const staticLines = 200

// maxPages bounds how many files WriteFiles writes.
const maxPages = 5000

// linked finds the pages a page leads to.
var linked = regexp.MustCompile(`(?:href|src)="([a-z][A-Za-z0-9._-]*)"`)

// WriteFiles writes the pages as files into a folder, when the log is loaded and the pack proved: every page that the dashboard and
// the other views lead to. They work without a server. It tells how many it wrote.
func (s *Session) WriteFiles(ctx context.Context, folder string) (int, error) {
	if err := s.Wait(ctx); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, err
	}
	queue := []string{"index.html"}
	for at := 0; at < len(queue); at++ {
		if err := ctx.Err(); err != nil {
			return at, err
		}
		var page bytes.Buffer
		if _, err := s.write(&page, queue[at], query{sort: -1, page: 1}, true); err != nil {
			return at, fmt.Errorf("%s: %w", queue[at], err)
		}
		if err := os.WriteFile(filepath.Join(folder, queue[at]), page.Bytes(), 0o644); err != nil {
			return at, err
		}
		if !strings.HasSuffix(queue[at], ".html") {
			continue
		}
		for _, found := range linked.FindAllSubmatch(page.Bytes(), -1) {
			if name := string(found[1]); !slices.Contains(queue, name) && len(queue) < maxPages {
				queue = append(queue, name)
			}
		}
	}
	return len(queue), nil
}

// Wait returns when the log is loaded and the pack proved.
func (s *Session) Wait(ctx context.Context) error {
	news, done := s.watch()
	defer done()
	for {
		st, _, _ := s.state()
		st.mu.Lock()
		ready := !st.loading && (st.proof != nil || st.proofErr != "")
		st.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
