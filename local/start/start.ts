/** `npm start`: see `run-start.ts`. */
import { runStart } from './run-start';

runStart();
