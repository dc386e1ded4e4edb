package pack

import "strings"

// Characters of a widget's name that the console's lists show.
const (
	ImportWidth    = 25 // the import dialog (Figure 33)
	CustomizeWidth = 30 // the list dashlets are chosen from (Figure 38)
)

// CutName gives the first n characters of a name as a list shows them, without blanks at their end, which no one sees.
func CutName(name string, n int) string {
	if r := []rune(name); len(r) > n {
		return strings.TrimRight(string(r[:n]), " ")
	}
	return name
}
