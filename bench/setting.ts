import type { Bundles } from './bundles';
import type { Stub } from './stub/stub';

/** What every measurement works with. */
export interface Setting {
  readonly bundles: Bundles;
  readonly stub: Stub;
  /** One repetition of each measurement over few records: for trying, not for figures. */
  readonly quick: boolean;
  /** Is told what is being measured. */
  readonly onProgress: (what: string) => void;
  /** Is told of everything that has to be stopped at the end, however it comes. */
  readonly onStarted: (started: { stop: () => Promise<unknown> }) => void;
}

export const endpointsOf = ({ endpoint }: Stub) => ({ dynamodb: endpoint, sns: endpoint, s3: endpoint });
