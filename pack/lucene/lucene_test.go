package lucene_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reference "github.com/grindlemire/go-lucene"

	"github.com/kpgen/kpgen/pack/lucene"
)

var event = map[string]string{
	"log_source": "Proxy", "log_type": "web.1", "bytes": "407", "path": "/a b/(c)", "tags": "login failed", "when": "2021-02-15",
	"empty": "", "straße": "STRASSE", "low": "-5",
}

func value(field string) (string, bool) {
	v, ok := event[field]
	return v, ok
}

func TestMatch(t *testing.T) {
	tests := []struct {
		query string
		want  bool
	}{
		{`log_source:Proxy`, true},
		{`log_source:pROXY`, true},
		{`log_source:Prox`, false},
		{`log_source:other`, false},
		{`missing:x`, false},
		{`NOT missing:x`, true},
		{`! missing:x`, true},
		{`*:*`, true},
		{`log_source:*`, true},
		{`missing:*`, false},
		{`empty:*`, true},
		{`empty:?`, false},
		{`log_type:web.*`, true},
		{`log_type:w?b.1`, true},
		{`log_type:*b*1`, true},
		{`log_type:*b*2`, false},
		{`log_type:web\*`, false},
		{`tags:"login failed"`, true},
		{`tags:"LOGIN FAILED"`, true},
		{`tags:"login"`, false},
		{`tags:"login*"`, false},
		{`path:\/a\ b\/\(c\)`, true},
		{`path:"/a b/(c)"`, true},
		{`path:"\/a b/(c)"`, true},
		{`bytes:[1 TO 500]`, true},
		{`bytes:[407 TO 407]`, true},
		{`bytes:{407 TO 500}`, false},
		{`bytes:[1 TO 407}`, false},
		{`bytes:{406 TO *]`, true},
		{`bytes:[* TO 5]`, false},
		{`bytes:>406`, true},
		{`bytes:>407`, false},
		{`bytes:>=407.0`, true},
		{`bytes:<1000`, true},
		{`bytes:<=406`, false},
		{`low:[-10 TO -1]`, true},
		{`low:<-4`, true},
		{`low:<-4 AND NOT log_source:x`, true},
		{`when:[2021-01-01 TO 2021-12-31]`, true},
		{`when:[2022-01-01 TO *]`, false},
		{`log_source:proxy AND bytes:407`, true},
		{`log_source:proxy && bytes:408`, false},
		{`log_source:x OR bytes:407`, true},
		{`log_source:x || bytes:408`, false},
		{`log_source:x AND bytes:1 OR tags:*`, true},
		{`log_source:x AND (bytes:1 OR tags:*)`, false},
		{`NOT (log_source:x OR bytes:1) AND tags:*`, true},
		{`log_type:(run OR web.1)`, true},
		{`log_type:(NOT run AND web*)`, true},
		{`log_type:(run OR "release")`, false},
		{`straße:strasse`, true},
	}
	for _, tt := range tests {
		q, err := lucene.Parse(tt.query)
		if err != nil {
			t.Errorf("%s: %v", tt.query, err)
			continue
		}
		if got := q.Match(value); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestFields(t *testing.T) {
	q, err := lucene.Parse(`a:1 AND (b:2 OR NOT a:(3 OR 4)) AND *:*`)
	if err != nil {
		t.Fatal(err)
	}
	want := []lucene.Field{{"a", 0, 1}, {"b", 9, 10}, {"a", 20, 21}}
	if diff := cmp.Diff(want, q.Fields()); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsHaveTheirPlace(t *testing.T) {
	tests := []struct {
		query    string
		from, to int
	}{
		{``, 0, 0},
		{`  `, 2, 2},
		{`word`, 0, 4},
		{`"some words"`, 0, 12},
		{`a:b c:d`, 4, 5},
		{`a:b and c:d`, 4, 7},
		{`a:b AND`, 7, 7},
		{`a:b OR )`, 7, 8},
		{`(a:b`, 0, 1},
		{`a:b)`, 3, 4},
		{`a:`, 2, 2},
		{`a:AND`, 2, 5},
		{`a:b:c`, 3, 4},
		{`a:roam~`, 6, 7},
		{`a:"x y"~10`, 7, 8},
		{`a:b^2`, 3, 4},
		{`a:/jo+/`, 2, 3},
		{`a:b/c`, 3, 4},
		{`+a:b`, 0, 1},
		{`a:b -c:d`, 4, 5},
		{`a:-5`, 2, 3},
		{`a:>-5 -b:c`, 6, 7},
		{`a:b & c:d`, 4, 5},
		{`a:"open`, 2, 7},
		{`a:b\`, 3, 4},
		{`a*:b`, 0, 2},
		{`a:[1 TO 2`, 9, 9},
		{`a:[1 2]`, 5, 6},
		{`a:[1* TO 2]`, 3, 5},
		{`a:>b*`, 3, 5},
		{`a:=5`, 2, 3},
		{strings.Repeat("(", 100), 64, 65},
		{strings.Repeat("NOT ", 100), 256, 259},
		{"a:" + strings.Repeat("b", 40_000), 8 << 10, 40_002},
	}
	for _, tt := range tests {
		_, err := lucene.Parse(tt.query)
		var e *lucene.Error
		if !errors.As(err, &e) {
			t.Errorf("%.40s: no error", tt.query)
			continue
		}
		if e.From != tt.from || e.To != tt.to {
			t.Errorf("%.40s: at %d-%d, want %d-%d (%s)", tt.query, e.From, e.To, tt.from, tt.to, e.Message)
		}
	}
}

func TestMixed(t *testing.T) {
	for query, from := range map[string]int{
		`a:b AND c:d OR e:f`:    12,
		`a:b OR c:d AND e:f`:    11,
		`a:(b AND c OR d)`:      11,
		`a:b AND (c:d OR e:f)`:  -1,
		`a:b AND c:d AND e:f`:   -1,
		`(a:b AND c:d) OR e:f`:  -1,
		`NOT a:b AND NOT (c:d)`: -1,
	} {
		q, err := lucene.Parse(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		got := -1
		if m := q.Mixed(); m != nil {
			got = m.From
		}
		if got != from {
			t.Errorf("%s: %d, want %d", query, got, from)
		}
	}
}

// What is taken here is Lucene: another reader of the syntax takes it too.
func TestAnotherReaderAgrees(t *testing.T) {
	for _, query := range []string{
		`a:b`, `a:"x y" AND NOT b:c*`, `a:(x OR y)`, `a:[1 TO 5]`, `a:{1 TO *}`, `*:*`, `a:>5`, `a:*`, `log_type:web.1`, `a:x\:y`,
		`NOT (a:b OR c:d)`, `a:[2021-01-01 TO 2021-02-01]`,
	} {
		if _, err := lucene.Parse(query); err != nil {
			t.Errorf("%s: %v", query, err)
		}
		if _, err := reference.Parse(query); err != nil {
			t.Errorf("%s is refused by go-lucene: %v", query, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a:b AND NOT (c:"d e" OR f:[1 TO *})`, `a:(b* || c?d)`, `a:>=-1.5 && !b:\:`, `"`, `a:[`, `*:*`, `a:\`} {
		f.Add(s, "value")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		q, err := lucene.Parse(query)
		if err != nil {
			var e *lucene.Error
			if !errors.As(err, &e) || e.From < 0 || e.From > e.To || e.To > len(query) {
				t.Fatalf("%q: no place in %v", query, err)
			}
			return
		}
		for _, field := range q.Fields() {
			if field.From < 0 || field.To > len(query) || field.From >= field.To {
				t.Fatalf("%q: field %+v", query, field)
			}
		}
		again, err := lucene.Parse(q.String())
		answer := func(string) (string, bool) { return text, true }
		if err != nil || again.Match(answer) != q.Match(answer) {
			t.Fatalf("%q: two answers", query)
		}
	})
}
