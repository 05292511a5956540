/** The report of a chaos run: the faults, the results, and whether the results are right. */
import { type Reason, REASONS } from './explain-duplicates';
import { FAULT_KINDS, FAULTS } from './faults';
import { type Difference, sum } from '../check-results';
import { formatDifferences, formatRows, type Row } from '../format-report';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatNumber } from '../../cli/shared/format';
import type { ChaosResult } from './run-chaos';

/** Checks that nothing is lost, wrong or stuck. Every duplicate must have an observed reason. */
export const isRight = (result: ChaosResult): boolean =>
  result.stuck === 0 && result.failures === 0 && collectProblems(result).length === 0;

export function formatReport(result: ChaosResult, paint: Paint = paintPlain): string {
  const { faults, judgement, retries } = result;
  const { lost, wrong, inBucket, unexplained, duplicates, story } = judgement;
  const reasons = (Object.keys(REASONS) as Reason[]).filter((reason) => duplicates[reason] > 0);
  const again = sum(Object.values(duplicates)) + unexplained.length;
  const recovery = Number(result.recoverySeconds.toFixed(1));
  const rows: Row[] = [
    ['faults', countFaults(result), `${formatNumber(result.inOutages)} of them in ${result.outages} outages`],
    ...FAULT_KINDS.map((kind): Row => [`  ${kind}`, faults[kind], FAULTS[kind].remark]),
    ['kills', result.kills, 'of the function, by SIGKILL, in an invocation'],
    ['restarts', result.restarts, 'of the event source mapping, from its last checkpoint'],
    ['splits', result.splits, `of shards, and ${formatNumber(result.merges)} merges`],
    [
      'retries',
      retries.requests,
      `requests by the SDK; and ${formatNumber(retries.batches)} batches by the mapping`,
    ],
    '',
    [
      'delivered',
      result.deliveries,
      `records of ${formatNumber(result.contacts)} contacts (${result.emulator})`,
    ],
    ['published', result.published, 'messages'],
    ['  again', again, 'of them for a contact that already had one'],
    ...reasons.map((reason): Row => ['', duplicates[reason], REASONS[reason]]),
    ['recovery', recovery, 'seconds from the last fault until everything was done'],
    '',
    ['lost', lost.length, 'contacts, messages or payloads'],
    ['wrong', wrong.length, 'versions or contents'],
    ['in the bucket', inBucket.length, 'objects that should not be there'],
    ['unexplained', unexplained.length, 'messages that were published again for no observed reason'],
    ['stuck', result.stuck, 'deliveries'],
    ['failed', result.failures, 'invocations whose process was not killed'],
    '',
    formatResultLine(result, paint),
    ...formatDifferences(collectProblems(result)),
    ...(story.length > 0 ? ['The exchanges of the first unexplained one, in milliseconds:'] : []),
    ...story.map((seen) => `  ${seen}`),
  ];
  return formatRows(rows, 16, 8);
}

/** Formats the whole result in one line, to compare runs. */
export function formatResultLine(result: ChaosResult, paint: Paint = paintPlain): string {
  const { judgement, settings, kills, restarts, splits, merges, stuck, recoverySeconds } = result;
  const { lost, wrong, inBucket, unexplained, duplicates } = judgement;
  const numbers = [
    `seed ${settings.seed}`,
    `${formatNumber(countFaults(result))} faults`,
    `${kills} kills`,
    `${restarts} restarts`,
    `${splits} splits`,
    `${merges} merges`,
    `lost ${lost.length}`,
    `wrong ${wrong.length + inBucket.length}`,
    `stuck ${stuck}`,
    `again ${sum(Object.values(duplicates))} explained, ${unexplained.length} not`,
    `recovery ${recoverySeconds.toFixed(1)} s`,
  ];
  const verdict = isRight(result) ? paint('green', 'OK') : paint('red', 'FAILED');
  return `${numbers.join(', ')}: ${verdict}`;
}

const collectProblems = ({
  judgement: { lost, wrong, inBucket, unexplained },
}: ChaosResult): Difference[] => [...lost, ...wrong, ...inBucket, ...unexplained];

const countFaults = ({ faults }: ChaosResult): number => sum(Object.values(faults));
