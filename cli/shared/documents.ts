/**
 * Reads the JSON documents of a file of any size. They may stand one a line, directly one after another (Firehose),
 * pretty-printed, in an array, or mixed. A document is a JSON object, returned as its original bytes. At most one
 * document or line is in memory.
 *
 * The scanner follows only the structure: brackets, strings, commas and colons. A JSON parser has to check the values.
 * After broken structure, it continues where the next document may begin: in the next line, or at a `{` that can't
 * belong to the text before it.
 */
import { MAX_RECORD_BYTES } from './stream';

export interface Segment {
  /**
   * `document`: a JSON object with a valid structure. `rest`: other bytes, such as a broken document; may have several
   * lines. `too-long`: more bytes than a record can have; the bytes are left out.
   */
  kind: 'document' | 'rest' | 'too-long';
  bytes: Buffer;
  /** Position of its first byte. */
  at: number;
  /** Number of the line in which it begins, from 1. */
  line: number;
}

export interface HowToRead {
  /**
   * Returns whole lines. A document alone on its lines comes with all their bytes except the last line feed. An empty line
   * is a rest, and so is a line that begins with other text.
   *
   * @default false: a document reaches from `{` to `}`, and white space between documents is left out
   */
  asLines?: boolean;
}

/** Reads the segments in their order. Between them are only white space, and brackets and commas of arrays. */
export async function* readDocuments(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  { asLines = false }: HowToRead = {},
): AsyncGenerator<Segment> {
  const scanner = new Scanner(asLines);
  for await (const chunk of source) yield* scanner.take(chunk);
  yield* scanner.end();
}

/** States of the scanner. Those of the first group are outside of documents. */
const enum In {
  Between,
  /** After a `[` that may begin an array of documents. */
  Opened,
  /** After a document that may be alone on its line. */
  Behind,
  Rest,

  /** After `{`. */
  KeyOrEnd,
  Key,
  KeyString,
  Colon,
  Value,
  /** After `[`. */
  ValueOrEnd,
  String,
  /** A number or a word. */
  Token,
  AfterValue,
  /** `AfterValue` in an array. */
  AfterElement,
}

const [LF, SPACE, QUOTE, COMMA, COLON] = [0x0a, 0x20, 0x22, 0x2c, 0x3a];
const [OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN, CLOSE] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Stands for each of `TOKEN_BYTES`. */
const TOKEN = 0;
const TOKEN_BYTES = new Set(Buffer.from('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-.'));

const VALUES = { [QUOTE]: In.String, [OPEN]: In.KeyOrEnd, [OPEN_ARRAY]: In.ValueOrEnd, [TOKEN]: In.Token };
/** Bytes that may follow in each state, except white space, with the next state. */
const NEXT: Partial<Record<In, Partial<Record<number, In>>>> = {
  [In.KeyOrEnd]: { [QUOTE]: In.KeyString, [CLOSE]: In.AfterValue },
  [In.Key]: { [QUOTE]: In.KeyString },
  [In.Colon]: { [COLON]: In.Value },
  [In.Value]: VALUES,
  [In.ValueOrEnd]: { ...VALUES, [CLOSE_ARRAY]: In.AfterValue },
  [In.AfterValue]: { [COMMA]: In.Key, [CLOSE]: In.AfterValue },
  [In.AfterElement]: { [COMMA]: In.Value, [CLOSE_ARRAY]: In.AfterValue },
};

/** Finds segments in chunks. All positions are positions in the file. */
class Scanner {
  private found: Segment[] = [];
  /** The bytes in memory, from the position `base` on. */
  private buffer: Buffer = Buffer.alloc(0);
  private base = 0;
  /** The next byte. */
  private at = 0;
  private line = 1;

  private state = In.Between;
  private inArray = false;
  /** Where the current segment begins, or the white space between documents that is in memory. */
  private from = 0;
  private fromLine = 1;
  /** Whether `from` begins a line that may be returned whole. */
  private isLineStart = true;

  /** Where the last document begins and ends. */
  private documentAt = 0;
  private documentEnd = 0;
  /** Positions of the open brackets. */
  private open: number[] = [];
  /** Where an object begins, if the last byte (white space aside) closed it. */
  private closedFrom: number | undefined;
  private isEscaped = false;

  /** The last two bytes of a rest, white space aside. */
  private last = 0;
  private lastButOne = 0;
  /** Whether the rest began as a document. */
  private wasDocument = false;
  /** Whether the bytes of this segment are left out. */
  private isDropped = false;

  constructor(private readonly asLines: boolean) {}

  take(chunk: Buffer): Segment[] {
    this.buffer = Buffer.concat([this.buffer.subarray(this.from - this.base), chunk]);
    this.base = this.from;
    this.scan(false);
    this.dropTooLong();
    return this.found.splice(0);
  }

