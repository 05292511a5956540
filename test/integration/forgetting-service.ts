/**
 * A service behind TLS that can forget its connections, as the network does while a sandbox is frozen. It does not close
 * them: a closed connection would reach the kernel of a stopped process, which then sees it at once when it continues.
 */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { startListening } from '../../local/stack/http-forwarding';

/** For `NODE_EXTRA_CA_CERTS` of the client. */
export const CERTIFICATE = join(__dirname, 'tls/certificate.pem');

/** The behaviour of a forgotten connection at the next byte. */
export type Forgetting = 'reset' | 'silence';

export interface ForgettingService {
  readonly endpoint: string;
  /** Number of opened connections, including forgotten ones. */
  connections(): number;
  /** Number of forgotten connections that were used afterwards. */
  usedAfterwards(): number;
  /** Forgets all open connections, or some of them. */
  forget(how: Forgetting, isForgotten?: (index: number) => boolean): void;
  /** While it delays bytes, a handshake or a request does not end. */
  holdBack(isHeldBack: boolean): void;
  stop(): void;
}

export async function startForgettingService(listener: RequestListener): Promise<ForgettingService> {
  const tls = createServer(
    { key: readFileSync(join(__dirname, 'tls/key.pem')), cert: readFileSync(CERTIFICATE) },
    listener,
  );
  const tlsPort = await listenOnPort(tls);
  const open = new Map<Socket, Socket>();
  const forgotten = new Map<Socket, Forgetting>();
  const usedAfterwards = new Set<Socket>();
  let begun = 0;
  let isHeldBack = false;

  const front = createTcpServer({ noDelay: true }, (client) => {
    begun++;
    const inner = connect({ port: tlsPort, host: '127.0.0.1', noDelay: true });
    open.set(client, inner);
    client.on('data', (bytes) => {
      const how = forgotten.get(client);
      if (how !== undefined) usedAfterwards.add(client);
      if (how === 'reset') client.resetAndDestroy();
      else if (how === undefined && !isHeldBack) inner.write(bytes);
    });
    inner.on('data', (bytes) => {
      if (!forgotten.has(client)) client.write(bytes);
    });
    const end = () => {
      open.delete(client);
      inner.destroy();
      client.destroy();
    };
    client.on('close', end).on('error', end);
    inner.on('error', end).on('close', () => {
      if (!forgotten.has(client)) end();
    });
  });
  const port = await listenOnPort(front);

  return {
    endpoint: `https://localhost:${port}`,
    connections: () => begun,
    usedAfterwards: () => usedAfterwards.size,
    forget: (how, isForgotten = () => true) => {
      [...open].forEach(([client, inner], index) => {
        if (!isForgotten(index)) return;
        forgotten.set(client, how);
        inner.destroy();
      });
    },
    holdBack: (is) => {
      isHeldBack = is;
    },
    stop: () => {
      for (const client of open.keys()) client.destroy();
      front.close();
      tls.closeAllConnections();
      tls.close();
    },
  };
}

const listenOnPort = async (server: Server): Promise<number> =>
  Number(new URL(await startListening(server)).port);
