/**
 * Keeps in a file how far a backfill is, so that the next run goes on from there. The file is written under another name
 * and then renamed, so that it is always complete.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../shared/parse-json';
import { UsageError } from '../shared/usage-error';
import type { BackfillCounts } from './send-records';
import type { Position } from './read-records';

/** The backfill that a checkpoint belongs to. */
export interface CheckpointSubject {
  /** A folder's or file's absolute path, or an address in S3. */
  input: string;
  /** Region and name, or ARN. */
  stream: string;
}

export interface Checkpoint {
  subject: CheckpointSubject;
  position: Position;
  counts: BackfillCounts;
}

const FORMAT = 'contact-record-pipeline backfill 1';

const whole = z.number().int().nonnegative();
const place = z.object({ name: z.string(), at: whole, line: whole });
const checkpoint = z.object({
  what: z.literal(FORMAT),
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
 * Reads a checkpoint.
 *
 * @returns undefined if there is none
 * @throws UsageError if it is of something else, or can't be read
 */
export async function readCheckpoint(
  path: string,
  subject: CheckpointSubject,
): Promise<Checkpoint | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`The checkpoint ${path} can't be read: ${code}.`);
  }
  const { data } = checkpoint.safeParse(parseJson(text));
  if (!data) {
    throw new UsageError(
      `${path} is no checkpoint of a backfill: remove it, or name another with --checkpoint.`,
    );
  }
  if (data.about.input !== subject.input || data.about.stream !== subject.stream) {
    const { input, stream } = data.about;
    throw new UsageError(
      `The checkpoint ${path} is of another backfill, from ${input} into ${stream}: ` +
        'finish that one, remove the checkpoint, or name another with --checkpoint.',
    );
  }
  return { subject, position: data.position, counts: data.done };
}

/** A checkpoint is not written more often. */
const SAVE_INTERVAL_MS = 1_000;

/**
 * Creates what keeps the last position for another run: from time to time, and at the end only if there is more to do.
 *
 * @param path - undefined: nothing is kept
 */
export function createCheckpointKeeper(path: string | undefined, subject: CheckpointSubject) {
  let [savedAt, unsaved] = [-Infinity, undefined as (() => Promise<void>) | undefined];
  return {
    save: async (position: Position, counts: BackfillCounts): Promise<void> => {
      if (path === undefined) return;
      unsaved = () => writeCheckpoint(path, { subject, position, counts });
      if (performance.now() - savedAt < SAVE_INTERVAL_MS) return;
      await unsaved();
      [savedAt, unsaved] = [performance.now(), undefined];
    },
    end: async (isComplete: boolean): Promise<void> => {
      if (path !== undefined && isComplete) await rm(path, { force: true });
      else await unsaved?.();
    },
  };
}

/** @throws UsageError if the file can't be written */
export async function writeCheckpoint(
  path: string,
  { subject, position, counts }: Checkpoint,
): Promise<void> {
  try {
    const unfinished = `${path}.tmp`;
    await writeFile(
      unfinished,
      `${JSON.stringify({ what: FORMAT, about: subject, position, done: counts })}\n`,
    );
    await rename(unfinished, path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`The checkpoint ${path} can't be written: ${code}.`);
  }
}
