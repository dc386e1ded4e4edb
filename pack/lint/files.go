package lint

import "github.com/kpgen/kpgen/pack"

// outputFile is the file of a kind.
type outputFile struct {
	path, kind, name, extension string
	items                       int
}

func outputFiles(p *pack.Pack) []outputFile {
	return []outputFile{
		{"files.categories", "categories", p.Files.Categories, ".iscat", len(p.Categories)},
		{"files.alerts", "alerts", p.Files.Alerts, ".isalt", len(p.Alerts)},
		{"files.knowledge_objects", "knowledge objects", p.Files.KnowledgeObjects, ".etko", len(p.KnowledgeObjects)},
		{"files.reports", "reports", p.Files.Reports, ".etcrx", len(p.Reports)},
		{"files.dashlets", "dashlets", p.Files.Dashlets, ".etwd", len(p.Dashlets)},
	}
}
