import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ExtensionContext, ProgressLocation, window, workspace } from 'vscode';
import { type EngineAction, type EngineActionEnd, runEngineAction } from './engineAction';
import type { TrainerRuntime } from './survey';

interface Installer {
  readonly context: ExtensionContext;
  readonly trainerPath: string;
  findNode(): Promise<TrainerRuntime>;
  /** Called when there is something new to find. */
  onInstalled(): void;
}

type Way = EngineAction['action'];

const buildInstead = 'Build Instead…';
const tryAgain = 'Try Again';
const showLog = 'Show Log';

/** Asks which TensorFlow it shall be and puts it into the extension's storage, where every run finds it. */
export async function installEngine(installer: Installer): Promise<void> {
  const way = await window.showQuickPick(
    [
      {
        label: 'tfjs-node-gpu',
        description: 'CUDA 11.2, cuDNN 8.1',
        detail:
          'TensorFlow 2.9.1, several hundred MB from npm and Google; for GPUs up to Ampere (RTX 30, A100).',
        way: 'install-tensorflow' as Way,
      },
      {
        label: 'Build from a Python TensorFlow…',
        description: 'CUDA 12 and newer GPUs; Linux',
        detail: 'For a TensorFlow that pip has installed; needs g++ and npm.',
        way: 'build-tensorflow' as Way,
      },
    ],
    { title: 'Install the CUDA Engine', placeHolder: 'Which TensorFlow?' },
  );
  if (way?.way === 'install-tensorflow') await install(installer);
  if (way?.way === 'build-tensorflow') await build(installer);
}

async function install(installer: Installer): Promise<void> {
  const end = await runWithProgress(installer, { action: 'install-tensorflow', into: folderOf(installer) });
  const ways = process.platform === 'linux' ? [buildInstead] : [];
  const answer = await report(installer, end, ways);
  if (answer === tryAgain) await install(installer);
  if (answer === buildInstead) await build(installer);
}

async function build(installer: Installer, proposed = 'python3'): Promise<void> {
  const python = await window.showInputBox({
    title: 'Build from a Python TensorFlow',
    prompt: 'The Python whose TensorFlow shall be used: python3, or the path of one in a virtual environment',
    value: proposed,
    ignoreFocusOut: true,
  });
  if (python === undefined || python.trim() === '') return;
  const action = { action: 'build-tensorflow', into: folderOf(installer), python: python.trim() } as const;
  const answer = await report(installer, await runWithProgress(installer, action), []);
  if (answer === tryAgain) await build(installer, action.python);
}

const folderOf = ({ context }: Installer) => path.join(context.globalStorageUri.fsPath, 'tensorflow');

async function runWithProgress(
  { trainerPath, findNode, onInstalled }: Installer,
  action: EngineAction,
): Promise<EngineActionEnd> {
  const node = await findNode();
  const end = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Installing the CUDA Engine', cancellable: true },
    (progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      const onLine = (message: string) => progress.report({ message });
      return runEngineAction(node, trainerPath, action, { signal: stop.signal, onLine });
    },
  );
  onInstalled();
  return end;
}

/** Tells how it ended; returns what the person wants to do next, if anything. */
async function report(
  { context }: Installer,
  { outcome, message, log }: EngineActionEnd,
  otherWays: readonly string[],
): Promise<string | undefined> {
  if (outcome === 'canceled') return undefined;
  const [first = ''] = message.split('\n');
  const answer = await (outcome === 'done'
    ? window.showInformationMessage(first, showLog)
    : window.showErrorMessage(first, tryAgain, ...otherWays, showLog));
  if (answer !== showLog) return answer;
  const file = path.join(context.globalStorageUri.fsPath, 'tensorflow.log');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, log);
  await window.showTextDocument(await workspace.openTextDocument(file));
  return undefined;
}
