import { describeConformance } from '../../support/conformance';

describeConformance('simd');
