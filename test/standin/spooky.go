package main

import (
	"encoding/binary"
	"math/bits"
)

// SpookyHash V2 by Bob Jenkins (public domain): https://burtleburtle.net/bob/hash/spooky.html

// filler is in words of the state that have no seed, and in place of a rest of no bytes.
const filler = 0xdeadbeefdeadbeef

// spookyWords is the size of the state for 192 bytes and more; below, it has four words.
const spookyWords, spookyBlock = 12, 12 * 8

// By how many bits words are rotated, one after the other.
var (
	shortMixBits = []int{50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36}
	shortEndBits = []int{15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63}
	longMixBits  = []int{11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46}
	longEndBits  = []int{44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54}
)

// spooky32 is the lower half of the hash, which mcrouter compares with weights and fractions.
func spooky32(data []byte, seed uint32) uint32 {
	if len(data) < 192 {
		return uint32(spookyShort(data, uint64(seed)))
	}
	return uint32(spookyLong(data, uint64(seed)))
}

func spookyShort(data []byte, seed uint64) uint64 {
	s := [4]uint64{seed, seed, filler, filler}
	words, pairs := littleEndian(data), len(data)/16
	for pair := range pairs {
		half := 2 - pair%2*2 // of two pairs the second goes into the other half of the state
		s[half] += words[2*pair]
		s[half+1] += words[2*pair+1]
		if half == 2 {
			for step, n := range shortMixBits {
				i := (step + 2) % 4
				s[i] = bits.RotateLeft64(s[i], n) + s[(i+1)%4]
				s[(i+2)%4] ^= s[i]
			}
		}
	}
	s[3] += uint64(len(data)) << 56
	if len(data)%16 == 0 {
		s[2] += filler
		s[3] += filler
	} else {
		s[2] += words[2*pairs]
		s[3] += words[2*pairs+1]
	}
	for step, n := range shortEndBits {
		one, other := (step+3)%4, (step+2)%4
		s[one] ^= s[other]
		s[other] = bits.RotateLeft64(s[other], n)
		s[one] += s[other]
	}
	return s[0]
}

func spookyLong(data []byte, seed uint64) uint64 {
	var s [spookyWords]uint64
	for i := range s {
		s[i] = seed
		if i%3 == 2 {
			s[i] = filler
		}
	}
	for ; len(data) >= spookyBlock; data = data[spookyBlock:] {
		words := littleEndian(data[:spookyBlock])
		for one, n := range longMixBits {
			before := (one + 11) % spookyWords
			s[one] += words[one]
			s[(one+2)%spookyWords] ^= s[(one+10)%spookyWords]
			s[before] ^= s[one]
			s[one] = bits.RotateLeft64(s[one], n)
			s[before] += s[(one+1)%spookyWords]
		}
	}
	last := make([]byte, spookyBlock)
	copy(last, data)
	last[spookyBlock-1] = byte(len(data))
	for i, word := range littleEndian(last)[:spookyWords] {
		s[i] += word
	}
	for range 3 {
		for step, n := range longEndBits {
			before, next := (step+11)%spookyWords, (step+1)%spookyWords
			s[before] += s[next]
			s[(step+2)%spookyWords] ^= s[before]
			s[next] = bits.RotateLeft64(s[next], n)
		}
	}
	return s[0]
}

// littleEndian reads words, with zeroes behind the data and at least one word more than it fills.
func littleEndian(data []byte) []uint64 {
	padded := make([]byte, (len(data)/8+2)*8)
	copy(padded, data)
	words := make([]uint64, len(padded)/8)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(padded[8*i:])
	}
	return words
}
