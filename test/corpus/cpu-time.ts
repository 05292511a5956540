/**
 * Milliseconds of the processor that this process has used so far: unlike the time of day, they don't go on while the
 * machine does something else.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
