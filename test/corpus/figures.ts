/**
 * Measures what each hostile payload takes, and prints a line of JSON for each:
 *
 *     npx tsx test/corpus/figures.ts [TURNS]
 *
 * A process of its own, as Jest's sandbox makes every use of a global slow. Without a number of turns, a payload is
 * measured only until it keeps the limits.
 */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { findDrift } from '../../lambda/contact-records/contact-record/drift';
import { type Decoded, decode } from '../../lambda/contact-records/steps/decode';
import { marshal } from '../../lambda/contact-records/json/marshal';
import { createMessage } from '../../lambda/contact-records/steps/message';
import { cpuMs } from './cpu-time';
import { HOSTILE, SLOW_TO_PARSE } from './hostile';

/**
 * Upper bound in milliseconds for the decision on a payload; `JSON.parse` is not counted for those that are slow to
 * parse.
 */
export const LIMIT_MS = 50;

/** Milliseconds, each of the best run. */
interface Times {
  /** To decode the payload, compare it with the model and decide whether it is abandoned. */
  readonly ms: number;
  /** Its message and its item, as they go out. */
  readonly outMs: number;
  /** `JSON.parse` of the same text alone, if that is slow; otherwise 0. */
  readonly parseMs: number;
  /** `JSON.parse` of a megabyte of brackets, if the first turns exceeded a limit; otherwise 0. */
  readonly bracketsMs: number;
}

export interface Figure extends Times {
  readonly what: string;
  readonly outcome: string;
}

/** Turns before the machine's slowdown is measured, which takes longer. */
const FIRST_TURNS = 3;
/** Turns for the times that raise a limit, at least: they must be of undisturbed runs. */
const TURNS_OF_REFERENCES = 8;
const MOST_TURNS = 30;

/** What `JSON.parse` takes for a megabyte of brackets where nothing else runs: the machine that the limits are for. */
const BRACKETS_MS = 28;
const BRACKETS = '['.repeat(1_000_000);

function measure(turns?: number): void {
  for (const [what, text] of Object.entries({ ...HOSTILE, ...SLOW_TO_PARSE })) {
    const base64 = Buffer.from(text).toString('base64');
    const decided = decide(base64);
    const outcome = 'reason' in decided ? decided.reason : decided.kind;
    const payload = {
      ms: () => decide(base64),
      outMs: () => {
        goOut(decided);
      },
    };
    const parsing = what in SLOW_TO_PARSE && { parseMs: () => parse(text) };
    const first = parsing ? TURNS_OF_REFERENCES : FIRST_TURNS;
    let best = bestOfTurns(payload, { ...parsing }, first, turns);
    if (!isWithinLimits(best)) {
      const references = { ...parsing, bracketsMs: () => parse(BRACKETS) };
      best = bestOfTurns(payload, references, MOST_TURNS, turns);
    }
    const figure: Figure = { what, outcome, ...best };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
}

/**
 * The times without that of `JSON.parse` if that is slow, in milliseconds of the machine that the limits are for.
 */
export function normalize({ ms, outMs, parseMs, bracketsMs }: Times): Pick<Times, 'ms' | 'outMs'> {
  const slowdown = Math.max(1, bracketsMs / BRACKETS_MS);
  return { ms: (ms - parseMs) / slowdown, outMs: outMs / slowdown };
}

function isWithinLimits(times: Times): boolean {
  const { ms, outMs } = normalize(times);
  return ms < LIMIT_MS && outMs < LIMIT_MS;
}

type Runs = Partial<Record<keyof Times, () => unknown>>;

/**
 * Measures in turns: what makes the machine slow for a while then makes nothing alone slow.
 *
 * @param payload - measured only while it exceeds a limit, unless a number of turns is given
 * @param references - times that raise a limit
 */
function bestOfTurns(payload: Runs, references: Runs, most: number, turns?: number): Times {
  const best = { ms: Infinity, outMs: Infinity, parseMs: 0, bracketsMs: 0 };
  for (const what of Object.keys(references) as (keyof Times)[]) best[what] = Infinity;
  const measureRuns = (runs: Runs) => {
    for (const [what, run] of Object.entries(runs) as [keyof Times, () => unknown][])
      best[what] = Math.min(best[what], measureRun(run));
  };
  const least = turns ?? (Object.keys(references).length > 0 ? TURNS_OF_REFERENCES : 1);
  for (let turn = 1; turn <= least || (turn <= most && !isWithinLimits(best)); turn++) {
    measureRuns(references);
    if (turns !== undefined || !isWithinLimits(best)) measureRuns(payload);
  }
  return best;
}

/** On a machine that does other things as well, one run says little, and the time of the processor more than the time. */
function measureRun(run: () => unknown): number {
  const [startedAt, cpuStartedAt] = [performance.now(), cpuMs()];
  run();
  // CPU time includes parallel garbage collection; wall-clock time includes waiting for a processor.
  return Number(Math.min(performance.now() - startedAt, cpuMs() - cpuStartedAt).toFixed(1));
}

function decide(base64: string): Decoded {
  const decoded = decode(base64);
  if (decoded.kind === 'contact-record') {
    findDrift(decoded.record);
    decideAbandoned(decoded.record);
  }
  return decoded;
}

function goOut(decoded: Decoded): void {
  if (decoded.kind !== 'contact-record') return;
  createMessage(decoded.record, decoded.text);
  marshal(decoded.item);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // some are no JSON
  }
}

if (require.main === module) measure(process.argv[2] ? Number(process.argv[2]) : undefined);
