import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../service/config';
import { variables } from '../../service/config/variables';
import { BY_OWNER } from '../../service/storage/mongo/module-document';
import { openMongoStorage } from '../../service/storage/mongo/storage';
import { caller } from '../support/caller';
import { cleanUp, later } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { databaseUri, describeMongo, dropDatabase } from '../support/mongo';
import { startService } from '../support/service';

/** What the files for containers say must fit each other and the service: no engine is at hand that would find out. */
const read = (file: string) => readFileSync(join('service', file), 'utf8');
const dockerfile = read('Dockerfile');
const image = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
const imageEnv: Record<string, string> = Object.fromEntries(
  [...(/^ENV (.+)$/m.exec(image)?.[1] ?? '').matchAll(/(\S+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
);
const known = [...Object.keys(variables.shape), 'NODE_ENV'];

interface ComposeService {
  readonly image: string;
  readonly environment: Record<string, string>;
  readonly stop_grace_period: string;
  readonly read_only: boolean;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
}
const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Record<string, ComposeService>;
};
const instances = Object.entries(compose.services).filter(([, { image: name }]) => name === 'analyzer');

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  readonly timeoutSeconds: number;
}
// Checked against Kubernetes' own schemas by the step "container" of CI.
const manifests = Object.fromEntries(
  readdirSync('service/kubernetes').flatMap((file) =>
    parseAllDocuments(read(`kubernetes/${file}`)).map((document) => {
      const manifest = document.toJS() as { kind: string; metadata: { name: string } };
      return [`${manifest.kind} ${manifest.metadata.name}`, manifest];
    }),
  ),
) as Record<string, never>;
const { spec: deployment } = manifests['Deployment analyzer'] as unknown as { spec: DeploymentSpec };
interface DeploymentSpec {
  readonly replicas: number;
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly securityContext: {
        readonly runAsNonRoot: boolean;
        readonly runAsUser: number;
        readonly runAsGroup: number;
      };
      readonly containers: readonly [
        {
          readonly env: readonly { readonly name: string }[];
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
          readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
          readonly readinessProbe: Probe;
          readonly livenessProbe: Probe;
          readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
        },
      ];
    };
  };
}
const pod = deployment.template.spec;
const [container] = pod.containers;
const settings = (manifests['ConfigMap analyzer'] as unknown as { data: Record<string, string> }).data;
const SECRET = { MONGODB_URI: 'mongodb://mongo/analyzer' };
const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));

afterAll(cleanUp);

describe('the image', () => {
  it('sets variables that the service knows, listens where it says, and keeps its data on its one volume', () => {
    expect(known).toEqual(expect.arrayContaining(Object.keys(imageEnv)));
    expect(/^EXPOSE (\d+)$/m.exec(image)?.[1]).toBe(String(loadConfig({ ...settings, ...SECRET }).port));
    expect(/^VOLUME (\S+)$/m.exec(image)?.[1]).toBe(imageEnv['DATA_DIR']);
    expect(image).toContain(`install -d -o node -g node -m 700 ${imageEnv['DATA_DIR'] ?? ''}`);
  });

  it('is run by the user of the manifests', () => {
    const { runAsNonRoot, runAsUser, runAsGroup } = pod.securityContext;
    expect(runAsNonRoot).toBe(true);
    expect(/^USER (\d+):(\d+)$/m.exec(image)?.slice(1).map(Number)).toEqual([runAsUser, runAsGroup]);
  });
});

