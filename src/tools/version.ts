import { z } from 'zod';
import { version } from '../core/version.ts';
import { defineTool } from './offer/tool.ts';

const output = z.object({
  version: z.string(),
  node: z.string(),
  models: z.int(),
  providers: z.array(z.string()),
});

/** Reports the running version. */
export default defineTool({
  name: 'version',
  title: 'Version',
  description: 'Version of Conclave, and how many models it knows, of which providers.',
  input: z.strictObject({}),
  output,
  readOnly: true,
  openWorld: false,
  async run(_, { catalogue }) {
    const models = catalogue.models();
    const providers = [...new Set(models.map(({ provider }) => provider))];
    const data = { version, node: process.version, models: models.length, providers };
    return {
      text: `Conclave ${version} on Node ${process.version}: ${models.length} known models of ${providers.join(', ') || 'no provider'}.`,
      data,
    };
  },
});
