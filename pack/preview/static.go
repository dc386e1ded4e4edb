package preview

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// staticLines is how many lines have a page of their own in files.
const staticLines = 200

// maxPages is how many files WriteFiles writes at most.
const maxPages = 5000

// linked finds the pages a page leads to.
var linked = regexp.MustCompile(`(?:href|src)="([a-z][A-Za-z0-9._-]*)"`)

// WriteFiles writes the pages as files into a folder, when the log is loaded and the pack proved: every page that the dashboard and
// the other views lead to, up to a bound, beyond which links are left out. They work without a server. It tells how many it wrote.
func (s *Session) WriteFiles(ctx context.Context, folder string) (int, error) {
	return s.writeFiles(ctx, folder, maxPages)
}

func (s *Session) writeFiles(ctx context.Context, folder string, most int) (int, error) {
	if err := s.Wait(ctx); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, err
	}
	queue := []string{"index.html"}
	queued := map[string]bool{"index.html": true}
	follow := func(link []byte) []byte {
		name := string(linked.FindSubmatch(link)[1])
		switch {
		case queued[name]:
		case len(queue) == most:
			return nil
		default:
			queued[name] = true
			queue = append(queue, name)
		}
		return link
	}
	for at := 0; at < len(queue); at++ {
		if err := ctx.Err(); err != nil {
			return at, err
		}
		var page bytes.Buffer
		if _, err := s.write(&page, queue[at], query{sort: -1, page: 1}, true); err != nil {
			return at, fmt.Errorf("%s: %w", queue[at], err)
		}
		data := page.Bytes()
		if strings.HasSuffix(queue[at], ".html") {
			data = linked.ReplaceAllFunc(data, follow)
		}
		if err := os.WriteFile(filepath.Join(folder, queue[at]), data, 0o644); err != nil {
			return at, err
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