  end(): Segment[] {
    this.scan(true);
    while (this.state >= In.KeyOrEnd) {
      const begin = this.closedFrom;
      if (begin === undefined || !this.beginsLine(begin)) break;
      // The line before was cut off after a colon, so this document was taken for its value.
      this.breakAt(begin);
      this.scan(true);
    }
    if (this.state === In.Behind) this.add('document', this.from, this.at);
    else if (this.state !== In.Between) this.endRest(this.at - (this.buffer.at(-1) === LF ? 1 : 0));
    else if (this.asLines && this.isLineStart && this.at > this.from) this.endRest(this.at);
    return this.found;
  }

  private scan(isEnd: boolean): void {
    while (this.at - this.base < this.buffer.length) {
      const byte = this.byteAt(this.at);
      if (this.state >= In.KeyOrEnd) {
        if (this.inDocument(byte)) this.passDocument();
        else this.structureBreaks(byte);
      } else if (this.state === In.Between) {
        // The next chunk may have the rest of a byte order mark.
        if (byte === BYTE_ORDER_MARK[0] && !isEnd && this.at - this.base + 3 > this.buffer.length) return;
        this.between(byte);
      } else if (this.state === In.Opened) {
        this.opened(byte);
      } else if (this.state === In.Behind) {
        this.behind(byte);
      } else {
        this.inRest(byte);
      }
    }
  }

  private byteAt(position: number): number {
    return this.buffer[position - this.base] ?? 0;
  }

  private between(byte: number): void {
    if (byte === LF) {
      if (this.asLines && this.isLineStart) this.endRest(this.at);
      this.beginLine();
    } else if (isSpace(byte)) {
      // Skips a run of spaces at once: there may be megabytes of them.
      let index = this.at - this.base;
      while (this.buffer[index + 1] === SPACE) index++;
      this.skip(this.base + index + 1 - this.at);
    } else if (this.inArray && (byte === COMMA || byte === CLOSE_ARRAY)) {
      this.inArray = byte === COMMA;
      this.isLineStart = false;
      this.skip(1);
    } else if (BYTE_ORDER_MARK.every((one, i) => this.byteAt(this.at + i) === one)) {
      this.skip(3);
    } else {
      this.fromLine = this.line;
      if (byte === OPEN) this.beginDocument();
      else if (byte === OPEN_ARRAY && !this.inArray) {
        this.state = In.Opened;
        this.documentAt = this.at++;
      } else {
        this.beginRest(false);
      }
    }
  }

  /** Skips white space. It is kept only where it may belong to a whole line. */
  private skip(bytes: number): void {
    this.at += bytes;
    if (!this.asLines || !this.isLineStart) this.from = this.at;
  }

  private opened(byte: number): void {
    if (byte === LF) this.line++;
    if (isSpace(byte)) this.at++;
    else if (byte === OPEN) {
      this.inArray = true;
      this.isLineStart = false;
      this.from = this.at;
      this.fromLine = this.line;
      this.beginDocument();
    } else if (byte === CLOSE_ARRAY) {
      // An array without documents is returned as one segment. The caller decides what it is.
      this.documentEnd = ++this.at;
      this.state = In.Behind;
    } else {
      this.beginRest(false);
    }
  }

  private beginDocument(): void {
    this.state = In.KeyOrEnd;
    this.documentAt = this.at++;
    this.open = [this.documentAt];
    this.closedFrom = undefined;
  }

  /** Takes one byte of a document; returns false if it can't follow here. */
  private inDocument(byte: number): boolean {
    if (this.state === In.String || this.state === In.KeyString) return this.inString(byte);
    const isOfToken = TOKEN_BYTES.has(byte);
    if (this.state === In.Token && isOfToken) return true;
    if (this.state === In.Token) this.state = In.AfterValue;
    if (isSpace(byte)) {
      if (byte === LF) this.line++;
      return true;
    }
    const isBehindElement = this.state === In.AfterValue && this.byteAt(this.open.at(-1) ?? 0) === OPEN_ARRAY;
    const next = NEXT[isBehindElement ? In.AfterElement : this.state]?.[isOfToken ? TOKEN : byte];
    if (next === undefined) return false;
    this.state = next;
    this.closedFrom = byte === CLOSE ? this.open.at(-1) : undefined;
    if (byte === OPEN || byte === OPEN_ARRAY) this.open.push(this.at);
    else if (byte === CLOSE || byte === CLOSE_ARRAY) this.open.pop();
    return true;
  }

  private inString(byte: number): boolean {
    // A JSON string has no line feed: the string is cut off, or a quotation mark is missing.
    if (byte === LF) return false;
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.state = this.state === In.KeyString ? In.Colon : In.AfterValue;
    else {
      // Most bytes of a document are plain characters of strings: skip them quickly.
      let index = this.at - this.base;
      while (isPlain(this.buffer[index + 1])) index++;
      this.at = this.base + index;
    }
    return true;
  }

  private passDocument(): void {
    this.at++;
    if (this.open.length > 0) return;
    this.documentEnd = this.at;
    if (this.asLines && this.isLineStart) this.state = In.Behind;
    else this.endDocument();
  }

