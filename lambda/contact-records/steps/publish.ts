/**
 * Fourth step: the message for an abandoned contact, once per contact. Whether *this* put stored the record doesn't
 * matter: if publishing failed after the put, the retry finds its own record and must still publish; a copy that comes
 * days later must not. The ledger holds the truth.
 */
import type { PublishCommandInput, PublishCommandOutput } from '@aws-sdk/client-sns';
import type { Deadline } from '../batch/deadline';
import type { DecodedContactRecord } from './decode';
import { NotNow, snsAnswer } from '../aws/errors';
import { CALLS_PER_ANNOUNCEMENT, type ClaimOutcome, type Ledger } from './ledger';
import { messageFor } from './message';

/** `sns:Publish`. */
export type PublishMessage = (
  input: PublishCommandInput,
  signal: AbortSignal,
) => Promise<Pick<PublishCommandOutput, 'MessageId'>>;

export type PublishOutcome =
  /** SNS accepted the message. */
  | { readonly kind: 'published' }
  /** It went out before. */
  | { readonly kind: 'already-published' }
  /** SNS will never take this message. */
  | { readonly kind: 'refused'; readonly reason: 'message-refused' };

/**
 * Publishes the message of an abandoned contact, unless it went out before.
 *
 * @throws NotNow if a service can't answer now, if somebody else is publishing it, or if there is no time left
 */
export type Publish = (contactRecord: DecodedContactRecord, deadline: Deadline) => Promise<PublishOutcome>;

/** Waits for so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<unknown>;

/** How long to wait for somebody else who is announcing the same contact, before the batch is given back. */
const PAUSES_MS = [50, 100, 200, 400];

/**
 * A message goes out more than once only where SNS accepted it and nobody here learnt it: its answer was lost, the
 * completion failed, or the process died in between.
 */
export const publishTo =
  (topicArn: string, publishMessage: PublishMessage, ledger: Ledger, pause: Pause): Publish =>
  async ({ record, text }, deadline) => {
    const input: PublishCommandInput = { TopicArn: topicArn, ...messageFor(record, text) };

    const claimed = await claimOrWait(record.ContactId, ledger, pause, deadline);
    if (claimed.kind === 'published') return { kind: 'already-published' };
    if (claimed.kind === 'held') throw new NotNow('ledger', 'claim held by another process');

    let messageId: string;
    try {
      const answer = await publishMessage(input, deadline.signal());
      messageId = acceptedId(answer);
    } catch (error) {
      // Nobody learnt of an acceptance, so the next attempt has to publish: it need not wait for the lease.
      await ledger.release(claimed.claim, deadline).catch(() => undefined);
      if (error instanceof NotNow) throw error;
      return { kind: 'refused', reason: snsAnswer(error) };
    }
    await ledger.complete(claimed.claim, messageId, deadline);
    return { kind: 'published' };
  };

/**
 * Versions of a contact may come through several shards at the same time. Whoever holds the claim is done with it in
 * milliseconds, unless it died; giving the batch back at once would do all the rest of it again.
 */
async function claimOrWait(
  contactId: string,
  ledger: Ledger,
  pause: Pause,
  deadline: Deadline,
): Promise<ClaimOutcome> {
  const claim = () => {
    if (!deadline.fits(CALLS_PER_ANNOUNCEMENT)) throw new NotNow('deadline', 'no time left to publish');
    return ledger.claim(contactId, deadline);
  };
  for (const milliseconds of PAUSES_MS) {
    const claimed = await claim();
    if (claimed.kind !== 'held') return claimed;
    await pause(milliseconds);
  }
  return claim();
}

function acceptedId(answer: Pick<PublishCommandOutput, 'MessageId'>): string {
  if (!answer.MessageId) throw new NotNow('SNS', 'answer without a message id');
  return answer.MessageId;
}
