/**
 * A reader and writer of JSON text that has nothing in common with the code under test, nor with `JSON.parse`: strict,
 * and it keeps what `JSON.parse` loses, the spelling of numbers and members that are repeated.
 */
export type Json =
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly elements: readonly Json[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number in its own spelling, or a word: `true`, `false`, `null`. */
  | { readonly kind: 'number' | 'word'; readonly lexeme: string };

export type Member = readonly [name: string, value: Json];

/** Returns the document of a text; `undefined` if it is not JSON (RFC 8259). */
export function readJsonText(text: string): Json | undefined {
  let at = 0;
  const token = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return undefined;
    const found = text.slice(at, pattern.lastIndex);
    at = pattern.lastIndex;
    return found;
  };
  const skipSpace = () => {
    while (at < text.length && SPACE.includes(text.charAt(at))) at++;
  };
  const punctuation = (mark: string): boolean => {
    skipSpace();
    if (text[at] !== mark) return false;
    at++;
    return true;
  };
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new NotJson();
    return value;
  };
  const list = <Element>(closing: string, element: () => Element): Element[] => {
    if (punctuation(closing)) return [];
    const elements = [element()];
    while (punctuation(',')) elements.push(element());
    if (!punctuation(closing)) throw new NotJson();
    return elements;
  };
  const string = (): string => {
    if (!punctuation('"')) throw new NotJson();
    const parts: string[] = [];
    for (;;) {
      const part = token(PLAIN) ?? token(ESCAPE);
      if (part !== undefined) parts.push(part.startsWith('\\') ? unescaped(part) : part);
      else if (text[at++] === '"') return parts.join('');
      else throw new NotJson();
    }
  };
  const member = (): Member => {
    const name = string();
    if (!punctuation(':')) throw new NotJson();
    return [name, value()];
  };
  const value = (): Json => {
    if (punctuation('{')) return { kind: 'object', members: list('}', member) };
    if (punctuation('[')) return { kind: 'array', elements: list(']', value) };
    if (text[at] === '"') return { kind: 'string', value: string() };
    const word = token(WORD);
    return word ? { kind: 'word', lexeme: word } : { kind: 'number', lexeme: need(token(NUMBER)) };
  };

  try {
    const document = value();
    skipSpace();
    return at === text.length ? document : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class NotJson extends Error {}

const SPACE = ' \t\r\n';
const PLAIN = /[^"\\\u0000-\u001F]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORD = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const unescaped = (escape: string): string =>
  escape.startsWith('\\u')
    ? String.fromCharCode(parseInt(escape.slice(2), 16))
    : (SHORT_ESCAPES.get(escape.charAt(1)) ?? escape.charAt(1));

const SHORT_ESCAPES = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** How a document is written: what stands around each token, and how a capital, a slash or a `ü` may be spelt. */
export interface Style {
  readonly space: () => string;
  readonly character?: (plain: string) => string;
}

export function writeJsonText(json: Json, style: Style): string {
  const parts: string[] = [];
  const put = (token: string) => parts.push(style.space(), token);
  const string = (value: string) => {
    const written = value.replace(UNWRITABLE, escaped);
    put(`"${style.character ? written.replace(SPELLABLE, style.character) : written}"`);
  };
  const write = (value: Json): void => {
    switch (value.kind) {
      case 'object':
        put('{');
        value.members.forEach(([name, member], i) => {
          if (i > 0) put(',');
          string(name);
          put(':');
          write(member);
        });
        put('}');
        break;
      case 'array':
        put('[');
        value.elements.forEach((element, i) => {
          if (i > 0) put(',');
          write(element);
        });
        put(']');
        break;
      case 'string':
        string(value.value);
        break;
      case 'number':
      case 'word':
        put(value.lexeme);
        break;
    }
  };
  write(json);
  return parts.join('') + style.space();
}

/** Each UTF-16 unit as `\u` and its number. */
export const escaped = (text: string): string =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** What can only be written as an escape; half a surrogate pair as well. */
const UNWRITABLE = /["\\\u0000-\u001F]|\p{Surrogate}/gu;
/** None of these is part of an escape as it is written here. */
const SPELLABLE = /[A-Z/]|[^\u0000-\u007F]/gu;
