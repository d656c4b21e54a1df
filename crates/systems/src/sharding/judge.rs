//! How good a hash is: how even the load is, and whether similar keys come apart.

use super::hasher::Hasher;

/// Keys of which every character is changed by one bit.
const SAMPLE_KEYS: usize = 64;

/// Pearson's chi-square of the keys per node against equal shares: the sum of
/// (observed - expected)^2 / expected. An even hash has about one less than there are nodes.
pub fn chi_square(loads: &[u32]) -> f64 {
    let all: u64 = loads.iter().map(|load| u64::from(*load)).sum();
    if all == 0 {
        return 0.0;
    }
    let expected = all as f64 / loads.len() as f64;
    let of = |load: &u32| {
        let off = f64::from(*load) - expected;
        off * off / expected
    };
    loads.iter().map(of).sum()
}

/// What chi-square stays below in 19 of 20 runs when a hash is even, for a number of nodes from
/// 1 to 26 (the 95th percentile of the chi-square distribution with one degree of freedom less).
pub fn chi_square_limit(nodes: usize) -> f64 {
    const LIMITS: [f64; 26] = [
        0.0, 3.841, 5.991, 7.815, 9.488, 11.070, 12.592, 14.067, 15.507, 16.919, 18.307, 19.675,
        21.026, 22.362, 23.685, 24.996, 26.296, 27.587, 28.869, 30.144, 31.410, 32.671, 33.924,
        35.172, 36.415, 37.652,
    ];
    LIMITS[nodes.clamp(1, LIMITS.len()) - 1]
}

/// The avalanche of a hash, bit by bit, the lowest first: in which share of all cases the bit
/// turns over when one bit of the key does (Webster and Tavares 1986 ask for half). Each
/// character of a sample of the keys is changed in its lowest bit.
pub fn avalanche(hasher: &Hasher, keys: &[String], width_bits: u32) -> Vec<f64> {
    let sample = &keys[..keys.len().min(SAMPLE_KEYS)];
    // Each key, and after it the same key with one bit turned over, in every place.
    let (mut texts, mut changed) = (Vec::new(), Vec::new());
    for key in sample {
        let others = (0..key.len()).filter_map(|at| flipped(key, at));
        texts.push(key.clone());
        texts.extend(others);
        changed.push(texts.len());
    }
    let hashes = hasher.all(&texts);
    let mut turned = vec![0u32; width_bits as usize];
    let (mut pairs, mut from) = (0u32, 0);
    for to in changed {
        for hash in &hashes[from + 1..to] {
            for (bit, count) in turned.iter_mut().enumerate() {
                *count += u32::from(hashes[from].differs_in(*hash, bit));
            }
            pairs += 1;
        }
        from = to;
    }
    let share = |count: u32| f64::from(count) / f64::from(pairs.max(1));
    turned.into_iter().map(share).collect()
}

/// The text with the lowest bit of the byte at a place turned over; none where that is no text.
fn flipped(text: &str, at: usize) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    *bytes.get_mut(at)? ^= 1;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chi_square_of_a_table_done_by_hand() {
        assert_eq!(chi_square(&[10, 10, 10]), 0.0);
        // (20-30)^2/30 + (30-30)^2/30 + (40-30)^2/30
        assert!((chi_square(&[20, 30, 40]) - 200.0 / 30.0).abs() < 1e-12);
        assert_eq!(chi_square(&[]), 0.0);
        assert_eq!(chi_square_limit(4), 7.815);
        assert_eq!(chi_square_limit(99), chi_square_limit(26));
    }

    #[test]
    fn sha_256_turns_half_of_its_bits_over() {
        let keys: Vec<String> = (0..1_000).map(|key| format!("key_{key}")).collect();
        let bits = avalanche(&Hasher::Sha256, &keys, 256);
        let share = bits.iter().sum::<f64>() / bits.len() as f64;
        assert!((share - 0.5).abs() < 0.005, "{share}");
    }
}
