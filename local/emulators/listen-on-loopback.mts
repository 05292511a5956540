// Loaded before a server that listens on every interface and has no setting for it: keeps it on 127.0.0.1.
import { Server } from 'node:net';

const { listen } = Server.prototype as { listen: (this: Server, ...args: unknown[]) => Server };

Server.prototype.listen = function (this: Server, first: unknown, ...rest: unknown[]): Server {
  const options = typeof first === 'object' ? first : { port: first };
  const callback = rest.find((argument) => typeof argument === 'function');
  return listen.call(this, { ...options, host: '127.0.0.1' }, callback);
} as typeof Server.prototype.listen;
