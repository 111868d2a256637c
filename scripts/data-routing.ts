import pins from './routing-data/pins.json' with { type: 'json' };
import { buildSet, pathsOf } from './routing-data/build-sets.ts';
import { download, verifyCheckout } from './routing-data/checkout.ts';
import { readOptions } from './read-options.ts';

/** Builds the routing data from their public source repositories. See docs/router-measured.md. */
const { values } = readOptions(
  {
    options: {
      /** A folder with checked-out copies of the repositories, each under its own name. */
      from: { type: 'string' },
      /** Fetches the commits from the public git hosts, into `.sources` below `--into`. */
      download: { type: 'boolean', default: false },
      into: { type: 'string', default: 'routing-data' },
    },
  },
  'npm run data:routing -- --from DIR | --download [--into DIR]',
);

if ((values.from === undefined) === !values.download) {
  const problem = values.download ? '--from and --download exclude each other' : 'Say where from';
  console.error(`${problem}: npm run data:routing -- --from DIR | --download [--into DIR].`);
  process.exitCode = 2;
} else {
  const folder = values.from ?? `${values.into}/.sources`;
  const repositories = Object.values(Object.groupBy(pins, ({ repository }) => repository));
  for (const sets of repositories) {
    const [source] = sets ?? [];
    if (sets === undefined || source === undefined) continue;
    await attempt(async () => {
      const paths = pathsOf(sets);
      if (values.download) console.error(`fetching ${source.repository} at ${source.commit} …`);
      const checkout = values.download
        ? await download(folder, source, paths)
        : await verifyCheckout(folder, source, paths);
      for (const pin of sets) {
        await attempt(async () => {
          await buildSet(pin, { checkout, into: values.into });
          console.log(`${pin.set}: ${pin.splits.train.rows} + ${pin.splits.dev.rows} rows, as pinned`);
        });
      }
    });
  }
}

/** Reports sets that cannot be built, and builds the rest. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
