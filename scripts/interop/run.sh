#!/bin/sh
# Exports a store and opens the exports with MLflow 3, MLflow 2.9 and TensorBoard; makes stores with
# these, PyTorch's writer of event files and W&B's clients, imports them and compares; trains small
# networks on phantoms and loads their weights into PyTorch; has MLflow's clients, scikit-learn's
# autologging and Lightning's logger log into `lightbox serve --log`.
# Usage: run.sh LIGHTBOX STORE [clients | wandb]
# The third argument leaves out all but the clients, or all but W&B.
# The Python packages come from PyPI, into .venv-interop, .venv-interop-2 and .venv; PYTHON_TORCH
# names another Python that has torch, tensorboard, safetensors, numpy and pillow.
set -eu
lightbox=$1 store=$2
# MLflow's clients tell their makers nothing; sixteen threads of one trip over it now and then.
export MLFLOW_DISABLE_TELEMETRY=true
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$out"' EXIT

environment() { # environment FOLDER PACKAGES...
    folder=$1
    shift
    [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
# W&B 0.25 is the last whose client can read its own files by itself.
environment "$root/.venv-interop" mlflow tensorboard wandb
environment "$root/.venv-interop-2" 'mlflow==2.9.2' 'sqlalchemy<2.1' 'setuptools<80' 'wandb==0.25.1'

# Runs of two versions of W&B's client, logged offline, one of them killed.
wandb() {
    for version in interop interop-2; do
        "$root/.venv-$version/bin/python" "$here/check_imports.py" make-wandb "$out/wandb/$version"
    done
    for _ in 1 2; do
        "$lightbox" import wandb "$out/wandb" --store "$out/wandb.db" >"$out/said"
        sed -n 's/^not taken: /W\&B, not taken: /p' "$out/said" | sed "s#$out/##"
    done
    grep -q '8 runs known; 0 values' "$out/said"
    "$root/.venv-interop-2/bin/python" "$here/check_imports.py" wandb "$lightbox" "$out/wandb.db" \
        "$out/wandb"
    "$lightbox" check --store "$out/wandb.db"
}
if [ "${3:-}" = wandb ]; then
    wandb
    exit 0
fi

# A server in the background; its store is new, and its address is what it printed.
"$lightbox" serve --log --port 0 --store "$out/clients.db" >"$out/served" &
server=$!
until grep -q 'http:' "$out/served"; do
    kill -0 "$server"
    sleep 0.1
done
MLFLOW_TRACKING_URI=$(sed -n '1s,/*$,,; 1s/.* //p' "$out/served")
export MLFLOW_TRACKING_URI
for mlflow in "$root/.venv-interop/bin/python" "$root/.venv-interop-2/bin/python"; do
    for mode in client autolog; do
        "$mlflow" "$here/check_clients.py" "$mode" "$lightbox" "$out/clients.db" \
            >"$out/log" 2>&1 || { cat "$out/log"; exit 1; }
        tail -n 1 "$out/log"
    done
done
modes=many
if "$root/.venv-interop/bin/python" -m pip install --quiet lightning; then modes='many lightning'; fi
for mode in $modes; do
    "$root/.venv-interop/bin/python" "$here/check_clients.py" "$mode" "$lightbox" \
        "$out/clients.db" >"$out/log" 2>&1 || { cat "$out/log"; exit 1; }
    grep -E 'nothing is lost|its MLFlowLogger' "$out/log"
done
unset MLFLOW_TRACKING_URI
kill "$server"
wait "$server" || true
server=
"$lightbox" check --store "$out/clients.db"
[ "${3:-}" != clients ] || exit 0

"$lightbox" export csv --store "$store" --output "$out/csv" >/dev/null
"$lightbox" export tensorboard --store "$store" --output "$out/events" >/dev/null
"$lightbox" export mlflow --store "$store" --output "$out/mlflow3.db" >/dev/null
"$lightbox" export mlflow --store "$store" --output "$out/mlflow2.db" >/dev/null

"$root/.venv-interop/bin/python" "$here/check_exports.py" tensorboard "$out/csv" "$out/events"
"$root/.venv-interop/bin/python" "$here/check_exports.py" mlflow "$out/csv" "$out/mlflow3.db"
"$root/.venv-interop-2/bin/python" "$here/check_exports.py" mlflow "$out/csv" "$out/mlflow2.db"

python=${PYTHON_TORCH:-$root/.venv/bin/python}
if [ -z "${PYTHON_TORCH:-}" ]; then
    sh "$root/scripts/python-environment.sh" "$root/.venv" torch tensorboard safetensors numpy \
        pillow
fi

export MLFLOW_ALLOW_FILE_STORE=true
for kind in 3 2; do
    mlflow=$root/.venv-interop/bin/python
    [ $kind = 3 ] || mlflow=$root/.venv-interop-2/bin/python
    for place in "store$kind.db sqlite:///" "mlruns$kind file://"; do
        name=${place%% *} scheme=${place#* }
        "$mlflow" "$here/check_imports.py" make-mlflow "$scheme$out/$name" 2>/dev/null
        for _ in 1 2; do
            "$lightbox" import mlflow "$out/$name" --store "$out/in-$name.db" >"$out/said"
        done
        grep -q 'runs known; 0 values' "$out/said"
        "$mlflow" "$here/check_imports.py" mlflow "$lightbox" "$out/in-$name.db" \
            "$scheme$out/$name" 2>/dev/null
        "$lightbox" export mlflow --store "$out/in-$name.db" --output "$out/out-$name.db" \
            >/dev/null
        "$mlflow" "$here/check_imports.py" same "$scheme$out/$name" \
            "sqlite:///$out/out-$name.db" 2>/dev/null
    done
done
"$python" "$here/check_imports.py" make-events "$out/made" 2>/dev/null
for _ in 1 2; do
    "$lightbox" import tensorboard "$out/made" --store "$out/made.db" >"$out/said"
done
grep -q 'runs known; 0 values' "$out/said"
"$root/.venv-interop/bin/python" "$here/check_imports.py" events "$lightbox" "$out/made.db" \
    "$out/made"

wandb

"$lightbox" data phantom "$out/data" --count 24 >/dev/null
"$lightbox" sweep "$here/weights.yaml" --data "$out/data" --store "$out/weights.db" >/dev/null
image=$(find "$out/data/MontgomerySet/CXR_png" -name '*.png' | sort | head -n 1)
for run in 1 2 3; do
    "$python" "$here/check_exports.py" weights "$lightbox" "$out/weights.db" "$run" "$image"
done

"$lightbox" data phantom "$out/own/chests" --layout folder --structures lungs,heart --masks labels \
    --count 24 >/dev/null
"$lightbox" sweep "$here/structures.yaml" --data "$out/own" --store "$out/structures.db" >/dev/null
for run in 1 2; do
    "$python" "$here/check_exports.py" structures "$lightbox" "$out/structures.db" "$run" \
        "$out/own/chests/images/chest-001.png" "$out/own/chests/masks/chest-001.png"
done
