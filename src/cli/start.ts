/** `npm start`: builds what is stale and serves the built site. `PORT` chooses another port than 4321. */
import { basePath } from '../site/address.ts';
import { BuildError, buildSite, distFolder, isStale } from '../site/build.ts';
import { PortTaken, serve } from '../site/static-server.ts';

const USUAL_PORT = 4321;

async function main(): Promise<void> {
  const port = portFrom(process.env['PORT']);
  if (isStale()) {
    process.stdout.write('サイトを組み立てています…\n');
    const seconds = await buildSite();
    process.stdout.write(`組み立てました（${seconds.toFixed(1)}秒）。\n`);
  }
  const { url } = await serve(distFolder(), { port, base: basePath() });
  process.stdout.write(`ゲストポートを開けます： ${url}\n`);
  process.stdout.write('止めるときはCtrl+Cを押してください。\n');
}

class WrongPort extends Error {}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return USUAL_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WrongPort(`環境変数PORTの「${text}」はポート番号ではありません。0から65535までの整数を指定してください。`);
}

function tell(error: unknown): string {
  if (error instanceof WrongPort) return error.message;
  if (error instanceof BuildError)
    return [error.message, '組み立てに失敗しました。上の出力を見てください。'].join('\n');
  if (error instanceof PortTaken) {
    const port = process.env['PORT'] ?? USUAL_PORT;
    return `ポート${port}はほかのプログラムが使っています。そちらを止めるか、PORT=4322 npm startのように別の番号で始めてください。`;
  }
  throw error;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${tell(error)}\n`);
  process.exitCode = 1;
}
