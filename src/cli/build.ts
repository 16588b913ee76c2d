/** `npm run build`: the static site in `dist/`. */
import { BuildError, buildSite } from '../site/build.ts';

try {
  const seconds = await buildSite();
  process.stdout.write(`dist/に組み立てました（${seconds.toFixed(1)}秒）。\n`);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write([error.message, '組み立てに失敗しました。上の出力を見てください。', ''].join('\n'));
  process.exitCode = 1;
}
