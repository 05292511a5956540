/**
 * Takes the documents out of a file of any size, in whatever way they were written: one a line, one directly behind the
 * other (Firehose), pretty-printed, as elements of an array, or mixed. A document is an object of JSON. It comes as its
 * own bytes: numbers are not spelt anew. No more than one of them, or one line, is ever held.
 *
 * What is followed is the structure alone: brackets, strings, commas and colons; whether each number is one, a JSON
 * parser has to say. Where the structure breaks, reading goes on at the next place where a document may begin: behind the
 * line, or where a `{` stands that can't belong to what is before it.
 */
import { MAX_RECORD_BYTES } from './stream';

export interface Segment {
  /**
   * `document`: a whole object of JSON, as far as its structure says. `rest`: bytes that are none, part of a broken
   * document or anything else; maybe several lines. `too-long`: more than any record can hold, without its bytes.
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
   * Lines matter: a document that has its lines to itself comes with all of their bytes but the last line feed, an empty
   * line is a rest, and a line that begins with anything else is one rest.
   *
   * @default a document is what is from `{` to `}`, and white space between documents is nothing
   */
  asLines?: boolean;
}

/** In the order of the file; between the segments is nothing but white space, and the brackets and commas of arrays. */
export async function* readDocuments(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  { asLines = false }: HowToRead = {},
): AsyncGenerator<Segment> {
  const scanner = new Scanner(asLines);
  for await (const chunk of source) yield* scanner.take(chunk);
  yield* scanner.end();
}

/** Where the scanner is. The first group is outside of any document. */
const enum In {
  Between,
  /** Behind a `[` that begins an array of documents, or doesn't. */
  Opened,
  /** Behind a document that may have its line to itself. */
  Behind,
  Rest,

  /** Behind `{`. */
  KeyOrEnd,
  Key,
  KeyString,
  Colon,
  Value,
  /** Behind `[`. */
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
/** What can stand where in a document, besides white space, and where the scanner is behind it. */
const NEXT: Partial<Record<In, Partial<Record<number, In>>>> = {
  [In.KeyOrEnd]: { [QUOTE]: In.KeyString, [CLOSE]: In.AfterValue },
  [In.Key]: { [QUOTE]: In.KeyString },
  [In.Colon]: { [COLON]: In.Value },
  [In.Value]: VALUES,
  [In.ValueOrEnd]: { ...VALUES, [CLOSE_ARRAY]: In.AfterValue },
  [In.AfterValue]: { [COMMA]: In.Key, [CLOSE]: In.AfterValue },
  [In.AfterElement]: { [COMMA]: In.Value, [CLOSE_ARRAY]: In.AfterValue },
};

/** Positions are those in the file. */
class Scanner {
  private found: Segment[] = [];
  /** What is held: from `base` on. */
  private buffer: Buffer = Buffer.alloc(0);
  private base = 0;
  /** The next byte. */
  private at = 0;
  private line = 1;

  private state = In.Between;
  private inArray = false;
  /** Where the segment begins that the scanner is in; between documents: where the white space begins that is held. */
  private from = 0;
  private fromLine = 1;
  /** `from` is at the beginning of a line that may count as a whole. */
  private isLineStart = true;

  /** In a document, and behind it. */
  private documentAt = 0;
  private documentEnd = 0;
  /** Positions of the brackets that are open. */
  private open: number[] = [];
  /** Where the object begins that the last byte but white space has closed. */
  private closedFrom: number | undefined;
  private isEscaped = false;

  /** In a rest: the last bytes but white space. */
  private last = 0;
  private lastButOne = 0;
  /** The rest began as a document. */
  private wasDocument = false;
  /** The bytes of this segment are not held. */
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
      // Cut off behind a colon, the line before took this document for its own.
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
        // Not all of a byte order mark may be here yet.
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
      this.skip(1);
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

  /** White space is held only where it may belong to a line that counts as a whole. */
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

  /** One byte of a document; false if it can't stand here. */
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
    // A string of JSON has no line feed: it is cut off, or a quotation mark is missing.
    if (byte === LF) return false;
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.state = this.state === In.KeyString ? In.Colon : In.AfterValue;
    else {
      // What most bytes of most documents are.
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

  /** The byte here can't be part of the document. */
  private structureBreaks(byte: number): void {
    this.isEscaped = false;
    const isInNewLine = this.beginsLine(this.at);
    // An object that is complete directly before it, and begins as it does, stood by itself behind something cut off.
    const before = this.closedFrom;
    const isLike = before !== undefined && this.beginsLine(before) === isInNewLine;
    if (this.asLines && this.line !== this.fromLine && !isInNewLine) {
      // As lines, what begins on a line before does not cut this one.
      this.beginRest(true);
    } else if (isLike && (byte === OPEN || isInNewLine)) {
      this.breakAt(before);
    } else if (byte === OPEN || (byte === OPEN_ARRAY && isInNewLine)) {
      this.breakAt(this.at);
    } else if (this.at - 2 > this.documentAt && this.isBehindOpenAndQuote()) {
      // In a string that is cut off, the first quotation mark of the next document ends it.
      this.breakAt(this.at - 2);
    } else {
      this.beginRest(true);
    }
  }

  /** `{"` is how a document begins. */
  private isBehindOpenAndQuote(): boolean {
    return this.byteAt(this.at - 2) === OPEN && this.byteAt(this.at - 1) === QUOTE;
  }

  /** What comes before a position is no document; there, another one may begin. */
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

  /** The document alone; what is behind it is looked at again. */
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

/** Of a string: says nothing about where it ends. */
const isPlain = (byte?: number) => byte !== undefined && byte !== QUOTE && byte !== BACKSLASH && byte !== LF;
