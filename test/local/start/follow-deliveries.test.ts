import type { Exchange } from '../../../local/authorizer/authorizing-proxy';
import { createKinesisEventRecord } from '../../../local/event-source-mapping/kinesis-event';
import { createFollower } from '../../../local/start/follow-deliveries';
import { aContactRecord } from '../../factories';

const [EARLY, LATE] = ['2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z'];
const aVersion = (ContactId: string, LastUpdateTimestamp: string) =>
  aContactRecord({ ContactId, LastUpdateTimestamp });

let sequenceNumber = 0;
function aDelivery(payload: unknown) {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const record = {
    sequenceNumber: String(++sequenceNumber),
    partitionKey: 'k',
    data: Buffer.from(text),
    arrival: new Date(0),
  };
  return createKinesisEventRecord(record, 'shard', { streamArn: 'arn:stream', roleArn: 'arn:role' });
}

const anExchange = (
  service: Exchange['service'],
  request: { target?: string; method?: string; body: string },
  [status, answer]: [number, unknown] = [200, {}],
): Exchange => ({
  ...{ service, method: request.method ?? 'POST', url: '/', body: Buffer.from(request.body) },
  headers: request.target === undefined ? {} : { 'x-amz-target': request.target },
  answer: { status, headers: [], body: Buffer.from(JSON.stringify(answer)) },
});

const toItem = (id: string, timestamp: string) => ({
  ContactId: { S: id },
  LastUpdateTimestamp: { S: timestamp },
});
/** @param existing - the timestamp of the item in the table, if the condition fails */
const aPut = (id: string, timestamp: string, existing?: string) =>
  anExchange(
    'dynamodb',
    { target: 'DynamoDB_20120810.PutItem', body: JSON.stringify({ Item: toItem(id, timestamp) }) },
    existing === undefined ? [200, {}] : [400, { Item: toItem(id, existing) }],
  );
const aFailureObject = (kind: string, reason: string, eventId: string) =>
  anExchange('s3', { method: 'PUT', body: JSON.stringify({ kind, reason, eventId }) });

function follow() {
  const lines: string[] = [];
  return { lines, ...createFollower((line) => lines.push(line)) };
}

it('follows each delivery of a batch to its outcome', () => {
  const { lines, outcomes, noteAnswer, noteDone } = follow();
  const poison = aDelivery('PING');

  noteAnswer(aPut('c-1', LATE));
  noteAnswer(aPut('c-2', EARLY, LATE));
  noteAnswer(aPut('c-3', LATE, LATE));
  noteAnswer(aFailureObject('quarantined', 'not-json', poison.eventID));
  noteDone([
    ...[aVersion('c-1', EARLY), aVersion('c-1', LATE), aVersion('c-1', LATE)].map(aDelivery),
    ...[aVersion('c-2', EARLY), aVersion('c-3', LATE), { EventType: 'LOGIN' }].map(aDelivery),
    poison,
  ]);

  expect(lines).toEqual([
    ...['superseded c-1', 'stored c-1 v1', 'redelivered c-1', 'stale c-2', 'redelivered c-3', 'ignored'],
    'quarantined not-json',
  ]);
  expect(outcomes).toEqual({
    stored: 1,
    redelivered: 2,
    stale: 1,
    superseded: 1,
    ignored: 1,
    quarantined: 1,
  });
});

it('counts a delivery once, as stored, when its batch is retried', () => {
  const { lines, noteAnswer, noteDone } = follow();
  const delivery = aDelivery(aVersion('c-1', EARLY));

  noteAnswer(aPut('c-1', EARLY));
  noteDone([]);
  noteAnswer(aPut('c-1', EARLY, EARLY));
  noteDone([delivery]);

  expect(lines).toEqual(['stored c-1 v1']);
});

it('counts the versions of a contact', () => {
  const { lines, noteAnswer, noteDone } = follow();

  for (const timestamp of [EARLY, LATE]) {
    noteAnswer(aPut('c-1', timestamp));
    noteDone([aDelivery(aVersion('c-1', timestamp))]);
  }

  expect(lines).toEqual(['stored c-1 v1', 'stored c-1 v2']);
});

it('says that a redelivered record has other content', () => {
  const { lines, noteAnswer, noteDone } = follow();
  const delivery = aDelivery(aVersion('c-1', EARLY));

  noteAnswer(aPut('c-1', EARLY, EARLY));
  noteAnswer(aFailureObject('conflicting', 'same-second-other-content', delivery.eventID));
  noteDone([delivery]);

  expect(lines).toEqual(['redelivered c-1, other content']);
});

it('shows a message with queue and waiting time, after the delivery', () => {
  const { lines, noteAnswer, noteDone } = follow();
  const body = new URLSearchParams({
    Action: 'Publish',
    'MessageAttributes.entry.1.Name': 'QueueName',
    'MessageAttributes.entry.1.Value.StringValue': 'Sales',
    'MessageAttributes.entry.2.Name': 'QueueDuration',
    'MessageAttributes.entry.2.Value.StringValue': '39',
  }).toString();

  noteAnswer(aPut('c-1', EARLY));
  noteAnswer(anExchange('sns', { body }));
  noteDone([aDelivery(aVersion('c-1', EARLY))]);

  expect(lines).toEqual(['stored c-1 v1', 'published Sales 39 s']);
});
