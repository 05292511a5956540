// Makes a server listen on 127.0.0.1 only, if it has no setting for that. It is loaded before the server.
import { Server } from 'node:net';

const { listen } = Server.prototype as { listen: (this: Server, ...args: unknown[]) => Server };

Server.prototype.listen = function (this: Server, first: unknown, ...rest: unknown[]): Server {
  const options = typeof first === 'object' ? first : { port: first };
  const callback = rest.find((argument) => typeof argument === 'function');
  return listen.call(this, { ...options, host: '127.0.0.1' }, callback);
} as typeof Server.prototype.listen;
