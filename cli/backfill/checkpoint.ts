/**
 * Keeps in a file how far a backfill is, so that the next run goes on from there. The file is written under another name
 * and then renamed, so that it is always complete.
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
  /** Files or objects that are done, and their bytes. */
  sources: whole,
  bytes: whole,
  /** Stands for which these were. */
  digest: z.string(),
  /** What has been begun. */
  current: z.object({ name: z.string(), version: z.string(), from: whole }).optional(),
});
export type Position = z.infer<typeof position>;

const counts = z.object({
  /** Records that the stream has accepted; in a dry run: that would be sent. */
  sent: whole,
  bytes: whole,
  /** Of those sent: versions of an abandoned contact. */
  abandoned: whole,
  /** By `SkipReason`. */
  skipped: z.record(z.string(), z.object({ count: whole, first: place })),
  /** Files that were read. */
  read: whole,
  /** Files that could not be read: how many, and the first ones. */
  unreadable: z.object({ count: whole, first: z.array(z.object({ name: z.string(), why: z.string() })) }),
});
export type BackfillCounts = z.infer<typeof counts>;

/** The backfill that a checkpoint belongs to: the absolute path or address of its input, and region and name, or ARN. */
const subject = z.object({ input: z.string(), stream: z.string() });

export interface Checkpoint {
  subject: z.infer<typeof subject>;
  position: Position;
  counts: BackfillCounts;
}

const FORMAT = 'contact-record-pipeline backfill 1';
const checkpoint = z.object({ what: z.literal(FORMAT), about: subject, position, done: counts });

/** Reads a checkpoint, if there is one; throws `UsageError` if it is of something else, or can't be read. */
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
      `${path} is no checkpoint of a backfill: remove it, or name another with --checkpoint.`,
    );
  }
  const { input, stream } = data.about;
  if (input !== subject.input || stream !== subject.stream) {
    throw new UsageError(
      `The checkpoint ${path} is of another backfill, from ${input} into ${stream}: ` +
        'finish that one, remove the checkpoint, or name another with --checkpoint.',
    );
  }
  return { subject, position: data.position, counts: data.done };
}

const SAVE_INTERVAL_MS = 1_000;

/**
 * Keeps the last position, if there is a path and something was sent: from time to time, and at the end only if there is
 * more to do.
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
