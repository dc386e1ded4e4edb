package artifact_test

import (
	"time"

	"github.com/kpgen/kpgen/pack"
)

// turnstile is a small invented pack that fills every field of the model.
func turnstile() *pack.Pack {
	log := pack.Rule{EventSource: "syslog", SourceType: "Turnstile"}
	denied := log
	denied.Title = "Denied"
	denied.Match = pack.Pattern{Regex: `\bresult=(?:denied|expired)\b`}
	denied.Exception = pack.Pattern{Text: "<drill>"}
	return &pack.Pack{
		Name:           "turnstile",
		Title:          "Turnstile | Gate control",
		Description:    "Who went through which gate,\nand who was not let through.",
		Group:          "Turnstile",
		Version:        "1.2.0",
		MinimumConsole: "9.3",
		Source: pack.Source{
			Type: "Turnstile", System: "Turnstile-syslog", Priority: 134,
			DeviceID: pack.DeviceID{Expression: `\bgate=(?P<Gate>[^\s"]+)`, Flavour: pack.PCRE, Token: "Gate", Active: true, DropOthers: true},
		},
		Parameters: []pack.Parameter{
			{Name: "collector", Description: "address of the console's syslog receiver", Default: "192.0.2.10"},
			{Name: "port", Description: "its port", Default: ""},
		},
		Setup: []pack.Step{
			{Title: "Send the log", Command: "gatectl log --to {{collector}}:{{port}}", Note: "Takes effect at {{collector}} at once."},
			{Title: "Restart", Command: "gatectl restart"},
		},
		Files: pack.Files{
			Categories: "Category_Turnstile.iscat", Alerts: "Alert_Turnstile.isalt", KnowledgeObjects: "KO_Turnstile.etko",
			Reports: "Reports_Turnstile.etcrx", Dashlets: "Dashboard_Turnstile.etwd",
		},
		Properties: []pack.Property{{Name: "gate_delay", Type: pack.Number, Description: "seconds a gate took to open"}},
		Categories: []pack.Category{
			{Name: "Turnstile: Passages", Group: "Turnstile", Description: "Everybody who went through.", Rules: []pack.Rule{log}},
			{Name: "Turnstile: Refusals", Group: "Turnstile", Rules: []pack.Rule{denied, {
				Title: "By hand", LogType: "Application", EventID: "128", EventType: "Error", Category: "0", User: "guard & co",
				Computer: "gate-1.example.com", Match: pack.Pattern{Text: "  closed by \"hand\"\tnow "},
				Exception: pack.Pattern{Regex: "a]]>b\r\nc`d```e"},
			}}},
		},
		Alerts: []pack.Alert{
			{Name: "Turnstile: Refused Often", Group: "Turnstile", Description: "One card, many refusals.", ThreatLevel: pack.High,
				Threshold: pack.Threshold{Count: 5, Within: pack.Duration(10 * time.Minute)}, Systems: []string{"Turnstile-syslog"},
				Email:      pack.Email{To: []string{"guard@example.com", "desk@example.org"}, Subject: "Refused"},
				WatchLists: []pack.WatchListCheck{{Group: "Lost cards", Property: "log_info"}, {Group: "Staff", Property: "event_user_name", Absent: true}},
				Rules:      []pack.Rule{denied}},
			{Name: "Turnstile: Forced", Group: "Turnstile", ThreatLevel: pack.Critical, Active: true, Rules: []pack.Rule{{Match: pack.Pattern{Text: "forced"}}}},
		},
		KnowledgeObjects: []pack.KnowledgeObject{{
			Name: "Turnstile", AppliesTo: "turnstile", Group: "Turnstile",
			Rules: []pack.ObjectRule{{Rule: denied, Expressions: []pack.Expression{
				{Type: pack.RegularExpression, Expression1: `\scard=(?<Card>[^\s&<]+)|"card":"(?<Card>[^"]+)"`},
				{Type: pack.RegularExpression, Expression1: `(?<Pair>\w+=\w+)`, Expression2: `(?<Key>\w+)=(?<Value>\w+)`, Format: "$Key: $Value"},
			}}},
			Properties: []pack.PropertyValue{{Property: "log_info", Tokens: []string{"Card", "Key"}}, {Property: "gate_delay", Tokens: []string{"Value"}}},
		}},
		Reports: []pack.Report{{
			Title: "Turnstile - Refusals", Group: "Turnstile", Description: "Who, where, why.", Sites: []string{"Head office"},
			Groups: []string{"Default"}, Systems: []string{"Turnstile-syslog"}, Frequency: "Undefined", Rules: []pack.Rule{denied},
			Columns: []pack.Column{{Heading: "LogTime", Property: "LogTime"}, {Heading: `Card "No"`, Token: "Card"}},
		}},
		Dashlets: []pack.Dashlet{
			{Title: "Turnstile: Refusals by the gate they were at", Description: "Which gate refuses most.", Chart: pack.Donut,
				Query: `log_source:"Turnstile" && result:denied`, Report: "Turnstile - Refusals", UseSQL: true,
				Axis: pack.Axis{Property: "application_type", Label: "Gate", Limit: 10}, Value: pack.Value{Aggregate: pack.Count, Label: "Refusals"},
				Series: "log_type", Period: pack.Duration(7 * 24 * time.Hour)},
			{Title: "Turnstile: Delay per day", Chart: pack.Line, Query: "log_source:Turnstile",
				Axis:  pack.Axis{Property: "event_datetime", Interval: pack.Duration(24 * time.Hour)},
				Value: pack.Value{Aggregate: pack.Average, Property: "gate_delay"}, Period: pack.Duration(90 * time.Second)},
		},
	}
}
