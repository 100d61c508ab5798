# make trial   plan the trial and show it          make test   every test, every check
# Both install what is missing first, where they can; see .ci/setup.

.PHONY: trial test lint bench peers peers-windows peers-fleet browser setup

trial: setup
	cargo build --locked
	cargo run --quiet --locked -- schedule plans/chikyu-2026 -o target/trial

test: setup
	cargo test --locked

lint: setup
	cargo fmt --all -- --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
	command -v cargo-deny >/dev/null || cargo install --locked --version 0.20.2 cargo-deny
	cargo deny --locked check bans licenses sources

# Every timeline, read by programs of other people; installs them under target/peers. ONLY="ical xlsx" runs only those;
# ONLY=--may-skip is content where none of them can be had.
peers: setup
	cargo build --locked
	python3 tests/campaigns/oracle.py --check
	python3 tests/peers/run.py $(ONLY)

# How much faster windows are found than by resourcecode's ww_calc, in one run; some minutes of one core.
peers-windows: setup
	cargo build --locked
	python3 tests/peers/windows.py

# Whether the fleet S is proven sooner than by CP-SAT of ortools with a model in its own idiom, in one run; some minutes of two cores.
# FLEET=--check proves shortened plans with both instead, and compares.
peers-fleet: setup
	cargo build --locked
	python3 tests/peers/fleet.py $(FLEET)

bench: setup
	cargo bench --locked

# Opens the report in a real browser and uses it. Needs Node and Chromium; playwright-core is installed into target/.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
PLAYWRIGHT = target/browser/node_modules/playwright-core

browser: setup
	@test -n "$(CHROMIUM)" || { echo "make browser needs Chromium (Debian: apt-get install chromium), or CHROMIUM=its path" >&2; exit 1; }
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "make browser needs Node and npm (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	cargo test --locked --test it report::pages_for_the_browser -- --ignored
	test -f $(PLAYWRIGHT)/package.json || npm install --cache target/browser/npm-cache --prefix target/browser --no-save --no-audit --no-fund playwright-core@1.65.1
	node tests/browser/report.mjs $(CURDIR)/target/browser $(CURDIR)/$(PLAYWRIGHT) $(CHROMIUM)

setup:
	@sh .ci/setup
