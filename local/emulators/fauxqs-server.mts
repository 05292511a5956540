/** Runs fauxqs on the port that is given as an argument. */
import { startFauxqs } from 'fauxqs';

await startFauxqs({ port: Number(process.argv[2]), logger: false });
