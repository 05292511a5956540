import { type BenchInput, generateInput } from '../../bench/inputs';

/** Contacts with the places, in the input, of their first version, its copies and its newer versions. */
function places({ deliveries }: BenchInput) {
  const contacts = new Map<
    string,
    { first: number; copies: number[]; newer: number[]; lastUpdate: string }
  >();
  for (const [place, { version }] of deliveries.entries()) {
    if (!version) continue;
    const { ContactId, LastUpdateTimestamp } = version.record;
    const known = contacts.get(ContactId);
    if (!known) {
      contacts.set(ContactId, { first: place, copies: [], newer: [], lastUpdate: LastUpdateTimestamp });
    } else if (known.lastUpdate === LastUpdateTimestamp) known.copies.push(place);
    else known.newer.push(place);
  }
  return [...contacts.values()];
}

const stretchOf = (place: number) => Math.floor(place / 500);

describe('distinct', () => {
  const input = generateInput('distinct', 500);

  it('every record is a new contact, and none is abandoned', () => {
    expect(input.expected.newest.size).toBe(500);
    expect(input.expected.abandoned.size).toBe(0);
    expect(input.expected.poison).toBe(0);
  });

  it('records have a typical size, so that a put costs the usual units', () => {
    const bytes = input.deliveries.map(({ event }) => Buffer.from(event.kinesis.data, 'base64').length);
    const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
    expect(mean).toBeGreaterThan(1_500);
    expect(mean).toBeLessThan(1_900);
  });
});

describe('mixed', () => {
  const input = generateInput('mixed', 4_000);
  const contacts = places(input);
  const copies = contacts.flatMap(({ first, copies }) => copies.map((place) => [first, place] as const));
  const newer = contacts.flatMap(({ first, newer }) => newer.map((place) => [first, place] as const));

  it('has the shares of copies, newer versions, abandoned contacts and poison that its constants give', () => {
    expect(input.deliveries).toHaveLength(4_000);
    expect(copies).toHaveLength(600);
    expect(newer).toHaveLength(400);
    expect(input.expected.poison).toBe(4);
    expect(input.expected.abandoned.size / contacts.length).toBeCloseTo(0.08, 2);
  });

  it.each([
    ['copies', copies],
    ['newer versions', newer],
  ])('half of the %s are in the same 500 records, half are later', (_what, pairs) => {
    const near = pairs.filter(([first, place]) => stretchOf(first) === stretchOf(place));
    expect(near).toHaveLength(pairs.length / 2);
  });

  it('some copies come after a newer version, so that a contender that overwrites loses it', () => {
    const afterNewer = contacts.filter(({ copies, newer }) =>
      copies.some((copy) => newer.some((at) => at < copy)),
    );
    expect(afterNewer.length).toBeGreaterThan(0);
  });
});

it('the same arguments give the same bytes', () => {
  expect(generateInput('mixed', 500)).toEqual(generateInput('mixed', 500));
});
