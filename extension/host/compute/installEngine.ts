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

const buildLabel = 'Build from a Python TensorFlow…';
const showLog = 'Show Details';

/** Asks which TensorFlow it shall be and puts it into the extension's storage, where every run finds it. */
export async function installEngine(installer: Installer): Promise<void> {
  const way = await window.showQuickPick(
    [
      {
        label: 'tfjs-node-gpu',
        description: 'CUDA 11.2, cuDNN 8.1',
        detail: 'TensorFlow 2.9.1 from npm and Google; for GPUs up to Ampere (RTX 30, A100).',
        way: 'install-tensorflow' as Way,
      },
      {
        label: buildLabel,
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
  const ways = process.platform === 'linux' ? [buildLabel] : [];
  if ((await report(installer, end, ways)) === buildLabel) await build(installer);
}

async function build(installer: Installer): Promise<void> {
  const python = await window.showInputBox({
    title: 'Build from a Python TensorFlow',
    prompt: 'The Python whose TensorFlow shall be used: python3, or the path of one in a virtual environment',
    value: 'python3',
    ignoreFocusOut: true,
  });
  if (python === undefined || python.trim() === '') return;
  const action = { action: 'build-tensorflow', into: folderOf(installer), python: python.trim() } as const;
  await report(installer, await runWithProgress(installer, action), []);
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

/** Tells how it ended; returns the other way that the person chose, if any. */
async function report(
  { context }: Installer,
  { outcome, message, log }: EngineActionEnd,
  otherWays: readonly string[],
): Promise<string | undefined> {
  if (outcome === 'canceled') return undefined;
  const [first = ''] = message.split('\n');
  const answer = await (outcome === 'done'
    ? window.showInformationMessage(first, showLog)
    : window.showErrorMessage(first, ...otherWays, showLog));
  if (answer !== showLog) return answer;
  const file = path.join(context.globalStorageUri.fsPath, 'tensorflow.log');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, log);
  await window.showTextDocument(await workspace.openTextDocument(file));
  return undefined;
}
