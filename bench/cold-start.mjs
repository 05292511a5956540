/**
 * A process from its start to the first answer of a handler: `cold-start.mjs BUNDLE EVENT`, both files. Prints the
 * milliseconds, and ends.
 */
import { readFileSync } from 'node:fs';

const [bundle, eventFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const { handler } = await import(bundle);
await handler(event, { awsRequestId: 'cold-start', getRemainingTimeInMillis: () => 60_000 });
// From the start of the process, as Node knows it.
const milliseconds = performance.now();
process.stderr.write(`${JSON.stringify({ milliseconds })}\n`, () => process.exit(0));
