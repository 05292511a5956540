// Preloaded by memory.test.ts: says again and again how much memory the process has taken at the most, in KiB.
setInterval(() => {
  process.stdout.write(`${JSON.stringify({ peakKib: process.resourceUsage().maxRSS })}\n`);
}, 50).unref();
