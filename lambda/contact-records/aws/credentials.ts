/**
 * Replaces the SDK's chain of credential providers in the bundle (`lib/function-code.ts`). Lambda passes the role's
 * credentials in the environment. The chain (files, SSO, metadata services) would be a sixth of the bundle.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Creates a provider that reads the credentials once: each request asks for them. */
export function defaultProvider(...init: Parameters<typeof fromEnv>): ReturnType<typeof fromEnv> {
  const read = fromEnv(...init);
  let credentials: ReturnType<typeof read> | undefined;
  return () => (credentials ??= read());
}
