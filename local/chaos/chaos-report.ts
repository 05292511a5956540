/**
 * What a run says at its end: what went wrong, what came out, and whether that is right.
 */
import { type Reason, REASONS } from './duplicates';
import { FAULT_KINDS, FAULTS } from './faults';
import type { Difference } from '../check-results';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatNumber } from '../../cli/shared/format';
import { type Outcome, sumOf } from './run-chaos';

const MOST_DIFFERENCES = 10;

const faultsIn = ({ faults }: Outcome): number => sumOf(Object.values(faults));

/** Nothing lost, wrong, stuck, in the bucket without a reason, or twice without a reason that was seen. */
export const isRight = (outcome: Outcome): boolean =>
  outcome.stuck === 0 && outcome.failures === 0 && problemsIn(outcome).length === 0;

export function printed(outcome: Outcome, paint: Paint = paintPlain): string {
  const { faults, judgement, retries } = outcome;
  const { lost, wrong, inBucket, unexplained, twice } = judgement;
  const reasons = (Object.keys(REASONS) as Reason[]).filter((reason) => twice[reason] > 0);
  const lines = [
    line(
      'faults',
      faultsIn(outcome),
      `${formatNumber(outcome.inOutages)} of them in ${outcome.outages} outages`,
    ),
    ...FAULT_KINDS.map((kind) => line(`  ${kind}`, faults[kind], FAULTS[kind].remark)),
    line('kills', outcome.kills, 'of the function, by SIGKILL, in an invocation'),
    line('restarts', outcome.restarts, 'of the event source mapping, from its last checkpoint'),
    line(
      'retries',
      retries.requests,
      `requests by the SDK; and ${formatNumber(retries.batches)} batches by the mapping`,
    ),
    '',
    line(
      'delivered',
      outcome.deliveries,
      `records of ${formatNumber(outcome.contacts)} contacts (${outcome.emulator})`,
    ),
    line('published', outcome.published, 'messages'),
    line('  again', sumOf(Object.values(twice)) + unexplained.length, 'of them for a contact that had one'),
    ...reasons.map((reason) => line('', twice[reason], REASONS[reason])),
    line(
      'recovery',
      Number(outcome.recoverySeconds.toFixed(1)),
      'seconds after the last fault until all was done',
    ),
    '',
    line('lost', lost.length, 'contacts, messages or payloads'),
    line('wrong', wrong.length, 'versions or contents'),
    line('in the bucket', inBucket.length, 'objects that should not be there'),
    line('unexplained', unexplained.length, 'messages that went out again for no reason that was seen'),
    line('stuck', outcome.stuck, 'deliveries'),
    line('failed', outcome.failures, 'invocations that nobody killed'),
    '',
    resultLine(outcome, paint),
  ];
  return [...lines, ...listed(problemsIn(outcome)), ...told(judgement.story)]
    .map((text) => `${text}\n`)
    .join('');
}

/** All of it in one line, for comparing runs. */
function resultLine(outcome: Outcome, paint: Paint): string {
  const { judgement, settings, kills, restarts, stuck, recoverySeconds } = outcome;
  const { lost, wrong, inBucket, unexplained, twice } = judgement;
  const numbers = [
    `seed ${settings.seed}`,
    `${formatNumber(faultsIn(outcome))} faults`,
    `${kills} kills`,
    `${restarts} restarts`,
    `lost ${lost.length}`,
    `wrong ${wrong.length + inBucket.length}`,
    `stuck ${stuck}`,
    `again ${sumOf(Object.values(twice))} explained, ${unexplained.length} not`,
    `recovery ${recoverySeconds.toFixed(1)} s`,
  ];
  const verdict = isRight(outcome) ? paint('green', 'holds') : paint('red', 'DOES NOT HOLD');
  return `${numbers.join(', ')}: ${verdict}`;
}

const problemsIn = ({ judgement: { lost, wrong, inBucket, unexplained } }: Outcome): Difference[] => [
  ...lost,
  ...wrong,
  ...inBucket,
  ...unexplained,
];

const line = (name: string, number: number, remark: string) =>
  `${name.padEnd(16)}${formatNumber(number).padStart(8)}   ${remark}`;

const told = (story: string[]): string[] =>
  story.length === 0
    ? []
    : [
        'What was seen of the first that nothing explains, in milliseconds:',
        ...story.map((seen) => `  ${seen}`),
      ];

function listed(differences: Difference[]): string[] {
  const first = differences
    .slice(0, MOST_DIFFERENCES)
    .map(({ kind, id }) => `  ${kind}: ${id.slice(0, 100)}`);
  const more = differences.length - first.length;
  return [...first, ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])];
}
