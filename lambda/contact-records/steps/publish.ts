/**
 * Fourth step: publishes the message for an abandoned contact, once per contact. It does not depend on whether this put
 * stored the record: if publishing failed after the put, the retry finds its own record and must publish; a copy that is
 * delivered days later must not. The ledger decides.
 */
import type { PublishCommandInput, PublishCommandOutput } from '@aws-sdk/client-sns';
import type { Deadline } from '../batch/deadline';
import type { DecodedContactRecord } from './decode';
import { RetryableError, classifySnsError } from '../aws/errors';
import { CALLS_PER_PUBLISH, type ClaimOutcome, type Ledger } from './ledger';
import { createMessage } from './message';

/** `sns:Publish`. */
export type PublishMessage = (
  input: PublishCommandInput,
  signal: AbortSignal,
) => Promise<Pick<PublishCommandOutput, 'MessageId'>>;

export type PublishOutcome =
  /** SNS accepted the message. */
  | { readonly kind: 'published' }
  /** The ledger records an earlier message. */
  | { readonly kind: 'already-published' }
  /** SNS rejects this message permanently. */
  | { readonly kind: 'refused'; readonly reason: 'message-refused' };

/**
 * Publishes the message of an abandoned contact, unless it was published before.
 *
 * @throws RetryableError if a service fails, if another process is publishing it, or if no time is left
 */
export type Publish = (
  contactRecord: Pick<DecodedContactRecord, 'record' | 'text'>,
  deadline: Deadline,
) => Promise<PublishOutcome>;

/** Waits for this number of milliseconds. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** Waiting times in milliseconds while another process publishes the same contact. Then the batch is retried. */
const PAUSES_MS = [50, 100, 200, 400];

/**
 * Creates the port. A message is published more than once only if SNS accepted it and the function could not record
 * that: the answer was lost, the completion failed, or the process ended in between.
 */
export const createPublish =
  (topicArn: string, publishMessage: PublishMessage, ledger: Ledger, pause: Pause): Publish =>
  async ({ record, text }, deadline) => {
    const input: PublishCommandInput = { TopicArn: topicArn, ...createMessage(record, text) };

    const claimed = await claimOrWait(record.ContactId, ledger, pause, deadline);
    if (claimed.kind === 'published') return { kind: 'already-published' };
    if (claimed.kind === 'held') throw new RetryableError('ledger', 'claim held by another process');

    let messageId: string;
    try {
      const answer = await publishMessage(input, deadline.signal());
      if (!answer.MessageId) throw new RetryableError('SNS', 'answer without a message id');
      messageId = answer.MessageId;
    } catch (error) {
      // No acceptance is known, so the next attempt has to publish, without waiting for the lease.
      await ledger.release(claimed.claim, deadline).catch(() => undefined);
      if (error instanceof RetryableError) throw error;
      return { kind: 'refused', reason: classifySnsError(error) };
    }
    await ledger.complete(claimed.claim, messageId, deadline);
    return { kind: 'published' };
  };

/**
 * Claims the contact, and waits while another process has the claim. Versions of a contact may arrive through several
 * shards at the same time. The other process usually needs milliseconds; failing at once would repeat the whole batch.
 */
async function claimOrWait(
  contactId: string,
  ledger: Ledger,
  pause: Pause,
  deadline: Deadline,
): Promise<ClaimOutcome> {
  const claim = () => {
    if (!deadline.hasTimeFor(CALLS_PER_PUBLISH))
      throw new RetryableError('deadline', 'no time left to publish');
    return ledger.claim(contactId, deadline);
  };
  for (const milliseconds of PAUSES_MS) {
    const claimed = await claim();
    if (claimed.kind !== 'held') return claimed;
    await pause(milliseconds);
  }
  return claim();
}
