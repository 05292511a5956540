import { PassThrough } from 'node:stream';
import { createPaint } from '../../../cli/shared/colours';

const aStream = (isTTY: boolean) =>
  Object.assign(new PassThrough(), { isTTY, getColorDepth: () => (isTTY ? 8 : 1) });

it('colours a text only on a terminal', () => {
  expect(createPaint(aStream(true), undefined)('green', 'ok')).toBe('\u001b[32mok\u001b[39m');
  expect(createPaint(aStream(true), '')('red', 'FAILED')).toBe('\u001b[31mFAILED\u001b[39m');
  expect(createPaint(aStream(false), undefined)('green', 'ok')).toBe('ok');
});

it('does not colour a text when NO_COLOR is set', () => {
  expect(createPaint(aStream(true), '1')('green', 'ok')).toBe('ok');
});
