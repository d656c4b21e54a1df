//! A plotters back end that adds shapes to a display list.
//!
//! Plotters counts in whole pixels and in red, green and blue.
//! The adapter gives it a grid [`FINE`] times as dense, so that lines stay smooth, and colours
//! that stand for a tone and a dash, which come out again on this side.

use core::convert::Infallible;

use plotters::style::RGBAColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::display::{Anchor, Dash, DisplayList, Family, Paint, Point, Rect, Stroke, Text, Weight};
use crate::measure;
use crate::panel::Tone;

/// Plotters' pixels in one of ours.
pub(super) const FINE: f32 = 16.0;

const DASHES: [Dash; 5] = [
    Dash::Solid,
    Dash::Dashed,
    Dash::Dotted,
    Dash::Long,
    Dash::DashDot,
];

const TONES: [Tone; 8] = [
    Tone::Ink,
    Tone::Muted,
    Tone::Hair,
    Tone::Accent,
    Tone::Ok,
    Tone::Bad,
    Tone::Paper,
    Tone::Surface,
];

/// A tone and a dash as a colour that plotters carries: red is the tone (series after the
/// others), green the series' number, blue the dash.
pub(super) fn colour(tone: Tone, dash: Dash) -> RGBAColor {
    let (red, green) = match tone {
        Tone::Series(index) => (TONES.len(), index),
        _ => (TONES.iter().position(|one| *one == tone).unwrap_or(0), 0),
    };
    let blue = DASHES.iter().position(|one| *one == dash).unwrap_or(0);
    RGBAColor(red as u8, green, blue as u8, 1.0)
}

fn meaning(colour: BackendColor) -> (Paint, Dash) {
    let (red, green, blue) = colour.rgb;
    let tone = TONES
        .get(red as usize)
        .copied()
        .unwrap_or(Tone::Series(green));
    let dash = DASHES.get(blue as usize).copied().unwrap_or_default();
    (Paint::new(tone, colour.alpha as f32), dash)
}

/// Adds what plotters draws to a list, within a rectangle.
pub(super) struct Adapter<'a> {
    list: &'a mut DisplayList,
    within: Rect,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> Adapter<'a> {
    pub(super) fn new(list: &'a mut DisplayList, within: Rect) -> Self {
        Self { list, within }
    }

    fn point(&self, (x, y): BackendCoord) -> Point {
        Point::new(
            self.within.x + x as f32 / FINE,
            self.within.y + y as f32 / FINE,
        )
    }

    fn stroke<S: BackendStyle>(style: &S) -> Stroke {
        let (paint, dash) = meaning(style.color());
        Stroke {
            paint,
            width: style.stroke_width() as f32 / FINE,
            dash,
        }
    }
}

impl DrawingBackend for Adapter<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (
            (self.within.width * FINE) as u32,
            (self.within.height * FINE) as u32,
        )
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let at = self.point(point);
        let (paint, _) = meaning(color);
        let rect = Rect::new(at.x, at.y, 1.0 / FINE, 1.0 / FINE);
        self.list.rect(rect, 0.0, Some(paint), None);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let stroke = Self::stroke(style);
        if stroke.paint.opacity > 0.0 {
            let (x, y) = (self.within.x, self.within.y);
            let points = path
                .into_iter()
                .map(|at| Point::new(x + at.0 as f32 / FINE, y + at.1 as f32 / FINE));
            self.list.polyline(points, false, None, Some(stroke));
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (from, to) = (self.point(upper_left), self.point(bottom_right));
        let rect = Rect::new(from.x, from.y, to.x - from.x, to.y - from.y);
        let stroke = Self::stroke(style);
        let (fill, stroke) = if fill {
            (Some(stroke.paint), None)
        } else {
            (None, Some(stroke))
        };
        self.list.rect(rect, 0.0, fill, stroke);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let stroke = Self::stroke(style);
        let center = self.point(center);
        let (fill, stroke) = if fill {
            (Some(stroke.paint), None)
        } else {
            (None, Some(stroke))
        };
        self.list
            .circles([center], radius as f32 / FINE, fill, stroke);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let (paint, _) = meaning(style.color());
        let (x, y) = (self.within.x, self.within.y);
        let corners = corners
            .into_iter()
            .map(|at| Point::new(x + at.0 as f32 / FINE, y + at.1 as f32 / FINE));
        self.list.polyline(corners, true, Some(paint), None);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let (paint, _) = meaning(style.color());
        let size = style.size() as f32 / FINE;
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let down = match style.anchor().v_pos {
            VPos::Top => size * 0.85,
            VPos::Center => size * 0.35,
            VPos::Bottom => -size * 0.2,
        };
        let content = self.list.add_str(text);
        let text = Text {
            content,
            at: self.point(at).moved(0.0, down),
            anchor,
            size,
            weight: Weight::Regular,
            family: Family::Sans,
            halo: false,
        };
        self.list.text_span(text, paint);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size() as f32;
        let width = measure::width(text, size, Weight::Regular, Family::Sans);
        Ok((width as u32, size as u32))
    }
}
