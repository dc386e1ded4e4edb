package dotnet

import (
	"slices"
	"testing"
)

func TestDoubts(t *testing.T) {
	tests := map[string]struct {
		pattern string
		options RegexOptions
		want    []string
	}{
		"in an atomic group":   {`(?>\B+?)`, 0, []string{"lazy-empty-loop"}},
		"in a repetition":      {`((?:a*)+?b*)?`, 0, []string{"repeated-lazy-empty-loop"}},
		"taken many times":     {`(?:){17}|(?:){16}`, 0, []string{"empty-counted-loop"}},
		"in a condition":       {`(?(?:(a?)*?)b)`, 0, []string{"lazy-empty-loop"}},
		"after a condition":    {`(?(a)(b?)*?)`, 0, nil},
		"counted nothing":      {`(?:){40}`, 0, []string{"empty-counted-loop"}},
		"beyond ASCII":         {`a|é`, IgnoreCase, []string{"non-ascii-ignore-case"}},
		"off itself":           {`(?<n>a)(?<n-n>b)(?<m-n>c)(?<-m>d)`, 0, []string{"self-balancing"}},
		"colon in a class":     {`[:|=][a[:]`, 0, nil},
		"class beyond ASCII":   {`[a-zé]`, IgnoreCase, []string{"non-ascii-ignore-case"}},
		"named class":          {`x[[:alpha:]]`, 0, []string{"posix-class"}},
		"not what may not end": {`(?=(a|b)*?c)`, 0, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			re, err := Compile(tt.pattern, Options{Regex: tt.options})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range re.Doubts() {
				got = append(got, d.Kind)
				if d.From < 0 || d.From >= d.To || d.To > len(tt.pattern) || d.Message == "" {
					t.Errorf("%+v", d)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
