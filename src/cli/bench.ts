/**
 * `npm run bench [-- --json] [--quick]`: the relay against the plain twin that stands in `test/twin`, as ratios measured in
 * one run. `--json` prints the report as JSON; `--quick` does everything once and times nothing worth reading.
 *
 * Ends with 1 where an aim is missed: 30 times the twin on known unicast, no garbage collection in 20 million frames.
 */
import { parseArgs } from 'node:util';
import { FULL, measure, missed, QUICK } from './bench/measure.ts';
import { table } from './bench/table.ts';

function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const report = measure(values.quick === true ? QUICK : FULL);
  process.stdout.write(
    values.json === true ? `${JSON.stringify(report, null, 1)}\n` : table(report, values.quick !== true),
  );
  return values.quick === true || missed(report).length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
