/**
 * Explains why a message was published more than once. The only allowed cause: SNS accepted the message, but the function
 * could not record that. So each duplicate must have an observed reason.
 */
import type { Exchange } from './proxy';

export const REASONS = {
  'answer-lost': 'SNS accepted, and its answer was lost',
  'answer-late': 'SNS accepted, and the function had stopped waiting',
  'completion-failed': 'SNS accepted, and the ledger could not record it',
  'process-ended': 'SNS accepted, and the process was killed',
} as const;
export type Reason = keyof typeof REASONS;

/** The function waits 3 s for an answer; on a busy machine a request reaches the proxy up to a second late. */
const TIMEOUT_MS = 2_000;

/**
 * Explains why SNS accepted a contact's message more than once.
 *
 * The result has a reason for each acceptance except one: the acceptance that the ledger recorded. If the ledger recorded
 * none, the exception is the last acceptance, because a slow emulator may accept the first attempt after the second. A
 * reason is `undefined` if no observation explains the acceptance.
 *
 * @param exchanges - all exchanges of this contact
 * @param endOf - returns when a process of the function ended, or `undefined` if it did not
 */
export function explainDuplicates(
  exchanges: readonly Exchange[],
  endOf: (process: string) => number | undefined,
): (Reason | undefined)[] {
  const accepted = exchanges
    .filter(({ operation }) => operation === 'publish')
    .filter(({ acted, emulatorFailed }) => isOk(acted) || emulatorFailed)
    .sort((a, b) => getAcceptanceTime(a) - getAcceptanceTime(b));
  const getCompletion = ({ acted }: Exchange) => findCompletionTime(acted?.messageId, exchanges);
  const recorded = accepted.find((publish) => getCompletion(publish) !== undefined);
  const knownSince = (recorded && getCompletion(recorded)) ?? Infinity;
  const counts = recorded ?? accepted.at(-1);
  const explain = (publish: Exchange) => explainAcceptance(publish, exchanges, endOf(publish.process));
  return accepted
    .filter((publish) => publish !== counts)
    .map((publish) => (publish.startedAt > knownSince ? undefined : explain(publish)));
}

/** Formats a contact's exchanges: milliseconds since the first one, and ids. It shows no values of the record. */
export function formatExchanges(
  exchanges: readonly Exchange[],
  endOf: (process: string) => number | undefined,
): string[] {
  const begin = exchanges[0]?.startedAt ?? 0;
  const since = (at: number | undefined) => (at === undefined ? 'never' : String(Math.round(at - begin)));
  return exchanges.map(({ operation, process, attempt, messageId, fault, ...seen }) =>
    [
      `${since(seen.startedAt)}: ${operation} by ${process}, attempt ${attempt}`,
      messageId ?? seen.acted?.messageId ?? 'no message id',
      fault ?? 'no fault',
      `acted ${since(seen.acted?.at)} (${seen.acted?.status ?? 'no status'})`,
      `handed over ${since(seen.handedAt)}`,
      `hung up ${since(seen.closedAt)}`,
      `process ended ${since(endOf(process))}`,
    ].join(', '),
  );
}

/** Finds when the ledger recorded a message, if it did. */
const findCompletionTime = (messageId: string | undefined, exchanges: readonly Exchange[]) =>
  selectCompletions(messageId, exchanges).find(({ acted }) => isOk(acted))?.acted?.at;

const selectCompletions = (id: string | undefined, exchanges: readonly Exchange[]) =>
  exchanges.filter(
    ({ operation, messageId }) => id !== undefined && operation === 'complete' && messageId === id,
  );

function explainAcceptance(
  publish: Exchange,
  exchanges: readonly Exchange[],
  processEndedAt: number | undefined,
): Reason | undefined {
  const completions = selectCompletions(publish.acted?.messageId, exchanges);
  if (completions.length > 0) {
    // The ledger recorded it, or refused because another process had the claim: no duplicate is allowed.
    const hasReached = completions.some(({ acted }) => acted !== undefined && acted.status < 500);
    return hasReached ? undefined : 'completion-failed';
  }
  if (publish.fault !== undefined || publish.emulatorFailed) return 'answer-lost';
  // A request that a killed process had sent may be accepted after its end.
  if (processEndedAt !== undefined && processEndedAt >= publish.startedAt) return 'process-ended';
  const end = publish.closedAt ?? Infinity;
  const wasLate = publish.handedAt === undefined || end - publish.startedAt >= TIMEOUT_MS;
  return Number.isFinite(end) && wasLate ? 'answer-late' : undefined;
}

const isOk = (acted: Exchange['acted']): boolean => acted !== undefined && acted.status < 300;

const getAcceptanceTime = ({ acted, startedAt }: Exchange): number => acted?.at ?? startedAt;
