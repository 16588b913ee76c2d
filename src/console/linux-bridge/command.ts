/** What a parser of one tool makes of a command line. */
import type { LinuxBridgeChange } from '../../switch/profiles/linux-bridge/change.ts';
import type { Form, LinuxRequest } from './request.ts';
import type { Arguments } from './arguments.ts';
import type { Ground } from './ground.ts';

export type Command = { readonly changes: readonly LinuxBridgeChange[] } | { readonly request: LinuxRequest };

/** A subcommand of `ip` or `bridge`. */
export type Subcommand = (words: Arguments, ground: Ground, form: Form) => Command;
