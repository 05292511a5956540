import { isObject } from '../../lambda/contact-records/json/is-object';

/** Parses JSON, by default with `JSON.parse`; returns undefined if the text is not JSON. */
export function parseJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Parses JSON; returns undefined if the text is not a JSON object or array. */
export function parseJsonObject(
  text: string,
  parse?: (text: string) => unknown,
): Record<string, unknown> | undefined {
  const parsed = parseJson(text, parse);
  return isObject(parsed) ? parsed : undefined;
}
