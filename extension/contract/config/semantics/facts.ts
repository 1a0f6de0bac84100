import { officialDatasets } from '../../datasets';

export { type DatasetFacts, knownFacts } from '../../datasets';

export const mnistFacts = officialDatasets.mnist.facts;
