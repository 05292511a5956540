/**
 * How far a backfill is, in a file: what the next run goes on from. It is written beside and then renamed, so that
 * whatever happens there is a whole one.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { UsageError } from '../shared/usage-error';
import type { Done } from './send-records';
import type { Position } from './read-records';

/** What a checkpoint is of. */
export interface About {
  /** A folder's or file's absolute path, or an address in S3. */
  input: string;
  /** Region and name, or ARN. */
  stream: string;
}

export interface Checkpoint {
  about: About;
  position: Position;
  done: Done;
}

const WHAT = 'contact-record-pipeline backfill 1';

const whole = z.number().int().nonnegative();
const place = z.object({ name: z.string(), at: whole, line: whole });
const checkpoint = z.object({
  what: z.literal(WHAT),
  about: z.object({ input: z.string(), stream: z.string() }),
  position: z.object({
    sources: whole,
    bytes: whole,
    digest: z.string(),
    current: z.object({ name: z.string(), version: z.string(), from: whole }).optional(),
  }),
  done: z.object({
    sent: whole,
    bytes: whole,
    abandoned: whole,
    skipped: z.record(z.string(), z.object({ count: whole, first: place })),
    read: whole,
    unreadable: z.object({ count: whole, first: z.array(z.object({ name: z.string(), why: z.string() })) }),
  }),
});

/**
 * @returns undefined if there is none
 * @throws WrongUsage if it is of something else, or can't be read
 */
export async function readCheckpoint(path: string, about: About): Promise<Checkpoint | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`The checkpoint ${path} can't be read: ${code}.`);
  }
  const { data } = checkpoint.safeParse(jsonIn(text));
  if (!data) {
    throw new UsageError(
      `${path} is no checkpoint of a backfill: remove it, or name another with --checkpoint.`,
    );
  }
  if (data.about.input !== about.input || data.about.stream !== about.stream) {
    const { input, stream } = data.about;
    throw new UsageError(
      `The checkpoint ${path} is of another backfill, from ${input} into ${stream}: ` +
        'finish that one, remove the checkpoint, or name another with --checkpoint.',
    );
  }
  const { position, done } = data;
  return { about, position, done };
}

export async function writeCheckpoint(path: string, { about, position, done }: Checkpoint): Promise<void> {
  try {
    const unfinished = `${path}.tmp`;
    await writeFile(unfinished, `${JSON.stringify({ what: WHAT, about, position, done })}\n`);
    await rename(unfinished, path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`The checkpoint ${path} can't be written: ${code}.`);
  }
}

export const removeCheckpoint = (path: string): Promise<void> => rm(path, { force: true });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
