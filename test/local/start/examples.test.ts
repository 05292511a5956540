import { describeDrift, type Examples, noteExamples } from '../../../local/start/examples';
import { aContactRecord } from '../../factories';

function examplesOf(...payloads: unknown[]): Examples {
  const examples: Examples = new Map();
  for (const [i, payload] of payloads.entries()) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    noteExamples(examples, { data: Buffer.from(text), partitionKey: 'k' }, { name: 'a', line: i + 1 });
  }
  return examples;
}

it('keeps the first place of each reason and each drift', () => {
  const unknown = aContactRecord({ Mood: 'CANARY-VALUE' });

  const examples = examplesOf(aContactRecord(), 'PING', unknown, 'PING', unknown, {}, { EventType: 'LOGIN' });

  expect([...examples]).toEqual([
    ['not-json', { name: 'a', line: 2 }],
    [describeDrift({ path: 'Mood', kind: 'unknown-field' }), { name: 'a', line: 3 }],
    ['invalid-contact-id', { name: 'a', line: 6 }],
  ]);
});

it('keeps no more than a thousand', () => {
  const nonsense = Array.from({ length: 1_100 }, (_, i) => aContactRecord({ [`Field${i}`]: 1 }));

  expect(examplesOf(...nonsense).size).toBe(1_000);
});
