/** Flows for a switch that is being set up: a text as `ovs-ofctl add-flows` takes it, or the refusal with the tool's words. */
import type { Flow } from '../../filter/flow.ts';
import { refusal, type Refusal } from '../../outcome/refusal.ts';
import { parseFlows } from './parser.ts';

/** `ports`: OpenFlow port number by port name. */
export function readFlowFile(text: string, ports: ReadonlyMap<string, number>): readonly Flow[] | Refusal {
  // Which version of the protocol a word needs is between the tool and the switch; here both know all of them.
  const read = ['OpenFlow10', 'OpenFlow13'] as const;
  const answers = read.map((version) => parseFlows(text, { ports: Object.fromEntries(ports), version }));
  const commands = answers.find(Array.isArray);
  if (commands === undefined) {
    const [problem] = answers as Exclude<(typeof answers)[number], readonly unknown[]>[];
    return refusal(problem!.complaint || 'unmodelled', 'flows', problem!.found, problem!.expected);
  }
  const deletion = commands.find(({ kind }) => kind === 'delete');
  if (deletion !== undefined) return refusal('unmodelled', 'flows', 'delete', 'add');
  return commands.flatMap((command) => (command.kind === 'add' ? [command.flow] : []));
}
