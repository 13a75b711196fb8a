import { memoryUsers, sallyport } from 'sallyport';
import { entra } from 'sallyport/issuers';

const [tenantId, audience] = ['8eaef023-2b34-4da1-9baa-8bc8c9d6a490', '6e74172b-be56-4843-9ff4-e66a39bb12e3'];
export const port = sallyport({ ...entra({ tenantId, audience }), users: memoryUsers() });
export const guard = port.requireScope('Notes.Read'); // of users; applications have requireRole('Notes.Read.All')
