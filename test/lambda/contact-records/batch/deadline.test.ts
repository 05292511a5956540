import { once } from 'node:events';
import { CALL_LIMIT_MS, createDeadline } from '../../../../lambda/contact-records/batch/deadline';

describe('the deadline', () => {
  it('lets work begin while its calls fit, with a second to spare for the answer', () => {
    let remaining = 3 * CALL_LIMIT_MS + 1_000;
    const deadline = createDeadline(() => remaining);
    expect(deadline.hasTimeFor(3)).toBe(true);
    remaining -= 1;
    expect(deadline.hasTimeFor(3)).toBe(false);
    expect(deadline.hasTimeFor(2)).toBe(true);
  });

  it('ends a call at the end of the time, however long a call may take otherwise', async () => {
    const deadline = createDeadline(() => 1_050);
    const startedAt = performance.now();
    const aborted = deadline.signal();
    await once(aborted, 'abort');
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('has nothing left when the time is up', () => {
    expect(createDeadline(() => -5).hasTimeFor(1)).toBe(false);
    expect(() => createDeadline(() => -5).signal()).not.toThrow();
  });
});
