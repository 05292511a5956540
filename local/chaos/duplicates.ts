/**
 * Why a message went out more than once. It may only where SNS accepted it and the function could not learn that, so
 * each must be traced to something that was seen to happen.
 */
import type { Exchange } from './proxy';

export const REASONS = {
  'answer-lost': 'SNS accepted, and its answer was lost',
  'answer-late': 'SNS accepted, and the function had stopped waiting',
  'completion-failed': 'SNS accepted, and the ledger could not note it',
  'process-ended': 'SNS accepted, and the process was killed',
} as const;
export type Reason = keyof typeof REASONS;

/** The function waits so long for an answer; a little less, as the proxy sees a request later than its sender. */
const TIMEOUT_MS = 2_900;

/**
 * One entry for each acceptance of a contact's message but the last: why it did not keep the next one from going out;
 * `undefined` if nothing that was seen explains it.
 *
 * @param exchanges - of this contact
 * @param endOf - when a process of the function ended, if it did
 */
export function whyPublishedAgain(
  exchanges: readonly Exchange[],
  endOf: (process: string) => number | undefined,
): (Reason | undefined)[] {
  const accepted = exchanges
    .filter(({ operation, acted, engineFailed }) => operation === 'publish' && (isOk(acted) || engineFailed))
    .sort((a, b) => acceptedAt(a) - acceptedAt(b));
  return accepted.slice(0, -1).map((publish) => reasonFor(publish, exchanges, endOf(publish.process)));
}

function reasonFor(
  publish: Exchange,
  exchanges: readonly Exchange[],
  processEndedAt: number | undefined,
): Reason | undefined {
  const messageId = publish.acted?.messageId;
  const completions = exchanges.filter(
    (exchange) => exchange.operation === 'complete' && exchange.messageId === messageId,
  );
  if (messageId !== undefined && completions.length > 0) {
    // The ledger knew, or refused: then nobody else may have published.
    const hasReached = completions.some(({ acted }) => acted !== undefined && acted.status < 500);
    return hasReached ? undefined : 'completion-failed';
  }
  if (publish.fault !== undefined || publish.engineFailed) return 'answer-lost';
  if (processEndedAt !== undefined && processEndedAt >= acceptedAt(publish)) return 'process-ended';
  const end = publish.closedAt ?? Infinity;
  const wasLate = publish.handedAt === undefined || end - publish.startedAt >= TIMEOUT_MS;
  return Number.isFinite(end) && wasLate ? 'answer-late' : undefined;
}

const isOk = (acted: Exchange['acted']): boolean => acted !== undefined && acted.status < 300;

const acceptedAt = ({ acted, startedAt }: Exchange): number => acted?.at ?? startedAt;
