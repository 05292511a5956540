import { formatScanPlan, scanSegments } from '../../../cli/shared/scan-table';
import { never } from '../redrive/fake-services';

it('says what a scan reads and costs', () => {
  const plan = formatScanPlan({ items: 5_000_000, bytes: 8_192_000_000 }, 'a-table', 4, {
    more: 'each link',
  });

  expect(plan).toContain('items  5,000,000, 8,192 MB, as DynamoDB counted some hours ago');
  expect(plan).toContain('cost   1,000,000 read units, about $0.13 on demand in us-east-1');
  expect(plan).toContain('one unit for\n         each link\n');
});

it('says that consistent reads cost twice as much', () => {
  const size = { items: 1, bytes: 8_192_000_000 };

  const plan = formatScanPlan(size, 'a-table', 4, { isConsistent: true, more: 'each link' });

  expect(plan).toContain('cost   2,000,000 read units, about $0.25 on demand in us-east-1');
});

it('reads all pages of all parts', async () => {
  const seen: string[] = [];
  const scan = ({ segment, from }: { segment: number; from?: unknown }) =>
    Promise.resolve({ name: `${segment}${from ? 'b' : 'a'}`, next: from ? undefined : { id: { S: 'x' } } });

  await scanSegments(scan, 2, never, ({ name }) => void seen.push(name));

  expect(seen.sort()).toEqual(['0a', '0b', '1a', '1b']);
});

it('ends all parts when one fails, and throws its error', async () => {
  const failure = new Error('refused');
  const signals: AbortSignal[] = [];
  const scan = ({ segment }: { segment: number }, ending: AbortSignal) => {
    signals.push(ending);
    return segment === 1 ? Promise.reject(failure) : Promise.resolve({ next: undefined });
  };

  await expect(scanSegments(scan, 2, never, () => undefined)).rejects.toBe(failure);

  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});
