import { startFauxqs } from 'fauxqs';

await startFauxqs({ port: Number(process.argv[2]), logger: false });
