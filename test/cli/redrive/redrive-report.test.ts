import type { FailureEntry } from '../../../cli/redrive/list-failures';
import { formatDownload, formatKeys, formatPlan, toJsonObjects } from '../../../cli/redrive/redrive-report';

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
])('says before the question how many records go into which stream (--stream %s)', (stream, target) => {
  expect(formatPlan([entry(1), entry(1000)], stream)).toBe(
    `\nPuts 1,001 records into ${target},\nand moves 2 objects to redriven/.\n`,
  );
});

it('says before the question how many records are opened when some are packed', () => {
  const packed = ['gzip', 'kpl-aggregate'].map((reason) => ({ ...entry(1), reason }));

  expect(formatPlan([...packed, entry(1)], 'other')).toBe(
    '\nPuts 3 records into the stream other,\nand moves 3 objects to redriven/.\n' +
      'Opens 2 packed records first; each may contain several.\n',
  );
});

it('lists the selected keys, and escapes them for a terminal', () => {
  const entries = [entry(1), { ...entry(2), key: 'a\u001b b', failedAt: 1000 }];

  expect(formatKeys(entries)).toBe('\nk\n"a\\u001b b"\n');
  expect(toJsonObjects(entries)[1]).toEqual({
    ...{ key: 'a\u001b b', kind: 'quarantined', reason: 'not-json', records: 2 },
    failedAt: '1970-01-01T00:00:01Z',
  });
});

it('counts the downloaded payloads, and lists the skipped objects', () => {
  expect(formatDownload({ files: 1, skipped: [{ key: 'k', why: 'AccessDenied' }] }, 'failed')).toBe(
    '\n1 payload written to failed\n\n1 object skipped:\n  k: AccessDenied\n',
  );
});
