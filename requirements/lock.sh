# `make lock`: locks the sets to one another's versions, for every platform, by hash and without addresses.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo '✗ uv is missing: pip install uv' >&2; exit 1; }
lock() {
    output=$1; shift
    UV_CUSTOM_COMPILE_COMMAND='make lock' uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --output-file "requirements/$output.txt" "$@"
    echo "✓ requirements/$output.txt"
}
# shellcheck disable=SC2086 # ARGS is a list
lock dev requirements/dev.in ${ARGS:-}
lock demo --constraints requirements/dev.txt requirements/demo.in
lock s3 --constraints requirements/dev.txt requirements/s3.in
lock bench --constraints requirements/dev.txt requirements/bench.in
lock base --constraints requirements/dev.txt requirements/base.in
