/**
 * Parses JSON with the exact spelling of numbers. `JSON.parse` rounds numbers that a double cannot represent. A reviver
 * gets the spelling too, but takes a microsecond for each value, and a record may have 250,000 values.
 */

/**
 * Parses JSON like `JSON.parse`, but `numberOf` creates each number from its spelling.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseJson(text: string, numberOf: (lexeme: string) => unknown): unknown {
  JSON.parse(text);
  return readJson(text, numberOf);
}

/** Does the same for a text that `JSON.parse` accepts. It checks nothing, and may never end on other text. */
export function readJson(text: string, numberOf: (lexeme: string) => unknown): unknown {
  let at = 0;

  const value = (): unknown => {
    switch (character()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        at += 4;
        return true;
      case 'f':
        at += 5;
        return false;
      case 'n':
        at += 4;
        return null;
      default:
        return number();
    }
  };
  const object = (): object => {
    const members: Record<string, unknown> = {};
    at++;
    if (character() === '}') at++;
    else
      do {
        character();
        const name = string();
        character();
        at++; // the colon
        // Assigning it would set the prototype.
        if (name === '__proto__') Object.defineProperty(members, name, { ...OWN, value: value() });
        else members[name] = value();
      } while (isFollowedByAnother());
    return members;
  };
  const array = (): unknown[] => {
    const elements: unknown[] = [];
    at++;
    if (character() === ']') at++;
    else
      do elements.push(value());
      while (isFollowedByAnother());
    return elements;
  };
  const string = (): string => {
    const start = at++;
    let isEscaped = false;
    for (let c = text[at]; c !== '"'; c = text[++at]) {
      if (c !== '\\') continue;
      isEscaped = true;
      at++;
    }
    at++;
    return isEscaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
  };
  const number = (): unknown => {
    const start = at;
    while (IN_NUMBER.has(text.charAt(at))) at++;
    return numberOf(text.slice(start, at));
  };
  /** Returns the next character that is not white space. */
  const character = (): string => {
    while (text.charCodeAt(at) <= SPACE) at++;
    return text.charAt(at);
  };
  const isFollowedByAnother = (): boolean => {
    const isComma = character() === ',';
    at++;
    return isComma;
  };
  return value();
}

const OWN = { configurable: true, enumerable: true, writable: true };

const SPACE = 0x20;

const IN_NUMBER: ReadonlySet<string> = new Set('0123456789+-.eE');
