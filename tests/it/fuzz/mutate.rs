//! Inputs that are almost right: a seed with a few changes. The same number gives the same input.

/// A generator of numbers, small and known (splitmix64).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// Pieces that mean something in one of the formats.
const PIECES: [&[u8]; 40] = [
    b"\"",
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"&",
    b":",
    b",",
    b"\n",
    b"\r\n",
    b"\0",
    b" ",
    b"\t",
    b"- ",
    b"#",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"<p>",
    b"</p>",
    b"<table><td>",
    b"<!--",
    b"&#x1f600;",
    b"<svg><title>",
    b"<template>",
    b"<b><i></b>",
    b"\\u0000",
    b"\\ud800",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"\xff\xff\xff\xff",
];

/// Nothing grows beyond this.
const LONGEST: usize = 1 << 20;

/// One of the seeds with one to eight changes.
pub(super) fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        change(&mut bytes, seeds, random);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let to = (at + random.below(64)).min(bytes.len());
    match random.below(9) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..to)),
        2 => {
            let piece = bytes[at..to].to_vec();
            bytes.splice(at..at, piece);
        }
        3 => {
            // Depth and length come from repetition.
            let piece = PIECES[random.below(PIECES.len())].repeat(1 + random.below(300));
            bytes.splice(at..at, piece);
        }
        4 => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len());
            bytes.splice(at..to, other[from..].iter().copied());
        }
        5 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        6 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = u8::try_from(random.below(256)).unwrap_or(0);
            }
        }
        _ => {
            let piece = PIECES[random.below(PIECES.len())];
            bytes.splice(at..to.min(at + random.below(4)), piece.iter().copied());
        }
    }
}
