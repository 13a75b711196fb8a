export { metrics, type Metrics, type MetricsOptions, type Watched } from './metrics';
