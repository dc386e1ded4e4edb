package anonymize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Prover anonymises records and holds what a console makes of each against what it made of the original. It is for one
// goroutine.
type Prover struct {
	a       *Anonymizer
	worker  *console.Worker
	was, is console.Result
}

// NewProver gives a prover for a console with the pack.
func NewProver(a *Anonymizer, c *console.Console) *Prover {
	return &Prover{a: a, worker: c.NewWorker()}
}

// Anonymised is a record with stand-ins.
type Anonymised struct {
	Message string        // priority and text
	Origin  syslog.Origin // zero if the record has none
	Changes []Change      // in the record's Message
	Differs string        // what the pack makes of it that it does not make of the original, or the other way; "" if nothing
}

// Record anonymises a record. The same means: the same categories, alerts, reports and knowledge object take it, by the same rules;
// the same expressions capture tokens of the same names, each at its place and with its value's stand-in; the same properties
// and columns are filled. What is no event must stay none.
func (p *Prover) Record(rec *syslog.Record) Anonymised {
	message := rec.Message()
	out := Anonymised{Origin: p.ofOrigin(rec.Origin)}
	out.Message, out.Changes = p.a.Text(message)
	ev, err := syslog.Parse(out.Message)
	switch {
	case (err == nil) != (rec.Err == nil):
		out.Differs = "one is an event, the other is not"
	case err != nil:
	default:
		ev.Arrived = rec.Event.Arrived
		m := mapping{out.Changes, len(message) - len(rec.Event.Text)}
		out.Differs = p.compare(&rec.Event, &ev, m)
	}
	return out
}

func (p *Prover) ofOrigin(o syslog.Origin) syslog.Origin {
	if o.Received.IsZero() {
		return o
	}
	o.Sender, _ = p.a.Text(o.Sender)
	if o.Drain != "" {
		const time = "2000-01-01T00:00:00Z " // as the drain stands in a line
		drain, _ := p.a.Text(time + o.Drain + " ")
		o.Drain = strings.TrimSuffix(strings.TrimPrefix(drain, time), " ")
	}
	return o
}

func (p *Prover) compare(was, is *syslog.Event, m mapping) string {
	if was.Priority != is.Priority || !was.Time.Equal(is.Time) || !was.Received.Equal(is.Received) || was.AppName != is.AppName || was.ProcID != is.ProcID {
		return "the header is read otherwise"
	}
	p.worker.Evaluate(was, &p.was)
	p.worker.Evaluate(is, &p.is)
	switch {
	case p.was.Dropped != p.is.Dropped || (p.was.DeviceID == "") != (p.is.DeviceID == ""):
		return "the device id"
	case p.was.KnowledgeObject != p.is.KnowledgeObject:
		return fmt.Sprintf("knowledge object %q, was %q", p.is.KnowledgeObject, p.was.KnowledgeObject)
	case !slices.Equal(p.was.Categories, p.is.Categories):
		return fmt.Sprintf("categories %q, were %q", p.is.Categories, p.was.Categories)
	case !slices.Equal(p.was.Hits, p.is.Hits):
		return "rules and groups: " + firstDifference(p.was.Hits, p.is.Hits)
	case !slices.EqualFunc(p.was.Findings, p.is.Findings, func(a, b console.Finding) bool { return a.ID == b.ID && a.Path == b.Path }):
		return "findings"
	}
	for i, t := range p.was.Tokens { // as many and of the same names as the hits say
		now := p.is.Tokens[i]
		if from, to := m.to(t.From), m.to(t.To); now.From != from || now.To != to {
			return fmt.Sprintf("token %s is %q, was %q", now.Name, now.Value, t.Value)
		}
	}
	return p.compareFilled()
}

// compareFilled compares which properties and columns have values. The values are tokens', but for those of the event itself.
func (p *Prover) compareFilled() string {
	filled := func(a, b console.Property) bool { return a.Name == b.Name && (a.Value == "") == (b.Value == "") }
	if !slices.EqualFunc(p.was.Event, p.is.Event, filled) || !slices.EqualFunc(p.was.Properties, p.is.Properties, filled) {
		return "properties that are filled"
	}
	for i, row := range p.was.Rows { // of the same reports as the hits say
		for k, c := range row.Report.Columns {
			if (row.Values[k] == "") != (p.is.Rows[i].Values[k] == "") {
				return fmt.Sprintf("column %q of %q is %q, was %q", c.Heading, row.Report.Title, p.is.Rows[i].Values[k], row.Values[k])
			}
		}
	}
	return ""
}

func firstDifference(was, is []string) string {
	for _, path := range was {
		if !slices.Contains(is, path) {
			return path + " is gone"
		}
	}
	for _, path := range is {
		if !slices.Contains(was, path) {
			return path + " is new"
		}
	}
	return "another order"
}

// mapping tells where a place of the original's description is in the anonymised one.
type mapping struct {
	changes []Change
	head    int // bytes of the message before the description; they are not changed
}

// to gives -1 for a place within a part that was replaced by one of another length.
func (m mapping) to(at int) int {
	at += m.head
	moved := 0
	for _, c := range m.changes {
		switch longer := len(c.StandIn) - (c.To - c.From); {
		case at <= c.From:
			return at + moved - m.head
		case at < c.To && longer != 0:
			return -1
		case at >= c.To:
			moved += longer
		}
	}
	return at + moved - m.head
}
