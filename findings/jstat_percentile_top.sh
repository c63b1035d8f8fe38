#!/usr/bin/env bash
# jStat 1.9.6 (npm): percentiles between the two largest values are not interpolated.
#
# Expected: percentile(data, k) interpolates between neighbours, as Excel's PERCENTILE.INC and numpy's
#   default do: the 0.9 percentile of 1, 2, 3, 4 is 3.7, the 0.99 percentile 3.97.
# Seen: between the two largest values it gives the smaller one: 3 for both, and 3 for all k from 2/3
#   up to 1, where it jumps to 4. Below, it interpolates: 0.5 gives 2.5.
# Source: observed; values of PERCENTILE.INC by its published definition.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent jstat@1.9.6 >/dev/null
seen=$(node -e '
  const { percentile } = require("jstat").jStat;
  console.log([0.5, 0.7, 0.9, 0.99, 1].map((k) => percentile([1, 2, 3, 4], k)).join(" "));')
echo "$seen"
[ "$seen" = "2.5 3 3 3 4" ]
