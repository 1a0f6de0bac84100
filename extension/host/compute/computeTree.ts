import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  workspace,
} from 'vscode';
import type { EngineSurvey } from '../../contract/engineSurvey';
import { type ComputeRow, presentEngine, presentFailure } from './presentEngine';

/** Engines as rows. They are asked for when the view is first shown, and again only when it is refreshed. */
export class ComputeTree implements TreeDataProvider<ComputeRow> {
  readonly #survey: () => Promise<EngineSurvey[]>;
  readonly #changed = new EventEmitter<undefined>();
  #rows: Promise<ComputeRow[]> | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(survey: () => Promise<EngineSurvey[]>) {
    this.#survey = survey;
  }

  refresh(): void {
    this.#rows = undefined;
    this.#changed.fire(undefined);
  }

  /** The trainer runs native code and may run a `node` that the workspace names: not before the workspace is trusted. */
  async getChildren(row?: ComputeRow): Promise<ComputeRow[]> {
    if (row !== undefined) return [...row.children];
    if (!workspace.isTrusted) return [];
    this.#rows ??= this.#survey().then(
      surveys => surveys.map(presentEngine),
      (error: Error) => [presentFailure(error.message)],
    );
    return this.#rows;
  }

  getTreeItem(row: ComputeRow): TreeItem {
    const item = new TreeItem(
      row.label,
      row.children.length > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
    );
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.contextValue = row.contextValue;
    item.iconPath = new ThemeIcon(row.icon, row.color === undefined ? undefined : new ThemeColor(row.color));
    return item;
  }
}
