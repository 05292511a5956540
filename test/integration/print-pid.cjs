// Preloaded by connections.test.ts: says which process to stop.
process.stdout.write(`${JSON.stringify({ pid: process.pid })}\n`);
