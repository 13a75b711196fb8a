import { knownUsers, memoryUsers } from 'sallyport';
import { userStoreContract } from '../../../lib/testing/contracts/user-store';

const stores = [
  { name: 'memory', open: () => memoryUsers() },
  { name: 'memory behind knownUsers', open: () => knownUsers(memoryUsers()) },
];

describe.each(stores)('users in $name', ({ open }) => {
  it.each(userStoreContract)('$name', ({ run }) => run(open));
});
