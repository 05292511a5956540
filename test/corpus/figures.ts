/**
 * Measures what each hostile payload takes, and prints a line of JSON for each:
 *
 *     npx tsx test/corpus/figures.ts
 *
 * A process of its own, as Jest's sandbox makes every use of a global slow. With `until-within-limits` behind it, a
 * measurement ends at the first run within the limit.
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

export interface Figure {
  readonly what: string;
  readonly outcome: string;
  /** Of the best run, milliseconds: to decode it, compare it with the model and decide whether it is abandoned. */
  readonly ms: number;
  /** Its message and its item, as they go out. */
  readonly outMs: number;
  /** `JSON.parse` of the same text alone; 0 if no limit needs it and the measurement ends early. */
  readonly parseMs: number;
  /** How much slower the machine was than the one that the limits are for; 1 if the first runs kept the limits. */
  readonly slowdown: number;
}

const RUNS = 30;
const RUNS_OF_PARSE = 8;
/** If these runs exceed a limit, the slowdown of the machine is measured, which takes longer. */
const FIRST_RUNS = 3;

/** What `JSON.parse` takes for a megabyte of brackets where nothing else runs: the machine that the limits are for. */
const BRACKETS_MS = 28;

function measure(endsEarly: boolean): void {
  for (const [what, text] of Object.entries({ ...HOSTILE, ...SLOW_TO_PARSE })) {
    const base64 = Buffer.from(text).toString('base64');
    const decided = decide(base64);
    const outcome = 'reason' in decided ? decided.reason : decided.kind;
    const isSlowToParse = what in SLOW_TO_PARSE;
    const parseMs = isSlowToParse || !endsEarly ? best(() => parse(text), RUNS_OF_PARSE) : 0;
    const measureWithin = (slowdown: number, runs: number) => {
      const outLimitMs = LIMIT_MS * slowdown;
      const limitMs = isSlowToParse ? parseMs + outLimitMs : outLimitMs;
      const ms = best(() => decide(base64), runs, endsEarly ? limitMs : 0);
      const outMs = best(
        () => {
          goOut(decided);
        },
        runs,
        endsEarly ? outLimitMs : 0,
      );
      return { ms, outMs, slowdown, isWithin: ms < limitMs && outMs < outLimitMs };
    };
    let measured = measureWithin(1, endsEarly ? FIRST_RUNS : RUNS);
    if (!measured.isWithin) measured = measureWithin(measureSlowdown(), RUNS);
    const { ms, outMs, slowdown } = measured;
    const figure: Figure = { what, outcome, ms, outMs, parseMs, slowdown };
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
}

const measureSlowdown = () => Math.max(1, best(() => parse(BRACKETS), RUNS_OF_PARSE) / BRACKETS_MS);

const BRACKETS = '['.repeat(1_000_000);

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

/** On a machine that does other things as well, one run says little, and the time of the processor more than the time. */
function best(run: () => unknown, runs: number, limitMs = 0): number {
  let best = Infinity;
  for (let i = 0; i < runs && best >= limitMs; i++) {
    const [startedAt, cpuStartedAt] = [performance.now(), cpuMs()];
    run();
    // CPU time includes parallel garbage collection; wall-clock time includes waiting for a processor.
    best = Math.min(best, performance.now() - startedAt, cpuMs() - cpuStartedAt);
  }
  return Math.round(best * 10) / 10;
}

if (require.main === module) measure(process.argv[2] === 'until-within-limits');
