#!/bin/sh
# Trains a sweep on a Slurm cluster of one node and the same sweep locally, and compares the stores.
# Usage: run.sh LIGHTBOX      (as root; installs slurm-wlm and munge where they are missing)
#
# On the way one task is killed, one reaches its time limit and requeues itself, one may not requeue
# and times out; what failed is launched again. Two cells are to take longer than Slurm needs to act on
# a time limit of a minute, 45 s: SLOW_SECONDS of processor time, by default 50. On a machine that is
# busy with other things less is enough.
set -eu
lightbox=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || {
    echo "test-slurm: run this as root: it starts the daemons of Slurm" >&2
    exit 1
}
sh "$here/../install-packages.sh" slurm-wlm munge
. "$here/cluster.sh"

root=$(mktemp -d)
# Names that scripts have to quote.
work="$root/it's a \"sweep\" %A \$HOME"
reference=""
finish() {
    status=$?
    if [ "$status" != 0 ]; then
        echo "test-slurm: FAILED; what the tasks wrote:" >&2
        tail -n 20 "$work"/results/sweeps/*/logs/* >&2 2>/dev/null || true
        tail -n 5 "$root"/slurm/slurmctld.log >&2 2>/dev/null || true
    fi
    [ -z "$reference" ] || kill "$reference" 2>/dev/null || true
    stop_cluster
    rm -rf "$root"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { echo "test-slurm: $*"; }
fail() {
    echo "test-slurm: $*" >&2
    exit 1
}
# sql STORE QUERY: one value or lines of values, as CSV without heads.
sql() { "$lightbox" query --store "$1" --format csv "$2" | tr -d '\r' | tail -n +2; }
# field FILE NAME: a number or word of a state file.
field() { sed -n "s/.*\"$2\" : \"\{0,1\}\([^\",]*\).*/\1/p" "$1" 2>/dev/null; }
at_least() { [ "$(field "$1" "$2")" -ge "$3" ] 2>/dev/null; }
is_over() { [ -z "$(squeue --noheader)" ]; }
# A requeued job waits for two minutes unless it is told not to.
hurry() {
    squeue --noheader --array --states=PENDING --format='%F_%K %r' |
        awk '$2 == "BeginTime" { print $1 }' | while read -r job; do
        scontrol update JobId="$job" StartTime=now 2>/dev/null || true
    done
}
wait_for_end() {
    deadline=$(($(date +%s) + 1800))
    until is_over; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "the jobs do not end: $(squeue)"
        hurry
        sleep 1
    done
}

mkdir -p "$work" "$root/reference"
cd "$work"
export LIGHTBOX_CACHE=
"$lightbox" data phantom "$root/data" --count 24 --size 64 --seed 5 >/dev/null

# How many epochs make a slow cell? Processor time is asked, because other work on the machine may end.
say "measuring the speed of this machine"
cat >"$root/speed.sh" <<'END'
"$1" train --dataset mcx --model unet --loss tv --epochs 40 --batch 4 --image 64 --width 4 \
    --threads 1 --data "$2/data" --store "$2/speed.db" --quiet
times
END
epochs=$(sh "$root/speed.sh" "$lightbox" "$root" | tr 'ms' '  ' |
    awk -v slow="${SLOW_SECONDS:-50}" 'END { epochs = int(slow * 40 / ($1 * 60 + $2)); print epochs < 100 ? 100 : epochs }')
cat >grid.yaml <<END
name: grid
report: sweep
grid:
  dataset: mcx
  model: unet
  loss: [tv, kltv]
  seed: [1, 2, 3, 4, 5, 6]
train:
  epochs: [12, $epochs]
  batch: 4
  image: 64
  width: 4
exclude:
  - {epochs: $epochs, loss: kltv}
  - {epochs: $epochs, seed: [2, 3, 4, 5, 6]}
END
late="--set epochs=$epochs --set loss=tv --set seed=7"

# The reference is trained meanwhile, and without Slurm.
(
    trap 'kill "$sweep" 2>/dev/null; exit 1' TERM
    cd "$root/reference"
    "$lightbox" sweep "$work/grid.yaml" --data "$root/data" --quiet &
    sweep=$!
    wait "$sweep"
    # shellcheck disable=SC2086
    "$lightbox" sweep "$work/grid.yaml" --data "$root/data" --quiet $late &
    sweep=$!
    wait "$sweep"
) >"$root/reference.log" 2>&1 &
reference=$!

start_cluster "$root/slurm"
say "the cluster is up: $(sinfo --version), $(nproc) processors"

launch() { "$lightbox" sweep grid.yaml --data "$root/data" --launcher slurm "$@"; }

say "launching 13 cells, three to a task, with a time limit of a minute"
before=$(date +%s)
launch --time 1 --pack 3 --cpus 1 --requeues 100 --sbatch-arg "--comment=it's #1"
[ $(($(date +%s) - before)) -le 20 ] || fail "the launch did not return at once"
[ "$(grep -c . results/sweeps/grid-1/submission.json)" -gt 1 ] || fail "no submission is recorded"
[ "$(grep -c '"job"' results/sweeps/grid-1/submission.json)" = 2 ] ||
    fail "five tasks and MaxArraySize=4 should be two arrays"
squeue --noheader --format=%k | grep -q "^it's #1$" || fail "the sbatch argument was not passed on"
again=$(launch --time 1 --pack 3)
echo "$again" | grep -q "13 cells are in the queue already" || fail "launched twice: $again"

state=results/sweeps/grid-1/tasks
wait_until 300 "the first cell of task 1" at_least $state/0001.json "done" 1
process=$(field $state/0001.json process)
say "killing task 1, process $process, after its first cell"
kill -KILL "$process"
wait_until 30 "task 1 as lost in 'lightbox status'" \
    sh -c "'$lightbox' status | grep -q 'task 1 .*: lost'"
"$lightbox" status | sed 's/^/    /'
wait_for_end

restarts=$(field $state/0002.json restarts)
[ "$restarts" -ge 1 ] || fail "task 2 did not reach its time limit ($restarts requeues)"
[ "$(field $state/0002.json phase)" = completed ] || fail "task 2 is not done"
say "task 2 requeued itself $restarts times and is done"
[ "$(field results/sweeps/grid-1/merged.json open)" = 2 ] || fail "not merged as expected"
"$lightbox" status >status.txt || true
sed 's/^/    /' status.txt
grep -q "^11 completed, 2 failed" status.txt || fail "status does not show the failures"
grep -q "failed .*task 1 (job .*_1) of sweep grid-1 ended without a word" status.txt ||
    fail "status does not say why"

say "launching the failures again, and a cell that may not requeue"
launch --pack 3 | grep -q "2 cells failed before" || fail "failures came again unasked"
launch --pack 3 --retry-failed
# shellcheck disable=SC2086
launch --time 1 --requeues 0 --sbatch-arg --signal=B:USR1@50 $late
wait_for_end
"$lightbox" status >status.txt
sed 's/^/    /' status.txt
grep -q "^13 completed, 1 failed" status.txt || fail "the failures were not made up for"
grep -q "task 0 .*: timed out" status.txt || fail "status does not show the task that timed out"
reached=$(sql results/lightbox.db "SELECT max(epoch) FROM metric m JOIN run r ON r.id = m.run
    WHERE r.state = 'failed'")
say "the cell that timed out had reached epoch $reached of $epochs; launching it again"
# shellcheck disable=SC2086
launch --retry-failed $late
wait_for_end
from=$(grep -h -o "epoch [0-9]*/" results/sweeps/grid-4/logs/*_0.log | head -n 1 | tr -dc 0-9)
[ "$from" -gt 1 ] || fail "the cell began again at epoch $from"
say "it went on at epoch $from"

merged=$("$lightbox" merge --sweep results/sweeps/grid-1 --ended)
echo "$merged" | grep -q "0 runs added, 0 replaced" || fail "merging again changed something: $merged"
[ "$("$lightbox" status)" = "14 completed" ] || fail "not everything is done: $("$lightbox" status)"

say "waiting for the local run of the same sweep"
wait "$reference" || fail "the local run failed: $(cat "$root/reference.log")"
reference=""

# What the two stores have to have in common, to the bit.
dump() {
    sql "$1" "SELECT digest, configuration, state, best_epoch FROM run ORDER BY digest"
    sql "$1" "SELECT r.digest, m.split, m.name, m.epoch, printf('%!.17g', m.value)
        FROM metric m JOIN run r ON r.id = m.run
        WHERE m.name NOT IN ('seconds', 'images-per-second') ORDER BY 1, 2, 3, 4"
    sql "$1" "SELECT r.digest, m.weights, m.split, m.image, m.name, printf('%!.17g', m.value)
        FROM image_metric m JOIN run r ON r.id = m.run ORDER BY 1, 2, 3, 4, 5"
    sql "$1" "SELECT r.digest, a.kind, a.bytes, a.digest FROM artifact a
        JOIN run r ON r.id = a.run ORDER BY 1, 2"
}
dump results/lightbox.db >"$root/slurm.txt"
dump "$root/reference/results/lightbox.db" >"$root/local.txt"
cmp "$root/slurm.txt" "$root/local.txt" || fail "the stores differ"
weights=0
for file in "$root"/reference/results/runs/*/*.safetensors; do
    cmp "$file" "results/runs/$(basename "$(dirname "$file")")/$(basename "$file")" ||
        fail "weights differ"
    weights=$((weights + 1))
done
[ "$weights" = 28 ] || fail "$weights files of weights, expected 28"
[ -s results/grid.md ] || fail "the merge wrote no report"
say "the stores are the same: $(sql results/lightbox.db 'SELECT count(*) FROM run') runs," \
    "$(wc -l <"$root/slurm.txt") rows, $weights files of weights, bit for bit"
