import type { Animal } from './animal';
import { auth0 } from './auth0';
import { clerk } from './clerk';
import { cognito } from './cognito';
import { entra } from './entra';
import { firebase } from './firebase';
import { githubActions } from './github-actions';
import { google } from './google';
import { keycloak } from './keycloak';
import { kubernetes } from './kubernetes';
import { okta } from './okta';
import { supabase } from './supabase';

/** The providers that a test issuer can be like. */
export const ZOO = {
  auth0,
  clerk,
  cognito,
  entra,
  firebase,
  githubActions,
  google,
  keycloak,
  kubernetes,
  okta,
  supabase,
} as const satisfies Readonly<Record<string, Animal>>;

export type Provider = keyof typeof ZOO;

export const PROVIDERS = Object.keys(ZOO) as readonly Provider[];
