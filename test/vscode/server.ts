import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { codeServerEntry, nodeBinary, withNode } from './paths';
import { type ProcessInfo, processTree } from './processTree';
import { type Profile, profileArguments } from './profile';

/** No marketplace: it would be asked for updates over the network. */
const offline = { EXTENSIONS_GALLERY: '{}' };

export interface VsCodeServer {
  /** Opens the workspace folder in a browser. */
  readonly address: string;
  /** The extension hosts that run now: one for each open window. */
  extensionHosts(): Promise<readonly ProcessInfo[]>;
  /** What the server has printed so far. */
  log(): string;
  /** Ends the server with all its windows' processes. Trainers are meant to outlive it: see `stopTrainers`. */
  stop(): Promise<void>;
}

/**
 * Starts VS Code on a free port of this machine and waits until it answers.
 * @throws Error with what it printed when it ends before that
 */
export async function startServer(
  workspace: string,
  profile: Profile,
  { environment = {}, port = 0, trusted = true }: ServerOptions = {},
): Promise<VsCodeServer> {
  const child = spawn(
    nodeBinary,
    [
      codeServerEntry,
      ...profileArguments(profile),
      ...['--bind-addr', `127.0.0.1:${port}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      workspace,
    ],
    // A process group of its own, so that one signal ends all of it and none of the detached trainers.
    { detached: true, env: { ...withNode(), ...offline, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const keep = (text: string) => {
    printed += text;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);

  const url = new URL(await listening(child, () => printed));
  url.searchParams.set('folder', workspace);
  const { pid } = child;
  if (pid === undefined) throw new Error('VS Code has no process id.');
  // A test runner that is broken off leaves no server behind.
  const onExit = () => killGroup(pid);
  process.once('exit', onExit);
  return {
    address: url.href,
    extensionHosts: async () =>
      (await processTree(pid)).filter(({ command }) => command.includes('--type=extensionHost')),
    log: () => printed,
    stop: async () => {
      process.off('exit', onExit);
      await stop(child, pid);
    },
  };
}

interface ServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** 0: any free one. */
  readonly port?: number;
  /** Without trust, VS Code asks for it as it does for any unknown folder. */
  readonly trusted?: boolean;
}

async function listening(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', status => reject(new Error(`VS Code ended with status ${status}:\n${printed()}`)));
    child.stdout?.on('data', () => {
      const address = /HTTP server listening on (http:\S+)/.exec(printed())?.[1];
      if (address) resolve(address);
    });
  });
}

async function stop(child: ChildProcess, pid: number): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  killGroup(pid);
  await exited;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
