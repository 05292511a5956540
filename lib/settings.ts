/**
 * What an operator can set, in one place: the props of the stack. `bin/` fills them from `cdk.json`; another CDK app
 * passes them directly.
 */

/** Settings of the pipeline. All are optional; the defaults are what most contact centres want. */
export interface ContactRecordPipelineSettings {
  /**
   * Most records in one batch: 1 to 10,000.
   *
   * @default 500
   */
  readonly batchSize?: number;

  /**
   * How long the event source mapping waits to fill a batch, in seconds: 0 to 300. Longer means fewer invocations
   * and later messages.
   *
   * @default 0
   */
  readonly batchingWindowSeconds?: number;
}

/**
 * Reads the settings from the CDK context.
 *
 * @param context - reads one context value by its name; `undefined` where it is not set
 * @throws Error that names each wrong value and says what is expected
 */
export function settingsFromContext(context: (name: string) => unknown): ContactRecordPipelineSettings {
  const problems: string[] = [];
  const wholeNumber = (name: keyof ContactRecordPipelineSettings, min: number, max: number) => {
    const value = context(name);
    if (value === undefined) return {};
    // A value given with `-c name=value` arrives as a string.
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) {
      return { [name]: number };
    }
    problems.push(`"${name}" must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`);
    return {};
  };
  const settings = {
    ...wholeNumber('batchSize', 1, 10_000),
    ...wholeNumber('batchingWindowSeconds', 0, 300),
  };
  if (problems.length > 0) throw new Error(`Wrong settings in the CDK context: ${problems.join('; ')}.`);
  return settings;
}
