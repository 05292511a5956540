/** For a small request with all its attempts. Removing what was created takes no longer after Ctrl-C. */
export const SMALL_REQUEST_LIMIT_MS = 20_000;
/** For a request with all its attempts that carries many records. */
export const RECORDS_REQUEST_LIMIT_MS = 60_000;
/** For a request with all its attempts, and the bytes of an object. */
export const OBJECT_REQUEST_LIMIT_MS = 120_000;

/** Limits a call, as the SDK's `send` takes it; `stopping` also ends it, and is for what only reads. */
export const limitTime = (milliseconds: number, stopping?: AbortSignal): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.any([AbortSignal.timeout(milliseconds), ...(stopping ? [stopping] : [])]),
});
