import { commands, type Disposable, ProgressLocation, window } from 'vscode';
import { isOfficialName } from '../../contract/datasets';
import type { NodeRuntime } from '../runs/findNode';
import { runTrainerTask } from '../runs/trainerTask';
import { type DatasetOffer, datasetOffers, progressIn } from './datasetFacts';

export interface DatasetDependencies {
  /** Absolute path of the bundled trainer. */
  readonly trainerPath: string;
  /** The `node` that training uses. */
  findNode(): Promise<NodeRuntime>;
}

const download = 'Download';
const fromFolder = 'From a Folder…';

/** The command "Get Dataset…": an argument names the dataset, otherwise it is asked for. */
export function registerDatasets(dependencies: DatasetDependencies): Disposable {
  return commands.registerCommand('randomizedAt.getDataset', async (argument?: unknown) => {
    const named = typeof argument === 'string' && isOfficialName(argument) ? argument : undefined;
    const offers = datasetOffers();
    const offer = offers.find(({ name }) => name === named) ?? (await chooseOffer(offers));
    if (offer) await getDataset(offer, dependencies);
  });
}

async function chooseOffer(offers: readonly DatasetOffer[]): Promise<DatasetOffer | undefined> {
  const chosen = await window.showQuickPick(
    offers.map(offer => ({
      label: offer.name,
      description: offer.isHere ? '$(check) here' : offer.size,
      detail: offer.title,
      offer,
    })),
    {
      title: 'Get Dataset',
      placeHolder: 'Which one? Address, size and licence are shown next',
      matchOnDetail: true,
    },
  );
  return chosen?.offer;
}

/** Shows the terms, then fetches or copies the files. */
async function getDataset(offer: DatasetOffer, dependencies: DatasetDependencies): Promise<void> {
  const answer = await window.showInformationMessage(
    offer.title,
    { modal: true, detail: offer.terms },
    download,
    fromFolder,
  );
  if (answer === undefined) return;
  const from = answer === fromFolder ? await chooseFolder(offer) : undefined;
  if (answer === fromFolder && from === undefined) return;
  try {
    const end = await fetchFiles(offer, from, dependencies);
    if (end === 'done') {
      await window.showInformationMessage(
        `${offer.name} is here and verified. Configs find it by its name: "dataset": { "name": "${offer.name}" }.`,
      );
    }
  } catch (error) {
    const again = 'Try Again';
    const message = error instanceof Error ? error.message : String(error);
    if ((await window.showErrorMessage(message, again)) === again) await getDataset(offer, dependencies);
  }
}

async function chooseFolder({ name }: DatasetOffer): Promise<string | undefined> {
  const chosen = await window.showOpenDialog({
    title: `Folder with the official files of ${name}`,
    openLabel: 'Copy and Verify',
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return chosen?.[0]?.fsPath;
}

async function fetchFiles(
  { name }: DatasetOffer,
  from: string | undefined,
  { trainerPath, findNode }: DatasetDependencies,
): Promise<'done' | undefined> {
  const node = await findNode();
  const words = ['data', 'get', name, '--yes', '--json', ...(from === undefined ? [] : ['--from', from])];
  return window.withProgress(
    { location: ProgressLocation.Notification, title: `Getting ${name}`, cancellable: true },
    (progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      return runTrainerTask({ node, trainer: trainerPath, arguments: words }, stop.signal, line => {
        const told = progressIn(line);
        if (told) progress.report({ message: `${told.file}, ${told.percent} %` });
      });
    },
  );
}