  /** Handles a byte that can't be part of the document. */
  private structureBreaks(byte: number): void {
    this.isEscaped = false;
    const isInNewLine = this.beginsLine(this.at);
    // A complete object directly before it that begins alike is a document of its own, after a cut-off one.
    const before = this.closedFrom;
    const isLike = before !== undefined && this.beginsLine(before) === isInNewLine;
    if (this.asLines && this.line !== this.fromLine && !isInNewLine) {
      // With whole lines, a document that began on an earlier line does not divide this line.
      this.beginRest(true);
    } else if (isLike && (byte === OPEN || isInNewLine)) {
      this.breakAt(before);
    } else if (byte === OPEN || (byte === OPEN_ARRAY && isInNewLine)) {
      this.breakAt(this.at);
    } else if (this.at - 2 > this.documentAt && this.isBehindOpenAndQuote()) {
      // The first quotation mark of the next document ended a string that is cut off.
      this.breakAt(this.at - 2);
    } else {
      this.beginRest(true);
    }
  }

  /** Returns whether the last two bytes are `{"`, which begin a document. */
  private isBehindOpenAndQuote(): boolean {
    return this.byteAt(this.at - 2) === OPEN && this.byteAt(this.at - 1) === QUOTE;
  }

  /** Ends a rest before a position at which a document may begin. */
  private breakAt(position: number): void {
    const skipped = this.buffer.subarray(this.from - this.base, position - this.base);
    this.line = this.fromLine + skipped.filter((byte) => byte === LF).length;
    const lineFeed = this.beginsLine(position) ? skipped.lastIndexOf(LF) : -1;
    const isWholeLine = lineFeed >= 0;
    this.endRest(isWholeLine ? this.from + lineFeed : position);
    this.from = isWholeLine ? this.from + lineFeed + 1 : position;
    this.isLineStart = isWholeLine && !this.inArray;
    this.at = position;
    this.fromLine = this.line;
  }

  private beginsLine(position: number): boolean {
    for (let i = position - 1 - this.base; i >= 0; i--) {
      const byte = this.buffer[i] ?? 0;
      if (byte === LF) return true;
      if (!isSpace(byte)) return false;
    }
    return false;
  }

  private behind(byte: number): void {
    if (byte === LF) {
      this.add('document', this.from, this.at);
      this.beginLine();
    } else if (isSpace(byte)) {
      this.at++;
    } else {
      this.endDocument();
    }
  }

  /** Ends the document, and scans the bytes after it again. */
  private endDocument(): void {
    this.add('document', this.documentAt, this.documentEnd);
    this.goOnAt(this.documentEnd);
    this.state = In.Between;
  }

  private goOnAt(position: number): void {
    this.at = this.from = position;
    this.isLineStart = false;
  }

  private beginRest(wasDocument: boolean): void {
    this.state = In.Rest;
    this.wasDocument = wasDocument;
    this.last = this.lastButOne = 0;
  }

  private inRest(byte: number): void {
    const isNextDocument =
      byte === OPEN &&
      (this.last === CLOSE || (this.inArray && this.last === COMMA && this.lastButOne === CLOSE));
    if (byte === LF) {
      this.endRest(this.at);
      this.beginLine();
    } else if (
      isNextDocument ||
      (byte === QUOTE && this.last === OPEN && !this.wasDocument && !this.asLines)
    ) {
      const begin = isNextDocument ? this.at : this.at - 1;
      this.endRest(begin);
      this.goOnAt(begin);
    } else {
      if (!isSpace(byte)) [this.lastButOne, this.last] = [this.last, byte];
      this.at++;
    }
  }

  private endRest(end: number): void {
    if (!this.isDropped) this.add('rest', this.from, end);
    this.isDropped = false;
    this.state = In.Between;
  }

  private beginLine(): void {
    this.line++;
    this.from = ++this.at;
    this.isLineStart = !this.inArray;
    this.state = In.Between;
  }

  private dropTooLong(): void {
    if (this.at - this.from > MAX_RECORD_BYTES && !this.isDropped) {
      if (this.state === In.Between) this.fromLine = this.line;
      this.add('too-long', this.from, this.from);
      this.beginRest(true);
      this.isDropped = true;
    }
    if (this.isDropped) this.from = this.at;
  }

  private add(kind: Segment['kind'], from: number, end: number): void {
    const bytes = this.buffer.subarray(from - this.base, end - this.base);
    const line = this.state === In.Between ? this.line : this.fromLine;
    this.found.push({ kind, bytes, at: from, line });
  }
}

const isSpace = (byte: number) => byte === SPACE || byte === LF || byte === 0x0d || byte === 0x09;

/** Returns whether a byte of a string has no effect on where the string ends. */
const isPlain = (byte?: number) => byte !== undefined && byte !== QUOTE && byte !== BACKSLASH && byte !== LF;
