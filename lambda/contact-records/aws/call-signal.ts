import { AsyncLocalStorage } from 'node:async_hooks';

/** Limits the call that is running, with all its attempts and the pauses between them. */
export const callSignal = new AsyncLocalStorage<AbortSignal>();
