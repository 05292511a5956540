/** Upper bound for a small request with all its attempts. */
export const SMALL_REQUEST_LIMIT_MS = 20_000;
/** Upper bound for a request with many records, all attempts included. */
export const RECORDS_REQUEST_LIMIT_MS = 60_000;
/** Upper bound for a request that transfers an object, all attempts included. */
export const OBJECT_REQUEST_LIMIT_MS = 120_000;

/** Creates the option of the SDK's `send` that limits a call. Give `stopping` only for calls that read. */
export const limitTime = (milliseconds: number, stopping?: AbortSignal): { abortSignal: AbortSignal } => ({
  abortSignal: AbortSignal.any([AbortSignal.timeout(milliseconds), ...(stopping ? [stopping] : [])]),
});
