import { type EndState, findWrong } from '../../bench/end-state';
import type { Expected } from '../../bench/inputs';

const EXPECTED: Expected = {
  newest: new Map([
    ['answered', '2026-03-05T10:00:00Z'],
    ['abandoned', '2026-03-05T11:00:00Z'],
  ]),
  abandoned: new Set(['abandoned']),
  poison: 1,
};
const RIGHT: EndState = {
  items: [
    ['answered', '2026-03-05T10:00:00Z'],
    ['abandoned', '2026-03-05T11:00:00Z'],
  ],
  messages: ['abandoned'],
  objects: 1,
};

it('finds nothing when all is right', () => {
  expect(findWrong(RIGHT, EXPECTED)).toEqual([]);
});

it.each<[string, Partial<EndState>, string]>([
  ['a contact is missing', { items: RIGHT.items.slice(1) }, 'contacts missing: 1'],
  [
    'an older version is there',
    { items: [['answered', '2026-03-05T09:00:00Z'], ...RIGHT.items.slice(1)] },
    'contacts without their newest version: 1',
  ],
  [
    'an item is no contact',
    { items: [...RIGHT.items, ['who?', '2026-03-05T09:00:00Z']] },
    'items that are no contact: 1',
  ],
  ['a message is missing', { messages: [] }, 'abandoned contacts not published: 1'],
  ['a message came twice', { messages: ['abandoned', 'abandoned'] }, 'messages sent again: 1'],
  [
    'a contact was answered',
    { messages: ['abandoned', 'answered'] },
    'messages about contacts that are not abandoned: 1',
  ],
  ['poison is not kept', { objects: 0 }, 'poison records kept nowhere: 1'],
])('%s', (_what, wrong, said) => {
  expect(findWrong({ ...RIGHT, ...wrong }, EXPECTED)).toEqual([said]);
});
