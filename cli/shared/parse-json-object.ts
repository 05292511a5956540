import { isObject } from '../../lambda/contact-records/json/is-object';

/**
 * Parses text that may be no JSON; `undefined` if it is not a JSON object or array.
 *
 * @param parse - @default JSON.parse
 */
export function parseJsonObject(
  text: string,
  parse: (text: string) => unknown = JSON.parse,
): Record<string, unknown> | undefined {
  try {
    const parsed = parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
