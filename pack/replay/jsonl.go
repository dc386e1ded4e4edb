package replay

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/syslog"
)

// JSONL writes one JSON object for each line. Its member names are a contract with other programs:
//
//	{"file":…,"line":…,"origin":{"received":…,"sender":…,"drain":…},"event":{…},"device_id":…,"knowledge_object":…,
//	 "tokens":{…},"properties":{…},"categories":[…],"alerts":[…],"rows":[{"report":…,"columns":{…}}],
//	 "findings":[{"id":…,"path":…,"message":…}]}
//
// origin is there only for captured lines, knowledge_object is "" when none takes the event, and findings is there only when there
// are some. A line that is no event, or that the receiver ignores, has "error" in place of all from "event" on.
type JSONL struct {
	w   *bufio.Writer
	buf []byte
}

// NewJSONL gives a writer; call Close at the end.
func NewJSONL(w io.Writer) *JSONL { return &JSONL{w: bufio.NewWriterSize(w, 1<<16)} }

// Write writes a line.
func (j *JSONL) Write(l *Line) error {
	j.buf = appendLine(j.buf[:0], l)
	_, err := j.w.Write(j.buf)
	return err
}

// Close writes what is still held back.
func (j *JSONL) Close() error { return j.w.Flush() }

func appendLine(b []byte, l *Line) []byte {
	b = appendText(append(b, `{"file":`...), l.File)
	b = strconv.AppendInt(append(b, `,"line":`...), int64(l.Line), 10)
	if !l.Origin.Received.IsZero() {
		b = appendOrigin(append(b, `,"origin":`...), l.Origin)
	}
	if why := l.Failure(); why != "" {
		b = appendText(append(b, `,"error":`...), why)
		return append(b, '}', '\n')
	}
	r := &l.Result
	b = appendProperties(append(b, `,"event":`...), r.Event)
	b = appendText(append(b, `,"device_id":`...), r.DeviceID)
	b = appendText(append(b, `,"knowledge_object":`...), r.KnowledgeObject)
	b = appendTokens(append(b, `,"tokens":`...), r.Tokens)
	b = appendProperties(append(b, `,"properties":`...), r.Properties)
	b = appendTexts(append(b, `,"categories":`...), r.Categories)
	b = appendTexts(append(b, `,"alerts":`...), r.Alerts)
	b = appendRows(append(b, `,"rows":`...), r.Rows)
	if len(r.Findings) > 0 {
		b = appendFindings(append(b, `,"findings":`...), r.Findings)
	}
	return append(b, '}', '\n')
}

// Failure says why a line has no results, "" when it has.
func (l *Line) Failure() string {
	switch {
	case l.Err != nil:
		return l.Err.Error()
	case l.Result.Dropped:
		return "the receiver ignores the line: the device-id expression does not match"
	}
	return ""
}

func appendOrigin(b []byte, o syslog.Origin) []byte {
	b = appendMember(append(b, '{'), 0, "received", o.Received.Format(time.RFC3339Nano))
	b = appendMember(b, 1, "sender", o.Sender)
	return append(appendMember(b, 2, "drain", o.Drain), '}')
}

func appendProperties(b []byte, all []console.Property) []byte {
	b = append(b, '{')
	for i, p := range all {
		b = appendMember(b, i, p.Name, p.Value)
	}
	return append(b, '}')
}

func appendTokens(b []byte, all []console.Token) []byte {
	b = append(b, '{')
	for i, t := range all {
		b = appendMember(b, i, t.Name, t.Value)
	}
	return append(b, '}')
}

func appendMember(b []byte, i int, name, value string) []byte {
	b = appendText(appendComma(b, i), name)
	return appendText(append(b, ':'), value)
}

func appendTexts(b []byte, all []string) []byte {
	b = append(b, '[')
	for i, s := range all {
		b = appendText(appendComma(b, i), s)
	}
	return append(b, ']')
}

func appendRows(b []byte, rows []console.Row) []byte {
	b = append(b, '[')
	for i, row := range rows {
		b = appendText(append(appendComma(b, i), `{"report":`...), row.Report.Title)
		b = append(b, `,"columns":{`...)
		for k, c := range row.Report.Columns {
			b = appendMember(b, k, c.Heading, row.Values[k])
		}
		b = append(b, '}', '}')
	}
	return append(b, ']')
}

func appendFindings(b []byte, all []console.Finding) []byte {
	b = append(b, '[')
	for i, f := range all {
		b = append(appendComma(b, i), '{')
		b = appendMember(b, 0, "id", f.ID)
		b = appendMember(b, 1, "path", f.Path)
		b = append(appendMember(b, 2, "message", f.Message), '}')
	}
	return append(b, ']')
}

func appendComma(b []byte, i int) []byte {
	if i == 0 {
		return b
	}
	return append(b, ',')
}

// appendText writes a JSON string. Most log text needs no escape; what does goes through encoding/json.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string always can be marshalled; invalid UTF-8 becomes U+FFFD
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
