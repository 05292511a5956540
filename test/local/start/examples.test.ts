import {
  describeDrift,
  type Examples,
  noteExamples,
  noteFile,
  type UnusableFiles,
} from '../../../local/start/examples';
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

it('keeps the first unusable record of a file until another record can be used', () => {
  const files: UnusableFiles = new Map();

  noteFile(files, { name: 'notes.md', line: 1 }, 'not-json');
  noteFile(files, { name: 'notes.md', line: 2 }, 'not-utf8');
  noteFile(files, { name: 'export', line: 1 }, 'not-json');
  noteFile(files, { name: 'export', line: 2 }, undefined);
  noteFile(files, { name: 'export', line: 3 }, 'not-json');

  expect([...files]).toEqual([
    ['notes.md', { line: 1, reason: 'not-json' }],
    ['export', undefined],
  ]);
});
