import fc from 'fast-check';
import { describeInternalError } from '../../../../lambda/contact-records/telemetry/internal-error';

const createError = (message: string): Error => new TypeError(message);

/** Describes errors that are thrown in one place, so that only their messages differ. */
const describeAll = (...messages: string[]) =>
  messages.map((message) => describeInternalError(createError(message)));

describe('an internal error', () => {
  it('is describeAll by the error’s name and by where it was made', () => {
    const { name, frames } = describeInternalError(createError('cannot read properties of undefined'));
    expect(name).toBe('TypeError');
    expect(frames[0]).toMatch(/^at createError \(.*internal-error\.test\.ts:\d+:\d+\)$/);
  });

  it('is describeAll in five lines at most', () => {
    const deep = (levels: number): Error => (levels === 0 ? createError('x') : deep(levels - 1));
    expect(describeInternalError(deep(9)).frames).toHaveLength(5);
  });

  it.each([
    ['values in it', 'CANARY is not iterable'],
    ['several lines', 'CANARY\nCANARY\n'],
    ['a line that looks like a frame', 'x\n    at CANARY (file.ts:1:1)'],
    ['nothing but such lines', '\n    at CANARY (file.ts:1:1)\n    at CANARY (file.ts:1:1)'],
    ['a line that looks like the beginning of a stack', 'x\nTypeError: x\n    at CANARY (file.ts:1:1)'],
    ['a word that is in the error’s name as well', 'Error'],
    ['nothing', ''],
  ])('tells nothing of a message with %s', (_what, message) => {
    const [one, other] = describeAll(message, 'something else');
    expect(one).toEqual(other);
    expect(one?.frames).toHaveLength(5);
  });

  it('tells the same whatever the message says', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('TypeError', ': ', 'at ', '\n', '    at CANARY (x.ts:1:1)'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const [one, other] = describeAll(lines.join('\n'), 'something else');
        expect(one).toEqual(other);
      }),
    );
  });

  it('tells no line that is no frame, wherever it comes from', () => {
    const error = Object.assign(new Error('x'), { stack: 'Error: x\nCANARY\n    at f (a.ts:1:1)\nCANARY' });
    expect(describeInternalError(error).frames).toEqual(['at f (a.ts:1:1)']);
  });

  it('returns no frame when the stack does not contain the message', () => {
    const changed = createError('x\n    at CANARY (file.ts:1:1)');
    expect(changed.stack).toContain('CANARY');
    changed.message = 'y, which is not in the stack';
    expect(describeInternalError(changed).frames).toEqual([]);
  });

  it.each([
    ['a text', 'CANARY', 'string'],
    ['nothing', undefined, 'undefined'],
    ['an error without a stack', Object.assign(new Error('CANARY'), { stack: undefined }), 'Error'],
    [
      'an error with a sentence for a name',
      Object.assign(new Error(), { name: 'CANARY !', stack: '' }),
      'unknown error',
    ],
  ])('may be %s', (_what, thrown, name) => {
    expect(describeInternalError(thrown)).toEqual({ name, frames: [] });
  });
});
