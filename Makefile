# make trial   plan the trial and show it          make test   every test, every check
# Both install what is missing first, where they can; see .ci/setup.

.PHONY: trial test lint bench peers setup

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

# Every timeline, read by programs of other people; installs them under target/peers. ONLY="ical xlsx" runs only those.
peers: setup
	cargo build --locked
	python3 tests/peers/run.py $(ONLY)

bench: setup
	cargo bench --locked

setup:
	@sh .ci/setup
