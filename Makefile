# Everything that a developer or an operator types. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
STEPS := 1000000
TAGS  := -tags "pkcs11 e2e"
PKGS  := ./...
LINT  := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VALE  := go run github.com/vale-cli/vale/v3/cmd/vale@v3.22.0
PROSE  = $(shell git ls-files '*.md' '*.go' ':!*_gen.go' ':!docs/reference/transactions.md' \
	':!docs/reference/commands.md')
FUZZTIME := 1m
COUNT := 1
OUT    = bench/$(shell git rev-parse --short HEAD).txt

.PHONY: help demo up down images compose-up compose-down test soak test-containers properties check prose generate fmt \
	vectors conformance fuzz vulnerabilities bench bench-compare caliper

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

demo: up ## start the network if it is not up, and settle real days on it
	go run ./test/demo

up: ## start the network of four organisations, or complete it; it runs until make down
	go run ./network/cmd/network up --detach

down: ## end the network; its ledger stays in network/.state
	go run ./network/cmd/network down

images: ## make the images of docker-compose.yaml; no registry is needed
	go run ./network/cmd/network images

compose-up: ## start the same network in containers, and wait until a first transaction has committed
	SMARTB_PLACEMENT=containers go run ./network/cmd/network up

compose-down: ## end the containers; their ledger stays in volumes
	SMARTB_PLACEMENT=containers go run ./network/cmd/network down

test: ## run all tests, also end to end on a network of their own, and in containers where a Docker engine answers
	go run ./internal/testreport -timeout 45m $(TAGS) ./... -- \
		SMARTB_TEST_PLACEMENT=containers -count 1 -timeout 30m $(TAGS) ./test

soak: ## run the long forms of the tests (hours); RUN=TestName, PKGS=./test choose, SMARTB_SEED=n repeats random cases
	SMARTB_SOAK=1 go test -v -timeout 12h -count 1 -tags "pkcs11 e2e soak" -run '$(RUN)' $(PKGS)

test-containers: ## run the end-to-end tests on a network in containers; without a Docker engine nothing runs
	go run ./internal/testreport SMARTB_TEST_PLACEMENT=containers -count 1 -timeout 30m $(TAGS) ./test

caliper: up ## measure with Hyperledger Caliper by the exported folder; needs Node.js, writes test/caliper/report.html
	go run ./network/cmd/network export test/caliper/export > /dev/null
	cd test/caliper && npm ci --ignore-scripts --no-audit --no-fund && npm run bench

properties: ## run the properties of settlement with many random cases; STEPS says how many of each (some minutes)
	go test -timeout 4h ./chaincode/settlement/allocation ./chaincode/settlement/billing ./chaincode/settlement -rapid.checks=$(STEPS)

vectors: ## fetch the published suites into vectors/, or read a local copy: make vectors SMARTB_VECTORS=folder
	go run ./internal/vectors/fetch

conformance: ## run the tests of published suites, and print which do not run; docs/conformance.md lists them
	go run ./internal/testreport -count 1 -run '^TestConformance_' ./chaincode/... ./gateway-client/...
	@sed -n '/^## Suites that do not run/,$$s/^- \*\*\(.*\)\*\*: \(.*\)/not run: \1: \2/p' docs/conformance.md

fuzz: ## run each fuzz target for FUZZTIME
	@for folder in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u); do \
	for target in $$(go test -list '^Fuzz' $$folder | grep '^Fuzz'); do \
	go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$folder || exit 1; done; done

vulnerabilities: ## look for known vulnerabilities in the code that is called
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 $(TAGS) ./...

prose: ## check the language of documents and comments: sentences, words, patterns
	$(VALE) --output=line $(PROSE)

check: prose ## format, lint, vet; prose and workflows; generated files must be current
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	$(LINT) run ./...
	$(LINT) fmt --diff ./...
	go vet $(TAGS) ./...
	go mod tidy -diff
	@before=$$(git diff | sha256sum); $(MAKE) --no-print-directory generate; \
	if [ "$$before" != "$$(git diff | sha256sum)" ]; then git --no-pager diff --stat; echo "generated files were not current; commit what make generate made"; exit 1; fi

generate: ## make what follows from code: metadata, reference pages, docker-compose.yaml, the sample month
	go run ./chaincode/contracts/generate
	go run ./gateway-client/loadprofile/generate
	go run ./network/cmd/network compose > docker-compose.yaml
	go run ./gateway-client/cmd/smartb energy sample --month 2025-10 --seed 1 > docs/samples/2025-10.csv
	go run ./gateway-client/internal/cli/reference > docs/reference/commands.md

fmt: ## format the sources
	$(LINT) fmt ./...

bench: ## measure the engine and the ledger; COUNT=6 repeats, OUT=file keeps the figures for bench-compare
	@mkdir -p $(dir $(OUT))
	go test -run '^$$' -bench . -benchtime 1s -count $(COUNT) ./chaincode/... | tee $(OUT)
	go test -timeout 60m -run '^$$' -bench . -benchtime 1x -count $(COUNT) $(TAGS) ./test | tee -a $(OUT)

bench-compare: ## compare two files of make bench: make bench-compare OLD=bench/a.txt NEW=bench/b.txt
	go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "old=$(OLD)" "new=$(NEW)"
