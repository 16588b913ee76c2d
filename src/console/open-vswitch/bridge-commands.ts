/**
 * Commands on bridges and ports: `add-br`, `del-br`, `add-port`, `del-port`, `set-fail-mode`, `del-fail-mode`. Read first:
 * ovs-vsctl(8), utilities/ovs-vsctl.c.
 */
import type { Piece } from '../openflow/problem.ts';
import { wrongValue } from './datum.ts';
import { applySetting, unmodelled, type Command } from './record-commands.ts';
import type { Row, Store } from './rows.ts';

export function runBridgeCommand(store: Store, command: Command): void {
  const [first, second, ...rest] = command.arguments;
  switch (command.name.text) {
    case 'add-br':
      if (second !== undefined && rest.length === 0) {
        wrongValue(second, `'add-br' command takes exactly 1 or 3 arguments`, '', 'arguments');
      }
      // A bridge that is a VLAN of another one.
      if (second !== undefined) unmodelled(second);
      addBridge(store, command, first!);
      break;
    case 'del-br':
      deleteBridge(store, command, first!);
      break;
    case 'add-port':
      addPort(store, command, first!, second!, rest);
      break;
    case 'del-port':
      deletePort(store, command, second === undefined ? null : first!, second ?? first!);
      break;
    case 'set-fail-mode':
      setFailMode(store, first!, second!);
      break;
    case 'del-fail-mode':
      requireBridge(store, first!).put('fail_mode', []);
      break;
    default:
  }
}

function bridgeNames(store: Store): string {
  return store.bridges.map(({ name }) => name).join(', ');
}

function requireBridge(store: Store, word: Piece): Row {
  const bridge = store.bridge(word.text);
  return bridge ?? wrongValue(word, `no bridge named ${word.text}`, bridgeNames(store), 'bridge');
}

/** A word in a complaint. */
function repeated(word: string): string {
  return /[\s\\'"]/.test(word) ? `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"` : word;
}

/** Bridges and ports share one space of names. */
function checkName(store: Store, word: Piece, kind: 'bridge' | 'port'): void {
  const { text } = word;
  const refused = `cannot create a ${kind} named ${text} because a`;
  if (store.bridge(text) !== undefined) {
    wrongValue(word, `${refused} bridge named ${text} already exists`, '', kind);
  }
  const port = store.find('Port', text);
  const bridge = port === undefined ? undefined : store.bridgeOf(port);
  if (bridge !== undefined) {
    wrongValue(word, `${refused} port named ${text} already exists on bridge ${bridge.name}`, '', kind);
  }
}

function makePort(store: Store, bridge: Row, name: string): Row {
  const port = store.make('Port', name);
  port.put('interfaces', [store.make('Interface', name)]);
  bridge.put('ports', [...bridge.rows('ports'), port]);
  return port;
}

function addBridge(store: Store, { options }: Command, word: Piece): void {
  if (word.text === '') wrongValue(word, 'bridge name must not be empty string', '', 'bridge');
  if (options.has('--may-exist') && store.bridge(word.text) !== undefined) return;
  checkName(store, word, 'bridge');
  const bridge = store.make('Bridge', word.text);
  store.bridges = [...store.bridges, bridge];
  makePort(store, bridge, word.text).rows('interfaces')[0]!.put('type', ['internal']);
}

function deleteBridge(store: Store, { options }: Command, word: Piece): void {
  if (options.has('--if-exists') && store.bridge(word.text) === undefined) return;
  const bridge = requireBridge(store, word);
  store.bridges = store.bridges.filter((each) => each !== bridge);
  const ports = bridge.rows('ports');
  // Its mirrors are gone when the line is done: nothing speaks of them any more.
  store.forget([bridge, ...ports, ...ports.flatMap((port) => port.rows('interfaces'))]);
}

function addPort(store: Store, { options }: Command, bridgeWord: Piece, word: Piece, columns: readonly Piece[]): void {
  if (word.text === '') wrongValue(word, 'port name must not be empty string', '', 'port');
  const present = store.find('Port', word.text);
  const home = present === undefined ? undefined : store.bridgeOf(present);
  // A bridge's own port does not count.
  const mayExist = options.has('--may-exist') && store.bridge(word.text) === undefined;
  if (mayExist && present !== undefined && home !== undefined) {
    if (home.name !== bridgeWord.text) {
      const words = [bridgeWord, word, ...columns].map(({ text }) => repeated(text)).join(' ');
      const what = `"--may-exist add-port ${words}" but ${word.text} is actually attached to bridge ${home.name}`;
      wrongValue(word, what, home.name, 'bridge');
    }
    // What follows is not looked at.
    return;
  }
  checkName(store, word, 'port');
  const bridge = requireBridge(store, bridgeWord);
  const port = makePort(store, bridge, word.text);
  for (const column of columns) applySetting(store, port, column);
}

function deletePort(store: Store, { options }: Command, bridgeWord: Piece | null, word: Piece): void {
  const isOptional = options.has('--if-exists');
  if (store.bridge(word.text) !== undefined) {
    if (isOptional) return;
    const what =
      `cannot delete port ${word.text} because it is the local port for bridge ${word.text} ` +
      '(deleting this port requires deleting the entire bridge)';
    wrongValue(word, what, `del-br ${word.text}`, 'port');
  }
  const port = store.find('Port', word.text);
  const home = port === undefined ? undefined : store.bridgeOf(port);
  if (port === undefined || home === undefined) {
    if (isOptional) return;
    const names = store.rows.filter(({ table }) => table === 'Port').map(({ name }) => name);
    wrongValue(word, `no port named ${word.text}`, names.join(', '), 'port');
  }
  if (bridgeWord !== null && home !== requireBridge(store, bridgeWord)) {
    wrongValue(word, `bridge ${bridgeWord.text} does not have a port ${word.text}`, home.name, 'bridge');
  }
  home.put(
    'ports',
    home.rows('ports').filter((each) => each !== port),
  );
  store.forget([port, ...port.rows('interfaces')]);
}

function setFailMode(store: Store, bridgeWord: Piece, mode: Piece): void {
  const bridge = requireBridge(store, bridgeWord);
  if (!['standalone', 'secure'].includes(mode.text)) {
    wrongValue(mode, 'fail-mode must be "standalone" or "secure"', 'standalone, secure');
  }
  bridge.put('fail_mode', [mode.text]);
}
