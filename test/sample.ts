/** The size of each proof in the command that runs; `jest.config.js` decides. */
export const SAMPLE = (
  globalThis as unknown as {
    SAMPLE: { schedules: number; payloads: number; settings: 'pairwise' | 'every combination' };
  }
).SAMPLE;
