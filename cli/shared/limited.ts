/** For one call with all its attempts: milliseconds. Tidying up after Ctrl-C takes no longer. */
const LIMIT_MS = 20_000;

/** The limit of a call, as the SDK takes it. */
export const limited = () => ({ abortSignal: AbortSignal.timeout(LIMIT_MS) });
