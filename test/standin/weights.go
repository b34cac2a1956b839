package main

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// weightedIndex is Ch3 over servers that take only a share of their keys each; what one does not take is hashed again with a
// number behind it (mcrouter/lib/WeightedCh3HashFunc.cpp).
func weightedIndex(weights []float64) func(key string, n int) int {
	return func(key string, n int) (index int) {
		salted := key
		for try := range 32 {
			index = ch3(salted, n)
			weight := 0.5 // what mcrouter takes for one that is missing
			if index < len(weights) {
				weight = weights[index]
			}
			if spooky32([]byte(salted), 0xface2014) < uint32(weight*math.MaxUint32) {
				break
			}
			digits := []byte(strconv.Itoa(try))
			slices.Reverse(digits)
			salted = key + string(digits)
		}
		return
	}
}

// rendezvousIndex chooses the server whose tag has the highest score with the key (mcrouter/lib/RendezvousHashFunc.cpp).
func rendezvousIndex(tags []string) func(key string, n int) int {
	return func(key string, _ int) (index int) {
		hash, best := murmur64A([]byte(key), 2718281828), uint64(0)
		for i, tag := range tags {
			if score := combined(murmur64A([]byte(tag), furcSeed), hash); i == 0 || score > best {
				index, best = i, score
			}
		}
		return
	}
}

// combined is Hash128to64 of CityHash.
func combined(upper, lower uint64) uint64 {
	const m, r = 0x9ddfea08eb382d69, 47
	a := (lower ^ upper) * m
	a ^= a >> r
	b := (upper ^ a) * m
	b ^= b >> r
	return b * m
}

func readWeights(name string, j any) (weights []float64) {
	list, ok := j.([]any)
	check(ok, "%s: weights not found or not an array", name)
	for _, item := range list {
		number, _ := item.(json.Number)
		weight, err := number.Float64()
		check(err == nil, "%s: weight is not a number", name)
		check(weight >= 0, "%s: weight should be >= 0", name)
		weights = append(weights, min(weight, 1))
	}
	return
}

func readTags(name string, j any, servers int) (tags []string) {
	list, ok := j.([]any)
	check(ok && len(list) == servers, "%s: tags are not as many as servers", name)
	for _, item := range list {
		tag, ok := item.(string)
		check(ok, "%s: tag is not a string", name)
		tags = append(tags, tag)
	}
	return
}
