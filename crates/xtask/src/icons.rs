//! The icon as pictures of pixels, for the devices that take no SVG.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// The pictures' folder in the site.
pub const FOLDER: &str = "icons";

/// The picture that Apple's devices take for their home screen.
pub const FOR_APPLE: &str = "icons/192.png";

/// The pictures' sizes; the web manifest names the same.
const SIZES: [u32; 2] = [192, 512];

/// Behind the mark: the manifest's `background_color`.
const PAPER: [u8; 3] = [0xfb, 0xfa, 0xf7];

/// How much of the picture's width the mark takes: devices cut icons to a circle or a square
/// with round corners, of which the middle four fifths are always seen.
const MARK: f64 = 0.7;

/// Draws the site's icon.svg in every size.
pub fn write(site: &Path) -> Result<()> {
    let path = site.join("icon.svg");
    let svg = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
    let mark = Mark::parse(&svg).with_context(|| format!("{path:?} is not one line in a box"))?;
    let folder = site.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for size in SIZES {
        let picture = png(size, &mark.draw(size));
        fs::write(folder.join(format!("{size}.png")), picture)?;
    }
    Ok(())
}

/// A line with round ends in a square box.
struct Mark {
    points: Vec<(f64, f64)>,
    colour: [u8; 3],
    width: f64,
    /// The side of the box.
    side: f64,
}

impl Mark {
    /// Reads an SVG of one path of straight lines.
    fn parse(svg: &str) -> Result<Self> {
        let attribute = |name: &str| {
            let rest = svg.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest);
            let value = rest.and_then(|rest| rest.split_once('"'));
            value.map(|(value, _)| value).context(name.to_owned())
        };
        let colour = u32::from_str_radix(attribute("stroke")?.trim_start_matches('#'), 16)?;
        let [_, red, green, blue] = colour.to_be_bytes();
        let side = attribute("viewBox")?.rsplit(' ').next();
        Ok(Self {
            points: points(attribute("d")?)?,
            colour: [red, green, blue],
            width: attribute("stroke-width")?.parse()?,
            side: side.context("viewBox")?.parse()?,
        })
    }

    /// Its pixels, row by row.
    fn draw(&self, size: u32) -> Vec<[u8; 3]> {
        let pixels = f64::from(size);
        // Pixels per unit of the box.
        let scale = pixels * MARK / self.side;
        let at = |pixel: u32| (f64::from(pixel) + 0.5 - pixels / 2.0) / scale + self.side / 2.0;
        let rows = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        rows.map(|(x, y)| {
            let distance = self.distance((at(x), at(y)));
            // An edge is as wide as a pixel.
            let covered = ((self.width / 2.0 - distance) * scale + 0.5).clamp(0.0, 1.0);
            let mix = |paper: u8, ink: u8| {
                let (paper, ink) = (f64::from(paper), f64::from(ink));
                (paper + (ink - paper) * covered).round() as u8
            };
            std::array::from_fn(|channel| mix(PAPER[channel], self.colour[channel]))
        })
        .collect()
    }

    /// How far a point is from the line.
    fn distance(&self, (x, y): (f64, f64)) -> f64 {
        let pieces = self.points.windows(2);
        let distances = pieces.map(|piece| {
            let ((ax, ay), (bx, by)) = (piece[0], piece[1]);
            let (dx, dy) = (bx - ax, by - ay);
            let along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
            let along = along.clamp(0.0, 1.0);
            (x - ax - along * dx).hypot(y - ay - along * dy)
        });
        distances.fold(f64::INFINITY, f64::min)
    }
}

/// The corners of a path that consists of M, h and l.
fn points(path: &str) -> Result<Vec<(f64, f64)>> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (start, command) in path.match_indices(|c: char| c.is_ascii_alphabetic()) {
        let rest = &path[start + 1..];
        let end = rest.find(|c: char| c.is_ascii_alphabetic());
        let numbers = rest[..end.unwrap_or(rest.len())].replace('-', " -");
        let numbers = numbers.split_whitespace().map(str::parse);
        let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
        let (x, y) = points.last().copied().unwrap_or_default();
        match (command, numbers.as_slice()) {
            ("M", &[x, y]) => points.push((x, y)),
            ("h", &[dx]) => points.push((x + dx, y)),
            ("l", pairs) => {
                let mut from = (x, y);
                for pair in pairs.chunks_exact(2) {
                    from = (from.0 + pair[0], from.1 + pair[1]);
                    points.push(from);
                }
            }
            _ => bail!("cannot draw {command}{numbers:?}"),
        }
    }
    Ok(points)
}

/// A square picture as a PNG file (ISO/IEC 15948): eight bits for each of red, green and blue.
fn png(size: u32, pixels: &[[u8; 3]]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(size.to_be_bytes());
    header.extend(size.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut rows = Vec::new();
    for row in pixels.chunks_exact(size as usize) {
        // Rows are stored as they are, without a filter.
        rows.push(0);
        rows.extend(row.iter().flatten());
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&rows, 9);
    chunk(&mut file, b"IDAT", &packed);
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    file.extend((content.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(content);
    let check = crc(&file[start..]);
    file.extend(check.to_be_bytes());
}

/// The check sum of PNG, its annex D.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    const ICON: &str = include_str!("../../../static/icon.svg");

    #[test]
    fn the_mark_is_drawn_in_the_middle() {
        let mark = Mark::parse(ICON).unwrap();
        let pixels = mark.draw(64);
        assert_eq!(pixels.len(), 64 * 64);
        assert_eq!(pixels[0], PAPER);
        let inked = |index: &usize| pixels[*index] != PAPER;
        let columns: Vec<_> = (0..64 * 64).filter(inked).map(|index| index % 64).collect();
        let (first, last) = (columns.iter().min(), columns.iter().max());
        assert_eq!((first, last), (Some(&10), Some(&53)));
        assert!(pixels.contains(&mark.colour));
    }

    #[test]
    fn a_path_is_its_corners() {
        let corners = [(2.0, 20.0), (12.0, 20.0), (16.0, 11.0), (20.0, 25.0)];
        assert_eq!(points("M2 20h10l4-9 4 14").unwrap(), corners);
        assert!(points("M2 20c1 2 3").is_err());
    }

    #[test]
    fn the_check_sum_is_the_published_one() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        let dot = png(1, &[PAPER]);
        assert!(dot.ends_with(&[0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82]));
    }
}
