/** Wraps a contender's handler. Measures each answer, without the transport of the event. */
const { handler: contender } = await import(process.env.MEASURED_BUNDLE);

export async function handler(event, context) {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const answer = await contender(event, context);
  const milliseconds = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  const peakKib = process.resourceUsage().maxRSS;
  return { answer, milliseconds, cpuMicroseconds: user + system, peakKib };
}
