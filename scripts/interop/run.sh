#!/bin/sh
# Exports a store and opens the exports with MLflow 3, MLflow 2.9, TensorBoard and, where it is
# installed, PyTorch. Usage: run.sh LIGHTBOX STORE [IMAGE]
# The Python packages come from PyPI into .venv-interop and .venv-interop-2; PYTHON_TORCH names a
# Python that has torch, safetensors, numpy and pillow.
set -eu
lightbox=$1 store=$2 image=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

environment() { # environment FOLDER PACKAGES...
    folder=$1
    shift
    [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
environment "$root/.venv-interop" mlflow tensorboard
environment "$root/.venv-interop-2" 'mlflow==2.9.2' 'sqlalchemy<2.1' 'setuptools<80'

"$lightbox" export csv --store "$store" --output "$out/csv" >/dev/null
"$lightbox" export tensorboard --store "$store" --output "$out/events" >/dev/null
"$lightbox" export mlflow --store "$store" --output "$out/mlflow3.db" >/dev/null
"$lightbox" export mlflow --store "$store" --output "$out/mlflow2.db" >/dev/null

"$root/.venv-interop/bin/python" "$here/check_exports.py" tensorboard "$out/csv" "$out/events"
"$root/.venv-interop/bin/python" "$here/check_exports.py" mlflow "$out/csv" "$out/mlflow3.db"
"$root/.venv-interop-2/bin/python" "$here/check_exports.py" mlflow "$out/csv" "$out/mlflow2.db"

python=${PYTHON_TORCH:-python3}
if [ -z "$image" ]; then
    echo "weights: skipped, no image named"
elif "$python" -c 'import torch, safetensors, numpy, PIL' 2>/dev/null; then
    run=$("$lightbox" query --store "$store" --format csv \
        "SELECT run FROM result WHERE name = 'dice' AND weights = 'best' AND split = 'test'
         ORDER BY mean DESC LIMIT 1" | tail -n 1 | tr -d '\r')
    "$python" "$here/check_exports.py" weights "$lightbox" "$store" "$run" "$image"
else
    echo "weights: skipped, $python has no torch, safetensors, numpy and pillow (set PYTHON_TORCH)"
fi
