#!/bin/sh
# What run.sh does in the copy, in which it may change everything.
set -eu
say() { echo "test-recipes: $*" >&2; }

say "writing what the recipes say"
swift build --build-tests "$@"
APPLY_RECIPES_TO=$PWD swift test --skip-build --filter '\.RecipeTests/apply'
suites=$(cat recipe-suites)
# shellcheck disable=SC2046
swift format lint --strict $(cat recipe-files)

say "building"
swift build --build-tests "$@"

say "recording the bits of what is new (each new one fails once)"
golden=Tests/TrainingTests/Fixtures/golden-bits.json
cp "$golden" golden-before
RECORD_GOLDEN=1 swift test --skip-build --filter '\.GoldenBitsTests/' >recording 2>&1 || true
for digest in $(grep -o '"[0-9a-f]\{64\}"' golden-before); do
    grep -q "$digest" "$golden" || { say "FAILED: bits of what was there changed: $digest"; exit 1; }
done
if cmp -s "$golden" golden-before; then
    tail -n 20 recording >&2
    say "FAILED: nothing was recorded"
    exit 1
fi

say "running $suites"
swift test --skip-build --filter "$suites"

say "sweeping over it"
sh scripts/recipes/sweep.sh "$PWD/.build/debug/lightbox"
say "all recipes work"
