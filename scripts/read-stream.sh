#!/usr/bin/env bash
# Prints the records of a Kinesis stream that arrived between two times, one a line, for `npm run backfill`.
set -euo pipefail

usage='Usage: scripts/read-stream.sh STREAM FROM UNTIL > FILE, with times like 2026-03-05T09:00:00Z'
is_time='process.exit(process.argv.slice(1).every((time) => Date.parse(time)) ? 0 : 1)'
[ $# -eq 3 ] && node -e "$is_time" "$2" "$3" || { echo "$usage" >&2; exit 2; }

page=$(mktemp)
trap 'rm -f "$page"' EXIT
trap 'echo "Reading the stream $1 failed: the output is incomplete. Run the command again." >&2' ERR

# Writes the records of a page to descriptor 3. Prints the next iterator, or None after the last page.
write_page='
  const fs = require("node:fs");
  const [file, until] = process.argv.slice(1);
  const { Records, NextShardIterator, MillisBehindLatest } = JSON.parse(fs.readFileSync(file));
  for (const { Data } of Records)
    fs.writeFileSync(3, Buffer.concat([Buffer.from(Data, "base64"), Buffer.from("\n")]));
  const isLast = MillisBehindLatest === 0 || Date.now() - MillisBehindLatest > Date.parse(until);
  console.log(isLast ? "None" : (NextShardIterator ?? "None"));'

exec 3>&1
shards=$(aws kinesis list-shards --stream-name "$1" --output text --query 'Shards[].ShardId')
for shard in $shards; do
  next=$(aws kinesis get-shard-iterator --stream-name "$1" --shard-id "$shard" --output text \
    --shard-iterator-type AT_TIMESTAMP --timestamp "$2" --query ShardIterator)
  while [ "$next" != None ]; do
    aws kinesis get-records --shard-iterator "$next" --limit 1000 --output json > "$page"
    next=$(node -e "$write_page" "$page" "$3")
  done
done
