/**
 * `npm run schema`: writes the JSON Schemas in `docs/schema/` anew. To be run after a change of the model; a test fails
 * until then.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { schemas } from './generate-schemas';

void (async () => {
  for (const [name, schema] of Object.entries(schemas())) {
    const file = join(__dirname, '../../docs/schema', name);
    const style = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(schema), { ...style, parser: 'json' }));
    process.stdout.write(`docs/schema/${name}\n`);
  }
})();
