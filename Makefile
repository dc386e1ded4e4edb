# make            build the Heroku pack into dist/heroku and prove it from the files
# make test       everything that must hold before a commit
# make golden     bring golden/heroku up to date with the spec
# make expect     write what the sample lines are into the expectations beside them, to be reviewed
# make fuzz       expressions held to .NET's answers and plans to plain ones, FUZZPATTERNS random ones each, and every fuzz target,
#                 FUZZTIME each. The seed is fresh and printed; FUZZSEED=N runs it again
# make bench      how fast a replay is
GO       ?= go
FUZZTIME ?= 30s
FUZZPATTERNS ?= 100000
KPGEN    := bin/kpgen
SOURCES  := $(shell find cmd pack templates -name '*.go' -o -path 'templates/*' -type f)

.PHONY: heroku test check golden expect fuzz bench clean
.DEFAULT_GOAL := heroku

heroku: $(KPGEN)
	$(KPGEN) build spec/heroku -o dist/heroku
	$(KPGEN) validate dist/heroku --samples spec/heroku/samples

$(KPGEN): $(SOURCES) go.mod go.sum
	$(GO) build -trimpath -o $@ ./cmd/kpgen

test: check
	$(GO) test ./...
	$(GO) test -race -short ./pack/replay ./pack/proof ./pack/console

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

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./pack/syslog ./pack/dotnet ./pack/replay

clean:
	rm -rf bin dist
