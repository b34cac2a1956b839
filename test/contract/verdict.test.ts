import fc from 'fast-check'
import t from 'tap'
import { collectionPath, objectPath, withQuery } from '../../reconciler/kube/paths.ts'
import { render } from '../../render/index.ts'
import { KINDS } from '../../render/kinds.ts'
import type { Manifest } from '../../render/rendering.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { KIND } from '../../schemas/well-known.ts'
import type { Answer } from '../../testing/control-plane/client.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { anyMcrouter, validMcrouter } from '../support/arbitrary/mcrouter.ts'
import { startCluster } from '../support/cluster.ts'
import { inTurns } from '../support/in-turns.ts'
import { mcrouters } from '../support/mcrouters.ts'

const NAMESPACE = 'default'
const SETTINGS = { clusterDomain: 'cluster.local' }

/** Ours only: what the API server itself could not read is not for a webhook to judge. */
const OURS = /^admission webhook "(mutate|validate)\.[a-z.-]+\.mcrouter\.example\.com" denied the request/

t.test(`generated Mcrouters through the API server (FUZZ_SEED=${SEED})`, async (t) => {
  const { controlPlane } = await startCluster(t, { values: ['webhook.timeoutSeconds=30'] })
  const { client } = controlPlane

  const create = (object: JsonObject) =>
    client.request(
      'POST',
      withQuery(collectionPath(mcrouters, NAMESPACE), { dryRun: 'All', fieldValidation: 'Ignore' }),
      { body: object },
    )

  const apply = (manifest: Manifest) => {
    const resource = KINDS.get(manifest.kind)
    if (resource === undefined) throw new Error(`${manifest.kind} is no kind of ours`)
    const query = { dryRun: 'All', fieldManager: 'test', force: true, fieldValidation: 'Strict' }
    const path = withQuery(
      objectPath(resource, { namespace: NAMESPACE, name: manifest.metadata.name }),
      query,
    )
    return client.request('PATCH', path, { body: manifest, contentType: 'application/apply-patch+yaml' })
  }

  const hostile = sample(anyMcrouter(), 600)
  const objects = [...hostile, ...sample(validMcrouter(), 400)]
  const answers = await inTurns(objects, async (object) => ({ object, answer: await create(object) }))
  const accepted = answers.filter(({ answer }) => answer.status === 201)
  const refused = answers.filter(({ answer }) => answer.status !== 201)

  t.test("the webhook's verdict is the schema's or stricter", async (t) => {
    for (const { object, answer } of refused) {
      const isOurs = OURS.test(messageOf(answer)) || isUnreadable(answer)
      if (!isOurs)
        t.fail('refused by the schema after the webhook had let it pass', { object, said: answer.body })
    }
    t.ok(refused.length > 100, `${refused.length} of ${answers.length} refused, each by the webhook`)
  })

  t.test('every valid one is accepted, and stored normalised and complete', async (t) => {
    t.same(
      answers.slice(hostile.length).filter(({ answer }) => answer.status !== 201),
      [],
    )
    for (const { answer } of accepted) {
      const judgement = judge(answer.body)
      if (!judgement.accepted)
        t.fail('what is stored would be refused', { stored: answer.body, ...judgement })
      else t.strictSame(judgement.spec, answer.body.spec)
    }
  })

  t.test('all that an accepted one expands to passes a server-side dry run', async (t) => {
    const failures = await inTurns(accepted, async ({ answer }) => {
      const manifests = render(mcrouterOf(answer.body), SETTINGS).manifests
      const applied = await Promise.all(manifests.map(apply))
      return applied.flatMap(({ status, body }, index) =>
        status < 300 ? [] : [{ manifest: manifests[index], body }],
      )
    })
    t.same(failures.flat().slice(0, 3), [], `${accepted.length} expanded`)
  })
})

/** Objects of our kind in one namespace; the rest is as generated. */
function sample(arbitrary: fc.Arbitrary<JsonObject>, count: number): JsonObject[] {
  return fc.sample(arbitrary, effort(count)).map((object) => ({
    ...object,
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { ...(isJsonObject(object.metadata) ? object.metadata : {}), namespace: NAMESPACE },
  }))
}

function mcrouterOf(object: JsonObject): Mcrouter {
  const judgement = judge(object)
  if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
  return judgement.mcrouter
}

function messageOf({ body }: Answer): string {
  return typeof body.message === 'string' ? body.message : ''
}

/** What fails before any webhook is asked: metadata that does not decode, a path or name that no object can have. */
function isUnreadable({ status, body }: Answer): boolean {
  return status === 400 && body.reason === 'BadRequest'
}
