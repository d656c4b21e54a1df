//! How much later the next frame comes for what a frame did.

/// How much a frame adds to a mean of the last few.
const FRAME_PART: f64 = 0.1;
/// After a longer gap the tab was hidden, or less motion is asked for: it tells nothing.
const GAP_MAX_MS: f64 = 100.0;

/// What a frame did besides painting the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Extra {
    /// Nothing.
    #[default]
    None,
    /// It painted pictures beside the stage.
    Beside,
    /// It told what there is to read.
    Told,
}

/// Measures from frame to frame. What the browser makes of a picture or of a changed page is not
/// to be timed where they are made: with many lines, or without a graphics card, it takes far
/// longer than the making.
#[derive(Default)]
pub struct Lateness {
    /// From a frame to the next, by what the frame did; means of the last few, 0 before the first.
    gaps_ms: [f64; 3],
    /// What the last frame did.
    last: Extra,
}

impl Lateness {
    /// A frame begins, so long after the last one.
    pub fn begin(&mut self, gap_ms: f64) {
        if gap_ms < GAP_MAX_MS {
            let mean_ms = &mut self.gaps_ms[self.last as usize];
            if *mean_ms == 0.0 {
                *mean_ms = gap_ms;
            }
            *mean_ms += (gap_ms - *mean_ms) * FRAME_PART;
        }
    }

    /// The frame ends, and has done this.
    pub fn end(&mut self, did: Extra) {
        self.last = did;
    }

    /// How much later than after others frames come after one that did this, milliseconds; all
    /// of the time between them as long as there were no others.
    pub fn of(&self, did: Extra) -> f64 {
        (self.gaps_ms[did as usize] - self.gaps_ms[Extra::None as usize]).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of each kind in turn, each so long before the next.
    fn after(gaps_ms: [(Extra, f64); 3]) -> Lateness {
        let mut lateness = Lateness::default();
        for (did, gap_ms) in gaps_ms.into_iter().cycle().take(300) {
            lateness.end(did);
            lateness.begin(gap_ms);
        }
        lateness
    }

    #[test]
    fn what_makes_the_next_frame_late_is_told_from_what_does_not() {
        let late = after([
            (Extra::None, 17.0),
            (Extra::Beside, 17.0),
            (Extra::Told, 33.0),
        ]);
        assert_eq!((late.of(Extra::Beside), late.of(Extra::Told)), (0.0, 16.0));
        // A slow screen makes nothing late.
        let slow = after([Extra::None, Extra::Beside, Extra::Told].map(|did| (did, 33.0)));
        assert_eq!((slow.of(Extra::Beside), slow.of(Extra::Told)), (0.0, 0.0));
        // A tab that was hidden does not either.
        let hidden = after([
            (Extra::None, 17.0),
            (Extra::Beside, 900.0),
            (Extra::Told, 17.0),
        ]);
        assert_eq!(hidden.of(Extra::Beside), 0.0);
    }
}
