package pack_test

import (
	"fmt"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/lint"
	"github.com/kpgen/kpgen/pack/load"
)

// A pack needs no YAML: it can be written in Go, where expressions and rules are shared as any values are. Lint says what is wrong
// with it, and its normal form is the spec that says the same.
func Example() {
	const address = `(?:\d{1,3}\.){3}\d{1,3}`
	proxy := pack.Rule{EventSource: "syslog", SourceType: "Proxy", Match: pack.Pattern{Regex: `\sproxy:\s`}}
	denied := proxy
	denied.Match.Regex += "denied"

	p := &pack.Pack{
		Name:           "web-proxy",
		Title:          "Web Proxy",
		Group:          "Proxy",
		Version:        "1.0.0",
		MinimumConsole: "9.3",
		Source:         pack.Source{Type: "Proxy", System: "Proxy-syslog", Priority: 131},
		Files: pack.Files{
			Categories:       "Category_Proxy.iscat",
			KnowledgeObjects: "KO_Proxy.etko",
			Reports:          "Reports_Proxy.etcrx",
			Dashlets:         "Dashboard_Proxy.etwd",
		},
		Properties: []pack.Property{{Name: "client_address", Type: pack.Text}},
		Categories: []pack.Category{{Name: "Proxy: Denied", Group: "Proxy", Rules: []pack.Rule{denied}}},
		KnowledgeObjects: []pack.KnowledgeObject{{
			Name:      "Proxy",
			AppliesTo: "proxy",
			Group:     "Proxy",
			Rules: []pack.ObjectRule{{Rule: proxy, Expressions: []pack.Expression{
				{Type: pack.RegularExpression, Expression1: `client=(?<Client>` + address + `)`},
			}}},
			Properties: []pack.PropertyValue{{Property: "client_address", Tokens: []string{"Client"}}},
		}},
		Reports: []pack.Report{{
			Title:     "Proxy - Denied",
			Group:     "Proxy",
			Frequency: "Undefined",
			Rules:     []pack.Rule{denied},
			Columns:   []pack.Column{{Heading: "LogTime", Property: "LogTime"}, {Heading: "Client", Token: "Client"}},
		}},
		Dashlets: []pack.Dashlet{{
			Title:  "Proxy: Clients",
			Chart:  pack.Donut,
			Query:  `source_type:Proxy`,
			Axis:   pack.Axis{Property: "client_address", Limit: 10},
			Value:  pack.Value{Aggregate: pack.Count},
			Period: pack.Duration(7 * 24 * time.Hour),
		}},
	}
	fmt.Println(len(lint.Run(p, nil)), "findings")
	text, err := load.YAML(p)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s", text)

	p.Dashlets[0].Axis.Property = "client_adress"
	p.Reports[0].Columns[1].Token = "client"
	fmt.Println(lint.Run(p, nil).Error())

	// Output:
	// 0 findings
	// name: web-proxy
	// title: Web Proxy
	// group: Proxy
	// version: 1.0.0
	// minimum_console: '9.3'
	// source:
	//   type: Proxy
	//   system: Proxy-syslog
	//   priority: 131
	// files:
	//   categories: Category_Proxy.iscat
	//   knowledge_objects: KO_Proxy.etko
	//   reports: Reports_Proxy.etcrx
	//   dashlets: Dashboard_Proxy.etwd
	// properties:
	// - name: client_address
	//   type: text
	// categories:
	// - name: 'Proxy: Denied'
	//   group: Proxy
	//   rules:
	//   - event_source: syslog
	//     source_type: Proxy
	//     match:
	//       regex: '\sproxy:\sdenied'
	// knowledge_objects:
	// - name: Proxy
	//   applies_to: proxy
	//   group: Proxy
	//   rules:
	//   - event_source: syslog
	//     source_type: Proxy
	//     match:
	//       regex: '\sproxy:\s'
	//     expressions:
	//     - type: Regular Expression
	//       expression_1: 'client=(?<Client>(?:\d{1,3}\.){3}\d{1,3})'
	//   properties:
	//   - property: client_address
	//     tokens:
	//     - Client
	// reports:
	// - title: Proxy - Denied
	//   group: Proxy
	//   frequency: Undefined
	//   rules:
	//   - event_source: syslog
	//     source_type: Proxy
	//     match:
	//       regex: '\sproxy:\sdenied'
	//   columns:
	//   - heading: LogTime
	//     property: LogTime
	//   - heading: Client
	//     token: Client
	// dashlets:
	// - title: 'Proxy: Clients'
	//   chart: donut
	//   query: source_type:Proxy
	//   axis:
	//     property: client_address
	//     limit: 10
	//   value:
	//     aggregate: count
	//   period: 7d
	// dashlets[0].axis.property: error: no property is called "client_adress" [unknown-property]
	// reports[0].columns[1].token: error: no knowledge object captures the token "client" [unknown-token]
}
