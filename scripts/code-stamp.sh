#!/bin/sh
# Writes what a program is built from as Swift, for the target CodeStamp: the digest of the sources
# that decide what runs measure, the commit, and whether the sources differ from it. What cannot be
# told is "unknown". The file is left alone when nothing changed, so that nothing is built anew.
# Usage: code-stamp.sh PACKAGE OUTPUT
set -eu
root=$1 output=$2
cd "$root"

# Vocabulary, engine, networks, losses, metrics, data and procedures.
modules="Domain Statistics Settings TensorCore CKernels NN Models Losses Metrics Datasets Imaging CImageCodecs Training Programs"

if command -v sha256sum >/dev/null 2>&1; then hash=sha256sum
elif command -v shasum >/dev/null 2>&1; then hash="shasum -a 256"
else hash=
fi
# Part of the sources is not their digest.
for module in $modules; do [ -d "Sources/$module" ] || hash=; done

sources() {
    for module in $modules; do
        find "Sources/$module" -type f \( -name '*.swift' -o -name '*.c' -o -name '*.h' \
            -o -name '*.S' -o -name '*.modulemap' \)
    done | LC_ALL=C sort
}

digest=unknown
if [ -n "$hash" ]; then
    # Names and contents: a list of each file's digest, and the digest of that.
    list=$(sources | tr '\n' '\0' | xargs -0 $hash) &&
        digest=$(printf '%s\n' "$list" | $hash | cut -c1-64)
    [ "${#digest}" -eq 64 ] || digest=unknown
fi

# A repository around a package that it does not hold tells nothing about it. Ownership does not
# matter to reading, and nothing in the repository is written.
tracked() { git --no-optional-locks -c safe.directory='*' -c core.fsmonitor=false "$@" 2>/dev/null; }
commit=unknown dirty=false
if command -v git >/dev/null 2>&1 && tracked ls-files --error-unmatch Package.swift >/dev/null; then
    commit=$(tracked rev-parse --verify HEAD) || commit=unknown
    if [ "$commit" != unknown ] &&
        [ -n "$(tracked status --porcelain -- Sources Package.swift)" ]; then
        dirty=true
    fi
fi

text="// Written by scripts/code-stamp.sh at every change of a source; never committed.
extension CodeStamp {
    static let values = (
        digest: \"$digest\",
        commit: \"$commit\", isDirty: $dirty
    )
}"
if [ ! -f "$output" ] || [ "$(cat "$output")" != "$text" ]; then
    printf '%s\n' "$text" >"$output.new"
    mv "$output.new" "$output"
fi
