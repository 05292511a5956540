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
  source: AsyncIterable<Buffer>,
  how: HowToRead = {},
): AsyncGenerator<Segment> {
  const scanner = new Scanner(how.asLines ?? false);
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
}

const [LF, SPACE, QUOTE, COMMA, COLON] = [0x0a, 0x20, 0x22, 0x2c, 0x3a];
const [OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN, CLOSE] = [0x5b, 0x5c, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Positions are those in the file. */
class Scanner {
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

  *take(chunk: Buffer): Generator<Segment> {
    const held = this.buffer.subarray(this.from - this.base);
    this.buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    this.base = this.from;
    yield* this.scan(false);
    yield* this.dropTooLong();
  }

  *end(): Generator<Segment> {
    yield* this.scan(true);
    while (this.state >= In.KeyOrEnd) {
      const begin = this.closedFrom;
      if (begin === undefined || !this.beginsLine(begin)) break;
      // Cut off behind a colon, the line before took this document for its own.
      yield* this.breakAt(begin);
      yield* this.scan(true);
    }
    if (this.state === In.Behind) yield this.segment('document', this.from, this.at);
    else if (this.state !== In.Between) yield* this.rest(this.at - (this.buffer.at(-1) === LF ? 1 : 0));
    else if (this.asLines && this.isLineStart && this.at > this.from) yield* this.rest(this.at);
  }

  private *scan(isEnd: boolean): Generator<Segment> {
    while (this.at - this.base < this.buffer.length) {
      const byte = this.buffer[this.at - this.base] ?? 0;
      if (this.state >= In.KeyOrEnd) {
        if (this.isInPlainString() && isPlain(byte)) {
          this.skipPlain();
        } else if (this.inDocument(byte)) {
          this.at++;
          if (this.open.length > 0) continue;
          this.documentEnd = this.at;
          if (this.asLines && this.isLineStart) this.state = In.Behind;
          else yield* this.document();
        } else {
          yield* this.structureBreaks(byte);
        }
        continue;
      }
      if (this.state === In.Between) {
        // Not all of a byte order mark may be here yet.
        if (byte === BYTE_ORDER_MARK[0] && !isEnd && this.at - this.base + 3 > this.buffer.length) return;
        yield* this.between(byte);
      } else if (this.state === In.Opened) {
        this.opened(byte);
      } else if (this.state === In.Behind) {
        yield* this.behind(byte);
      } else if (byte === LF || byte === OPEN || byte === QUOTE) {
        yield* this.inRest(byte);
      } else {
        this.passRest(byte);
      }
    }
  }

  private *between(byte: number): Generator<Segment> {
    if (byte === LF) {
      if (this.asLines && this.isLineStart) yield* this.rest(this.at);
      this.beginLine();
    } else if (isSpace(byte)) {
      this.skip(1);
    } else if (this.inArray && (byte === COMMA || byte === CLOSE_ARRAY)) {
      this.inArray = byte === COMMA;
      this.isLineStart = false;
      this.skip(1);
    } else if (BYTE_ORDER_MARK.every((one, i) => this.buffer[this.at - this.base + i] === one)) {
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
      // Of an array without documents: whoever reads it says what that is.
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
    if (this.state === In.Token && isOfToken(byte)) return true;
    if (this.state === In.Token) this.state = In.AfterValue;
    if (isSpace(byte)) {
      if (byte === LF) this.line++;
      return true;
    }
    const closed = this.closedFrom;
    this.closedFrom = undefined;
    switch (byte) {
      case QUOTE:
        if (this.isBeforeKey()) this.state = In.KeyString;
        else if (this.isBeforeValue()) this.state = In.String;
        else break;
        return true;
      case OPEN:
      case OPEN_ARRAY:
        if (!this.isBeforeValue()) break;
        this.open.push(this.at);
        this.state = byte === OPEN ? In.KeyOrEnd : In.ValueOrEnd;
        return true;
      case CLOSE:
      case CLOSE_ARRAY:
        if (!this.isBeforeClose(byte)) break;
        this.closedFrom = byte === CLOSE ? this.open.at(-1) : undefined;
        this.open.pop();
        this.state = In.AfterValue;
        return true;
      case COMMA:
        if (this.state !== In.AfterValue) break;
        this.state = this.isInObject() ? In.Key : In.Value;
        return true;
      case COLON:
        if (this.state !== In.Colon) break;
        this.state = In.Value;
        return true;
      default:
        if (!this.isBeforeValue() || !isOfToken(byte)) break;
        this.state = In.Token;
        return true;
    }
    this.closedFrom = closed;
    return false;
  }

  private isInPlainString(): boolean {
    return (this.state === In.String || this.state === In.KeyString) && !this.isEscaped;
  }

  /** What most bytes of most documents are. */
  private skipPlain(): void {
    const { buffer } = this;
    let index = this.at - this.base + 1;
    while (index < buffer.length && isPlain(buffer[index] ?? 0)) index++;
    this.at = this.base + index;
  }

  private inString(byte: number): boolean {
    // A string of JSON has no line feed: it is cut off, or a quotation mark is missing.
    if (byte === LF) return false;
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.state = this.state === In.KeyString ? In.Colon : In.AfterValue;
    return true;
  }

  private isBeforeKey(): boolean {
    return this.state === In.KeyOrEnd || this.state === In.Key;
  }

  private isBeforeValue(): boolean {
    return this.state === In.Value || this.state === In.ValueOrEnd;
  }

  private isInObject(): boolean {
    return this.buffer[(this.open.at(-1) ?? 0) - this.base] === OPEN;
  }

  private isBeforeClose(byte: number): boolean {
    const isOfKind = this.isInObject() === (byte === CLOSE);
    const isEmpty = this.state === (byte === CLOSE ? In.KeyOrEnd : In.ValueOrEnd);
    return isOfKind && (isEmpty || this.state === In.AfterValue);
  }

  /** The byte here can't be part of the document. */
  private *structureBreaks(byte: number): Generator<Segment> {
    this.isEscaped = false;
    // As lines, what begins on a line before does not cut this one.
    const isInLaterLine = this.asLines && this.line !== this.fromLine && !this.beginsLine(this.at);
    const isInNewLine = this.beginsLine(this.at);
    // An object that is complete directly before it, and begins as it does, stood by itself behind something cut off.
    const before = this.closedFrom;
    const isLike = before !== undefined && this.beginsLine(before) === isInNewLine;
    if (isInLaterLine) {
      this.beginRest(true);
    } else if (isLike && (byte === OPEN || isInNewLine)) {
      yield* this.breakAt(before);
    } else if (byte === OPEN || (byte === OPEN_ARRAY && isInNewLine)) {
      yield* this.breakAt(this.at);
    } else if (this.buffer[this.at - this.base - 1] === QUOTE && this.isOpenBefore(this.at - 1)) {
      // In a string that is cut off, the first quotation mark of the next document ends it.
      yield* this.breakAt(this.at - 2);
    } else {
      this.beginRest(true);
    }
  }

  /** Of `{"`, which is how a document begins; not the beginning of this one. */
  private isOpenBefore(position: number): boolean {
    return position - 1 > this.documentAt && this.buffer[position - 1 - this.base] === OPEN;
  }

  /** What comes before a position is no document; there, another one may begin. */
  private *breakAt(position: number): Generator<Segment> {
    const skipped = this.buffer.subarray(this.from - this.base, position - this.base);
    this.line = this.fromLine + count(skipped, LF);
    const lineStart = this.beginsLine(position)
      ? this.base + this.buffer.lastIndexOf(LF, position - this.base)
      : -1;
    const end = lineStart >= this.from ? lineStart : position;
    yield* this.rest(end);
    this.from = end === position ? position : end + 1;
    this.isLineStart = end !== position && !this.inArray;
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

  private *behind(byte: number): Generator<Segment> {
    if (byte === LF) {
      yield this.segment('document', this.from, this.at);
      this.beginLine();
    } else if (isSpace(byte)) {
      this.at++;
    } else {
      yield* this.document();
    }
  }

  /** The document alone; what is behind it is looked at again. */
  private *document(): Generator<Segment> {
    yield this.segment('document', this.documentAt, this.documentEnd);
    this.at = this.from = this.documentEnd;
    this.isLineStart = false;
    this.state = In.Between;
  }

  private beginRest(wasDocument: boolean): void {
    this.state = In.Rest;
    this.wasDocument = wasDocument;
    this.last = this.lastButOne = 0;
  }

  private *inRest(byte: number): Generator<Segment> {
    if (byte === LF) {
      yield* this.rest(this.at);
      this.beginLine();
      return;
    }
    const isNextDocument =
      byte === OPEN &&
      (this.last === CLOSE || (this.inArray && this.last === COMMA && this.lastButOne === CLOSE));
    if (isNextDocument || (byte === QUOTE && this.last === OPEN && !this.wasDocument && !this.asLines)) {
      const begin = isNextDocument ? this.at : this.at - 1;
      yield* this.rest(begin);
      this.at = this.from = begin;
      this.isLineStart = false;
      return;
    }
    this.passRest(byte);
  }

  private passRest(byte: number): void {
    if (!isSpace(byte)) {
      this.lastButOne = this.last;
      this.last = byte;
    }
    this.at++;
  }

  private *rest(end: number): Generator<Segment> {
    if (!this.isDropped) yield this.segment('rest', this.from, end);
    this.isDropped = false;
    this.state = In.Between;
  }

  private beginLine(): void {
    this.line++;
    this.from = ++this.at;
    this.isLineStart = !this.inArray;
    this.state = In.Between;
  }

  private *dropTooLong(): Generator<Segment> {
    if (this.at - this.from > MAX_RECORD_BYTES && !this.isDropped) {
      if (this.state === In.Between) this.fromLine = this.line;
      yield this.segment('too-long', this.from, this.from);
      this.beginRest(true);
      this.isDropped = true;
    }
    if (this.isDropped) this.from = this.at;
  }

  private segment(kind: Segment['kind'], from: number, end: number): Segment {
    const bytes = this.buffer.subarray(from - this.base, end - this.base);
    return { kind, bytes, at: from, line: this.state === In.Between ? this.line : this.fromLine };
  }
}

const isSpace = (byte: number) => byte === SPACE || byte === LF || byte === 0x0d || byte === 0x09;

/** Of a string: says nothing about where it ends. */
const isPlain = (byte: number) => byte !== QUOTE && byte !== BACKSLASH && byte !== LF;

/** Letters, digits, signs and the point. */
const isOfToken = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e;

const count = (bytes: Buffer, byte: number) => {
  let found = 0;
  for (let i = bytes.indexOf(byte); i >= 0; i = bytes.indexOf(byte, i + 1)) found++;
  return found;
};
