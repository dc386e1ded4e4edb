package artifact

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// maxName is the longest file name every file system takes, in bytes.
const maxName = 255

// devices are the names Windows keeps for itself, with any extension and in any case.
var devices = []string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
	"COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
	"LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³"}

// nameProblem says why a file cannot have the name on every system, in every folder; empty when it can.
func nameProblem(name string) string {
	stem, _, _ := strings.Cut(name, ".")
	switch {
	case name == "" || name == "." || name == "..":
		return "it names no file"
	case strings.ContainsAny(name, `/\`):
		return "it is a path; expected a bare name, as the folder is chosen when building"
	case strings.ContainsAny(name, `<>:"|?*`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "it holds a character Windows does not allow in file names"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "it ends in a dot or a blank, which Windows takes off"
	case slices.Contains(devices, strings.ToUpper(strings.TrimRight(stem, " "))):
		return "Windows keeps the name for a device"
	case len(name) > maxName:
		return fmt.Sprintf("it is longer than %d bytes", maxName)
	}
	return ""
}

// checkNames finds file names of the pack that cannot be written, or that two files would share.
func checkNames(p *pack.Pack) diag.List {
	var found diag.List
	taken := map[string]string{strings.ToLower(ManifestName): "the manifest", strings.ToLower(RunsheetName): "the run sheet"}
	for _, k := range Kinds() {
		name := *fileName(p, k)
		if name == "" {
			continue
		}
		fault := func(id, help, message string, args ...any) {
			d := diag.Diagnostic{ID: id, Message: fmt.Sprintf(message, args...), Help: help}
			found = append(found, atPath("files."+string(k), d))
		}
		other, shared := taken[strings.ToLower(name)]
		switch problem := nameProblem(name); {
		case problem != "":
			fault("bad-file-name", "use letters, digits, _ and -", "%q cannot be the name of a file: %s", diag.Clip(name), problem)
		case shared:
			fault("same-file-name", "case makes no difference", "%q is the name of %s", diag.Clip(name), other)
		case !strings.EqualFold(filepath.Ext(name), k.Extension()):
			fault("wrong-extension", "", "%q does not end in %s, by which imports tell %s", diag.Clip(name), k.Extension(), k.plural())
		}
		taken[strings.ToLower(name)] = "the pack's " + k.plural()
	}
	return found
}
