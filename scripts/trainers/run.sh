#!/bin/sh
# The Python package's tests, with NumPy and without, and every example of examples/trainers swept over a
# small data set. Usage: run.sh LIGHTBOX. What an example needs comes from PyPI into `.venv-trainers`; one that cannot be had is skipped.
set -eu
lightbox=$(realpath "$1")
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1

python3 -m unittest discover python/tests
sh scripts/python-environment.sh .venv-trainers numpy || exit 0
.venv-trainers/bin/python -m unittest discover python/tests
PYTHONPATH=$(pwd)/python
PATH=$(pwd)/.venv-trainers/bin:$PATH
export PYTHONPATH PATH

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$lightbox" data phantom "$folder/data" --count 16 --size 64 --seed 3 >/dev/null

sweep() {
    example=$1
    shift
    sh scripts/python-environment.sh .venv-trainers "$@" || return 0
    "$lightbox" sweep "examples/trainers/$example.yaml" --data "$folder/data" --store "$folder/r.db" \
        --set image=64 --set seed=1 $options
    open=$("$lightbox" query "SELECT count(*) FROM run WHERE state <> 'completed'" \
        --store "$folder/r.db" --format csv | tail -1)
    [ "$open" = 0 ] || { echo "$example: $open runs are not completed" >&2; exit 1; }
}

options="--set epochs=2"
sweep minimal numpy
options="--set trees=20"
sweep scikit scipy scikit-learn
options="--set epochs=2 --set width=4"
sweep pytorch torch
sweep monai torch monai
options="--set epochs=2"
sweep smp torch segmentation-models-pytorch
options="--set epochs=2 --set width=4 --set iterations=5 --set batch=4"
sweep nnunet torch nnunetv2
"$lightbox" report sweep --rows model,loss --store "$folder/r.db"
"$lightbox" check --store "$folder/r.db"
