#!/bin/sh
# Runs launch.mjs on the Node that npm has installed with the project, or else on the one of the PATH. npm 10, which comes
# with Node 20 and 22, does not link the project's Node in .bin; then this script does, for `npx` and for processes that
# commands start.
modules=$(dirname "$0")/../node_modules
for node in "$modules"/node-*/bin/node; do
  [ -x "$node" ] || continue
  [ -e "$modules/.bin/node" ] || ln -s "../${node#"$modules"/}" "$modules/.bin/node" 2>/dev/null
  exec "$node" "$(dirname "$0")/launch.mjs" "$@"
done
exec node "$(dirname "$0")/launch.mjs" "$@"
