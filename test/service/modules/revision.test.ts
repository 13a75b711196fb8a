import { newRevision } from '../../../service/modules/revision';

it('gives 128 bits as base64url, and none twice', () => {
  const given = Array.from({ length: 2000 }, newRevision);
  expect(new Set(given).size).toBe(2000);
  for (const revision of given) expect(revision).toMatch(/^[\w-]{22}$/);
});
