import type { FailureEntry } from '../../../cli/redrive/list-failures';
import { formatPlan } from '../../../cli/redrive/redrive-report';

const entry = (records: number): FailureEntry => ({
  ...{
    key: 'k',
    bytes: 1,
    failedAt: 0,
    kind: 'quarantined',
    reason: 'not-json',
    streamArn: 's',
    shardId: '0',
  },
  ...{ sequenceNumber: '1', arrival: 1, records },
});

it.each([
  [undefined, 'the stream that each came from'],
  ['other', 'the stream other'],
])('says before the question what goes where (--stream %s)', (stream, target) => {
  expect(formatPlan([entry(1), entry(1000)], stream)).toBe(
    `\nPuts 1,001 records into ${target},\nand moves 2 objects to redriven/.\n`,
  );
});
