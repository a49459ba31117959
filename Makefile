# Everything here works from a bare checkout: the set-up is part of each goal and does nothing twice.
#   make run             the demo shop (PYTHON=python3.12 picks the interpreter, ARGS="..." goes on to it)
#   make test            set-up, checks and all tests (ARGS="tests/house -k name" picks some)
#   make check           ruff, import contracts, mypy
#   make set-up          only the set-up
#   make lock            write requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
#   make assets          make the bundled fonts and icons anew
#   make messages        bring terminal/locale up to date with the code and say what is not translated

PYTHON ?= python3
ARGS ?=
UPGRADE ?=
UV ?= uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE)

.PHONY: run test check set-up lock assets messages clean

run test check set-up:
	@$(PYTHON) -m bootstrap $@ $(ARGS)

lock:
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra hub -c requirements/run.txt -o requirements/hub.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) --group node -o requirements/node.txt
	$(COMPILE) --group assets -c requirements/dev.txt -o requirements/assets.txt

assets: set-up
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements/assets.txt
	.venv/bin/python tools/assets.py

messages: set-up
	.venv/bin/python tools/messages.py update

clean:
	rm -rf build out .venv tests/vendure_store/node_modules tests/judges/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
