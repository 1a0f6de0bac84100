export * from './generated/elementwise';
