/** `npm run book`: the book as `dist/guestport.pdf`. Builds the site first if it is stale. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { basePath } from '../site/address.ts';
import { printBook } from '../site/book-pdf.ts';
import { BrowserError } from '../site/browser.ts';
import { BuildError, buildIfStale, distFolder } from '../site/build.ts';

async function main(): Promise<void> {
  const built = await buildIfStale();
  if (built !== null) process.stdout.write(`サイトを組み立てました（${built.toFixed(1)}秒）。\n`);
  const start = performance.now();
  const { bytes, pages } = await printBook(distFolder(), basePath());
  writeFileSync(join(distFolder(), 'guestport.pdf'), bytes);
  const megabytes = (bytes.length / 1e6).toFixed(2);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`dist/guestport.pdf： ${pages}ページ、${megabytes} MB、${seconds}秒\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BuildError || error instanceof BrowserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  if (error instanceof BuildError) process.stderr.write('組み立てに失敗しました。上の出力を見てください。\n');
  process.exitCode = 1;
}
