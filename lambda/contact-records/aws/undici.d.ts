/** The two modules of undici that the function loads. The package declares types for its entry only. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  import type { Socket } from 'node:net';
  import type { buildConnector } from 'undici';
  export default function build(
    options: buildConnector.BuildOptions & { session?: Buffer | undefined },
  ): (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;
}
