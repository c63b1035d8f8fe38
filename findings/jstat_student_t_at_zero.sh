#!/usr/bin/env bash
# jStat 1.9.6 (npm): Student's t distribution at 0 is not one half.
#
# Expected: studentt.cdf(0, degrees) is 0.5 for any degrees of freedom, as the distribution is
#   symmetric; so a two-sided p-value, 2 (1 - cdf(|t|)), is at most 1.
# Seen: above a half by 1.8e-8 for 1 degree of freedom and by 2.8e-9 for 5, below by 5.1e-9 for 3. Twice
#   the tail beyond 0 is then above 1 for 3 degrees, which Holm's correction rightly refuses.
# Source: observed; the value follows from the distribution's symmetry.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent jstat@1.9.6 >/dev/null
seen=$(node -e '
  const { cdf } = require("jstat").jStat.studentt;
  console.log([1, 2, 3, 5].map((degrees) => (cdf(0, degrees) - 0.5).toExponential(1)).join(" "));
  console.log(2 * (1 - cdf(0, 3)) > 1);')
echo "$seen"
[ "$seen" = "1.8e-8 2.2e-16 -5.1e-9 2.8e-9
true" ]
