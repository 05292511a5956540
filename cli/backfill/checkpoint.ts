/**
 * Stores the position of a backfill, so that the next run continues there. The file is written under another
 * name and then renamed, so that it is always complete.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../shared/parse-json';
import { UsageError } from '../shared/usage-error';

const whole = z.number().int().nonnegative();

/** A place in the unpacked content; `at` is the byte, from 0. */
const place = z.object({ name: z.string(), at: whole, line: whole });
export type Place = z.infer<typeof place>;

const position = z.object({
  /** Number and bytes of the files or objects that were read to their end. */
  sources: whole,
  bytes: whole,
  /** A hash of their names, sizes and versions. */
  digest: z.string(),
  /** The file or object that was read in part. */
  current: z.object({ name: z.string(), version: z.string(), from: whole }).optional(),
});
export type Position = z.infer<typeof position>;

const counts = z.object({
  /** Records that the stream accepted, or that a dry run would send. */
  sent: whole,
  bytes: whole,
  /** Sent records in which the contact is abandoned. */
  abandoned: whole,
  /** By `SkipReason`. */
  skipped: z.record(z.string(), z.object({ count: whole, first: place })),
  /** Files that were read. */
  read: whole,
  /** The number of files that could not be read, and the first of them. */
  unreadable: z.object({ count: whole, first: z.array(z.object({ name: z.string(), why: z.string() })) }),
});
export type BackfillCounts = z.infer<typeof counts>;

/** Identifies a backfill: the absolute path or address of its input, and region and stream. */
const subject = z.object({ input: z.string(), stream: z.string() });

export interface Checkpoint {
  subject: z.infer<typeof subject>;
  position: Position;
  counts: BackfillCounts;
}

const FORMAT = 'contact-record-pipeline backfill 1';
const checkpoint = z.object({ what: z.literal(FORMAT), about: subject, position, done: counts });

/**
 * Reads a checkpoint, if there is one.
 *
 * @throws UsageError if it belongs to another backfill, or can't be read
 */
export async function readCheckpoint(
  path: string,
  subject: Checkpoint['subject'],
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
      `${path} is not a checkpoint of a backfill: remove it, or give another file with --checkpoint.`,
    );
  }
  const { input, stream } = data.about;
  if (input !== subject.input || stream !== subject.stream) {
    throw new UsageError(
      `The checkpoint ${path} belongs to another backfill, from ${input} into ${stream}: ` +
        'finish that backfill, remove the checkpoint, or give another file with --checkpoint.',
    );
  }
  return { subject, position: data.position, counts: data.done };
}

const SAVE_INTERVAL_MS = 1_000;

/**
 * Creates functions that save the position once a second. They need a path, and write nothing before a record was sent.
 * The end of a complete run removes the file.
 */
export function createCheckpointKeeper(path: string | undefined, subject: Checkpoint['subject']) {
  let [savedAt, unsaved] = [-Infinity, undefined as (() => Promise<void>) | undefined];
  return {
    save: async (position: Position, counts: BackfillCounts): Promise<void> => {
      if (path === undefined || counts.sent === 0) return;
      unsaved = () => writeCheckpoint(path, { subject, position, counts });
      if (performance.now() - savedAt < SAVE_INTERVAL_MS) return;
      await unsaved();
      [savedAt, unsaved] = [performance.now(), undefined];
    },
    end: async (isComplete: boolean, { sent }: BackfillCounts): Promise<void> => {
      if (path !== undefined && (isComplete || sent === 0)) await rm(path, { force: true });
      else await unsaved?.();
    },
  };
}

/** @throws UsageError if the file can't be written */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { subject, position, counts } = checkpoint;
  const text = `${JSON.stringify({ what: FORMAT, about: subject, position, done: counts })}\n`;
  try {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`The checkpoint ${path} can't be written: ${code}.`);
  }
}
