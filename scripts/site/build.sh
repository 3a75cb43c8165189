#!/bin/sh
# Builds the documentation's site into FOLDER/site; a link that leads nowhere stops it.
# Usage: build.sh FOLDER
set -eu
cd "$(dirname "$0")/../.."
sh scripts/python-environment.sh .venv-site mkdocs-material
export NO_MKDOCS_2_WARNING=1
mkdir -p "$1"
folder=$(cd "$1" && pwd)
rm -rf "$folder/source" "$folder/site"
mkdir "$folder/source"
# What is committed, as it lies in the repository.
git -c safe.directory='*' ls-files -z -- '*.md' '*.png' '*.svg' '*.yaml' '*.json' '*.csv' '*.tex' '*.py' LICENSE |
    grep -zE '^([A-Z]+(\.md)?$|docs/|results/|experiments/|benchmarks/|examples/|python/README)' |
    xargs -0 cp --parents -t "$folder/source"
cp scripts/site/mkdocs.yml "$folder"
# Not --quiet: that counts no warnings.
.venv-site/bin/python -m mkdocs build --strict --config-file "$folder/mkdocs.yml" >"$folder/log" 2>&1 || {
    grep -E '^(WARNING|ERROR|Abort)' "$folder/log" >&2
    exit 1
}
echo "site: $(find "$folder/site" -name '*.html' | wc -l) pages in $1/site" >&2
