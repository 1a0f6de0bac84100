import { commands, type QuickPickItem, QuickPickItemKind, type Uri, window } from 'vscode';
import { officialDatasets } from '../../../contract/datasets';
import { type Preset, presets } from '../../../contract/presets';
import { isDatasetHere } from '../../datasets/datasetFacts';
import { workspaceFolder, writeNewConfig } from './configFiles';

interface PresetItem extends QuickPickItem {
  readonly preset?: Preset;
}

const getLabel = 'Get Dataset…';
const estimateLabel = 'Estimate Training Cost';

/** Asks for a published setting, writes it as a config and opens it. Undefined where nothing was chosen. */
export async function newConfigFromPreset(): Promise<Uri | undefined> {
  const folder = await workspaceFolder();
  if (folder === undefined) {
    await window.showInformationMessage('Training configs live in a folder: open one first.');
    return undefined;
  }
  const chosen = await window.showQuickPick(items(), {
    title: 'New Config from Preset',
    placeHolder: 'Choose a published setting; type to search, for example "awp-rat-cifar-100"',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.preset === undefined) return undefined;
  const file = await writeNewConfig(folder, chosen.preset.name, chosen.preset.text);
  await window.showTextDocument(file, { preview: false });
  void offerNextSteps(chosen.preset, file);
  return file;
}

function items(): PresetItem[] {
  const found: PresetItem[] = [];
  let group: string | undefined;
  for (const preset of presets) {
    if (preset.dataset !== group) {
      group = preset.dataset;
      const label = isDatasetHere(preset.dataset) ? group : `${group} (not on this machine yet)`;
      found.push({ label, kind: QuickPickItemKind.Separator });
    }
    found.push({
      label: preset.title,
      description: preset.name,
      detail: preset.expected ?? preset.sources[0] ?? '',
      preset,
    });
  }
  return found;
}

async function offerNextSteps({ dataset, title }: Preset, file: Uri): Promise<void> {
  const isHere = isDatasetHere(dataset);
  const message = isHere
    ? `${title}: how long will it take on this machine?`
    : `${officialDatasets[dataset].title} is not on this machine yet.`;
  const labels = isHere ? [estimateLabel] : [getLabel, estimateLabel];
  const answer = await window.showInformationMessage(message, ...labels);
  if (answer === getLabel) await commands.executeCommand('randomizedAt.getDataset', dataset);
  if (answer === estimateLabel) await commands.executeCommand('randomizedAt.estimate', file);
}
