/** Says how fast something goes, and how long it will take: by what was done lately, as the beginning tells little. */
import { grouped } from './progress';

interface Sample {
  at: number;
  count: number;
  share: number;
}

const WINDOW_MS = 30_000;
const LEAST_MS = 2_000;

/**
 * Makes a function that takes how many are done and how much of the whole that is (0 to 1), and returns words, or none as
 * long as there is little to go by.
 *
 * @param now - milliseconds
 */
export function paceFrom(now: () => number): (count: number, share: number) => string {
  let samples: Sample[] = [];
  return (count, share) => {
    const at = now();
    samples.push({ at, count, share });
    samples = samples.filter((sample, i) => sample.at >= at - WINDOW_MS || i === samples.length - 1);
    const first = samples[0] ?? { at, count, share };
    const ms = at - first.at;
    if (ms < LEAST_MS) return '';
    const rate = `${grouped(Math.round(((count - first.count) * 1000) / ms))} a second`;
    if (share <= first.share || share >= 1) return rate;
    return `${rate}, ${duration((ms * (1 - share)) / (share - first.share) / 1000)} left`;
  };
}

export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${grouped(Math.round(minutes / 60))} h`;
}
