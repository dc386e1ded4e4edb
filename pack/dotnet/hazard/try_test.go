package hazard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
)

func TestTry(t *testing.T) {
	f, _ := os.Open(os.Getenv("TRY"))
	var list []string
	if os.Getenv("TRYJSON") != "" {
		json.NewDecoder(f).Decode(&list)
	} else {
		sc := bufio.NewScanner(f)
		for sc.Scan() {
			list = append(list, sc.Text())
		}
	}
	for i, p := range list {
		re, err := dotnet.Compile(p, dotnet.Options{})
		if err != nil {
			fmt.Println("ERR", p, err)
			continue
		}
		began := time.Now()
		hs := Find(re)
		took := time.Since(began)
		short := p
		if len(short) > 60 {
			short = short[:60]
		}
		fmt.Printf("%d %s  [%v]\n", i, short, took.Round(time.Millisecond))
		for _, h := range hs {
			part := p[h.From:h.To]
			if len(part) > 100 {
				part = part[:100]
			}
			fmt.Printf("     %s deg %d proved %v short %v at %d-%d %q  attack %q %q %q sizes %v\n", h.Kind, h.Degree, h.Proved, h.Evidence.Shortcut, h.From, h.To, part, h.Attack.Prefix, h.Attack.Pump, h.Attack.Suffix, h.Evidence.Sizes)
		}
	}
}
