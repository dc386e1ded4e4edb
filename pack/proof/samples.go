// Package proof shows, on sample lines, that every rule of a pack does what it says: each rule takes a sample and refuses a near
// miss, each expression captures, each column and dashlet has data, and each line is what its expectation says.
package proof

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// Samples are the logs of a folder, each with the expectations beside it.
type Samples struct {
	Dir  string
	Logs []*Log
}

// Log is one sample file: NAME.log (perhaps .gz or .zst) with its expectations in NAME.yaml.
type Log struct {
	File         string // as diagnostics name it
	Expectations string // the YAML file's name, whether it is there or not
	*Sheet
}

// Source is the log as replay reads it.
func (l *Log) Source() replay.Source { return replay.FileSource(l.File) }

// LoadSamples reads the expectations of every log in the folder and below. Hidden files are passed over.
func LoadSamples(dir string) (*Samples, diag.List) {
	s := &Samples{Dir: dir}
	var found diag.List
	sheets := map[string]bool{} // by name: whether a log belongs to it
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != dir && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
		case e.IsDir():
		case isSheet(name):
			sheets[filepath.ToSlash(name)] = sheets[filepath.ToSlash(name)]
		default:
			name = filepath.ToSlash(name)
			s.Logs = append(s.Logs, &Log{File: name, Expectations: sheetName(name)})
			sheets[sheetName(name)] = true
		}
		return nil
	})
	if err != nil {
		found = append(found, diag.Diagnostic{ID: "samples-unreadable", Severity: diag.Error, Span: diag.Span{File: dir},
			Message: fmt.Sprintf("the samples cannot be read: %v", err), Help: "name the folder that holds them with --samples"})
	}
	for name, used := range sheets {
		if !used {
			found = append(found, diag.Diagnostic{ID: "samples-missing", Severity: diag.Error, Span: diag.Span{File: name},
				Message: "expectations without a log: no file beside them has their name", Help: "add the log, or delete the expectations"})
		}
	}
	for _, l := range s.Logs {
		var list diag.List
		l.Sheet, list = loadSheet(l.Expectations)
		found = append(found, list...)
	}
	found.Sort()
	return s, found
}

func isSheet(name string) bool { return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) }

// sheetName is the log's name with .yaml in place of what says how it is kept.
func sheetName(name string) string {
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	return strings.TrimSuffix(name, filepath.Ext(name)) + ".yaml"
}
