# The only entry points of the project; `make` lists them.

# ---- What can be set: make run JOURNAL=redis LISTEN=0.0.0.0:8080
JOURNAL ?= sqlite
LISTEN  ?= 127.0.0.1:8080
SEEDS   ?= 20000
FUZZ_S  ?= 60
LOAD    ?= rush --bidders 200 --observers 500 --rate 2000 --duration 30

# ---- Suites: name, budget in seconds on a warm tree of two cores, command.
# A new suite is a line here and its name in `check` or `test` below. The whole workspace is built
# once, with one profile and one set of features; a suite is a choice among its tests.
LINT  := lint   90 $(MAKE) --no-print-directory lint
WEB   := web    30 npm --prefix web-client --silent test
# What `make test` tries of the faults; `make chaos` tries all of them.
SOME_FAULTS := kills::killed_owner|failover::with_every_replica_waited_for|failover::without_waiting_the_owner_and_the_master_take_the_tail_with_them|kills::killed_everything|kills::rolling_restart|redis::out_of_memory|links::cut_from_redis|clients::cut_from_the_nodes|clocks::step_back
ifneq ($(shell command -v cargo-nextest),)
NEXTEST := cargo nextest run --workspace
BUILD := build 240 cargo nextest run --workspace --no-run
RULES := rules  60 $(NEXTEST) -E 'package(auction-rules)'
UNIT  := unit   30 $(NEXTEST) -E 'not package(auction-rules) and (kind(lib) or kind(bin))'
IT    := it    240 $(NEXTEST) -E 'binary_id(ebok::it) and not test(/^(browser|chaos|crash)::/)'
E2E   := e2e   600 $(NEXTEST) -E 'binary_id(ebok::it) and test(/^browser::/)'
CRASH := crash 240 $(NEXTEST) -E 'binary_id(ebok::it) and test(/^crash::/)'
PICTURES := pictures 60 $(NEXTEST) -E 'test(=browser::pictures_for_the_readme)'
SCREENS := screens 300 $(NEXTEST) -E 'test(=browser::no_barrier_and_no_faulty_page)'
CHAOS := chaos 120 $(NEXTEST) -E 'binary_id(ebok::it) and test(/^chaos::($(SOME_FAULTS))$$/)'
MANY  := crash 2700 $(NEXTEST) --success-output immediate -E 'binary_id(ebok::it) and test(/^(crash::|chaos::kills::killed_owner$$)/)'
FAULTS := chaos 3600 $(NEXTEST) --no-fail-fast --success-output immediate -E 'binary_id(ebok::it) and test(/^chaos::/)'
SEEDED := $(NEXTEST) --no-fail-fast -E 'test(/^engine::simulator::seeds_/)'
else
BUILD := build 240 cargo test --workspace --no-run
RULES := rules 120 cargo test -p auction-rules --lib --tests
UNIT  := unit   60 cargo test -p ebok -p loadtest --lib --bins
IT    := it    360 cargo test -p ebok --test it -- --skip browser:: --skip chaos:: --skip crash::
E2E   := e2e   600 cargo test -p ebok --test it -- --test-threads 1 browser::
CRASH := crash 180 cargo test -p ebok --test it -- --test-threads 1 crash::
PICTURES := pictures 60 cargo test -p ebok --test it -- --exact browser::pictures_for_the_readme
SCREENS := screens 300 cargo test -p ebok --test it -- --exact browser::no_barrier_and_no_faulty_page
CHAOS := chaos 180 cargo test -p ebok --test it -- --test-threads 1 --exact $(addprefix chaos::,$(subst |, ,$(SOME_FAULTS)))
MANY  := crash 2700 cargo test -p ebok --test it -- --test-threads 1 --nocapture crash:: chaos::kills::killed_owner
FAULTS := chaos 3600 cargo test -p ebok --test it -- --test-threads 1 --nocapture chaos::
SEEDED := cargo test -p ebok --test it -- engine::simulator::seeds_
endif

# What decides who wins and what is shown; make mutants ALL=1 alters everything.
RULES_SRC := auction-rules/src
FILES ?= $(addprefix $(RULES_SRC)/,improvement.rs $(addprefix auction/,ranking.rs bids.rs due.rs phases.rs view.rs))

SUITE := scripts/suite.sh
NODE_MODULES := web-client/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help setup run web check lint test mutants coverage fuzz loadtest bench crash chaos soak screenshots screens

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'run takes JOURNAL=sqlite|redis and LISTEN=address:port ($(JOURNAL), $(LISTEN))'
	@echo 'loadtest takes LOAD ($(LOAD); "chaos --nodes 2" kills and stalls what it loads) and JOURNAL'
	@echo 'crash and chaos take ROUNDS (200 and 5); EBOK_CRASH_SEED and EBOK_CHAOS_SEED repeat the random choices of a run'
	@echo 'soak takes SEEDS ($(SEEDS)); EBOK_SEED plays one of them again, as a failure tells'
	@echo 'mutants takes FILES (ranking, improvement, bids, deadlines, phases, view) or ALL=1; fuzz takes FUZZ_S ($(FUZZ_S))'

