import { type EndState, wrongIn } from '../../bench/end-state';
import type { Expected } from '../../bench/inputs';

const EXPECTED: Expected = {
  newest: new Map([
    ['answered', '2026-03-05T10:00:00Z'],
    ['gave-up', '2026-03-05T11:00:00Z'],
  ]),
  abandoned: new Set(['gave-up']),
  poison: 1,
};
const RIGHT: EndState = {
  items: [
    ['answered', '2026-03-05T10:00:00Z'],
    ['gave-up', '2026-03-05T11:00:00Z'],
  ],
  messages: ['gave-up'],
  objects: 1,
};

it('says nothing where all is right', () => {
  expect(wrongIn(RIGHT, EXPECTED)).toEqual([]);
});

it.each<[string, Partial<EndState>, string]>([
  ['a contact is missing', { items: RIGHT.items.slice(1) }, 'contacts missing: 1'],
  [
    'an older version is there',
    { items: [['answered', '2026-03-05T09:00:00Z'], ...RIGHT.items.slice(1)] },
    'contacts without their newest version: 1',
  ],
  [
    'an item is nobody',
    { items: [...RIGHT.items, ['who?', '2026-03-05T09:00:00Z']] },
    'items that are no contact: 1',
  ],
  ['a message is missing', { messages: [] }, 'abandoned contacts not published: 1'],
  ['a message came twice', { messages: ['gave-up', 'gave-up'] }, 'messages sent again: 1'],
  [
    'somebody was served',
    { messages: ['gave-up', 'answered'] },
    'messages about contacts that are not abandoned: 1',
  ],
  ['poison is gone', { objects: 0 }, 'poison records kept nowhere: 1'],
])('%s', (_what, wrong, said) => {
  expect(wrongIn({ ...RIGHT, ...wrong }, EXPECTED)).toEqual([said]);
});
