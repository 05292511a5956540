import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Colours a text. Commands colour only verdicts and failures. */
export type Paint = (colour: 'green' | 'red', text: string) => string;

export const paintPlain: Paint = (_colour, text) => text;

/** Creates a function that colours text on a terminal. `NO_COLOR` turns it off, even if `FORCE_COLOR` is set. */
export const createPaint =
  (stream: Writable & { isTTY?: boolean }, noColour = process.env.NO_COLOR): Paint =>
  (colour, text) =>
    stream.isTTY === true && !noColour ? styleText(colour, text, { stream }) : text;
