// The life of a token as openid-client sees it. Prints an address to open, reads the address that came back,
// once for the first login and once for the step-up; then prints what it saw.
import { createPrivateKey, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_KEY, KID, REDIRECT_URI } = process.env
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const pkcs8 = createPrivateKey(readFileSync(CLIENT_KEY)).export({ type: 'pkcs8', format: 'der' })
const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const config = await client.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, client.PrivateKeyJwt({ key, kid: KID }),
  { execute: [client.enableNonRepudiationChecks, client.allowInsecureRequests] },
)
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))

async function login(more) {
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedNonce: client.randomNonce(), expectedState: client.randomState() }
  const address = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid name offline_access',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  }, { DPoP })
  console.log(JSON.stringify({ open: address.href }))
  const back = new URL((await lines.next()).value)
  return client.authorizationCodeGrant(config, back, { ...checks, maxAge: more.max_age && Number(more.max_age), idTokenExpected: true }, undefined, { DPoP })
}

const refusal = (promise) => promise.then(() => 'accepted', (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? error.code)
const active = async (token) => (await client.tokenIntrospection(config, token)).active

const first = await login({})
const sub = first.claims().sub
const refreshed = await client.refreshTokenGrant(config, first.refresh_token, {}, { DPoP })
const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
const seen = {
  token_type: first.token_type,
  refreshed_token_type: refreshed.token_type,
  name: (await client.fetchUserInfo(config, refreshed.access_token, sub, { DPoP })).name,
  as_bearer: await refusal(client.fetchUserInfo(config, refreshed.access_token, sub)),
  with_another_key: await refusal(client.refreshTokenGrant(config, first.refresh_token, {}, { DPoP: other })),
  same_auth_time: refreshed.claims()?.auth_time === first.claims().auth_time,
  introspected: await client.tokenIntrospection(config, refreshed.access_token),
}
await client.tokenRevocation(config, first.refresh_token)
seen.active_after_revocation = await active(refreshed.access_token)
seen.refresh_after_revocation = await refusal(client.refreshTokenGrant(config, first.refresh_token, {}, { DPoP }))
const second = await login({ max_age: '0', acr_values: seen.introspected.acr })
seen.stepped_up = { acr: second.claims().acr, later: second.claims().auth_time >= first.claims().auth_time, same: second.claims().sub === sub }
console.log(JSON.stringify({ seen }))
process.exit(0)
