import { describeConformance } from '../unit/support/conformance';

describeConformance('tensorflow', { wishes: { allowSoftwareAdapter: true }, flushesDenormals: true });
