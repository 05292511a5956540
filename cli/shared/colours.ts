import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Colours are for what a person looks for: verdicts and failures. */
export type Paint = (colour: 'green' | 'red', text: string) => string;

export const paintPlain: Paint = (_colour, text) => text;

/** Paints on a terminal that can, unless `NO_COLOR` is set; even where `FORCE_COLOR` says something else. */
export const createPaint =
  (stream: Writable & { isTTY?: boolean }, noColour = process.env.NO_COLOR): Paint =>
  (colour, text) =>
    stream.isTTY === true && !noColour ? styleText(colour, text, { stream }) : text;
