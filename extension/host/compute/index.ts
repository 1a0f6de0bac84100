import { commands, Disposable, type ExtensionContext, env, window, workspace } from 'vscode';
import { ComputeTree } from './computeTree';
import { installEngine } from './installEngine';
import type { ComputeRow } from './presentEngine';
import { surveyEngines, type TrainerRuntime } from './survey';
import { passTensorflowFolders } from './tensorflowFolders';
import { useEngine } from './useEngine';

export type { TrainerRuntime } from './survey';

export interface ComputeDependencies {
  /** Absolute path of the bundled trainer. */
  readonly trainerPath: string;
  /** The `node` that training uses. */
  findNode(): Promise<TrainerRuntime>;
}

/** Creates the Compute view and its commands. */
export function registerCompute(
  context: ExtensionContext,
  { trainerPath, findNode }: ComputeDependencies,
): Disposable {
  const tree = new ComputeTree(async () =>
    surveyEngines(await findNode(), trainerPath, workspace.workspaceFolders?.[0]?.uri.fsPath),
  );
  const installer = { context, trainerPath, findNode, onInstalled: () => tree.refresh() };
  const table: Readonly<Record<string, (row?: ComputeRow) => unknown>> = {
    'randomizedAt.compute.show': () => commands.executeCommand('randomizedAt.compute.focus'),
    'randomizedAt.compute.refresh': () => tree.refresh(),
    'randomizedAt.compute.useEngine': async row => {
      const engine = row?.value ?? (await pickEngine(tree));
      if (engine !== undefined) await useEngine(engine);
    },
    'randomizedAt.compute.installCuda': () => installEngine(installer),
    'randomizedAt.compute.copyRemedy': async row => {
      if (row !== undefined) await env.clipboard.writeText(row.value);
    },
  };
  const registered = Disposable.from(
    window.createTreeView('randomizedAt.compute', { treeDataProvider: tree }),
    workspace.onDidGrantWorkspaceTrust(() => tree.refresh()),
    passTensorflowFolders(context, () => tree.refresh()),
    ...Object.entries(table).map(([name, run]) => commands.registerCommand(name, run)),
  );
  context.subscriptions.push(registered);
  return registered;
}

async function pickEngine(tree: ComputeTree): Promise<string | undefined> {
  const rows = (await tree.getChildren()).filter(row => row.contextValue === 'engine available');
  const items = [
    { label: 'auto', description: 'the first engine that works' },
    ...rows.map(({ label, description }) => ({ label, description })),
  ];
  return (await window.showQuickPick(items, { title: 'Use Engine in Config' }))?.label;
}