setup: ## install everything that building, running and testing need
	@scripts/setup.sh build web lint test

run: web ## build, then start the demo and print its addresses and log-ins
	@scripts/setup.sh build $(if $(filter redis,$(JOURNAL)),redis)
	cargo run --release --bin ebok -- demo --journal $(JOURNAL) --listen $(LISTEN)

web: $(NODE_MODULES) ## build the web client into web-client/dist
	cd web-client && npm run --silent build

check: web ## the quick part of the tests: lint, rules, unit
	@scripts/setup.sh build lint paper
	@$(SUITE) $(LINT) + $(WEB) + $(BUILD) + $(RULES) + $(UNIT)

test: web ## everything; servers of its own on free ports, stopped at the end
	@scripts/setup.sh build lint test
	@$(SUITE) $(LINT) + $(WEB) + $(BUILD) + $(RULES) + $(UNIT) + $(IT) + $(E2E) + $(CRASH) + $(CHAOS)

mutants: ## alter the rules piece by piece; each change must fail a test (hours; FILES=..., ALL=1)
	@scripts/setup.sh build mutants
	@# A change may make a loop fill the memory without end: no process gets more than 8 GiB.
	ulimit -v 8388608; cargo mutants --package auction-rules --jobs 1 --output target $(if $(ALL),,$(FILES:%=--file %))

coverage: ## lines of the rules that their tests reach: at least 95 in 100
	@scripts/setup.sh build coverage
	cargo tarpaulin --engine ptrace --profile coverage --package auction-rules --include-files '$(RULES_SRC)/*' \
	  --target-dir target/coverage --skip-clean --timeout 900 --out Stdout --fail-under 95

fuzz: ## random input for wire, scenario and verify: FUZZ_S seconds each
	@scripts/setup.sh build fuzz
	@cp Cargo.lock fuzz/Cargo.lock
	@for target in wire scenario log; do \
	  cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_S) -max_len=8192 -rss_limit_mb=2048 -timeout=30 || exit; \
	done

loadtest: web ## load a server of its own and check its promises: LOAD="rush --bidders 200 --rate 2000"
	@scripts/setup.sh build redis
	cargo build --release --bins
	cargo run --release --bin loadtest -- $(LOAD) --spawn --journal $(JOURNAL)

bench: web ## rules, journals and server, against baselines of the same run; wants a quiet machine
	@scripts/setup.sh build redis
	cargo build --release --bins
	taskset -c 1 cargo run --release --bin ratios -- --server-cpus 0 --journal $(JOURNAL)
	cargo run --release --example journal_bench
	cargo bench -p auction-rules --bench decide

crash: ROUNDS ?= 200
crash: web ## kill server, Redis and owner ROUNDS times each under load; nothing acknowledged may be lost
	@scripts/setup.sh build test
	@EBOK_CRASH_ROUNDS=$(ROUNDS) EBOK_CHAOS_ROUNDS=$(ROUNDS) TIMEOUT_S=4800 $(SUITE) $(BUILD) + $(MANY)

chaos: ROUNDS ?= 5
chaos: web ## try every fault of processes, links and clocks ROUNDS times, and make a table of them
	@scripts/setup.sh build test
	@EBOK_CHAOS_ROUNDS=$(ROUNDS) TIMEOUT_S=4800 scripts/chaos.sh $(SUITE) $(BUILD) + $(FAULTS)

soak: web ## play SEEDS random auctions with crashes, lost links and failing journals in virtual time
	@scripts/setup.sh build test
	@$(SUITE) $(BUILD)
	@scripts/soak.sh $(SEEDS) $(SEEDED)

screenshots: web ## make the README's pictures in docs/images anew, with a server of their own
	@scripts/setup.sh build test
	@EBOK_PICTURES=$(CURDIR)/docs/images $(SUITE) $(BUILD) + $(PICTURES)

screens: web ## a picture of every screen in both languages, wide and narrow, in target/screens
	@scripts/setup.sh build test
	@EBOK_SCREENS=$(CURDIR)/target/screens $(SUITE) $(BUILD) + $(SCREENS)

lint: $(NODE_MODULES) ## formatting, clippy, types, and cargo-deny where installed
	@scripts/setup.sh build lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cd web-client && npm run --silent check
	@if command -v cargo-deny >/dev/null; then \
	  echo 'cargo deny check bans licenses sources'; \
	  cargo deny --log-level error check bans licenses sources; \
	else \
	  echo 'cargo-deny is not installed: licences and sources were not checked (cargo install cargo-deny --locked)'; \
	fi

$(NODE_MODULES): web-client/package.json web-client/package-lock.json
	@scripts/setup.sh web
	cd web-client && npm ci --silent
	@touch $@
