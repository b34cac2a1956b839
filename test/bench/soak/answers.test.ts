import t from 'tap'
import { Answers, endingOf } from '../../../bench/soak/answers.ts'

t.test('how a request ended', async (t) => {
  t.equal(endingOf(201, ''), 'done')
  t.equal(endingOf(422, 'denied the request'), 'refused')
  t.equal(endingOf(409, 'already exists'), 'overtaken')
  t.equal(endingOf(404, ''), 'overtaken')
  t.equal(endingOf(500, 'failed calling webhook "mutate": connection refused'), 'webhook not there')
  t.equal(endingOf(500, 'etcdserver: request timed out'), 'API server not there')
  t.equal(endingOf(429, ''), 'API server not there')
  t.equal(endingOf(undefined, ''), 'API server not there')
})

t.test('only what is invalid may be refused, and only while a part is down may a request fail', async (t) => {
  const answers = new Answers()
  answers.add('spoil', 'refused', false, 'fine')
  answers.add('change', 'done', false, 'fine')
  answers.add('change', 'overtaken', false, 'fine')
  answers.add('change', 'webhook not there', true, 'fine')
  t.strictSame(answers.faults, [])
  answers.add('spoil', 'done', false, 'let through')
  answers.add('scale', 'refused', true, 'refused')
  answers.add('create', 'webhook not there', false, 'missed')
  t.strictSame(answers.faults, [
    'spoil: done: let through',
    'scale: refused: refused',
    'create: webhook not there: missed',
  ])
})

t.test('they are counted by kind, ending and outage', async (t) => {
  const answers = new Answers()
  answers.add('change', 'done', false, '')
  answers.add('change', 'done', false, '')
  answers.add('change', 'done', true, '')
  t.strictSame(answers.counts, [
    { kind: 'change', ending: 'done', inOutage: false, count: 2 },
    { kind: 'change', ending: 'done', inOutage: true, count: 1 },
  ])
})
