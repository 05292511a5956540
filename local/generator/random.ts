/** Creates repeatable random numbers: the same seed gives the same numbers on every machine. */
export type Random = ReturnType<typeof createRandom>;

export function createRandom(seed: number) {
  const fraction = createMulberry32(seed);
  /** Returns a whole number, both ends included. */
  const whole = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1));
  const hex = (digits: number) => {
    let text = '';
    while (text.length < digits) text += whole(0, 15).toString(16);
    return text;
  };

  return {
    whole,
    /** Returns true in this share of all cases. */
    chance: (share: number) => fraction() < share,
    pick: <T>(choices: readonly T[]): T => getChoice(choices, whole(0, choices.length - 1)),
    /** Picks one of the choices, in proportion to its weight. */
    weighted: <T>(choices: readonly T[], weight: (choice: T) => number): T => {
      let left = fraction() * choices.reduce((sum, choice) => sum + weight(choice), 0);
      return choices.find((choice) => (left -= weight(choice)) < 0) ?? getChoice(choices, choices.length - 1);
    },
    /** Returns the whole seconds of a wait: many are short, few are long. */
    wait: (meanSeconds: number) => Math.ceil(-Math.log(1 - fraction()) * meanSeconds),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(whole(0, 3))}${hex(3)}-${hex(12)}`,
  };
}

function getChoice<T>(choices: readonly T[], index: number): T {
  const choice = choices[index];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}

/** Creates the generator "mulberry32" by Tommy Ettinger: 32 bits of state, fractions in [0, 1). */
function createMulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
