# Each target sets up what it needs by itself; .ci/setup says what that is.

VENV := .venv
ARGS :=
# Three at a time, also on two cores: many of the tests wait for sound, which comes no sooner.
SUITE := pytest --numprocesses 3 --dist worksteal
PYTHONS := 3.11 3.12 3.13

.PHONY: help run test check bench bench-hum soak test-matrix clean distclean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.ready-run  ## open the window; ARGS="…" goes to livemel
	@$(VENV)/bin/livemel $(ARGS)

test: check  ## check, then the whole suite
	@$(VENV)/bin/$(SUITE)

check: $(VENV)/.ready-test  ## style, types and layers
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy --strict livemel
	$(VENV)/bin/lint-imports

bench: $(VENV)/.ready-test  ## measure against librosa, pyqtgraph and the limits
	@tests/rig/with-virtual-desk $(VENV)/bin/livemel bench $(ARGS)

bench-hum: $(VENV)/.ready-test  ## how well hum is found and measured; fails beyond its limits
	@$(VENV)/bin/livemel bench hum $(ARGS)

soak: $(VENV)/.ready-test  ## the tests that take minutes to hours
	@$(VENV)/bin/pytest -m soak

test-matrix:  ## the suite on every supported Python that is on this machine
	@for version in $(PYTHONS); do \
	    .ci/setup test .venv-$$version $$version; code=$$?; \
	    if [ $$code = 3 ]; then result="not on this machine"; \
	    elif [ $$code = 0 ] && .venv-$$version/bin/$(SUITE) -q; then result=passed; \
	    else result=FAILED; failed=1; fi; \
	    summary="$$summary""Python $$version: $$result\n"; \
	done; printf "$$summary"; exit $${failed:-0}

clean:  ## remove caches and built files
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find livemel tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean  ## and the virtual environments
	rm -rf $(VENV) $(PYTHONS:%=.venv-%)

# Once each, and again when the dependencies change. A set-up for the tests serves running too.
$(VENV)/.ready-run $(VENV)/.ready-test: pyproject.toml .ci/setup
	@.ci/setup $(@:$(VENV)/.ready-%=%)
