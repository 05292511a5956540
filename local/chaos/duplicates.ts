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

/** The function waits 3 s for an answer; on a busy machine the proxy sees a request up to a second after its sender. */
const TIMEOUT_MS = 2_000;

/**
 * One entry for each acceptance of a contact's message but the one that counts: why it did not keep another one from
 * going out; `undefined` if nothing that was seen explains it. What counts is the one that the ledger knows, else the
 * last: an emulator that is slow may accept the first attempt after the second.
 *
 * @param exchanges - of this contact
 * @param endOf - when a process of the function ended, if it did
 */
export function whyPublishedAgain(
  exchanges: readonly Exchange[],
  endOf: (process: string) => number | undefined,
): (Reason | undefined)[] {
  const accepted = exchanges
    .filter(
      ({ operation, acted, emulatorFailed }) => operation === 'publish' && (isOk(acted) || emulatorFailed),
    )
    .sort((a, b) => acceptedAt(a) - acceptedAt(b));
  const noted = accepted.find(({ acted }) => notedAt(acted?.messageId, exchanges) !== undefined);
  const knownSince = notedAt(noted?.acted?.messageId, exchanges) ?? Infinity;
  const counts = noted ?? accepted.at(-1);
  return accepted
    .filter((publish) => publish !== counts)
    .map((publish) =>
      publish.startedAt > knownSince ? undefined : reasonFor(publish, exchanges, endOf(publish.process)),
    );
}

/** What was seen of a contact, for a person: milliseconds since the first of it, ids, and nothing of its record. */
export function storyOf(
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

/** When the ledger had noted a message, if it has. */
const notedAt = (messageId: string | undefined, exchanges: readonly Exchange[]): number | undefined =>
  exchanges.find(
    (exchange) =>
      exchange.operation === 'complete' &&
      messageId !== undefined &&
      exchange.messageId === messageId &&
      isOk(exchange.acted),
  )?.acted?.at;

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
    // The ledger knew, or refused as the claim was another's: then nobody else may have published.
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

const acceptedAt = ({ acted, startedAt }: Exchange): number => acted?.at ?? startedAt;
