#!/bin/sh
# Uses what the recipes added as a user would. Usage: sweep.sh LIGHTBOX
set -eu
lightbox=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LIGHTBOX_CACHE=""
fail() {
    echo "test-recipes: FAILED: $*" >&2
    exit 1
}
has() { grep -q -e "$1" "$2" || { cat "$2" >&2; fail "no '$1' in $2"; }; }

# The data set of the recipe, in the recipe's format: gray maps with a bright disk each.
folder=data/Lesions
mkdir -p "$folder/images" "$folder/masks"
draw() { # INSIDE OUTSIDE NOISE COLUMN
    printf 'P5\n32 32\n255\n'
    LC_ALL=C awk -v inside="$1" -v outside="$2" -v noise="$3" -v column="$4" 'BEGIN {
        for (row = 0; row < 32; row++) for (place = 0; place < 32; place++) {
            isInside = (row - 16) ^ 2 + (place - column) ^ 2 < 64
            printf "%c", (isInside ? inside : outside) + (row * 7 + place * 13 + column) % (noise + 1)
        }
    }'
}
for patient in 101 102 103 104 105 106 107 108 109 110; do
    for class in 0 1; do
        column=$((patient - 94 + class))
        draw 90 30 20 "$column" >"$folder/images/P${patient}_$class.pgm"
        draw 127 1 0 "$column" >"$folder/masks/P${patient}_$class.pgm"
    done
done

cat >all.yaml <<'YAML'
name: all
report: sweep rows=dataset,model,loss,procedure values=dice,volume-similarity
grid:
  dataset: lesions
  model: plain-net
  loss: squared-error
  procedure: pseudo-labels
  labels: 50
train: {epochs: 8, batch: 4, image: 32, width: 8, learning-rate: 0.01, pseudo-weight: [0.1, 0.3]}
YAML
"$lightbox" data list --data data >list
has 'lesions .*20' list
"$lightbox" data check lesions --data data >check || { cat check >&2; fail "data check"; }
"$lightbox" sweep all.yaml --data data >sweep 2>&1 || { cat sweep >&2; fail "sweep"; }
has '2 to train' sweep
for word in PlainNet SE Pseudo-labels VS; do has "$word" results/all.md; done
"$lightbox" sweep all.yaml --data data >again 2>&1
has 'nothing to train' again
"$lightbox" report sweep --values volume-similarity --format csv --output vs.csv >/dev/null
has 'volume-similarity' vs.csv
"$lightbox" predict --run 1 --image "$folder/images/P101_0.pgm" --output mask.png >predicted
has '^mask.png: 32 x 32' predicted
"$lightbox" predict --help >help
has 'PGM' help
"$lightbox" train --help >help
has 'pseudo-weight' help
cat results/all.md
