#!/bin/sh
# Fuzzes the readers of files that come from outside: png, gif, img, jpeg, dicom, csv, yaml.
# usage: fuzz.sh SECONDS [TARGET …]      (a crash leaves its input in .build-fuzz/findings)
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- png gif img jpeg dicom csv yaml

# libFuzzer brings its own main, so the fuzzer cannot be a target of the package itself: this is
# the same package with one target more. The option --sanitize=fuzzer counts branches in C only;
# our Swift code is told by its settings.
package=.build-fuzz
mkdir -p "$package/findings"
for item in Sources Tests Plugins scripts; do ln -sfn "../$item" "$package/$item"; done
sed -e 's|^let swift: \[SwiftSetting\] = \[$|&.unsafeFlags(["-sanitize=fuzzer"]),|' \
    -e 's|^    targets: \[$|    targets: [\
        .executableTarget(\
            name: "fuzz", dependencies: ["Imaging", "Datasets", "Specification"],\
            path: "Tests/Fuzz", exclude: ["corpus"],\
            swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])]),|' \
    Package.swift >"$package/Package.swift"
[ -f Package.resolved ] && cp Package.resolved "$package/"
swift build -c release --package-path "$package" --product fuzz \
    --sanitize=address --sanitize=fuzzer

for target in "$@"; do
    corpus="$package/corpus/$target"
    mkdir -p "$corpus"
    echo "fuzz: $target for $seconds s" >&2
    # A run ends early, with status 77, at the first crash, leak, or use of 512 MiB.
    # Freed memory that AddressSanitizer holds back would count as used; the timeout is in wall time,
    # and a busy machine is no hang.
    ASAN_OPTIONS=quarantine_size_mb=64 FUZZ_TARGET=$target "$package/.build/release/fuzz" "$corpus" "Tests/Fuzz/corpus/$target" \
        -max_total_time="$seconds" -rss_limit_mb=512 -timeout=60 -max_len=65536 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$package/findings/$target-"
done
