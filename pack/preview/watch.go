package preview

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long no file may change before the pack is read again: editors write a file in several steps.
const settle = 80 * time.Millisecond

// Watch reads the pack again whenever something in a folder or below changes, until the context ends.
func (s *Session) Watch(ctx context.Context, folder string) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer w.Close()
	if err := watchBelow(w, folder); err != nil {
		return err
	}
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return nil
			}
			if e.Op == fsnotify.Chmod || strings.HasPrefix(filepath.Base(e.Name), ".") {
				continue
			}
			if e.Has(fsnotify.Create) {
				_ = watchBelow(w, e.Name) // what is no folder, or gone again, needs no watching
			}
			due = time.After(settle)
		case err, ok := <-w.Errors:
			if !ok {
				return nil
			}
			if err != fsnotify.ErrEventOverflow {
				return err
			}
			due = time.After(settle)
		case <-due:
			due = nil
			s.Reload(ctx)
		}
	}
}

// watchBelow watches a folder and those in it.
func watchBelow(w *fsnotify.Watcher, folder string) error {
	return filepath.WalkDir(folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !e.IsDir() {
			return nil
		}
		if name != folder && strings.HasPrefix(e.Name(), ".") {
			return fs.SkipDir
		}
		return w.Add(name)
	})
}
