/**
 * Tests contact records of products and features that people use with Amazon Connect: the bundled function publishes
 * exactly the customers who left the queue, once each. All values are invented.
 */
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { LocalFunction } from '../../local/stack/local-function';
import { readCase as readLines } from '../cases/read-case';
import { aDelivery } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { clients } from './emulators';

/** Each file, and the last three digits of the contacts that must be published. */
const CASES: [file: string, published: string[]][] = [
  // The customer leaves a voicemail in the queue; then a function updates an attribute.
  ['voicemail-in-queue', ['001']],
  // 020 leaves the queue of a chat, and 021 is the survey that a disconnect flow starts.
  ['survey-after-chat', ['020']],
  // 050 takes a callback, 051 waits for an agent, and Connect dials: 053 is not answered, 054 is answered by a voicemail.
  ['customer-first-callback', ['052', '055']],
  // 061 to 065 no person answers; 066 an agent discards the call in the preview.
  ['answering-machines', ['060']],
  // A task that an agent paused.
  ['task-paused', []],
  ['fields-of-2026', ['081', '082']],
  // An EventBridge rule writes its events to the stream, too.
  ['eventbridge-in-the-stream', ['090']],
  // Ended by the line, the system, a flow, the API, or for no reason in a chat; only 171 by the customer.
  ['disconnect-reasons', ['171']],
];

let bundled: BundledFunction;
let running: LocalFunction;
beforeAll(async () => {
  bundled = await bundledFunction('cases');
  running = bundled.start({});
});
afterAll(async () => {
  await running.stop();
  await bundled.stop();
});

/** Processes batches one after the other. */
async function deliver(batches: readonly unknown[][]) {
  const outcomes: unknown[] = [];
  for (const batch of batches)
    outcomes.push(await running.invoke({ Records: batch.map((record, i) => aDelivery(record, i + 1)) }));
  return outcomes;
}

it.each(CASES)(
  'publishes exactly the customers who left the queue, once each, when %s comes twice',
  async (file, published) => {
    const records = readCase(file);

    const outcomes = await deliver([records, ...records.toReversed().map((record) => [record])]);

    expect(outcomes).toEqual(outcomes.map(() => ALL_DONE));
    const messages = await receiveMessages();
    expect(messages.map(({ ContactId }) => String(ContactId).slice(-3)).sort()).toEqual(published);
    for (const message of messages) expect(records).toContainEqual(message);
  },
);

it('publishes the customer who left a chat when the survey was stored before the chat', async () => {
  const [chat, survey] = readCase('survey-after-chat', (text) => text.replaceAll('b0000000-', 'b0000001-'));

  const outcomes = await deliver([[survey], [chat]]);

  expect(outcomes).toEqual([ALL_DONE, ALL_DONE]);
  expect(await receiveMessages()).toEqual([chat]);
});

const ALL_DONE = { kind: 'returned', payload: { batchItemFailures: [] } };

type ContactRecord = Record<string, unknown>;

const readCase = (file: string, change = (text: string) => text): ContactRecord[] =>
  readLines(file).map((line) => JSON.parse(change(line)) as ContactRecord);

/** Receives and deletes all messages. The emulator delivers a message before it answers the publish, so waiting is not needed. */
async function receiveMessages(): Promise<ContactRecord[]> {
  const bodies: ContactRecord[] = [];
  const QueueUrl = bundled.stack.names.queueUrl;
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(JSON.parse(Body) as ContactRecord);
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
