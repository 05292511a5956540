/** Runs a handler once, and prints the milliseconds since the process started: `cold-start.mjs BUNDLE EVENT`. */
import { readFileSync } from 'node:fs';

const [bundle, eventFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const { handler } = await import(bundle);
await handler(event, { awsRequestId: 'cold-start', getRemainingTimeInMillis: () => 60_000 });
const milliseconds = performance.now();
process.stdout.write(`\n${milliseconds}\n`, () => process.exit(0));
