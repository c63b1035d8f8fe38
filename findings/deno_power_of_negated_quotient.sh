#!/usr/bin/env bash
# Deno 2.9.6 runs `2 ** -(1 / 4)` of a TypeScript file as `2 ** -1 / 4`: 0.125 in place of 0.84.
#
# Expected: the exponent is the negated quotient, or product, in its parentheses, as in JavaScript.
# Seen:     where both of its numbers are literals, what TypeScript is transpiled to has lost the
#           parentheses: `-(1 / 4)` became `-1 / 4`, which alone is the same, and is not after `**`.
#           With a variable in it, and in a .js file, it is right.
#           `deno check` and `deno lint` say nothing; `deno bundle` prints the wrong expression.
# Version:  deno 2.9.6 (npm), Linux.
# Source:   the text that `deno bundle` prints.
#
# Rates that fall by half are written so: `2 ** -(1 / 1000)` as the smoothing of an average gives 0.0005.
# Prints what it sees, and ends with 1 once that changes. Needs npm.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent deno@2.9.6 >/dev/null
export DENO_DIR=$folder/cache
cat >power.ts <<'TS'
const one: number = 1;
console.log(2 ** -(1 / 4), 2 ** -(2 * 3), 2 ** -(one / 4), 0.5 ** (1 / 4));
TS
sed 's/: number//' power.ts >power.js
typescript=$(npx deno run power.ts)
javascript=$(npx deno run power.js)
echo "TypeScript: $typescript"
echo "JavaScript: $javascript"
[ "$typescript" = "0.125 0.75 0.8408964152537145 0.8408964152537145" ]
[ "$javascript" = "0.8408964152537145 0.015625 0.8408964152537145 0.8408964152537145" ]
