import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Colours are for what a person looks for: that it holds, or that it failed. */
export type Paint = (colour: 'green' | 'red', text: string) => string;

export const plain: Paint = (_colour, text) => text;

/** Paints on a terminal that can, unless `NO_COLOR` says something; even where `FORCE_COLOR` says something else. */
export const paintOn =
  (stream: Writable & { isTTY?: boolean }, noColour = process.env.NO_COLOR): Paint =>
  (colour, text) =>
    stream.isTTY === true && !noColour ? styleText(colour, text, { stream }) : text;