describe('compose.yaml', () => {
  it.each(instances)(
    '%s: the service takes its variables, and is given longer than its grace time',
    (_name, service) => {
      expect(known).toEqual(expect.arrayContaining(Object.keys(service.environment)));
      const config = loadConfig({
        ...imageEnv,
        ...service.environment,
        AUTH_ISSUER: 'https://issuer.example',
        AUTH_AUDIENCE: 'a',
      });
      expect(Number.parseInt(service.stop_grace_period)).toBeGreaterThan(config.shutdownGraceSeconds);
      expect(config.trustProxy).toBe(1);
      expect(config.ops).toBeDefined();
      // Without a volume on DATA_DIR only MongoDB keeps anything.
      expect({ readOnly: service.read_only, uri: config.mongodbUri }).toEqual({
        readOnly: true,
        uri: expect.stringContaining('replicaSet='),
      });
      expect(service.ports).toBeUndefined();
    },
  );

  it('has two instances, which the proxy names with the port of the image, and asks whether they are ready', () => {
    const [, upstreams = ''] = /reverse_proxy (.+) \{/.exec(read('Caddyfile')) ?? [];
    const { port } = loadConfig({ ...settings, ...SECRET });
    expect(upstreams.split(' ')).toEqual(instances.map(([name]) => `${name}:${String(port)}`));
    expect(instances).toHaveLength(2);
    expect(/health_uri (\S+)/.exec(read('Caddyfile'))?.[1]).toBe('/health/ready');
  });

  it('gives the database to the instances alone', () => {
    const on = (network: string) =>
      Object.entries(compose.services).flatMap(([name, { networks }]) =>
        networks.includes(network) ? [name] : [],
      );
    expect(on('store')).toEqual([...instances.map(([name]) => name), 'mongo']);
    expect(on('monitoring')).toEqual(instances.map(([name]) => name));
  });
});

describe('the manifests for Kubernetes', () => {
  const config = loadConfig({ ...imageEnv, ...settings, ...SECRET });

  it('set variables that the service knows, and ports on which it listens', () => {
    const names = [...Object.keys(settings), ...container.env.map(({ name }) => name)];
    expect(known).toEqual(expect.arrayContaining(names));
    expect(ports).toEqual({ http: config.port, ops: config.ops?.port });
    expect([config.host, config.ops?.host]).toEqual(['0.0.0.0', '0.0.0.0']);
  });

  it('add up: a pod is ended only after preStop and the grace time, and seen as ending while it still serves', () => {
    const { preStop } = container.lifecycle;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      preStop.sleep.seconds + config.shutdownGraceSeconds + 5,
    );
    const { periodSeconds, failureThreshold, timeoutSeconds } = container.readinessProbe;
    expect(periodSeconds * failureThreshold + timeoutSeconds).toBeLessThan(config.shutdownGraceSeconds / 2);
  });

  it('ask paths that the service answers without a credential', async () => {
    const service = await startService();
    for (const { httpGet } of [container.readinessProbe, container.livenessProbe]) {
      // Ready once the keys were read.
      await eventually(async () => (await caller(service.url, () => ({})).get(httpGet.path)).status === 200);
      expect(httpGet.port).toBe('http');
    }
  });

  it('leave no place to write but the database', () => {
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(container.env.map(({ name }) => name)).toContain('MONGODB_URI');
  });

  it('let a node be drained, and keep the metrics off the Service of callers', () => {
    const budget = manifests['PodDisruptionBudget analyzer'] as unknown as { spec: { minAvailable: number } };
    expect(budget.spec.minAvailable).toBeLessThan(deployment.replicas);
    const targets = (name: string) => {
      const service = manifests[`Service ${name}`] as unknown as {
        spec: { selector: object; ports: { targetPort: string }[] };
      };
      expect(service.spec.selector).toEqual(deployment.template.metadata.labels);
      return service.spec.ports.map(({ targetPort }) => targetPort);
    };
    expect([targets('analyzer'), targets('analyzer-metrics')]).toEqual([['http'], ['ops']]);
  });
});

const SHARDED = [...read('README.md').matchAll(/sh\.shardCollection\('analyzer\.(\w+)', (\{.*?\})/g)].map(
  ([, name = '', key = '']) => ({ name, key: parse(key) as Record<string, unknown> }),
);

describeMongo('the collections that the README shards', () => {
  it('have no unique index that does not begin with the shard key, which MongoDB would refuse', async () => {
    const uri = databaseUri();
    later(() => dropDatabase(uri));
    const storage = await openMongoStorage({ uri, deadlineMs: 20_000 });
    await storage.close();
    const connection = await mongoose.createConnection(uri).asPromise();
    later(() => connection.close());
    expect(SHARDED.map(({ name }) => name)).toEqual(['modules', 'module_owners']);
    for (const { name, key } of SHARDED) {
      const indexes = await connection.collection(name).indexes();
      // That of _id is unique too, and each shard keeps it for itself.
      for (const index of indexes.filter(({ unique, name: named }) => unique && named !== '_id_')) {
        expect(Object.entries(index.key).slice(0, Object.keys(key).length)).toEqual(Object.entries(key));
      }
    }
  });
});

it('the README shards modules by the key of their unique index, owner first', () => {
  expect(SHARDED[0]).toEqual({ name: 'modules', key: BY_OWNER });
  expect(Object.keys(BY_OWNER)[0]).toBe('owner');
});
