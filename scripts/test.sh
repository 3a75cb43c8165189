#!/bin/sh
# Runs the suites of a finished test build in parts beside one another: `test.sh`.
#
# Swift runs as many tests at once as there are processors. Those that wait for a program or a
# terminal occupy a place and leave its processor idle, so the parts share the machine. A part's
# output stands together, in the order of the list below. What failed is said again at the end,
# where a reader of a cut log finds it; the last line says how each part ended.
set -u
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

# name, then arguments of `swift test`.
part() {
    name=$1
    shift
    swift test --skip-build --ignore-lock "$@" >"$folder/$name.log" 2>&1
    echo $? >"$folder/$name.status"
}

summary=""
failed=0
tell() {
    cat "$folder/$1.log"
    status=$(cat "$folder/$1.status")
    [ "$status" = 0 ] && word=passed || word="FAILED ($status)"
    [ "$status" = 0 ] || failed=1
    summary="$summary$1: $word; "
}

sweeps='^(RunStore|Runner|Launch|Search|Specification|Assembly|Reports|Programs|RunLog)Tests\.'
echo "all suites in four parts, then those of the server; what they say comes as each ends"
part programs-a-to-l --filter '^CommandLineTests\.[A-L]' &
part programs-m-to-z --filter '^CommandLineTests\.[^A-L]' &
part sweeps --filter "$sweeps" &
part libraries --skip '^(CommandLineTests|ServerTests)\.' --skip "$sweeps" &
wait
for name in programs-a-to-l programs-m-to-z sweeps libraries; do tell "$name"; done
# A server answers on the threads that Swift's tasks share: after those that train for minutes.
part server --filter '^ServerTests\.'
tell server
[ "$failed" = 0 ] || grep -h -A 3 -E '✘|error:|Fatal|crashed' "$folder"/*.log | tail -n 60
echo "${summary%; }"
exit "$failed"
