#!/bin/sh
# Trains every network of the registry on phantoms, exports each to ONNX, and compares what ONNX Runtime and
# OpenVINO say of 20 images with `lightbox predict`: masks, probabilities, classes. Usage: run.sh LIGHTBOX
# The Python packages come from PyPI, into .venv-onnx.
set -eu
lightbox=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
sh "$root/scripts/python-environment.sh" "$root/.venv-onnx" \
    onnx onnxruntime openvino numpy pillow || exit 0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The names of networks as the program's reference has them.
networks=$(sed -n '/^## Networks/,/^## Classifiers/s/^| `\([^`]*\)`.*/\1/p' \
    "$root/docs/reference/names.md" | paste -sd, -)
sed "s/NETWORKS/$networks/" "$here/networks.yaml" >"$out/networks.yaml"

"$lightbox" data phantom "$out/data" --count 24 --size 64 >/dev/null
"$lightbox" data phantom "$out/data/chests" --layout folder --structures lungs,heart --masks labels \
    --count 24 --size 64 >/dev/null
for experiment in "$out/networks.yaml" "$here/structures.yaml" "$here/critics.yaml" \
    "$here/classes.yaml"; do
    "$lightbox" sweep "$experiment" --data "$out/data" --store "$out/s.db" >"$out/said" 2>&1 || {
        cat "$out/said" >&2
        exit 1
    }
done
"$root/.venv-onnx/bin/python" "$here/check.py" "$lightbox" "$out/s.db" "$out/data" "$out"
