/** Counts where the deliveries went: outcomes, table, messages, failure bucket. */
import { formatNumber } from '../../../cli/shared/format';
import { OUTCOME_DESCRIPTIONS, OUTCOMES } from '../../../lambda/contact-records/batch/outcome';
import type { FinalDecision } from '../../../lambda/contact-records/contact-record/next-contact';
import { type Message, sum } from '../../check-results';
import type { Run } from '../summary';

export type Flow = ReturnType<typeof countFlow>;

/** A line of a group; a line of level 1 is a part of the last line of level 0. */
interface FlowLine {
  readonly level: 0 | 1;
  readonly name: string;
  readonly count: number;
  readonly says: string;
}

export function countFlow(
  { results, tally }: Run,
  decisions: ReadonlyMap<string, FinalDecision>,
  messages: ReadonlyMap<string, readonly Message[]>,
) {
  const { outcomes, delivered, items, failedRecords, retried, conflicting } = results;
  const ended = sum(Object.values(outcomes));
  const forgotten = results.forgotten?.size ?? 0;
  const replaced = outcomes.stored - items.length;
  const count = (kind: FinalDecision['kind']) =>
    items.filter(({ ContactId: id }) => decisions.get(id)?.kind === kind && !results.forgotten?.has(id))
      .length;
  const countObjects = (wanted: string) => failedRecords.filter(({ kind }) => kind === wanted).length;
  const abandoned = count('abandoned');
  const called = [...messages.keys()].filter((id) => decisions.get(id)?.kind === 'abandoned').length;
  const tooOld = [...decisions].filter(
    ([id, { kind }]) => kind === 'abandoned' && !messages.has(id) && results.tooOld?.has(id),
  ).length;

  const line = (name: string, count: number, says: string): FlowLine => ({ level: 0, name, count, says });
  const part = (name: string, count: number, says: string): FlowLine => ({ level: 1, name, count, says });
  /** Returns the line if its number is above zero. */
  const partIfAny = (name: string, count: number, says: string) =>
    count > 0 ? [part(name, count, says)] : [];
  return {
    totals: [
      { name: 'deliveries', count: delivered },
      { name: 'contacts', count: items.length },
      { name: 'messages', count: results.messages.length },
      { name: 'failed records', count: failedRecords.length },
    ],
    groups: [
      {
        title: 'Deliveries, by outcome',
        lines: [
          line('delivered', delivered, 'records on the stream'),
          ...OUTCOMES.map((outcome) => part(outcome, outcomes[outcome], OUTCOME_DESCRIPTIONS[outcome])),
          ...partIfAny('no outcome', delivered - ended, 'given up, or not processed when the run ended'),
          ...(ended > delivered ? [part('counted again', delivered - ended, 'work of retried batches')] : []),
        ],
      },
      {
        title: 'Table, by decision',
        lines: [
          line('stored', outcomes.stored, 'from above'),
          ...(replaced > 0 ? [part('replaced', -replaced, 'versions that a newer one replaced later')] : []),
          ...partIfAny('not counted', -replaced, 'stored by a batch that ran again'),
          line('contacts', items.length, 'in the table, each in its newest version'),
          part('abandoned', abandoned, 'the customer left while waiting in a queue'),
          part('awaiting', count('awaiting'), 'the next contact decides, and cannot yet'),
          part('not abandoned', count('not-abandoned'), 'not queued, or ended in another way'),
          ...partIfAny('forgotten', forgotten, 'a tombstone has replaced the contact'),
        ],
      },
      {
        title: 'Messages',
        lines: [
          line('abandoned', abandoned, 'from above'),
          ...partIfAny('too old', tooOld, 'ended longer ago than notifyWithinHours allows'),
          ...partIfAny(
            'not published',
            abandoned - called - tooOld,
            'refused by SNS, or the run ended before',
          ),
          line('messages', results.messages.length, 'published'),
          part('abandoned', called, 'for a contact that is abandoned in the table'),
          part('since replaced', messages.size - called, 'for a version that a newer one replaced later'),
          ...partIfAny(
            'again',
            results.messages.length - messages.size,
            'a second message for the same contact',
          ),
        ],
      },
      {
        title: 'Failure bucket',
        lines: [
          line('failed records', failedRecords.length, 'saved byte for byte'),
          part('quarantined', countObjects('quarantined'), 'can never be processed'),
          part('conflicting', countObjects('conflicting'), 'redelivered, with other content'),
          part('refused', countObjects('refused'), 'stored, but the message can never be published'),
        ],
      },
    ],
    remarks: [
      ...(retried > 0
        ? [`${formatNumber(retried)} of ${formatNumber(tally.batches)} batches ran again, at least in part.`]
        : []),
      ...(ended > delivered ? ['Repeated work is counted again in the outcomes.'] : []),
      ...(conflicting > 0 ? ['Conflicting records are among the redelivered ones.'] : []),
      ...(tally.unread > 0 ? [`${formatNumber(tally.unread)} files or records could not be read.`] : []),
    ],
  };
}
