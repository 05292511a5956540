// Loaded before a server that has no setting for its address: makes it listen on 127.0.0.1 only. When it listens, its
// compiled code is kept for the next start, because the process is killed in the end.
import { flushCompileCache } from 'node:module';
import { Server } from 'node:net';

const { listen } = Server.prototype as { listen: (this: Server, ...args: unknown[]) => Server };

Server.prototype.listen = function (this: Server, first: unknown, ...rest: unknown[]): Server {
  const options = typeof first === 'object' ? first : { port: first };
  const callback = rest.find((argument) => typeof argument === 'function');
  this.once('listening', flushCompileCache);
  return listen.call(this, { ...options, host: '127.0.0.1' }, callback);
} as typeof Server.prototype.listen;
