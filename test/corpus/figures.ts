/**
 * Measures what each hostile payload takes, through all steps, and prints a line of JSON for each:
 *
 *     npx tsx test/corpus/figures.ts
 *
 * A process of its own, as Jest's sandbox makes every use of a global slow. With `until-within-limits` behind it, a
 * measurement ends at the first run within the limit.
 */
import { abandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { driftOf } from '../../lambda/contact-records/contact-record/drift';
import { decode } from '../../lambda/contact-records/decode';
import { marshal } from '../../lambda/contact-records/marshal';
import { messageFor } from '../../lambda/contact-records/message';
import { cpuMs } from './cpu-time';
import { HOSTILE, SLOW_TO_PARSE } from './hostile';

/** Milliseconds that each may take; those that are slow to parse, beside what `JSON.parse` takes. */
export const LIMIT_MS = 50;
export const LIMIT_BESIDE_PARSE_MS = 75;

export interface Figure {
  readonly what: string;
  readonly outcome: string;
  /** Of the best run, milliseconds: all steps, and `JSON.parse` of the same text alone. */
  readonly ms: number;
  readonly parseMs: number;
  /** How much slower the machine was than the one that the limits are for; 1 where the limit was kept anyway. */
  readonly slowdown: number;
}

const RUNS = 30;
const RUNS_OF_PARSE = 8;

/** What `JSON.parse` takes for a megabyte of brackets where nothing else runs: the machine that the limits are for. */
const BRACKETS_MS = 28;

function measure(endsEarly: boolean): void {
  for (const [what, text] of Object.entries({ ...HOSTILE, ...SLOW_TO_PARSE })) {
    const base64 = Buffer.from(text).toString('base64');
    const outcome = allSteps(base64);
    const parseMs = best(() => parse(text), RUNS_OF_PARSE);
    const limit = what in SLOW_TO_PARSE ? parseMs + LIMIT_BESIDE_PARSE_MS : LIMIT_MS;
    const ms = best(() => allSteps(base64), RUNS, endsEarly ? limit : 0);
    const slowdown = ms < limit ? 1 : Math.max(1, best(() => parse(BRACKETS), RUNS_OF_PARSE) / BRACKETS_MS);
    const figure: Figure = { what, outcome, ms, parseMs, slowdown };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
}

const BRACKETS = '['.repeat(1_000_000);

function allSteps(base64: string): string {
  const decoded = decode(base64);
  if (decoded.kind !== 'contact-record') return decoded.kind === 'ignored' ? 'ignored' : decoded.reason;
  driftOf(decoded.record);
  abandoned(decoded.record);
  messageFor(decoded.record, decoded.text);
  marshal(decoded.item);
  return decoded.kind;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // some are no JSON
  }
}

/** On a machine that does other things as well, one run says little, and the time of the processor more than the time. */
function best(run: () => unknown, runs: number, limitMs = 0): number {
  let best = Infinity;
  for (let i = 0; i < runs && best >= limitMs; i++) {
    const [startedAt, cpuStartedAt] = [performance.now(), cpuMs()];
    run();
    // The time of the processor counts helpers that collect garbage beside us; the time of day, waiting for a processor.
    best = Math.min(best, performance.now() - startedAt, cpuMs() - cpuStartedAt);
  }
  return Math.round(best * 10) / 10;
}

if (require.main === module) measure(process.argv[2] === 'until-within-limits');
