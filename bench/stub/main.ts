/** The stub's process: `main.ts PORT`. */
import { stubServer } from './server';

stubServer().listen(Number(process.argv[2]), '127.0.0.1');
