//! Where marks stand: at their times, but never on one another.

/// The left edge of each mark in pixels, for times as parts of the timeline in rising order, on
/// a timeline of this width, with marks of this width. Marks that come too close are pushed
/// apart, to the right first and back from the end; where there is no room for all, they share
/// what there is.
pub fn places(parts: &[f64], width: f64, mark: f64) -> Vec<f64> {
    let width = width.max(mark);
    let gaps = parts.len().saturating_sub(1).max(1) as f64;
    let apart = mark.min((width - mark) / gaps);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*a].total_cmp(&parts[*b]));
    let mut places = vec![0.0; parts.len()];
    let mut free = 0.0_f64;
    for &index in &order {
        places[index] = (parts[index] * width).max(free);
        free = places[index] + apart;
    }
    let mut last = width - mark;
    for &index in order.iter().rev() {
        places[index] = places[index].min(last).max(0.0);
        last = places[index] - apart;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_at_their_times_where_there_is_room() {
        assert_eq!(places(&[0.1, 0.5], 1000.0, 24.0), [100.0, 500.0]);
        assert_eq!(places(&[], 1000.0, 24.0), Vec::<f64>::new());
    }

    #[test]
    fn marks_of_one_time_are_reached_singly() {
        assert_eq!(
            places(&[0.1, 0.1, 0.1], 1000.0, 24.0),
            [100.0, 124.0, 148.0]
        );
        assert_eq!(
            places(&[0.5, 1.0, 1.0], 1000.0, 24.0),
            [500.0, 952.0, 976.0]
        );
        // One that is dragged past another is not on top of it.
        assert_eq!(places(&[0.2, 0.1], 1000.0, 24.0), [200.0, 100.0]);
    }

    #[test]
    fn more_marks_than_there_is_room_for_share_it() {
        let places = places(&[0.0; 100], 1000.0, 24.0);
        assert!(places.windows(2).all(|two| two[0] < two[1]), "{places:?}");
        assert!(places.iter().all(|place| (0.0..=976.0).contains(place)));
    }

    #[test]
    fn before_anything_is_measured_nothing_breaks() {
        assert_eq!(places(&[0.5], 0.0, 24.0), [0.0]);
    }
}
