package lint

import (
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/kpgen/kpgen/pack/diag"
)

// deviceName is what Windows, which the console runs on, takes for a device whatever its extension.
var deviceName = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// maxFileName leaves room for a folder in the 260 characters of a Windows path.
const maxFileName = 200

var fileName = check{
	diag.Check{
		ID: "file-name", Severity: diag.Error,
		Description: "An import file's name has another extension than its kind, names a folder, or is no name on Windows.",
	},
	func(l *linter) {
		for _, f := range outputFiles(l.Pack) {
			switch {
			case f.name == "":
			case strings.ContainsFunc(f.name, noFileName), deviceName.MatchString(f.name), strings.HasPrefix(f.name, "."),
				len(f.name) > maxFileName:
				l.report(f.path, -1, -1, "", "%q is no file name; expected a plain name that Windows takes, without a folder", f.name)
			case !strings.EqualFold(filepath.Ext(f.name), f.extension):
				l.report(f.path, -1, -1, "the console's importer looks for the extension",
					"%q has the wrong extension; expected %s", f.name, f.extension)
			}
		}
	},
}

// noFileName tells the characters Windows refuses in file names, and signs that hide.
func noFileName(r rune) bool {
	return strings.ContainsRune(`<>:"/\|?*`, r) || !unicode.IsPrint(r)
}
